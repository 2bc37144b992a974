"""Sliders that carry a tensor's hue: the label is coloured for the eye, and plain when it is read aloud."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages._ui import controls
from pages._ui.choices import Choice


def slider(key: str, choices: Mapping[str, Choice], hue: str, **options: Any) -> Any:
    """A slider for the size that is called ``key``."""
    with st.container(gap=None):
        st.markdown(f":small[:{hue}[{key}]]")
        return controls.slider(key, choices, key, label_visibility="collapsed", **options)
