"""The parts of the start page: an animated layer, in a component that has its own sliders.

It may import the shared modules of `pages._ui` and `pages._ui.layer`; what needs torch only when a size is
chosen for which no numbers are at hand.
"""
