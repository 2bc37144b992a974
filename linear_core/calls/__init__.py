"""Calls that fail: what a message says, where it happened, and what is tried on a copy of the model.

Within `linear_core` it may import layer and errors; neither it nor passes imports the other.
"""
