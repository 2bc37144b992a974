"""A table to type numbers into. Its cells hold text, since a column of numbers takes 1e3 for 13."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from linear_core.exchange.matrix_text import number_text, numbers_to_tensor
from pages._ui.session import Slot, control

if TYPE_CHECKING:
    from torch import Tensor


@dataclass
class _Kept:
    """The table that the browser has: what it began with, and the numbers that it shows by now."""

    texts: list[list[str]]
    shown: list[list[float]]
    columns: list[str]
    version: int


class NumberTable:
    """Cells that keep what was typed; the table is built again only when the numbers changed elsewhere.

    ``take(numbers)`` is called with the whole table after each change and may raise a refusal, which
    ``refuse`` gets; rows that are not complete yet wait.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._kept: Slot[_Kept | None] = Slot(f"table:{name}", lambda: None)

    def draw(
        self,
        numbers: "Tensor",
        columns: Sequence[str],
        take: Callable[["Tensor"], None],
        refuse: Callable[[Exception], None],
        *,
        rows: Sequence[str] | None = None,
        can_grow: bool = False,
        **options: Any,
    ) -> None:
        """Draw ``numbers``, ``(rows, columns)``; ``options`` are those of ``st.data_editor``."""
        kept, shown = self._kept.get(), numbers.tolist()
        if kept is None or kept.shown != shown or kept.columns != list(columns):
            texts = [[number_text(value, numbers.dtype) for value in row] for row in shown]
            kept = _Kept(texts, shown, list(columns), 0 if kept is None else kept.version + 1)
            self._kept.set(kept)
        key = f"table_{self._name}_{kept.version}"

        def changed() -> None:
            try:
                edited = numbers_to_tensor(_edited(kept, control(key)), numbers.dtype)
                take(edited)
            except ValueError as error:
                refuse(error)
            else:
                kept.shown = edited.tolist()

        st.data_editor(
            pd.DataFrame(kept.texts, index=None if rows is None else list(rows), columns=range(len(columns))),
            key=key,
            num_rows="dynamic" if can_grow else "fixed",
            column_config={
                "_index": st.column_config.Column(disabled=True),
                **{
                    str(place): st.column_config.TextColumn(title, alignment="right")
                    for place, title in enumerate(columns)
                },
            },
            on_change=changed,
            **options,
        )


def _edited(kept: _Kept, edits: dict[str, Any]) -> list[list[str]]:
    """Return the table's texts with what was typed, added and deleted since it was made."""
    rows: list[list[str | None]] = [list(row) for row in kept.texts]
    for row, edited in edits["edited_rows"].items():
        for column, text in edited.items():
            rows[int(row)][int(column)] = text
    rows = [row for place, row in enumerate(rows) if place not in edits["deleted_rows"]]
    places = [str(place) for place in range(len(kept.columns))]
    added = [[row.get(place) for place in places] for row in edits["added_rows"]]
    return [[_typed(text) for text in row] for row in rows + [row for row in added if None not in row]]


def _typed(text: str | None) -> str:
    """Return what was typed into a cell: empty where nothing was, and with a plain minus."""
    return (text or "").strip().replace("\N{MINUS SIGN}", "-")
