"""The layer as neurons: a node for each feature, an edge for each weight, beside the matrix they are."""

from typing import Any

import altair as alt
import pandas as pd
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.heat import CELL_HEIGHT, CELL_WIDTH, color_scale
from linear_core.charts.ink import INK
from linear_core.charts.labels import fixed, full
from linear_core.charts.marks import Translate, quiet

SPAN = 260
LIT = "neuron.out && indexof(neuron.out, datum.out) >= 0 || feature.in && indexof(feature.in, datum.in) >= 0"


def neurons_chart(
    weight: Tensor, bias: Tensor | None = None, picked: int = 0, translate: Translate = str
) -> alt.HConcatChart:
    """Draw a layer as neurons beside its weight as PyTorch stores it, one row for each output.

    Pointing at an output neuron highlights its edges and its row of the matrix; pointing at an input
    highlights its edges and its column; pointing at an edge or a cell highlights both. All of it happens in
    the browser.

    Parameters
    ----------
    weight : Tensor, ``(out_features, in_features)``
        Up to about twenty each way.
    bias : Tensor, ``(out_features,)``, optional
        In the tooltips of the outputs.
    picked : int
        The output that is highlighted before the pointer enters.
    translate : callable
        Returns each English text in another language.

    Returns
    -------
    altair.HConcatChart
        One specification for light and dark themes.

    Examples
    --------
    >>> import torch
    >>> neurons_chart(torch.tensor([[0.5, -0.25]])).to_dict()["description"]
    'Input neurons: 2, output neurons: 1, edges: 2; red edges are negative, thicker ones larger in magnitude.'
    """
    outs, ins = weight.shape
    largest = weight.abs().max().item() or 1.0
    edges = pd.DataFrame(
        {"out": out, "in": i, "from": i - (ins - 1) / 2, "to": out - (outs - 1) / 2, "value": value}
        | {"label": fixed(value), "full": full(value), "name": f"weight[{out}, {i}]"}
        for out, row in enumerate(weight.tolist())
        for i, value in enumerate(row)
    )
    tooltip = [
        alt.Tooltip("name:N", title=translate("name")),
        alt.Tooltip("full:N", title=translate("value")),
    ]
    graph = _graph(edges, _nodes(weight, bias, translate), largest, tooltip)
    matrix = _matrix(edges, largest, tooltip)
    description = translate(
        "Input neurons: {ins}, output neurons: {outs}, edges: {edges}; red edges are negative, thicker ones "
        "larger in magnitude."
    ).format(ins=ins, outs=outs, edges=outs * ins)
    chart = alt.hconcat(graph, matrix, spacing=48, center=True)
    views = [chart.hconcat[0].layer[1].name, chart.hconcat[1].layer[0].name]  # of circles and cells
    chart.params = [_pointed_at("neuron", "out", views, picked), _pointed_at("feature", "in", views)]
    drawn: alt.HConcatChart = quiet(chart.properties(description=description))
    return drawn


def _pointed_at(name: str, field: str, views: list[str], first: int | None = None) -> Any:
    """Hold what the pointer was last on, in both pictures."""
    point = alt.PointSelectionConfig(type="point", fields=[field], on="pointerover", clear=False)
    start = alt.Undefined if first is None else [{field: first}]
    return alt.TopLevelSelectionParameter(name=name, select=point, views=views, value=start)


def _nodes(weight: Tensor, bias: Tensor | None, translate: Translate) -> pd.DataFrame:
    outs, ins = weight.shape
    inputs = [
        {"in": i, "side": 0, "to": i - (ins - 1) / 2, "label": str(i), "name": f"x[{i}]", "full": ""}
        | {"hue": palette.X}
        for i in range(ins)
    ]
    word = translate("bias")
    values = [""] * outs if bias is None else [f"{word} {full(b)}" for b in bias.tolist()]
    outputs = [
        {"out": out, "side": 1, "to": out - (outs - 1) / 2, "label": str(out), "name": f"y[{out}]"}
        | {"hue": palette.OUTPUT, "full": value}
        for out, value in enumerate(values)
    ]
    return pd.DataFrame([*inputs, *outputs])


def _graph(edges: pd.DataFrame, nodes: pd.DataFrame, largest: float, tooltip: list[alt.Tooltip]) -> Any:
    names = alt.Axis(
        orient="top",
        values=[0, 1],
        labelExpr="datum.value ? 'y' : 'x'",
        labelFontSize=14,
        grid=False,
        ticks=False,
        domain=False,
    )
    side = alt.X("side:Q", title=None, axis=names, scale=alt.Scale(domain=[-0.12, 1.12], nice=False))
    ends = [nodes["to"].min() - 0.6, nodes["to"].max() + 0.6]
    place = alt.Y("to:Q", axis=None, scale=alt.Scale(domain=ends, nice=False, reverse=True))
    lines = (
        alt.Chart(edges)
        .transform_calculate(side="0", end="1", magnitude="abs(datum.value)")
        .mark_rule(strokeCap="round")
        .encode(
            side,
            alt.Y("from:Q", axis=None),
            x2="end:Q",
            y2="to:Q",
            color=alt.condition("datum.value < 0", alt.value(palette.NEGATIVE), alt.value(palette.POSITIVE)),
            strokeWidth=alt.StrokeWidth(
                "magnitude:Q", scale=alt.Scale(domain=[0, largest], range=[0.5, 5]), legend=None
            ),
            opacity=alt.condition(LIT, alt.value(1), alt.value(0.15)),
            tooltip=tooltip,
        )
    )
    base = alt.Chart(nodes).encode(side, place, tooltip=tooltip)
    circles = base.mark_circle(size=420, opacity=1).encode(color=alt.Color("hue:N", scale=None))
    numbers = base.mark_text(fontSize=12, color="white", fontWeight="bold").encode(text="label:N")
    height = CELL_HEIGHT * (ends[1] - ends[0])
    return alt.layer(lines, circles.properties(name="nodes"), numbers).properties(width=SPAN, height=height)


def _matrix(edges: pd.DataFrame, largest: float, tooltip: list[alt.Tooltip]) -> Any:
    base = alt.Chart(edges).encode(
        alt.X("in:O", title=None, axis=alt.Axis(orient="top", labelAngle=0, ticks=False, labelPadding=6)),
        alt.Y("out:O", title=None, axis=alt.Axis(ticks=False, labelPadding=6, labelFlush=False)),
        opacity=alt.condition(LIT, alt.value(1), alt.value(0.45)),
        tooltip=tooltip,
    )
    color = alt.Color("value:Q", scale=color_scale(largest), legend=None)
    faces = base.mark_rect(stroke=palette.MUTED, strokeWidth=0.3).encode(color=color)
    numbers = base.mark_text(fontSize=11, color=INK).encode(text="label:N")
    title = alt.TitleParams("weight", anchor="start", frame="group", color=palette.WEIGHT, fontSize=14)
    size = {"width": alt.Step(CELL_WIDTH), "height": alt.Step(CELL_HEIGHT)}
    return alt.layer(faces.properties(name="cells"), numbers).properties(title=title, **size)
