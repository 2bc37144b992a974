"""Cells to type numbers into: they hold text, since a column of numbers takes 1e3 for 13."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from linear_core.exchange.matrix_text import number_text


def texts(rows: Iterable[Iterable[float]], dtype: Any) -> list[list[str]]:
    """Numbers of ``dtype`` as they stand in cells: in full."""
    return [[number_text(value, dtype) for value in row] for row in rows]


def typed(text: str | None) -> str:
    """What was typed into a cell, for a reader: empty where nothing was, and with a plain minus."""
    return (text or "").strip().replace("\N{MINUS SIGN}", "-")


def columns(names: Iterable[str]) -> dict[str, Any]:
    """How the columns of a table of cells are set."""
    return {name: st.column_config.TextColumn(alignment="right") for name in names}
