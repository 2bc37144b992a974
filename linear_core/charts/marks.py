"""What pictures share: texts, the color of a value, and a plain frame."""

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt

from linear_core.charts import palette

Translate = Callable[[str], str]  # of an English text; `str` leaves it as it is
FAINT, STRONG = 0.03, 0.65


def sign_color(value: float) -> str:
    """Red below zero, blue from there on; opacity shows magnitude, so that it works on any background."""
    return palette.NEGATIVE if value < 0 else palette.POSITIVE


def strength(field: str = "strength") -> alt.FillOpacity:
    """How far a value lies from zero, from 0 to 1, as the opacity of its cell."""
    scale = alt.Scale(domain=[0, 1], range=[FAINT, STRONG], clamp=True)
    return alt.FillOpacity(f"{field}:Q", scale=scale, legend=None)


def picture(layers: Sequence[Any], width: float, height: float, description: str) -> alt.LayerChart:
    """Put layers into one picture, with a description for screen readers."""
    chart: Any = alt.layer(*layers).properties(width=width, height=height, description=description)
    drawn: alt.LayerChart = quiet(chart)
    return drawn


def quiet(chart: Any) -> Any:
    """Draw without a frame, and give marks no text but their own tooltip.

    By itself each would have the names of its columns read aloud, and a page's theme may show them. What is
    read aloud is the chart's description; the container of each mark is hidden too.
    """
    mark = alt.MarkConfig(tooltip=None, aria=False)
    return chart.configure(aria=False, mark=mark).configure_view(stroke=None)
