"""What guides the eye through the forward picture: names, numbers of rows and columns, dashed lines."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from linear_core.charts import palette
from linear_core.charts.ink import QUIET
from linear_core.charts.layout import CELL_HEIGHT, Layout
from linear_core.charts.marks import place_x, place_y
from linear_core.charts.sheet import ANY, HUES

# Lines lead to a cell of y as long as it is pointed at.
LED_TO = f"picked.row[0] !== {ANY} && picked.out[0] !== {ANY} && picked[datum.axis][0] === datum.place"


def connections(layout: Layout) -> Any:
    """Dashed lines to the cell of y that is pointed at: from the left and from above."""
    lines = []
    end = layout.place("bias")[0] if layout.upright and layout.has_bias else layout.right
    for place in range(layout.count(layout.down)):
        middle = layout.rows_top + (place + 0.5) * CELL_HEIGHT - 1
        lines.append(
            (layout.down, place, layout.corner + 2, end - 4, middle, middle, HUES[layout.left_matrix])
        )
    for place in range(layout.count(layout.across)):
        centre = layout.right + (place + 0.5) * layout.cell_width - 1
        top, bottom = layout.rows_top - 62, layout.rows_top - 24
        lines.append((layout.across, place, centre, centre, top, bottom, HUES[layout.top_matrix]))
    return (
        alt.Chart(pd.DataFrame(lines, columns=["axis", "place", "left", "right", "top", "bottom", "hue"]))
        .transform_filter(LED_TO)
        .mark_rule(strokeDash=[3, 3], strokeWidth=1.5)
        .encode(
            x=place_x("left"),
            x2="right:Q",
            y=place_y("top"),
            y2="bottom:Q",
            color=alt.Color("hue:N", scale=None),
        )
    )


def numbering(layout: Layout, names: Sequence[str]) -> Any:
    """Names of the matrices, numbers of rows and columns."""
    title = alt.Chart(pd.DataFrame(_titles(layout), columns=["left", "top", "text", "hue"]))
    number = alt.Chart(pd.DataFrame(_numbers(layout, names), columns=["left", "top", "text"]))
    return alt.layer(
        title.mark_text(align="left", fontSize=17, fontWeight="bold").encode(
            place_x("left"), place_y("top"), text="text:N", color=alt.Color("hue:N", scale=None)
        ),
        number.mark_text(fontSize=11, color=QUIET).encode(place_x("left"), place_y("top"), text="text:N"),
    )


def _titles(layout: Layout) -> list[tuple[float, float, str, str]]:
    end = layout.right + layout.count(layout.across) * layout.cell_width + 8
    middle = layout.rows_top + layout.count(layout.down) * CELL_HEIGHT / 2
    symbols = {"x": "x", "weight": layout.weight_name}
    titles = [
        (layout.left, layout.rows_top - 28, symbols[layout.left_matrix], HUES[layout.left_matrix]),
        (layout.right, layout.top - 30, symbols[layout.top_matrix], HUES[layout.top_matrix]),
        (end, middle, "y", palette.OUTPUT),
    ]
    if layout.has_bias:
        left, top = layout.place("bias")
        where = (
            (left + layout.cell_width / 2 - 5, top - 9)
            if layout.upright
            else (end, top + CELL_HEIGHT / 2 - 1)
        )
        titles.append((*where, "b", palette.BIAS))
    return titles


def _numbers(layout: Layout, names: Sequence[str]) -> list[tuple[float, float, str]]:
    """What is written beside each row and above each column of the matrices at the left and above."""
    middle, cell = CELL_HEIGHT / 2 - 1, layout.cell_width
    features = range(layout.in_features)
    labels = {"row": names, "out": range(layout.out_features)}
    return [
        *((layout.left + (i + 0.5) * cell, layout.rows_top - 9, str(i)) for i in features),
        *(
            (layout.right + (n + 0.5) * cell, layout.top - 9, str(label))
            for n, label in enumerate(labels[layout.across])
        ),
        *((layout.right - 14, layout.top + i * CELL_HEIGHT + middle, str(i)) for i in features),
        *(
            (layout.left - 14, layout.rows_top + n * CELL_HEIGHT + middle, str(label))
            for n, label in enumerate(labels[layout.down])
        ),
    ]
