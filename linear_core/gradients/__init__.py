"""Where each gradient comes from: loss, samples, updates, accumulation, and what goes wrong.

Of `linear_core` it may import training and what lies below.
"""
