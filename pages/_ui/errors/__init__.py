"""What the page "Shapes and errors" is made of.

It may import `linear_core` and the shared modules of `pages._ui`.
"""
