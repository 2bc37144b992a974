"""The forward pass as one picture: y where x and the weight meet, laid out as a convention writes it."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from linear_core.charts import palette
from linear_core.charts.guides import connections, numbering
from linear_core.charts.ink import INK, RESULT
from linear_core.charts.labels import full, sample_names
from linear_core.charts.layout import CELL_HEIGHT, Layout
from linear_core.charts.marks import picture, place_x, place_y, strength
from linear_core.charts.sheet import ANY, AXES, cell_table, sum_table
from linear_core.charts.words import FORWARD_WORDS
from linear_core.layer.conventions import CONVENTIONS
from linear_core.passes.forward import ForwardTrace

# Two cells have to do with each other when they agree in sample, feature and output, as far as both have one.
AGREES = {
    axis: f"(picked.{axis}[0] === datum.{axis} || picked.{axis}[0] === {ANY} || datum.{axis} === {ANY})"
    for axis in AXES
}
LIT = " && ".join(AGREES.values())
READABLE = f"datum.kind === 'output' ? {AGREES['row']} : {LIT}"
# The corner stays at the cell of y that was pointed at last.
OPENED = "opened.row[0] === datum.row && opened.out[0] === datum.out"


def forward_chart(
    trace: ForwardTrace,
    row_names: Sequence[str] | None = None,
    picked: tuple[int, int] = (0, 0),
    words: Mapping[str, str] = FORWARD_WORDS,
    convention: str = "linear",
) -> alt.LayerChart:
    """Draw one call of a layer; pointing at any cell lights up what it feeds and what feeds it.

    Pointing at a cell of y opens it as well: the corner shows its products and their running sum. All of it
    happens in the browser.

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
    convention : str
        How the layer is written, one of `CONVENTIONS`: in textbooks samples are columns, and W stands at the
        left; a weight that is stored (in, out) is K.

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
    layout = Layout.of(trace, CONVENTIONS[convention])
    value = full(trace.cell(*picked).value.item())
    cells, sums = cell_table(trace, layout, names), sum_table(trace, layout, names)
    layers = [
        *_cell_layers(cells, picked, words),
        *_sum_layers(sums, layout, words),
        connections(layout),
        numbering(layout, names),
    ]
    x_shape, weight_shape, y_shape = (
        tuple(m.shape) for m in (trace.x_rows, trace.weight.T, trace.output_rows)
    )
    turn = slice(None, None, -1 if layout.upright else 1)
    description = words["description_of_columns" if layout.upright else "description"].format(
        x_shape=x_shape[turn],
        weight=layout.weight_name,
        weight_shape=weight_shape[turn],
        y_shape=y_shape[turn],
        cell=layout.output_name(names[picked[0]], picked[1]),
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
    # What listens to the pointer: all cells once more, unseen, above the words.
    row, out = picked
    lit = _pointer("picked", {"row": row, "out": out, "feature": ANY})
    opened = _pointer("opened", {"row": row, "out": out}, "[event.item.datum.kind === 'output']")
    unseen = base.encode(fill=alt.value("transparent"))
    return [faces, labels, unseen.properties(name="cells").add_params(lit, opened)]


def _pointer(name: str, start: Mapping[str, int], condition: str = "") -> alt.Parameter:
    """What the pointer was at last, from the start on."""
    return alt.selection_point(
        name=name,
        fields=list(start),
        on=f"@cells_marks:pointerover{condition}",
        clear=False,
        toggle=False,
        value=[dict(start)],
    )


def _sum_layers(sums: pd.DataFrame, layout: Layout, words: Mapping[str, str]) -> list[Any]:
    base = (
        alt.Chart(sums)
        .transform_filter(OPENED)
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
        .encode(x=place_x("zero"), y=alt.value(layout.top), y2=alt.value(foot))
    )
    return [zero, bars, steps, products, values, result]
