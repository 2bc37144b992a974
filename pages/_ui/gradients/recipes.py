"""Lines of PyTorch to choose from: they are run as they are shown."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from linear_core.gradients.recipes import Recipe
from pages._ui import controls
from pages._ui.language import _
from pages._ui.params import Choice


def choose(param: Choice, recipes: Mapping[str, Recipe]) -> tuple[Recipe, DeltaGenerator]:
    """Draw the choice and the lines; return the recipe and the place beside it."""
    name = controls.one_of(param, st.pills, label_visibility="collapsed")
    code, beside = st.columns(2, gap="medium")
    with code:
        st.code(recipes[name].code, language="python")
        st.caption(_(recipes[name].text))
    return recipes[name], beside
