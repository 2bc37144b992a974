"""A matrix as a small table of fixed digits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from linear_core.charts.labels import MINUS, fixed
from pages._ui.language import _

if TYPE_CHECKING:
    from torch import Tensor


def matrix(values: "Tensor", rows: Sequence[str] | None = None, digits: int = 3) -> None:
    """Draw a matrix, with the names of its samples where its rows are some."""
    texts = [[fixed(value, digits) for value in row] for row in values.tolist()]
    index = None if rows is None else pd.Index(rows, name=_("sample"))  # a column without a name says nothing
    st.table(pd.DataFrame(texts, index=index))


def short(value: float) -> str:
    """Write a number with four digits."""
    return f"{value:.4g}".replace("-", MINUS)
