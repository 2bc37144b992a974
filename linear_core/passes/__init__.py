"""One call of a layer, forward and backward, open to inspection.

Of `linear_core` it may import layer and errors; it knows nothing of calls, nor they of it.
"""
