"""Several runs on one time line: their losses, their paths over weight and bias, and the lines they predict.

The moment (`linear_core.charts.film`) holds the step and then, for each run, loss, gradient norm, bias and
weights; a run that has ended stays at its last state.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import torch
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.axes import axis, framed, step_axis
from linear_core.charts.film import at_now, number, table, until_now
from linear_core.charts.leaving import any_way, line_up_or_down, off_chart
from linear_core.charts.ranges import Range, positive_room, room, step_room
from linear_core.charts.run_tables import contour_table, points_table, state_rows
from linear_core.charts.run_views import Translate
from linear_core.data.regression import RegressionData
from linear_core.training.history import TrainingHistory
from linear_core.training.loss_contours import LossContours, loss_contours
from linear_core.training.thinning import drawn_rows

# Distinguishable with color blindness too, on light and dark backgrounds.
COLORS = (palette.OUTPUT, palette.GRADIENT, palette.WEIGHT, palette.BIAS)
HEIGHT = 240
TOOLTIP = (alt.Tooltip("run:N", title=" "), alt.Tooltip("step:Q", format=","))


def film_rows(runs: Mapping[str, TrainingHistory]) -> Tensor:
    """Return the states of several runs side by side, as the moment reads them.

    Parameters
    ----------
    runs : mapping of str to TrainingHistory
        By name; every step from 0 on, each run as far as it went.

    Returns
    -------
    Tensor, ``(longest, 1 + runs · (3 + in_features))``
        The step, and for each run loss, gradient norm, bias and weights.
    """
    longest = max(len(history) for history in runs.values())
    step = torch.arange(longest)
    parts = [state_rows(history)[step.clamp(max=len(history) - 1), 1:] for history in runs.values()]
    return torch.cat([step.to(parts[0].dtype)[:, None], *parts], dim=1)


def views(names: Sequence[str], translate: Translate = str, **axes: str) -> dict[str, Any]:
    """Draw each view of `film_tables`, by its name; `axes` are what `lines_view` calls its axes."""
    return {
        "losses": losses_view(names, translate),
        "paths": paths_view(names, translate),
        "lines": lines_view(names, translate, **axes),
    }


def losses_view(names: Sequence[str], translate: Translate = str) -> Any:
    """Draw the loss of each run against the step."""
    x, y = step_axis(translate("step (log scale)")), axis(alt.Y, "loss", "loss", translate("loss"), "log")
    at = at_now("runs", step="min(now_step, datum.last)", loss=number("datum.column"))
    at = at.transform_filter("datum.loss > 0")
    drawn = table("paths").transform_filter("datum.loss > 0")
    return _grown(drawn, at, names, x, y, [*TOOLTIP, alt.Tooltip("loss:Q", format=".4g")])


def paths_view(names: Sequence[str], translate: Translate = str) -> Any:
    """Draw the path of each run over weight and bias, on contour lines of the loss; data of one feature."""
    x = axis(alt.X, "weight", "weight", translate("weight"))
    y = axis(alt.Y, "bias", "bias", translate("bias"))
    at = at_now("runs", weight=number("datum.column + 3"), bias=number("datum.column + 2"))
    contours = table("contours").mark_line(color=palette.MUTED, strokeWidth=1, opacity=0.6, clip=True)
    optimum = table("optimum").mark_point(shape="cross", size=90, filled=True, color=palette.MUTED)
    around = (
        axis(alt.X, "across", "weight", translate("weight")),
        axis(alt.Y, "along", "bias", translate("bias")),
    )
    below = [contours.encode(*around, detail="line:N", order="place:Q"), optimum.encode(*around)]
    gone = at.transform_calculate(arrow=any_way("weight", "bias"))
    return framed(_grown(table("paths"), at, names, x, y, TOOLTIP, below), _gone(translate, gone, names))


def lines_view(
    names: Sequence[str], translate: Translate = str, *, x: str | None = None, target: str | None = None
) -> Any:
    """Draw the samples and the line that each run predicts; data of one feature."""
    target = target or translate("target")
    across, y = axis(alt.X, "x_0", "x", x or translate("x")), axis(alt.Y, "target", "y", target)
    bias, weight = number("datum.column + 2"), number("datum.column + 3")
    prediction = f"{bias} + {weight} * datum.x_0"
    lines = at_now("ends", prediction=prediction).mark_line(strokeWidth=3, clip=True)
    samples = table("points").mark_circle(color=palette.TARGET, size=30, clip=True)
    tooltip = [alt.Tooltip("x_0:Q", title=x or translate("x"), format=".4g")]
    tooltip.append(alt.Tooltip("target:Q", title=target, format=".4g"))
    return framed(
        samples.encode(across, y, tooltip=tooltip),
        lines.encode(across, axis(alt.Y, "prediction", "y", target), _color(names)),
        _gone(translate, at_now("runs", arrow=line_up_or_down(bias, weight)), names),
    )


def _gone(translate: Translate, leaving: alt.Chart, names: Sequence[str]) -> Any:
    """Say of each run that is off the chart, each at a place of its own."""
    return off_chart(repr(translate("off the chart")), leaving, "datum.place", _color(names))


def _grown(
    paths: alt.Chart,
    at: alt.Chart,
    names: Sequence[str],
    x: Any,
    y: Any,
    tooltip: Sequence[Any],
    below: Sequence[Any] = (),
) -> Any:
    color, order = _color(names), alt.Order("step:Q")
    touchable = paths.transform_filter("datum.is_touchable").mark_circle(size=160, opacity=0, clip=True)
    return framed(
        *below,
        paths.mark_line(strokeWidth=1.5, opacity=0.35, clip=True).encode(x, y, color, order=order),
        until_now(paths).mark_line(strokeWidth=2.5, clip=True).encode(x, y, color, order=order),
        at.mark_circle(size=90, opacity=1, clip=True).encode(x, y, color),
        touchable.encode(x, y, tooltip=list(tooltip)),
    )


def _color(names: Sequence[str]) -> alt.Color:
    scale = alt.Scale(domain=list(names), range=list(COLORS[: len(names)]))
    legend = alt.Legend(
        title=None, orient="top", symbolOpacity=1, offset=2, columns=2 if len(names) > 3 else len(names)
    )
    return alt.Color("run:N", scale=scale, legend=legend)


def film_tables(
    runs: Mapping[str, TrainingHistory], data: RegressionData, loss: str = "mse"
) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the tables of each view, by the view's name and the table's.

    Parameters
    ----------
    runs : mapping of str to TrainingHistory
        Four at most, all from one start.
    data : RegressionData
        On which they learned; of several targets the first is drawn.
    loss : str
        One of `linear_core.LOSSES`, whose contour lines are drawn.
    """
    paths = pd.concat([_path(name, history) for name, history in runs.items()], ignore_index=True)
    width = 3 + data.in_features
    columns = [1 + place * width for place in range(len(runs))]
    places = [(place + 0.5) / len(runs) for place in range(len(runs))]
    last = [len(history) - 1 for history in runs.values()]
    each = pd.DataFrame({"run": list(runs), "column": columns, "place": places, "last": last})
    ends: dict[str, Range] = {"step": step_room(paths.step.max()), "loss": positive_room(paths.loss)}
    if data.in_features > 1:
        return {"losses": {"paths": paths, "runs": each, "ranges": _ends(ends)}}
    first = next(iter(runs.values()))
    start = None if first.bias is None else first.bias[0, 0]
    contours = loss_contours(data, first.weight[0, 0], start, loss)
    ends |= _plane(contours, paths)
    points = pd.DataFrame(points_table(data))
    ends |= {"x": room(points.x_0), "y": _around(points.target)}
    line = pd.DataFrame({"x_0": ends["x"]}).merge(each, how="cross")
    ranges = _ends(ends)
    lines, optimum = (pd.DataFrame(table) for table in contour_table(contours))
    return {
        "losses": {"paths": paths, "runs": each, "ranges": ranges},
        "paths": {"paths": paths, "runs": each, "contours": lines, "optimum": optimum, "ranges": ranges},
        "lines": {"points": points, "ends": line, "runs": each, "ranges": ranges},
    }


