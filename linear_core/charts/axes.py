"""Axes that do not move: their ends are read from a table, and their numbers have one format."""

from typing import Any

import altair as alt

from linear_core.charts.axis_labels import IS_DECADE, LOG_LABEL, STEP_LABEL, STEP_TICKS, VALUE_LABEL
from linear_core.charts.marks import quiet

EXTENT, EXTENT_BELOW = 34, 15  # of an axis with its labels: the same for all numbers, so that nothing jumps
PADDING, FONT_SIZE = 4, 11
ROOM = {"left": EXTENT + PADDING + FONT_SIZE, "bottom": EXTENT_BELOW + PADDING + FONT_SIZE}  # pixels


def end_of(name: str) -> str:
    """Return the expression of an end of an axis, so that it moves without a new specification."""
    # A browser draws once before the tables are there.
    return f"(length(data('ranges')) ? data('ranges')[0].{name} : {2 if name.endswith('max') else 1})"


def axis(channel: Any, field: str, side: str, title: str, scale: Any = "linear", **options: Any) -> Any:
    """Lay ``field`` along an axis whose ends, named after its ``side``, are in the table of ranges."""
    ends = [alt.ExprRef(end_of(f"{side}_min")), alt.ExprRef(end_of(f"{side}_max"))]
    by_scale: dict[str, dict[str, Any]] = {"symlog": {"constant": 1}, "linear": {"zero": False}, "log": {}}
    marks: dict[str, Any] = {"tickCount": 5, "labelExpr": VALUE_LABEL}
    if scale == "log":
        decade = {"condition": {"test": IS_DECADE, "value": 1}, "value": 0}
        marks = {"labelExpr": LOG_LABEL, "gridOpacity": decade}
    extent = EXTENT if channel is alt.Y else EXTENT_BELOW
    marks |= {"minExtent": extent, "maxExtent": extent, "labelFlush": True}
    return channel(
        f"{field}:Q",
        title=title,
        scale=alt.Scale(type=scale, domain=ends, nice=False, **by_scale[scale]),
        axis=alt.Axis(**(marks | options)),
    )


def step_axis(title: str) -> Any:
    """Return the axis of steps: logarithmic, since much happens early, but with a place for step 0."""
    marks = {"values": STEP_TICKS, "labelExpr": STEP_LABEL, "tickCount": alt.Undefined}
    return axis(alt.X, "step", "step", title, "symlog", **marks)


def framed(*layers: Any) -> Any:
    """Put layers over each other, with the table of ranges, which is there only where a mark reads it."""
    ranges = alt.Chart(alt.NamedData("ranges")).mark_point(opacity=0, size=0)
    return alt.layer(ranges, *layers)


def compact(chart: Any) -> Any:
    """Draw without a frame, with axes that take little room, and with round joins."""
    drawn = quiet(chart).configure_axis(
        labelPadding=PADDING,
        titlePadding=PADDING,
        labelFontSize=FONT_SIZE,
        titleFontSize=FONT_SIZE,
        titleFontWeight="normal",
        ticks=False,
    )
    # Pointed joins would make an arrowhead of each turn of a line that oscillates.
    return drawn.configure_line(strokeJoin="round")
