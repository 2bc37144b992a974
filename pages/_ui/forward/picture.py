"""The picture of one call: a walk in six steps, whose step and pinned element are part of the link."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from pages._ui.forward import own
from pages._ui.forward.screen import Screen
from pages._ui.language import _
from pages._ui.walk import walk
from pages._ui.walk.forward import forward_picture


def ready(screen: Screen, view: str) -> Callable[[], None]:
    """Work out the walk, with neurons below it where they are asked for; what is returned draws it."""
    trace, rows = screen.trace, screen.in_sight
    show_neurons = st.session_state["nodes"] == "on"
    draw_walk = walk(
        forward_picture(
            screen.seen,
            screen.seen_names,
            convention=screen.convention_name,
            order=view,
            show_neurons=show_neurons,
        ),
        step=int(st.session_state["step"]),
        pinned=screen.seen_cell,
        on_change=partial(_take, rows.start),
        on_edit=partial(_edit, screen),
        show_neurons=show_neurons,
    )

    def draw() -> None:
        draw_walk()
        if len(rows) < trace.num_rows:
            _pager(rows, trace.num_rows)

    return draw


def _take(first_row: int, step: int, pinned: tuple[int, int] | None) -> None:
    st.session_state["step"] = str(step)
    st.session_state["cell"] = "" if pinned is None else f"{first_row + pinned[0]},{pinned[1]}"


def _edit(
    screen: Screen, matrix: str, row: int, column: int, text: str | None, continued: bool
) -> str | None:
    if text is None:
        own.undo()
        return None
    first_row = screen.in_sight.start if matrix == "x" else 0
    return own.set_cell(matrix, screen, first_row + row, column, text, continued)


def _pager(rows: range, num_rows: int) -> None:
    """Previous and next rows, by pinning one of them."""
    out = (st.session_state["cell"] or "0,0").partition(",")[2]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            _("Rows {first} to {last} of {count}").format(
                first=rows.start, last=rows.stop - 1, count=num_rows
            ),
            width="content",
        )
        for label, row, key in (
            (_("Previous rows"), rows.start - 1, "earlier_rows"),
            (_("Next rows"), rows.stop, "later_rows"),
        ):
            st.button(label, key=key, disabled=not 0 <= row < num_rows, on_click=_pin, args=(f"{row},{out}",))


def _pin(cell: str) -> None:
    st.session_state["cell"] = cell
