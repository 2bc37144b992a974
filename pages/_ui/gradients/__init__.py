"""The parts of the page "Gradients": one module for each of its sections.

It may import `linear_core`, the shared modules of `pages._ui`, `pages._ui.layer` and `pages._ui.walk`,
and from `pages._ui.errors` what answers a message.
"""
