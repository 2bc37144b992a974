"""What a mistake does, as pictures: both lines, and the matrix that takes the place of the residuals."""

from typing import Any

import altair as alt
import pandas as pd
import torch
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.axis_labels import VALUE_LABEL
from linear_core.charts.labels import full
from linear_core.charts.marks import quiet, sign_colour, strength
from linear_core.training.traps import TrapResult, TrapRun

MOST_CELLS = 40  # of the matrix, each way
MOST_POINTS = 400
HEIGHT = 300


def lines_chart(
    result: TrapResult, right: str = "right", wrong: str = "wrong", x: str = "x", target: str = "target"
) -> alt.LayerChart:
    """Draw the samples and what both runs have learned at the end.

    Parameters
    ----------
    result : TrapResult
        Of data with one feature; of several targets the first is drawn.
    right, wrong, x, target : str
        The texts.
    """
    data = result.right_data
    rows = torch.linspace(0, data.n_samples - 1, min(MOST_POINTS, data.n_samples)).round().long()
    points = pd.DataFrame({"x": data.x[rows, 0].tolist(), "target": data.target[rows, 0].tolist()})
    ends = torch.stack([data.x[:, 0].min(), data.x[:, 0].max()]).double()
    lines = pd.concat(
        pd.DataFrame({"run": name, "x": ends.tolist(), "target": _line(run, ends)})
        for name, run in ((right, result.right), (wrong, result.wrong))
    )
    low, high = points["target"].min(), points["target"].max()
    air = 0.5 * (high - low) or 1.0
    # A line that has diverged leaves the picture; the samples stay in sight.
    axis, around = alt.Axis(labelExpr=VALUE_LABEL), alt.Scale(domain=[low - air, high + air], nice=False)
    y = alt.Y("target:Q", title=target, scale=around, axis=axis)
    across = alt.X("x:Q", title=x, scale=alt.Scale(zero=False), axis=axis)
    scale = alt.Scale(domain=[right, wrong], range=[palette.OUTPUT, palette.GRADIENT])
    colour = alt.Color("run:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    tooltip = [
        alt.Tooltip("x:Q", title=x, format=".4g"),
        alt.Tooltip("target:Q", title=target, format=".4g"),
    ]
    samples = alt.Chart(points).mark_circle(color=palette.TARGET, size=34, clip=True)
    samples = samples.encode(across, y, tooltip=tooltip)
    fitted = alt.Chart(lines).mark_line(strokeWidth=3, clip=True).encode(across, y, colour)
    chart: Any = alt.layer(samples, fitted).properties(width="container", height=HEIGHT)
    drawn: alt.LayerChart = quiet(chart)
    return drawn


def _line(run: TrapRun, x: Tensor) -> list[float]:
    bias = 0.0 if run.bias is None else run.bias[-1, 0].double()
    values: list[float] = (x * run.weight[-1, 0, 0].double() + bias).tolist()
    return values


def differences_chart(
    differences: Tensor, prediction: str = "prediction", target: str = "target"
) -> alt.Chart:
    """Draw the matrix of differences: each prediction against each target.

    Parameters
    ----------
    differences : Tensor, ``(n, n)``
        Of more than 40 samples, 40 are drawn, evenly picked.
    prediction, target : str
        The texts.
    """
    size = len(differences)
    rows = torch.linspace(0, size - 1, min(size, MOST_CELLS)).round().long()
    picked = differences[rows][:, rows]
    largest = picked.abs().max().item() or 1.0
    cells = [
        (row, column, full(value), sign_colour(value), abs(value) / largest)
        for row, values in zip(rows.tolist(), picked.tolist(), strict=True)
        for column, value in zip(rows.tolist(), values, strict=True)
    ]
    table = pd.DataFrame(cells, columns=["row", "column", "value", "sign", "strength"])
    axis = alt.Axis(labels=False, ticks=False, domain=False)
    chart: Any = (
        alt.Chart(table)
        .mark_rect()
        .encode(
            alt.X("column:O", title=target, axis=axis, scale=alt.Scale(padding=0)),
            alt.Y("row:O", title=prediction, axis=axis, scale=alt.Scale(padding=0)),
            fill=alt.Fill("sign:N", scale=None),
            fillOpacity=strength(),
            tooltip=[
                alt.Tooltip("row:O", title=prediction),
                alt.Tooltip("column:O", title=target),
                alt.Tooltip("value:N", title=f"{prediction} − {target}"),
            ],
        )
        .properties(width=HEIGHT, height=HEIGHT)
    )
    drawn: alt.Chart = quiet(chart)
    return drawn
