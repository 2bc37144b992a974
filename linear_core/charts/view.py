"""What the views of a run have in common: axes, tables and titles that hold still, and a time that goes by.

A view names its tables and reads the ends of its axes from one of them; the parameter ``time`` says up to
which state of the run it draws.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt

from linear_core.charts import palette
from linear_core.charts.axis_labels import LOG_LABEL, STEP_LABEL, STEP_TICKS, VALUE_LABEL

HEIGHT = 158
EXTENT = 36  # of an axis with its labels: the same for all numbers, so that nothing jumps


def place(side: str) -> str:
    """Read an end of an axis from the table of ranges, so that it moves without a new specification."""
    # A browser draws once before the tables are there.
    return f"(length(data('ranges')) ? data('ranges')[0].{side} : {2 if side.endswith('max') else 1})"


def axis(channel: Any, field: str, side: str, title: str, scale: Any = "linear", **options: Any) -> Any:
    """Lay ``field`` along an axis whose ends, named after its ``side``, are in the table of ranges."""
    ends = [alt.ExprRef(place(f"{side}_min")), alt.ExprRef(place(f"{side}_max"))]
    by_scale: dict[str, dict[str, Any]] = {"symlog": {"constant": 1}, "linear": {"zero": False}, "log": {}}
    marks: dict[str, Any] = (
        {"labelExpr": LOG_LABEL} if scale == "log" else {"tickCount": 5, "labelExpr": VALUE_LABEL}
    )
    marks = options if "values" in options else {**marks, **options}
    if channel is alt.Y:
        marks |= {"minExtent": EXTENT, "maxExtent": EXTENT}
    return channel(
        f"{field}:Q",
        title=title,
        scale=alt.Scale(type=scale, domain=ends, nice=False, **by_scale[scale]),
        axis=alt.Axis(**marks),
    )


def step_axis(words: Mapping[str, str]) -> Any:
    """Give the axis of steps: logarithmic, since much happens early, but with a place for step 0."""
    return axis(alt.X, "step", "step", words["step"], "symlog", values=STEP_TICKS, labelExpr=STEP_LABEL)


def table(name: str) -> alt.Chart:
    """Stand for a table that a browser gets by its name."""
    return alt.Chart(alt.NamedData(name))


def now() -> alt.Chart:
    """Give the state at the time that the slider shows."""
    return table("history").transform_filter("datum.position == time")


def until_now() -> alt.Chart:
    """Give the states up to that time."""
    return table("history").transform_filter("datum.position <= time")


def touchable() -> alt.Chart:
    """Give the states that answer to the pointer: enough to find one, few enough to move quickly."""
    return table("history").transform_filter("datum.position % 4 == 0")


def state_tooltip(words: Mapping[str, str]) -> list[alt.Tooltip]:
    """Say of a state what it is, for the pointer."""
    return [
        alt.Tooltip("step:Q", title=words["step"], format=","),
        alt.Tooltip("loss:Q", title=words["height"], format=".4g"),
        alt.Tooltip("weight_0:Q", title=words["weight"], format=".4f"),
        alt.Tooltip("bias:Q", title=words["bias"], format=".4f"),
        alt.Tooltip("gradient:Q", title=words["gradient"], format=".4g"),
    ]


def inside(chart: alt.Chart, side: str) -> alt.Chart:
    """Leave out states far outside a picture; what comes back from there begins a line of its own."""
    return chart.transform_filter(f"datum.near_{side}").encode(detail=f"near_{side}:N")


def titled(words: Mapping[str, str], name: str, *layers: Any) -> Any:
    """Put the layers of a view under its title, with what to look for at the title's other end."""
    hint = table("ranges").mark_text(
        text=words[f"{name}_hint"], x="width", y=-11, align="right", fontSize=12, color=palette.MUTED
    )
    title = alt.TitleParams(words[name], anchor="start", frame="group", offset=-14, aria=False)
    return alt.layer(hint, *layers).properties(title=title)


def predicted(num_features: int, chart: alt.Chart) -> alt.Chart:
    """Work out the prediction for each row with the parameters at the time that the slider shows."""
    products = "".join(f" + datum.now.weight_{i} * datum.x_{i}" for i in range(num_features))
    return (
        chart.transform_calculate(now="data('history')[time] || {}")
        .transform_calculate(prediction=f"datum.now.bias{products}")
        .transform_calculate(residual="datum.target - datum.prediction")
    )
