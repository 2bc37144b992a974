"""Section "Neurons": the same layer as nodes and edges, beside its weight."""

import streamlit as st

from linear_core.charts import neurons_chart
from pages._ui import link
from pages._ui.forward import wide
from pages._ui.forward.screen import Screen
from pages._ui.language import _


def draw(screen: Screen) -> None:
    """The layer as neurons; the pinned output is lit first."""
    trace = screen.trace
    picked = screen.cell[1] if screen.cell else 0
    chart = neurons_chart(trace.weight, trace.bias, picked, _)
    wide.chart(chart, "neurons_chart")
    st.caption(
        _(
            "Each output neuron is one row of the weight: point at either and both light up."
            " Blue edges are positive, red ones negative, thick ones large."
        )
    )
    link.show(nodes_control=st.session_state["nodes"] == "on")
    st.toggle(_("Draw the neurons below the walk too"), key="nodes_control", on_change=_take)


def _take() -> None:
    if not link.is_stale("nodes_control"):
        st.session_state["nodes"] = "on" if st.session_state["nodes_control"] else "off"
