"""The forward pass as one picture: x at the left, Wᵀ above, b as a row, y where they meet."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from linear_core.charts import palette
from linear_core.charts.ink import INK, QUIET, RESULT
from linear_core.charts.labels import full, sample_names
from linear_core.charts.marks import picture, place_x, place_y, strength
from linear_core.charts.sheet import CELL_HEIGHT, Layout, cell_table, sum_table
from linear_core.charts.words import FORWARD_WORDS
from linear_core.passes.forward import ForwardTrace

# A cell of x belongs to the picked row, one of Wᵀ or b to the picked column, one of y is the picked cell.
IN_ROW = "indexof(picked.row, datum.row) >= 0"
IN_COLUMN = "indexof(picked.out, datum.out) >= 0"
LIT = f"datum.kind === 'x' ? {IN_ROW} : datum.kind === 'output' ? {IN_ROW} && {IN_COLUMN} : {IN_COLUMN}"
READABLE = f"datum.kind === 'output' ? {IN_ROW} : {LIT}"


def forward_chart(
    trace: ForwardTrace,
    row_names: Sequence[str] | None = None,
    picked: tuple[int, int] = (0, 0),
    words: Mapping[str, str] = FORWARD_WORDS,
) -> alt.LayerChart:
    """Draw one call of a layer; pointing at a cell of y opens it.

    Its row of x and its column of Wᵀ light up, and the corner between them shows the products and their
    running sum. All of it happens in the browser.

    Parameters
    ----------
    trace : ForwardTrace
        A call with up to some twenty features and rows; `block_chart` is for larger ones.
    row_names : sequence of str, optional
        One for each row; A, B, C and so on by default.
    picked : tuple of int
        Row and output that are open before anybody points.
    words : mapping
        The texts, keyed as in `linear_core.charts.words.FORWARD_WORDS`.

    Returns
    -------
    altair.LayerChart
        One specification for light and dark ground.

    Raises
    ------
    IndexError
        `picked` lies outside the output.

    Examples
    --------
    >>> import torch
    >>> from linear_core import trace_forward
    >>> chart = forward_chart(trace_forward(torch.tensor([1.0, 2.0]), torch.tensor([[0.5, -0.25]])))
    >>> chart.to_dict()["description"]
    'x (1, 2) times Wᵀ (2, 1) gives y (1, 1); y[A, 0] is 0.'
    """
    names = sample_names(trace.num_rows) if row_names is None else row_names
    out_features, in_features = trace.weight.shape
    layout = Layout(trace.num_rows, in_features, out_features, trace.bias is not None)
    value = full(trace.cell(*picked).value.item())
    cells, sums = cell_table(trace, layout, names), sum_table(trace, layout, names)
    layers = [
        *_cell_layers(cells, picked, words),
        *_sum_layers(sums, layout, words),
        *_connections(layout),
        _names(trace, layout, names),
    ]
    description = words["description"].format(
        x_shape=(trace.num_rows, in_features),
        weight_shape=(in_features, out_features),
        y_shape=(trace.num_rows, out_features),
        cell=f"y[{names[picked[0]]}, {picked[1]}]",
        value=value,
    )
    return picture(layers, layout.width, layout.height, description)


def _cell_layers(cells: pd.DataFrame, picked: tuple[int, int], words: Mapping[str, str]) -> list[Any]:
    where: dict[str, Any] = {"x": place_x("left"), "x2": "right:Q", "y": place_y("top"), "y2": "bottom:Q"}
    tooltip = [alt.Tooltip("name:N", title=words["cell"]), alt.Tooltip("full:N", title=words["value"])]
    base = alt.Chart(cells).mark_rect(cornerRadius=3).encode(**where, tooltip=tooltip)
    faces = base.encode(
        fill=alt.Fill("sign:N", scale=None),
        fillOpacity=alt.condition(READABLE, strength(), alt.value(0.06)),
        stroke=alt.condition(LIT, alt.Stroke("hue:N", scale=None), alt.value(palette.MUTED)),
        strokeWidth=alt.condition(LIT, alt.value(2), alt.value(0.4)),
    )
    labels = (
        alt.Chart(cells)
        .transform_calculate(centre="(datum.left + datum.right) / 2", middle="(datum.top + datum.bottom) / 2")
        .mark_text(fontSize=11, color=INK)
        .encode(
            x=place_x("centre"),
            y=place_y("middle"),
            text="label:N",
            opacity=alt.condition(READABLE, alt.value(1), alt.value(0.45)),
        )
    )
    # What listens to the pointer: the cells of y once more, unseen, above the words.
    pick = alt.selection_point(
        name="picked",
        fields=["row", "out"],
        on="@output_cells_marks:pointerover",
        clear=False,
        toggle=False,
        value=[{"row": picked[0], "out": picked[1]}],
    )
    unseen = base.transform_filter("datum.kind === 'output'").encode(fill=alt.value("transparent"))
    return [faces, labels, unseen.properties(name="output_cells").add_params(pick)]


def _sum_layers(sums: pd.DataFrame, layout: Layout, words: Mapping[str, str]) -> list[Any]:
    base = (
        alt.Chart(sums)
        .transform_filter(f"{IN_ROW} && {IN_COLUMN}")
        .transform_calculate(
            low="datum.top + 6",
            high=f"datum.top + {CELL_HEIGHT - 8}",
            middle=f"datum.top + {CELL_HEIGHT / 2 - 1}",
        )
    )
    terms = base.transform_filter("datum.place >= 0")
    tooltip = [
        alt.Tooltip("words:N", title=words["term"]),
        alt.Tooltip("full:N", title=words["adds"]),
        alt.Tooltip("sum:N", title=words["sum"]),
    ]
    hue = alt.Color("hue:N", scale=None)
    bars = terms.mark_bar(cornerRadius=2, minBandSize=1).encode(
        x=place_x("from"), x2="to:Q", y=place_y("low"), y2="high:Q", color=hue, tooltip=tooltip
    )
    steps = (
        terms.transform_filter("isValid(datum.next)")
        .transform_calculate(below="datum.next + 6")
        .mark_rule(strokeWidth=1, color=palette.MUTED)
        .encode(x=place_x("to"), y=place_y("high"), y2="below:Q")
    )
    products = terms.mark_text(align="left", fontSize=12, color=INK).encode(
        x=alt.value(0), y=place_y("middle"), text="words:N"
    )
    values = terms.mark_text(align="right", fontSize=12, color=INK).encode(
        x=alt.value(layout.corner), y=place_y("middle"), text="label:N"
    )
    result = (
        base.transform_filter("datum.place < 0")
        .mark_text(align="right", fontSize=15, fontWeight="bold", color=RESULT)
        .encode(x=alt.value(layout.corner), y=place_y("middle"), text="words:N")
    )
    foot = layout.bias_top + (CELL_HEIGHT if layout.has_bias else -14)
    zero = (
        base.transform_filter("datum.place < 0")
        .mark_rule(color=palette.MUTED)
        .encode(x=place_x("zero"), y=alt.value(layout.weight_top), y2=alt.value(foot))
    )
    return [zero, bars, steps, products, values, result]


def _connections(layout: Layout) -> list[Any]:
    """Dashed lines from the picked row and the picked column to the cell where they meet."""
    across = pd.DataFrame({"row": range(layout.num_rows)})
    across["left"], across["right"] = layout.corner + 2, layout.right - 4
    across["middle"] = layout.rows_top + across["row"] * CELL_HEIGHT + CELL_HEIGHT / 2 - 1
    down = pd.DataFrame({"out": range(layout.out_features)})
    down["centre"] = layout.right + (down["out"] + 0.5) * layout.cell_width - 1
    down["top"], down["bottom"] = layout.rows_top - 62, layout.rows_top - 24
    dash: dict[str, Any] = {"strokeDash": [3, 3], "strokeWidth": 1.5}
    return [
        alt.Chart(across)
        .transform_filter(IN_ROW)
        .mark_rule(color=palette.X, **dash)
        .encode(x=place_x("left"), x2="right:Q", y=place_y("middle")),
        alt.Chart(down)
        .transform_filter(IN_COLUMN)
        .mark_rule(color=palette.WEIGHT, **dash)
        .encode(x=place_x("centre"), y=place_y("top"), y2="bottom:Q"),
    ]


def _names(trace: ForwardTrace, layout: Layout, names: Sequence[str]) -> Any:
    """Names of the matrices, numbers of rows and columns."""
    out_features, in_features = trace.weight.shape
    middle, cell = CELL_HEIGHT / 2 - 1, layout.cell_width
    end = layout.right + out_features * cell + 8
    titles = [
        (layout.x_left, layout.rows_top - 28, "x", palette.X),
        (layout.right, layout.weight_top - 30, "Wᵀ", palette.WEIGHT),
        (end, layout.rows_top + layout.num_rows * CELL_HEIGHT / 2, "y", palette.OUTPUT),
    ]
    if layout.has_bias:
        titles.append((end, layout.bias_top + middle, "b", palette.BIAS))
    numbers = [
        *((layout.x_left + (i + 0.5) * cell, layout.rows_top - 9, str(i)) for i in range(in_features)),
        *((layout.right + (o + 0.5) * cell, layout.weight_top - 9, str(o)) for o in range(out_features)),
        *(
            (layout.right - 14, layout.weight_top + i * CELL_HEIGHT + middle, str(i))
            for i in range(in_features)
        ),
        *((layout.x_left - 14, layout.rows_top + r * CELL_HEIGHT + middle, n) for r, n in enumerate(names)),
    ]
    title = alt.Chart(pd.DataFrame(titles, columns=["left", "top", "text", "hue"]))
    number = alt.Chart(pd.DataFrame(numbers, columns=["left", "top", "text"]))
    return alt.layer(
        title.mark_text(align="left", fontSize=17, fontWeight="bold").encode(
            place_x("left"), place_y("top"), text="text:N", color=alt.Color("hue:N", scale=None)
        ),
        number.mark_text(fontSize=11, color=QUIET).encode(place_x("left"), place_y("top"), text="text:N"),
    )
