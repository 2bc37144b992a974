"""Section "N dimensions": everything before the last dim of x is batch."""

import streamlit as st

from linear_core.charts import folding_chart
from pages._ui import controls
from pages._ui.choices import FORWARD
from pages._ui.forward import wide
from pages._ui.forward.screen import Screen
from pages._ui.language import _


def draw(screen: Screen) -> None:
    """The rank of x, how its leading dims fold into rows, and what changes with them."""
    spec, costs = screen.spec, screen.ledger
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        controls.one_of("rank", FORWARD, _("Rank of x"))
        if screen.trace.x.ndim == 4:
            controls.one_of("outer", FORWARD, _("first dim"))
        if screen.trace.x.ndim >= 3:
            controls.one_of("lead", FORWARD, _("dim before the batch"))
    chart = folding_chart(screen.leading, spec.in_features, spec.out_features, _)
    wide.chart(chart, "folding_chart")
    st.caption(
        _(
            "Parameters stay {parameters} ({parameters_sum}); multiply-adds grow with every leading dim:"
            " {macs} = {macs_sum}. Point at a sample to follow it."
        ).format(
            parameters=f"{costs.parameters:,}",
            parameters_sum=costs.parameters_sum,
            macs=f"{costs.macs:,}",
            macs_sum=costs.macs_sum,
        )
    )
