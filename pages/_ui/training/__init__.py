"""What the page "Training" is made of.

It may import `linear_core`, the shared modules of `pages._ui`, and `pages._ui.player`, `points` and `rate`.
"""
