"""One step of training as a picture: what each of its four stages adds to the same samples."""

from typing import Any

import altair as alt
import pandas as pd
import torch

from linear_core.charts import palette
from linear_core.charts.axis_labels import VALUE_LABEL
from linear_core.charts.marks import quiet
from linear_core.training.step_trace import StepTrace

MOST_POINTS = 300
HEIGHT = 330


def step_chart(
    trace: StepTrace,
    stage: int,
    x: str = "x",
    target: str = "target",
    prediction: str = "prediction",
    residual: str = "residual",
    gradient: str = "∂loss/∂prediction",
) -> alt.LayerChart:
    """Draw one stage of a step; the axes are the same in all four.

    Parameters
    ----------
    trace : StepTrace
        With one feature the samples are drawn over x, with more over the prediction; of several targets the
        first is drawn.
    stage : int
        1 predictions; 2 residuals as segments; 3 each sample's pull on the prediction, as long as its part
        of the gradient; 4 where the update has moved the predictions.
    x, target, prediction, residual, gradient : str
        The texts.
    """
    table, one_feature = _table(trace), trace.x.shape[1] == 1
    low = table[["target", "prediction", "after"]].min().min()
    high = table[["target", "prediction", "after"]].max().max()
    air = 0.06 * (high - low) or 1.0
    scale = alt.Scale(domain=[low - air, high + air], nice=False)
    # A run that diverges has numbers that are too long for an axis, if written out.
    axis = alt.Axis(labelExpr=VALUE_LABEL)
    title = x if one_feature else prediction
    across = alt.X("x:Q", title=title, scale=alt.Scale(zero=False), axis=axis)
    y = alt.Y("target:Q", title=target, scale=scale, axis=axis)
    predicted = alt.Y("prediction:Q", scale=scale, title=target, axis=axis)
    tooltip = _tooltip(title, target, prediction, residual, gradient)
    base = alt.Chart(table)
    samples = base.mark_circle(color=palette.TARGET, size=40).encode(across, y, tooltip=tooltip)
    dots = base.mark_circle(color=palette.OUTPUT, size=40).encode(across, predicted, tooltip=tooltip)
    segments = base.mark_rule(color=palette.MUTED, strokeWidth=1.5).encode(across, y, y2="prediction:Q")
    layers: list[Any] = [samples, dots]
    if stage == 2:
        layers.insert(0, segments)
    if stage == 3:
        pulls = base.mark_rule(color=palette.GRADIENT, strokeWidth=3).encode(across, predicted, y2="pull:Q")
        layers.insert(1, pulls)
    if one_feature and stage != 4:
        layers.insert(0, base.mark_line(color=palette.OUTPUT, strokeWidth=2).encode(across, predicted))
    if stage == 4:
        after = alt.Y("after:Q", scale=scale, title=target, axis=axis)
        moved = base.mark_circle(color=palette.OUTPUT, size=50).encode(across, after, tooltip=tooltip)
        way = base.mark_rule(color=palette.OUTPUT, opacity=0.5).encode(across, predicted, y2="after:Q")
        layers = [samples, way, moved]
        if one_feature:
            line: dict[str, Any] = {"strokeWidth": 2}
            layers.insert(0, base.mark_line(color=palette.OUTPUT, **line).encode(across, after))
            before = base.mark_line(color=palette.MUTED, strokeDash=[5, 4], **line)
            layers.insert(0, before.encode(across, predicted))
    chart: Any = alt.layer(*layers).properties(width="container", height=HEIGHT)
    drawn: alt.LayerChart = quiet(chart)
    return drawn


def _table(trace: StepTrace) -> pd.DataFrame:
    count = len(trace.rows)
    rows = torch.linspace(0, count - 1, min(count, MOST_POINTS)).round().long()
    prediction, pull = trace.prediction[rows, 0].double(), trace.grad_output[rows, 0].double()
    x = trace.x[rows, 0] if trace.x.shape[1] == 1 else prediction
    # As long as a residual of the same samples, so that both can be compared with the eye.
    longest = trace.residual[rows, 0].abs().max().double() / pull.abs().max().clamp(min=1e-300)
    bias = 0.0 if trace.new_bias is None else trace.new_bias[0]
    return pd.DataFrame(
        {
            "x": x.tolist(),
            "target": trace.target[rows, 0].tolist(),
            "prediction": prediction.tolist(),
            "residual": trace.residual[rows, 0].tolist(),
            "grad": pull.tolist(),
            "pull": (prediction - pull * longest).tolist(),
            "after": (trace.x[rows] @ trace.new_weight[0] + bias).tolist(),
        }
    )


def _tooltip(*titles: str) -> list[alt.Tooltip]:
    columns = ("x", "target", "prediction", "residual", "grad")
    return [
        alt.Tooltip(f"{column}:Q", title=title, format=".4g")
        for column, title in zip(columns, titles, strict=True)
    ]
