"""The picture of one call: a walk in six steps, whose step and pinned cell are part of the link."""

from functools import partial

import streamlit as st

from pages._ui import link
from pages._ui.forward.choices import Forward
from pages._ui.language import _
from pages._ui.layer.call import LayerCall
from pages._ui.walk import walk


def draw(shown: Forward, call: LayerCall) -> None:
    """Draw the walk, with neurons below it where they are asked for, and a pager where rows are many."""
    rows = call.in_sight
    walk(
        call.seen,
        step=shown.step,
        view=shown.view,
        pinned=call.seen_cell,
        on_change=partial(_take, rows.start),
        row_names=call.seen_names,
        convention=shown.convention,
        show_neurons=shown.nodes,
    )()
    if len(rows) < call.trace.num_rows:
        _pager(rows, call)


def _take(first_row: int, step: int, pinned: tuple[int, int] | None) -> None:
    cell = "" if pinned is None else f"{first_row + pinned[0]},{pinned[1]}"
    link.change(step=step, cell=cell)


def _pager(rows: range, call: LayerCall) -> None:
    """Earlier and later rows, by pinning one of them."""
    num_rows, out = call.trace.num_rows, call.cell[1] if call.cell else 0
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        text = _("Rows {first} to {last} of {count}")
        st.caption(text.format(first=rows.start, last=rows.stop - 1, count=num_rows), width="content")
        for label, row, key in (
            (_("Earlier rows"), rows.start - 1, "earlier_rows"),
            (_("Later rows"), rows.stop, "later_rows"),
        ):
            pin = link.setting(cell=f"{row},{out}")
            st.button(label, key=key, disabled=not 0 <= row < num_rows, on_click=pin)
