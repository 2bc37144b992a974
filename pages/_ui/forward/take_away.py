"""Section "Download": every picture of the page as a file, and the script."""

from collections.abc import Callable

import altair as alt
import streamlit as st

from linear_core.charts import folding_chart, forward_chart, neurons_chart
from pages._ui import downloads
from pages._ui.forward.screen import Screen
from pages._ui.forward.words import folding_words, forward_words, neuron_words
from pages._ui.language import _


def draw(screen: Screen) -> None:
    """A line for each picture; the file is made after the click."""
    trace, spec = screen.trace, screen.spec
    cell = screen.cell or (0, 0)
    forward, neurons, folding = forward_words(), neuron_words(), folding_words()
    pictures: dict[str, tuple[str, Callable[[], alt.TopLevelMixin]]] = {
        "forward_pass": (_("Forward pass"), lambda: forward_chart(trace, screen.row_names, cell, forward)),
        "neurons": (_("Neurons"), lambda: neurons_chart(trace.weight, trace.bias, cell[1], neurons)),
        "n_dimensions": (
            _("N dimensions"),
            lambda: folding_chart(screen.leading, spec.in_features, spec.out_features, folding),
        ),
    }
    for name, (title, make) in pictures.items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(title, width=140)
            downloads.chart(make, name)
    st.caption(
        _("Pictures come on white ground; Vega-Lite opens in any Vega editor and still answers the pointer.")
    )
    downloads.script_button(screen.script, "linear_layer")
