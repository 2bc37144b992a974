"""Section "N dimensions": everything before the last dim of x is batch."""

import streamlit as st

from linear_core.charts import folding_chart
from pages._ui import link
from pages._ui.choices import FORWARD, OneOf
from pages._ui.forward import wide
from pages._ui.forward.screen import Screen
from pages._ui.forward.words import folding_words
from pages._ui.language import _


def draw(screen: Screen) -> None:
    """The rank of x, how its leading dims fold into rows, and what changes with them."""
    spec, costs = screen.spec, screen.ledger
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        _choose("rank", _("Rank of x"))
        if screen.trace.x.ndim == 4:
            _choose("outer", _("first dim"))
        if screen.trace.x.ndim >= 3:
            _choose("lead", _("dim before the batch"))
    chart = folding_chart(screen.leading, spec.in_features, spec.out_features, folding_words())
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


def _choose(key: str, label: str) -> None:
    """A choice that stays when its control is not drawn: the control only passes it on."""
    choice = FORWARD[key]
    assert isinstance(choice, OneOf)
    control = f"{key}_control"
    link.show(**{control: st.session_state[key]})
    st.segmented_control(
        label, choice.options, key=control, required=True, on_change=lambda: _take(key, control)
    )


def _take(key: str, control: str) -> None:
    if not link.is_stale(control):
        st.session_state[key] = st.session_state[control]
