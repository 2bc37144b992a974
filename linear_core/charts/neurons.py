"""The layer as neurons: a node for each feature, an edge for each weight, beside the matrix they are."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.ink import INK, QUIET
from linear_core.charts.labels import fixed, full
from linear_core.charts.marks import picture, place_x, place_y, sign_colour, strength
from linear_core.charts.words import NEURON_WORDS

ROW = 30.0
CELL_WIDTH = 44.0
LEFT, SPAN, GAP = 70.0, 260.0, 130.0
TOP = 44.0

# An output is picked by its node or its row of the weight, an input by its node.
LIT = "indexof(neuron.pick_out, datum.out) >= 0 || indexof(neuron.pick_in, datum.in) >= 0"
NOBODY, ELSEWHERE = -1, -2

# A point's own shapes reach from -1 to 1 and are scaled by the root of its size, halved.
CELL_SIZE = (CELL_WIDTH - 2) ** 2
FLAT = (ROW - 2) / (CELL_WIDTH - 2)
CELL = f"M-1,{-FLAT}H1V{FLAT}H-1Z"
NODE_SIZE = 340


def neurons_chart(
    weight: Tensor,
    bias: Tensor | None = None,
    picked: int = 0,
    words: Mapping[str, str] = NEURON_WORDS,
) -> alt.LayerChart:
    """Draw a layer as neurons beside its weight as PyTorch stores it, one row for each output.

    Pointing at an output neuron lights its row of the matrix, and the other way round; pointing at an input
    lights its column. All of it happens in the browser.

    Parameters
    ----------
    weight : Tensor, ``(out_features, in_features)``
        Up to some twenty each way.
    bias : Tensor, ``(out_features,)``, optional
        Written beside the outputs.
    picked : int
        The output that is lit before anybody points.
    words : mapping
        The texts, keyed as in `linear_core.charts.words.NEURON_WORDS`.

    Returns
    -------
    altair.LayerChart
        One specification for light and dark ground.

    Examples
    --------
    >>> import torch
    >>> neurons_chart(torch.tensor([[0.5, -0.25]])).to_dict()["description"]
    '2 input neurons, 1 output neurons, 2 edges; red edges are negative, thick ones are large.'
    """
    outs, ins = weight.shape
    height = TOP + max(outs, ins) * ROW + 16
    edges = _edges(weight, height)
    pickable = _pickable(edges, weight, bias, height, words)
    tooltip = [alt.Tooltip(f"{column}:N", title=words[column]) for column in ("name", "value")]
    layers: list[Any] = [
        _edge_layer(edges, tooltip),
        _face_layer(pickable),
        *_word_layers(edges, weight, height),
        _pick_layer(pickable, picked, tooltip),
    ]
    width = LEFT + SPAN + GAP + ins * CELL_WIDTH + 8
    description = words["description"].format(ins=ins, outs=outs, edges=outs * ins)
    return picture(layers, width, height, description)


def _middle(place: int, count: int, height: float) -> float:
    """Nodes stand evenly about the middle."""
    return TOP + (height - TOP - 16) / 2 + (place - (count - 1) / 2) * ROW


def _edges(weight: Tensor, height: float) -> pd.DataFrame:
    """One line for each weight: its edge, and its cell in the matrix."""
    outs, ins = weight.shape
    largest = weight.abs().max().item() or 1.0
    records = []
    for out, row in enumerate(weight.tolist()):
        for i, value in enumerate(row):
            records.append(
                {
                    "out": out,
                    "in": i,
                    "from": _middle(i, ins, height),
                    "to": _middle(out, outs, height),
                    "x": LEFT + SPAN + GAP + (i + 0.5) * CELL_WIDTH,
                    "value": full(value),
                    "label": fixed(value),
                    "sign": sign_colour(value),
                    "strength": abs(value) / largest,
                    "name": f"weight[{out}, {i}]",
                }
            )
    return pd.DataFrame(records)


def _pickable(
    edges: pd.DataFrame, weight: Tensor, bias: Tensor | None, height: float, words: Mapping[str, str]
) -> pd.DataFrame:
    """Cells and nodes in one table, for one layer: a picture can listen to one layer only."""
    outs, ins = weight.shape
    cells = edges.assign(y=edges["to"], pick_out=edges["out"], pick_in=NOBODY, shape=CELL, size=CELL_SIZE)
    nodes = [
        {
            "in": i,
            "out": ELSEWHERE,
            "x": LEFT,
            "y": _middle(i, ins, height),
            "name": f"x[{i}]",
            "hue": palette.X,
        }
        for i in range(ins)
    ]
    for out in range(outs):
        own = words["no_bias"] if bias is None else words["bias"].format(bias=full(bias[out].item()))
        place = {"x": LEFT + SPAN, "y": _middle(out, outs, height)}
        node = {
            "in": ELSEWHERE,
            "out": out,
            "name": f"y[{out}]",
            "value": own,
            "hue": palette.OUTPUT,
        }
        nodes.append({**node, **place})
    table = pd.DataFrame(nodes).assign(shape="circle", size=NODE_SIZE, strength=0.0, sign=palette.MUTED)
    table["pick_in"], table["pick_out"] = table["in"].clip(NOBODY), table["out"].clip(NOBODY)
    together = pd.concat([cells, table], ignore_index=True).drop(columns=["from", "to", "label"])
    return together.fillna({"value": "", "hue": palette.WEIGHT})


def _edge_layer(edges: pd.DataFrame, tooltip: list[alt.Tooltip]) -> alt.Chart:
    thickness = alt.Scale(domain=[0, 1], range=[0.5, 5])
    lines: alt.Chart = (
        alt.Chart(edges)
        .mark_rule(strokeCap="round")
        .encode(
            x=alt.value(LEFT),
            x2=alt.value(LEFT + SPAN),
            y=place_y("from"),
            y2="to:Q",
            color=alt.Color("sign:N", scale=None),
            strokeWidth=alt.StrokeWidth("strength:Q", scale=thickness, legend=None),
            opacity=alt.condition(LIT, alt.value(1), alt.value(0.15)),
            tooltip=tooltip,
        )
    )
    return lines


def _face_layer(pickable: pd.DataFrame) -> alt.Chart:
    faces: alt.Chart = _points(pickable).encode(
        fill=alt.Fill("sign:N", scale=None),
        fillOpacity=strength(),
        stroke=alt.condition(LIT, alt.Stroke("hue:N", scale=None), alt.value(palette.MUTED)),
        strokeWidth=alt.condition(LIT, alt.value(2), alt.value(0.5)),
    )
    return faces


def _pick_layer(pickable: pd.DataFrame, picked: int, tooltip: list[alt.Tooltip]) -> alt.Chart:
    """What listens to the pointer: the same shapes once more, unseen, above the words."""
    neuron = alt.selection_point(
        name="neuron",
        fields=["pick_out", "pick_in"],
        on="@pickable_marks:pointerover",
        clear=False,
        toggle=False,
        value=[{"pick_out": picked, "pick_in": NOBODY}],
    )
    unseen = _points(pickable).encode(fill=alt.value("transparent"), stroke=alt.value(None), tooltip=tooltip)
    layer: alt.Chart = unseen.properties(name="pickable").add_params(neuron)
    return layer


def _points(pickable: pd.DataFrame) -> alt.Chart:
    points: alt.Chart = (
        alt.Chart(pickable)
        .mark_point(filled=True, opacity=1)
        .encode(
            x=place_x("x"),
            y=place_y("y"),
            shape=alt.Shape("shape:N", scale=None),
            size=alt.Size("size:Q", scale=None),
        )
    )
    return points


def _word_layers(edges: pd.DataFrame, weight: Tensor, height: float) -> list[Any]:
    outs, ins = weight.shape
    right = LEFT + SPAN + GAP
    titles = [
        (LEFT, 14, "x", palette.X),
        (LEFT + SPAN, 14, "y", palette.OUTPUT),
        (right + 12, 14, "W", palette.WEIGHT),
    ]
    numbers = [
        *((LEFT - 26, _middle(i, ins, height), str(i)) for i in range(ins)),
        *((LEFT + SPAN + 26, _middle(out, outs, height), str(out)) for out in range(outs)),
        *((right - 16, _middle(out, outs, height), str(out)) for out in range(outs)),
        *(
            (right + (i + 0.5) * CELL_WIDTH, _middle(0, outs, height) - ROW / 2 - 10, str(i))
            for i in range(ins)
        ),
    ]
    places: dict[str, Any] = {"x": place_x("left"), "y": place_y("top"), "text": "text:N"}
    return [
        alt.Chart(edges)
        .mark_text(fontSize=11, color=INK)
        .encode(
            place_x("x"),
            place_y("to"),
            text="label:N",
            opacity=alt.condition(LIT, alt.value(1), alt.value(0.45)),
        ),
        alt.Chart(pd.DataFrame(numbers, columns=["left", "top", "text"]))
        .mark_text(fontSize=11, color=QUIET)
        .encode(**places),
        alt.Chart(pd.DataFrame(titles, columns=["left", "top", "text", "hue"]))
        .mark_text(fontSize=17, fontWeight="bold")
        .encode(**places, color=alt.Color("hue:N", scale=None)),
    ]
