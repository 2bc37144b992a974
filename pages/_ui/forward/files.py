"""Section "Script and files": what prints the numbers on the screen, and every picture as a file."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from linear_core import charts  # each is loaded after the click
from pages._ui import downloads
from pages._ui.forward.choices import Forward
from pages._ui.language import _, translator
from pages._ui.layer.call import LayerCall

if TYPE_CHECKING:
    import altair as alt


def draw(shown: Forward, call: LayerCall) -> None:
    """Show the script, and a line for each picture; a file is made after the click."""
    is_own = shown.convention != Forward.convention.default
    downloads.script(call.script(shown.convention if is_own else None), "linear_layer")
    downloads.pictures(pictures(shown, call))
    st.caption(_("Pictures have a white background; the Vega-Lite file opens in any Vega editor."))


def pictures(shown: Forward, call: LayerCall) -> "dict[str, tuple[str, Callable[[], alt.TopLevelMixin]]]":
    """Return the title of each picture, and what makes it as the screen shows it, by the name of its file."""
    trace, spec = call.seen, call.spec
    names, convention = call.seen_names, shown.convention
    neuron = call.cell[1] if call.cell else 0
    translate = translator()
    return {
        "forward_pass": (
            _("Forward pass"),
            lambda: charts.forward_chart(trace, names, convention, translate),
        ),
        "neurons": (_("Neurons"), lambda: charts.neurons_chart(trace.weight, trace.bias, neuron, translate)),
        "n_dimensions": (
            _("N dimensions"),
            lambda: charts.flatten_chart(call.leading, spec.in_features, spec.out_features, translate),
        ),
    }
