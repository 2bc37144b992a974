"""What is said of a call that fails: the answer for each kind of error, the note, and what is foretold.

Of `linear_core` it may import calls, layer and errors; it knows nothing of passes.
"""
