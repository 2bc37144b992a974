"""Section "Conventions": the same layer as libraries and textbooks write it."""

import streamlit as st

from linear_core.layer.conventions import CONVENTIONS
from pages._ui import controls
from pages._ui.forward.choices import Forward
from pages._ui.language import N_, _
from pages._ui.layer.call import LayerCall

WORDS = {
    "linear": N_(
        "PyTorch's own call: weight is stored (out_features, in_features), one row for each output."
    ),
    "matmul": N_("The same written out: weight.T is a view, nothing is copied."),
    "addmm": N_("What PyTorch runs underneath: the sum and the product in one call."),
    "columns": N_("Textbooks let a sample stand upright: x and y are columns, and no transpose is needed."),
    "kernel": N_("Keras and JAX store the weight as (in_features, out_features); no transpose is needed."),
}


def draw(shown: Forward, call: LayerCall) -> None:
    """One switch; picture, formula and script follow it."""
    controls.one_of(
        Forward.convention,
        _("Convention"),
        lambda name: CONVENTIONS[name].name,
        label_visibility="collapsed",
    )
    st.code(CONVENTIONS[shown.convention].code(call.spec.bias), language="python")
    st.caption(_(WORDS[shown.convention]))
    if len(call.leading) != 1:
        st.caption(
            _("The lines are for a batch, an x of rank 2; for other ranks the script shows PyTorch's call.")
        )
