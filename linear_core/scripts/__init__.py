"""What the package did, as plain PyTorch that prints the same numbers."""
