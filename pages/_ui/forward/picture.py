"""The picture of one call: a walk in six steps, whose step and pinned element are part of the link."""

from functools import partial
from typing import cast

import streamlit as st

from linear_core.gradients.guesses import wrong_outputs
from pages._ui import link, predict
from pages._ui.forward.choices import Forward
from pages._ui.language import _
from pages._ui.layer import matrices
from pages._ui.layer.call import LayerCall
from pages._ui.predict import Question
from pages._ui.walk import Order, WalkPicture, walk
from pages._ui.walk.forward import forward_picture, standard_cell


def draw(shown: Forward, call: LayerCall) -> None:
    """Draw the walk, with neurons below it where they are asked for, and a pager where rows are many."""
    rows = call.in_sight
    picture = forward_picture(
        call.seen,
        call.seen_names,
        convention=shown.convention,
        order=cast(Order, shown.view),
        show_neurons=shown.nodes,
    )
    cell = call.seen_cell or standard_cell(call.seen)
    question = _question(call, picture, cell) if shown.learn == "predict" else None
    walk(
        picture,
        step=shown.step,
        pinned=call.seen_cell,
        on_change=partial(_take, rows.start),
        on_edit=partial(_edit, rows.start),
        show_neurons=shown.nodes,
        hidden=[(0, "result", cell)] if question and not question.is_open else [],
    )
    if question:
        predict.ask(question)
    if len(rows) < call.trace.num_rows:
        _pager(rows, call)


def _question(call: LayerCall, picture: WalkPicture, cell: tuple[int, int]) -> Question:
    name = picture.products[0].result.called(*cell)
    value = call.seen.output_rows[cell].item()
    hint = _("The dot product of a row of x and a column of Wᵀ.")
    if call.spec.bias:
        hint = _("The dot product of a row of x and a column of Wᵀ, plus the bias.")
    return Question(name, value, wrong_outputs(call.seen, *cell), hint)


def _take(first_row: int, step: int, pinned: tuple[int, int] | None) -> None:
    link.change(step=step, cell=pinned and (first_row + pinned[0], pinned[1]))


def _edit(first_row: int, name: str, row: int, column: int, text: str | None, continued: bool) -> str | None:
    row += first_row if name == "x" else 0
    return matrices.set_number(name, row, column, text, continued)


def _pager(rows: range, call: LayerCall) -> None:
    """Previous and next rows, by pinning one of them."""
    num_rows, out = call.trace.num_rows, call.cell[1] if call.cell else 0
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        text = _("Rows {first} to {last} of {count}")
        st.caption(text.format(first=rows.start, last=rows.stop - 1, count=num_rows), width="content")
        for label, row, key in (
            (_("Previous rows"), rows.start - 1, "earlier_rows"),
            (_("Next rows"), rows.stop, "later_rows"),
        ):
            pin = link.setting(cell=(row, out))
            st.button(label, key=key, disabled=not 0 <= row < num_rows, on_click=pin)
