"""One call of a layer, forwards and backwards, open to inspection.

Of `linear_core` it may import layer and errors; it knows nothing of calls, nor they of it.
"""
