"""What the training page is made of: its controls, the run itself, its pictures, and the sections below."""
