"""A run of training, step by step, and the ways in which it goes wrong."""
