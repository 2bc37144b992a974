"""What the page "Forward pass" is made of.

It may import `linear_core`, the shared modules of `pages._ui`, `pages._ui.layer` and `pages._ui.walk`.
"""
