"""The layout of a page: controls beside the picture."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.language import _


def split() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return a narrow place for the controls and a wide one for the picture, side by side.

    On a phone they are below each other, and the controls are folded behind a switch.
    """
    left, right = st.columns([1, 3.6], gap="medium")
    with left, st.container(key="unfold"):
        unfolded = st.toggle(_("Show the controls"), key="unfolded")
    return left.container(key="controls" if unfolded else "controls_folded", gap="small"), right.container()
