"""Several losses against the step, as lines of different colours."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import torch
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.axis_labels import LOG_LABEL, STEP_LABEL, STEP_TICKS
from linear_core.charts.marks import quiet

# Told apart by colour-blind eyes too, on light ground and on dark.
COLOURS = (palette.OUTPUT, palette.GRADIENT, palette.WEIGHT, palette.BIAS)
MAX_STATES = 400


def curve_table(curves: Mapping[str, tuple[Tensor, Tensor]]) -> pd.DataFrame:
    """Put curves into one table, each thinned to some 400 places without losing a peak or a dip.

    Parameters
    ----------
    curves : mapping of str to (Tensor, Tensor)
        By name: steps that rise, and the loss at each.
    """
    tables = []
    for name, (step, loss) in curves.items():
        kept = thinned(loss)
        values = {"step": step[kept].numpy(), "loss": loss[kept].double().numpy()}
        tables.append(pd.DataFrame(values).assign(run=name))
    return pd.concat(tables, ignore_index=True)


def thinned(loss: Tensor) -> Tensor:
    """Give the rows to draw: the first hundred, and of 200 stretches the lowest and the highest."""
    if len(loss) <= MAX_STATES:
        return torch.arange(len(loss))
    ends = [torch.tensor([0, len(loss) - 1])]
    # The first steps, where much happens, all of them.
    ends.append(torch.arange(MAX_STATES // 4))
    start = 0
    for part in loss.tensor_split(MAX_STATES // 2):
        ends.append(torch.stack([part.argmin(), part.argmax()]) + start)
        start += len(part)
    rows: Tensor = torch.unique(torch.cat(ends))
    return rows


def run_legend(count: int) -> alt.Legend:
    """Name the runs above the picture; four stand in two lines, so that a phone shows them all."""
    return alt.Legend(title=None, orient="top", columns=2 if count > 3 else count)


def curves_chart(
    names: Sequence[str], step: str = "step", loss: str = "loss", height: int = 300
) -> dict[str, Any]:
    """Lay out the curves of a table called ``curves``, as `curve_table` makes it.

    Parameters
    ----------
    names : sequence of str
        Of the curves, four at most, in the order of `COLOURS`.
    step, loss : str
        What the axes are called.
    height : int
        In pixels.

    Returns
    -------
    dict
        A Vega-Lite specification that stays the same while the numbers change.
    """
    base = alt.Chart(alt.NamedData("curves")).transform_filter("datum.loss > 0")
    x = alt.X(
        "step:Q",
        title=step,
        scale=alt.Scale(type="symlog", nice=False),
        axis=alt.Axis(values=STEP_TICKS, labelExpr=STEP_LABEL),
    )
    y = alt.Y(
        "loss:Q", title=loss, scale=alt.Scale(type="log"), axis=alt.Axis(labelExpr=LOG_LABEL, tickCount=5)
    )
    scale = alt.Scale(domain=list(names), range=list(COLOURS[: len(names)]))
    colour = alt.Color("run:N", scale=scale, legend=run_legend(len(names)))
    tooltip = [
        alt.Tooltip("run:N", title=" "),
        alt.Tooltip("step:Q", title=step, format=","),
        alt.Tooltip("loss:Q", title=loss, format=".4g"),
    ]
    lines = base.mark_line(strokeWidth=2.5).encode(x, y, colour)
    points = base.mark_circle(size=160, opacity=0).encode(x, y, tooltip=tooltip)
    chart: Any = alt.layer(lines, points).properties(width="container", height=height)
    return dict(quiet(chart).configure_axis(labelFontSize=11, titleFontSize=12).to_dict(validate=False))
