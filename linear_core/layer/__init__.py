"""A layer before it is called: sizes and seed, ways to start and to fill it, what it costs.

Of `linear_core` it may import errors and language alone.
"""
