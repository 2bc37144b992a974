"""Calls that fail: foreseen, explained, and mended.

Of `linear_core` it may import layer and errors; it knows nothing of passes, nor they of it.
"""
