"""Calls that fail: what a message says, where it happened, and what is tried on a copy of the model.

Of `linear_core` it may import layer and errors; it knows nothing of passes, nor they of it.
"""
