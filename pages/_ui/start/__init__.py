"""The parts of the start page: an animated layer, in a component that has its own sliders.

It may import the shared modules of `pages._ui` and `pages._ui.layer`; `linear_core`, and torch with it, only
when a size is chosen for which no numbers are at hand.
"""
