"""Numbers of the sections: a matrix as a small table, and figures in a row with what changed them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd
import streamlit as st

from pages._ui.language import _
from pages._ui.numbers import fixed, short

if TYPE_CHECKING:
    from torch import Tensor


def matrix(values: "Tensor", rows: Sequence[str] | None = None, digits: int = 3) -> None:
    """Draw a matrix, with the names of its samples where its rows are some."""
    texts = [[fixed(value, digits) for value in row] for row in values.tolist()]
    index = None if rows is None else pd.Index(rows, name=_("sample"))  # a column without a name says nothing
    st.table(pd.DataFrame(texts, index=index))


def figures(
    values: Mapping[str, tuple[float, float | None]], color: Literal["off", "inverse"] = "off"
) -> None:
    """Draw numbers beside each other, each with the change that led to it, if one did."""
    for column, (title, (value, change)) in zip(st.columns(len(values)), values.items(), strict=True):
        column.metric(title, short(value), None if change is None else f"{change:.4g}", delta_color=color)
