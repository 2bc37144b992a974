"""Shapes on their way: chains of layers, calls that run but are wrong, and tables of what fits.

Of `linear_core` it may import answers, calls, layer and what lies below.
"""
