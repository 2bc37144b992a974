"""What decides the first numbers of a layer: bias, seed and initialization."""

import streamlit as st

from pages._ui import controls
from pages._ui.language import _
from pages._ui.layer import matrices
from pages._ui.layer.choices import LayerState


def draw(shown: LayerState) -> None:
    """Draw the three, folded: most visitors begin with PyTorch's own."""
    with st.expander(_("Bias, seed, initialization"), key="initialization"):
        controls.toggle(LayerState.bias, on_change=matrices.fit_sizes)
        controls.number(LayerState.seed)
        controls.select(LayerState.init)
