"""Topic "Runs, but wrong": calls that raise nothing, wrong beside right, with the real numbers."""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from linear_core.shapes.silent import SILENT_MISTAKES, SilentResult
from pages._ui import controls
from pages._ui.errors.choices import Errors
from pages._ui.language import _, ngettext
from pages._ui.numbers import significant

if TYPE_CHECKING:
    from torch import Tensor

MOST_ROWS = 8


def draw(shown: Errors) -> None:
    """Choose a mistake; see both sides and what PyTorch says."""
    controls.one_of(Errors.silent, st.pills, label_visibility="collapsed")
    mistake = SILENT_MISTAKES[shown.silent]
    size, why = st.columns([1, 2.2], gap="large", vertical_alignment="center")
    with size:
        controls.slider(Errors.silent_size, label=_(mistake.size))
    result = mistake.run(shown.silent_size)
    with why:
        st.markdown(_(mistake.why))
    wrong, right = st.columns(2, gap="medium")
    with wrong:
        _side(_(":red[wrong]"), mistake.wrong_code, result.wrong, result.right)
        if result.warning is None:
            st.caption(_("PyTorch says nothing."))
        else:
            st.caption(_("PyTorch warns:"))
            st.code(f"UserWarning: {result.warning}", language=None, wrap_lines=True)
    with right:
        _side(_(":green[right]"), mistake.right_code, result.right, result.right)
    _inputs(result)


def _side(title: str, code: str, value: "Tensor", right: "Tensor") -> None:
    hue = "gray" if value.shape == right.shape else "red"
    with st.container(gap="xsmall"):
        st.markdown(f"**{title}** · :{hue}[y {tuple(value.shape)}]")
        st.code(code, language="python")
        _table(value, right)


def _inputs(result: SilentResult) -> None:
    tensors = {name: value for name, value in result.inputs.items() if hasattr(value, "tolist")}
    with st.expander(_("The inputs")):
        for name, value in tensors.items():
            st.caption(f"{name} {tuple(value.shape)}")
            _table(value)


def _table(value: "Tensor", right: "Tensor | None" = None) -> None:
    """Show a tensor as a table, its dims but the last as rows; what differs from ``right`` is red."""
    rows = _rows(value)
    texts = [[significant(number, 4) for number in row] for row in rows[:MOST_ROWS].tolist()]
    if right is not None and right.shape == value.shape:
        texts = [
            [text if same else f":red[{text}]" for text, same in zip(*line, strict=True)]
            for line in zip(texts, (rows == _rows(right))[:MOST_ROWS].tolist(), strict=True)
        ]
    st.table(pd.DataFrame(texts), hide_header=True, hide_index=True)
    if len(rows) > MOST_ROWS:
        more = len(rows) - MOST_ROWS
        st.caption(ngettext("and one more row", "and {more} more rows", more).format(more=more))


def _rows(value: "Tensor") -> "Tensor":
    return value.reshape(1, 1) if value.ndim == 0 else value.reshape(-1, value.shape[-1])
