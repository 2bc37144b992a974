"""Section "Download": every picture of the page as a file, and the script."""

from collections.abc import Callable

import altair as alt
import streamlit as st

from linear_core.charts import folding_chart, forward_chart, neurons_chart
from pages._ui import downloads
from pages._ui.forward.screen import Screen
from pages._ui.forward.words import folding_words, forward_words, neuron_words
from pages._ui.language import _
from pages._ui.walk.forward import standard_cell


def draw(screen: Screen) -> None:
    """A line for each picture; the file is made after the click."""
    for name, (title, make) in pictures(screen).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(title, width=140)
            downloads.chart(make, name)
    st.caption(
        _("Pictures come on white ground; Vega-Lite opens in any Vega editor and still answers the pointer.")
    )
    downloads.script_button(screen.script, "linear_layer")


def pictures(screen: Screen) -> dict[str, tuple[str, Callable[[], alt.TopLevelMixin]]]:
    """The title of each picture, and what makes it as the screen shows it, by the name of its file."""
    trace, spec = screen.seen, screen.spec
    cell = screen.seen_cell or standard_cell(trace)
    names, convention = screen.seen_names, screen.convention_name
    neuron = screen.cell[1] if screen.cell else 0
    # Words are found now: what makes a file later does not know whose language it is.
    forward, neurons, folding = forward_words(), neuron_words(), folding_words()
    return {
        "forward_pass": (
            _("Forward pass"),
            lambda: forward_chart(trace, names, cell, forward, convention),
        ),
        "neurons": (_("Neurons"), lambda: neurons_chart(trace.weight, trace.bias, neuron, neurons)),
        "n_dimensions": (
            _("N dimensions"),
            lambda: folding_chart(screen.leading, spec.in_features, spec.out_features, folding),
        ),
    }
