"""What is said about a call that fails: the answer for each kind of error, the note, and the prediction.

Within `linear_core` it may import calls, layer and errors, but not passes.
"""
