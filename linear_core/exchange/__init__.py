"""Numbers from and to people, links and files."""
