"""A run of training, step by step, its losses and optimizers, and the ways in which it goes wrong.

Of `linear_core` it may import theory, data, layer and what lies below.
"""
