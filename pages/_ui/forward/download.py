"""Section "Download": every picture of the page as a file, and the script."""

from collections.abc import Callable

import altair as alt
import streamlit as st

from linear_core.charts import folding_chart, forward_chart, neurons_chart
from pages._ui import downloads
from pages._ui.forward.choices import Forward
from pages._ui.forward.script import script_of
from pages._ui.forward.words import folding_words, forward_words, neuron_words
from pages._ui.language import _
from pages._ui.layer.call import LayerCall
from pages._ui.walk import standard_cell


def draw(shown: Forward, call: LayerCall) -> None:
    """A line for each picture; the file is made after the click."""
    for name, (title, make) in pictures(shown, call).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(title, width=140)
            downloads.chart(make, name)
    st.caption(
        _("Pictures come on white ground; Vega-Lite opens in any Vega editor and still answers the pointer.")
    )
    downloads.script_button(script_of(shown, call), "linear_layer")


def pictures(shown: Forward, call: LayerCall) -> dict[str, tuple[str, Callable[[], alt.TopLevelMixin]]]:
    """The title of each picture, and what makes it as the screen shows it, by the name of its file."""
    trace, spec = call.seen, call.spec
    cell = call.seen_cell or standard_cell(trace)
    names, convention = call.seen_names, shown.convention
    neuron = call.cell[1] if call.cell else 0
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
            lambda: folding_chart(call.leading, spec.in_features, spec.out_features, folding),
        ),
    }
