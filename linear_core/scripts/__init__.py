"""What the package did, as plain PyTorch that prints the same numbers.

Of `linear_core` it may import gradients and what lies below.
"""
