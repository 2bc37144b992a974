"""Section "Neurons": the same layer as nodes and edges, beside its weight."""

import streamlit as st

from linear_core.charts import neurons_chart
from pages._ui import controls
from pages._ui.figure import figure
from pages._ui.forward.choices import Forward
from pages._ui.language import _
from pages._ui.layer.call import LayerCall


def draw(shown: Forward, call: LayerCall) -> None:
    """The layer as neurons; the pinned output is highlighted first."""
    trace = call.trace
    picked = call.cell[1] if call.cell else 0
    chart = neurons_chart(trace.weight, trace.bias, picked, _)
    figure(chart, "neurons_chart", scrolls=True)
    st.caption(
        _(
            "Each output neuron is one row of the weight: hover over or tap either to highlight both. Blue "
            "edges are positive, red ones negative, thicker ones larger in magnitude."
        )
    )
    controls.toggle(Forward.nodes)
