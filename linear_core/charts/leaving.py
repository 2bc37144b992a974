"""What is said of something that has left a chart, whose axes do not follow it."""

from typing import Any

import altair as alt

from linear_core.charts import palette
from linear_core.charts.axes import end_of
from linear_core.charts.ink import BACKGROUND


def up_or_down(side: str, lowest: str, highest: str = "") -> str:
    """Return the expression of the arrow to where all between two values has gone, if it has."""
    top, bottom = end_of(f"{side}_max"), end_of(f"{side}_min")
    return f"{lowest} > {top} ? '↑' : {highest or lowest} < {bottom} ? '↓' : ''"


def line_up_or_down(bias: str, weight: str) -> str:
    """Return the expression of the arrow to where a whole line over x has gone."""
    left, right = (f"{bias} + {weight} * {end_of(f'x_{end}')}" for end in ("min", "max"))
    return up_or_down("y", f"min({left}, {right})", f"max({left}, {right})")


def any_way(across: str, along: str) -> str:
    """Return the expression of the arrow to where a point has gone, whose columns are called as the axes."""
    left, right = end_of(f"{across}_min"), end_of(f"{across}_max")
    sideways = f"datum.{across} > {right} ? '→' : datum.{across} < {left} ? '←' : ''"
    return f"({up_or_down(along, f'datum.{along}')}) || ({sideways})"


def off_chart(words: str, leaving: alt.Chart, across: str = "0.5", color: Any = None) -> Any:
    """Say at the edge, with the `arrow`, that what moves is off the chart.

    `words` and `across`, the place along the edge as a share of it, are expressions.
    """
    told = leaving.transform_filter("datum.arrow != ''").transform_calculate(
        text=f"datum.arrow + ' ' + {words}"
    )
    down = "(datum.arrow == '↓' ? 0.92 : 0.08) * height"
    style: dict[str, Any] = {"x": alt.ExprRef(f"{across} * width"), "y": alt.ExprRef(down)}
    style |= {"fontSize": 12, "fontWeight": "bold"}
    halo = told.mark_text(stroke=BACKGROUND, strokeWidth=6, strokeJoin="round", **style)
    text, color = alt.Text("text:N"), color or alt.ColorValue(palette.OUTPUT)
    return alt.layer(halo.encode(text), told.mark_text(**style).encode(text, color))
