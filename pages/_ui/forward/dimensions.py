"""Section "N dimensions": everything before the last dim of x is batch."""

import streamlit as st

from linear_core.charts import flatten_chart
from pages._ui import controls
from pages._ui.figure import figure
from pages._ui.forward.choices import Forward
from pages._ui.glossary import meaning
from pages._ui.language import _
from pages._ui.layer import matrices
from pages._ui.layer.call import LayerCall
from pages._ui.numbers import count


def draw(shown: Forward, call: LayerCall) -> None:
    """The number of dims of x, how its leading dims flatten into rows, and what changes with them."""
    spec, costs = call.spec, call.costs
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        controls.one_of(Forward.rank, on_change=matrices.fit_sizes)
        if call.trace.x.ndim == 4:
            controls.one_of(Forward.outer, on_change=matrices.fit_sizes)
        if call.trace.x.ndim >= 3:
            controls.one_of(Forward.lead, on_change=matrices.fit_sizes)
    chart = flatten_chart(call.leading, spec.in_features, spec.out_features, _)
    figure(chart, "flatten_chart", scrolls=True)
    st.caption(
        _(
            "Parameters stay {parameters} ({parameters_sum}); multiply-adds grow with every leading dim: "
            "{macs} = {macs_sum}. Hover over or tap a sample to follow it."
        ).format(
            parameters=count(costs.parameters),
            parameters_sum=costs.parameters_sum,
            macs=count(costs.macs),
            macs_sum=costs.macs_sum,
        ),
        help=meaning("flatten", "unflatten"),
    )
