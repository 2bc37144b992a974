"""Calls that fail: predicted, explained, and repaired.

Of `linear_core` it may import layer and errors; it knows nothing of passes, nor they of it.
"""
