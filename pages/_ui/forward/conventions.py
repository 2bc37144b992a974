"""Section "Conventions": the same layer as libraries and textbooks write it."""

import streamlit as st

from linear_core.layer.conventions import CONVENTIONS
from pages._ui import controls
from pages._ui.forward.choices import Forward
from pages._ui.glossary import meaning
from pages._ui.language import _
from pages._ui.layer.call import LayerCall


def draw(shown: Forward, call: LayerCall) -> None:
    """One switch; picture, formula and script follow it."""
    controls.one_of(Forward.convention, label_visibility="collapsed")
    st.code(CONVENTIONS[shown.convention].code(call.spec.bias), language="python")
    st.caption(_(CONVENTIONS[shown.convention].about), help=meaning("transpose", "view", "stride"))
    if len(call.leading) != 1:
        st.caption(
            _(
                "These lines are for a batch, a 2-D x; for other numbers of dimensions the "
                "script shows PyTorch's call."
            )
        )
