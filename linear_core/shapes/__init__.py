"""Shapes on their way: chains of layers, calls that run but are wrong, and tables of what fits.

It may import `linear_core.calls`, `linear_core.layer`, errors and torch.
"""
