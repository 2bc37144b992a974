"""The ways that several optimizers take down one bowl."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from linear_core.charts import palette
from linear_core.charts.axis_labels import VALUE_LABEL
from linear_core.charts.curves import COLOURS, run_legend, thinned
from linear_core.charts.marks import quiet
from linear_core.data import RegressionData
from linear_core.training.loss_contours import loss_contours
from linear_core.training.race import RaceRun

HEIGHT = 300


def paths_chart(
    data: RegressionData, runs: Sequence[RaceRun], weight: str = "weight", bias: str = "bias"
) -> alt.LayerChart:
    """Draw each run's path over weight and bias, on the lines of equal loss.

    Parameters
    ----------
    data : RegressionData
        With one feature; of several targets the first is drawn.
    runs : sequence of RaceRun
        Four at most, all from one start.
    weight, bias : str
        What the axes are called.
    """
    first = runs[0].history
    start = None if first.bias is None else first.bias[0, 0]
    seen = loss_contours(data, first.weight[0, 0], start, runs[0].config.loss)
    paths = pd.concat([_path(run) for run in runs], ignore_index=True)
    optimum = seen.place(first.weight[:1, 0], None if start is None else start[None])[0].tolist()
    if seen.optimum is not None:
        optimum = seen.optimum.tolist()
    # Room for what converges; a path that has run away leaves the picture.
    reach = [2.5 * max(abs(first.weight[0, 0, 0].item() - optimum[0]), 0.1), 0.0]
    reach[1] = 2.5 * max(abs((0.0 if start is None else start.item()) - optimum[1]), reach[0] / 4)
    across, along = (
        channel(
            f"{name}:Q",
            title=title,
            scale=alt.Scale(domain=_domain(paths[name], middle, far), nice=False),
            axis=alt.Axis(tickCount=5, labelExpr=VALUE_LABEL),
        )
        for channel, name, title, middle, far in (
            (alt.X, "weight", weight, optimum[0], reach[0]),
            (alt.Y, "bias", bias, optimum[1], reach[1]),
        )
    )
    names = [run.name for run in runs]
    colours = alt.Scale(domain=names, range=list(COLOURS[: len(names)]))
    lines = pd.DataFrame(
        [
            (level, place, *point)
            for level, line in enumerate(seen.lines)
            for place, point in enumerate(line.tolist())
        ],
        columns=["level", "place", "weight", "bias"],
    )
    layers: list[Any] = [
        alt.Chart(lines)
        .mark_line(color=palette.MUTED, strokeWidth=1, opacity=0.6, clip=True)
        .encode(across, along, detail="level:N", order="place:Q"),
        alt.Chart(paths)
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(
            across,
            along,
            alt.Color("run:N", scale=colours, legend=run_legend(len(names))),
            order="step:Q",
            tooltip=[
                alt.Tooltip("run:N", title=" "),
                alt.Tooltip("weight:Q", title=weight, format=".4g"),
                alt.Tooltip("bias:Q", title=bias, format=".4g"),
            ],
        ),
        alt.Chart(pd.DataFrame([] if seen.optimum is None else [optimum], columns=["weight", "bias"]))
        .mark_point(shape="cross", size=90, filled=True, color=palette.MUTED)
        .encode(across, along),
    ]
    chart: Any = alt.layer(*layers).properties(width="container", height=HEIGHT)
    drawn: alt.LayerChart = quiet(chart)
    return drawn


def _path(run: RaceRun) -> pd.DataFrame:
    history = run.history
    kept = thinned(history.loss)
    bias = history.step.double() * 0 if history.bias is None else history.bias[:, 0]
    return pd.DataFrame(
        {
            "run": run.name,
            "step": history.step[kept].tolist(),
            "weight": history.weight[kept, 0, 0].tolist(),
            "bias": bias[kept].tolist(),
        }
    )


def _domain(values: "pd.Series[float]", middle: float, far: float) -> list[float]:
    """Give the range of the values with some air, but not beyond what is far from the optimum."""
    low, high = max(values.min(), middle - far), min(values.max(), middle + far)
    low, high = min(low, middle), max(high, middle)
    air = 0.1 * (high - low) or 0.5
    return [low - air, high + air]
