"""The picture of one call, and whether its numbers are PyTorch's."""

import streamlit as st

from linear_core.charts import forward_chart
from linear_core.charts.labels import fixed, full
from pages._ui.forward.screen import Screen
from pages._ui.language import _


def draw(screen: Screen, view: str) -> None:
    """The matrices, one cell opened, and the badge."""
    picked = screen.cell or (0, 0)
    chart = forward_chart(screen.trace, screen.row_names, picked)
    with st.container(key="matrices"):
        st.altair_chart(chart, width="content", key="forward_chart")
    _formula(screen, picked)
    _badge(screen)


def _formula(screen: Screen, picked: tuple[int, int]) -> None:
    """The picked cell with its numbers plugged in, ending at PyTorch's own value."""
    cell = screen.trace.cell(*picked)
    terms = [
        f"{fixed(x)} × {fixed(weight)}"
        for x, weight in zip(cell.x.tolist(), cell.weight.tolist(), strict=True)
    ]
    if cell.bias is not None:
        terms.append(f":orange[{fixed(cell.bias.item())}]")
    name = f":green[**y[{screen.row_names[picked[0]]}, {picked[1]}]**]"
    st.caption(f"{name} = {' + '.join(terms)} = :green[**{full(cell.value.item())}**]")


def _badge(screen: Screen) -> None:
    match = screen.trace.check()
    if match.ok:
        st.badge(
            _("equal to F.linear, within {tolerance}").format(tolerance=fixed(match.tolerance)),
            icon=":material/check:",
            color="green",
        )
    else:
        st.badge(_("not finite or not equal to F.linear"), icon=":material/error:", color="red")