def _path(name: str, history: TrainingHistory) -> pd.DataFrame:
    drawn = history.rows(drawn_rows(history))
    bias = torch.zeros(len(drawn)) if drawn.bias is None else drawn.bias[:, 0]
    values = {"step": drawn.step, "loss": drawn.loss, "weight": drawn.weight[:, 0, 0], "bias": bias}
    table = pd.DataFrame({key: value.double().numpy() for key, value in values.items()})
    return table.assign(run=name, is_touchable=[row % 8 == 0 for row in range(len(table))])


def _plane(contours: LossContours, paths: pd.DataFrame) -> dict[str, Range]:
    """Make room for what converges; a path that has diverged leaves the picture."""
    start = paths[["weight", "bias"]].iloc[0].tolist()
    goal = start if contours.optimum is None else contours.optimum.tolist()
    across = 2.5 * max(abs(start[0] - goal[0]), 0.1)
    along = 2.5 * max(abs(start[1] - goal[1]), across / 4)
    near = {"weight": (goal[0], across), "bias": (goal[1], along)}
    return {
        name: room(pd.concat([paths[name].clip(middle - far, middle + far), pd.Series([middle])]))
        for name, (middle, far) in near.items()
    }


def _around(target: "pd.Series[float]") -> Range:
    """Make room around the samples for lines that miss them; one that has diverged leaves the picture."""
    low, high = target.min(), target.max()
    air = 0.5 * (high - low) or 1.0
    return low - air, high + air


def _ends(ranges: Mapping[str, Range]) -> pd.DataFrame:
    low = {f"{name}_min": ends[0] for name, ends in ranges.items()}
    return pd.DataFrame([low | {f"{name}_max": ends[1] for name, ends in ranges.items()}])
