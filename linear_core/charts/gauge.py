"""A ruler of learning rates: where the chosen one stands between too slow and too large."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import altair as alt
import pandas as pd

from linear_core.charts import palette
from linear_core.charts.marks import quiet
from linear_core.theory.outlook import Outlook

GAUGE_WORDS: Mapping[str, str] = MappingProxyType({"yours": "yours", "best": "best", "limit": "limit"})
HEIGHT = 62


def gauge(words: Mapping[str, str] = GAUGE_WORDS) -> Any:
    """Lay out the ruler without its numbers, which `gauge_table` gives under the name ``gauge``."""
    low, high = (alt.ExprRef(f"length(data('gauge')) ? data('gauge')[0].{end} : {k}") for end, k in _ENDS)
    scale = alt.Scale(type="log", domain=[low, high], nice=False)

    def at(name: str) -> Any:
        return alt.X(f"{name}:Q", scale=scale, axis=None)

    base = alt.Chart(alt.NamedData("gauge"))
    fade: Any = alt.Gradient(  # type: ignore[no-untyped-call]
        gradient="linear",
        x1=0,
        x2=1,
        y1=0,
        y2=0,
        stops=[
            alt.GradientStop(color="rgba(128, 138, 156, 0.25)", offset=0.0),
            alt.GradientStop(color="rgba(128, 138, 156, 0.35)", offset=0.5),
            alt.GradientStop(color=palette.OUTPUT, offset=1.0),
        ],
    )
    band: dict[str, Any] = {"y": 25, "y2": 37}
    bar = base.mark_rect(color=fade, cornerRadius=3, **band).encode(at("low"), x2="limit")
    beyond = base.mark_rect(color=palette.GRADIENT, cornerRadius=3, **band).encode(at("limit"), x2="high")
    marks: list[Any] = [bar, beyond]
    labels: list[tuple[str, str, int, Any, int]] = [
        ("yours", palette.OUTPUT, 12, "center", 0),
        ("best", palette.OUTPUT, 50, "right", -4),
        ("limit", palette.GRADIENT, 50, "left", 4),
    ]
    for name, colour, y, align, dx in labels:
        text = base.transform_calculate(text=f"'{words[name]} ' + format(datum.{name}, '.2~g')")
        marks.append(
            text.mark_text(align=align, dx=dx, y=y, color=colour, fontSize=13, fontWeight=600).encode(
                at(name), text="text:N"
            )
        )
    ends = {"yours": (19, 43), "best": (25, 43), "limit": (25, 43)}
    for name, (top, bottom) in ends.items():
        colour = palette.GRADIENT if name == "limit" else palette.OUTPUT
        width = 4 if name == "yours" else 1.5
        marks.append(base.mark_rule(strokeWidth=width, color=colour, y=top, y2=bottom).encode(at(name)))
    chart: Any = alt.layer(*marks).properties(height=HEIGHT, width="container")
    return quiet(chart)


_ENDS = (("low", 1), ("high", 2))


def gauge_table(ahead: Outlook, room: float = 30.0) -> pd.DataFrame:
    """Give the numbers of the ruler.

    Parameters
    ----------
    ahead : Outlook
        Of the run.
    room : float
        How many times the limit the ruler goes beyond; what is chosen is always on it.
    """
    low = min(ahead.best_rate / 2000, ahead.learning_rate / 3)
    high = max(ahead.max_rate * room, ahead.learning_rate * 3)
    row = {
        "low": low,
        "high": high,
        "yours": ahead.learning_rate,
        "best": ahead.best_rate,
        "limit": ahead.max_rate,
    }
    return pd.DataFrame([row])
