"""A matrix as a heat map, with Altair's own axes and one diverging scale centered on zero."""

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import pandas as pd
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.ink import INK
from linear_core.charts.labels import fixed, full
from linear_core.charts.marks import Translate

CELL_WIDTH, CELL_HEIGHT = 46, 26


def color_scale(largest: float) -> alt.Scale:
    """Return the scale from −largest to largest; zero is transparent, so that it works on any background."""
    ends = f"{palette.NEGATIVE}b0", f"{palette.MUTED}00", f"{palette.POSITIVE}b0"
    largest = largest or 1.0
    return alt.Scale(domain=[-largest, 0, largest], range=list(ends), clamp=True)


def legend(title: str | None) -> alt.Legend:
    """Return the legend of a color scale."""
    return alt.Legend(title=title, gradientLength=90, tickCount=3)


def heat_map(
    values: Tensor,
    rows: Sequence[str],
    columns: Sequence[str],
    name: Callable[[str, str], str],
    color: alt.Color,
    translate: Translate = str,
    digits: int = 2,
) -> Any:
    """Draw a matrix cell by cell, with its numbers.

    Parameters
    ----------
    values : Tensor, ``(rows, columns)``
        About twenty each way.
    rows, columns : sequence of str
        The label of each row and of each column.
    name : callable
        ``name(row, column)`` is what a cell is called.
    color : altair.Color
        Of the field ``value``.
    translate : callable
        Returns each English text in another language.
    digits : int
        After the point; the tooltip has all.

    Returns
    -------
    altair.LayerChart
    """
    table = pd.DataFrame(
        {"row": row, "column": column, "value": value, "label": fixed(value, digits), "full": full(value)}
        | {"name": name(row, column)}
        for row, line in zip(rows, values.tolist(), strict=True)
        for column, value in zip(columns, line, strict=True)
    )
    base = alt.Chart(table).encode(
        alt.X(
            "column:O",
            sort=None,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, ticks=False, labelPadding=6),
        ),
        alt.Y("row:O", sort=None, title=None, axis=alt.Axis(ticks=False, labelPadding=6, labelFlush=False)),
        tooltip=[
            alt.Tooltip("name:N", title=translate("element")),
            alt.Tooltip("full:N", title=translate("value")),
        ],
    )
    faces = base.mark_rect(stroke=palette.MUTED, strokeWidth=0.3).encode(color=color)
    numbers = base.mark_text(fontSize=11, color=INK).encode(text="label:N")
    return alt.layer(faces, numbers).properties(width=alt.Step(CELL_WIDTH), height=alt.Step(CELL_HEIGHT))
