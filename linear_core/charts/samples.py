"""The views of samples: what a layer predicts for each of them at the time shown, beside what it should.

With one feature a line among points; with more, for which a plane has no room, prediction against target.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt

from linear_core.charts import palette
from linear_core.charts.view import HEIGHT, axis, place, predicted, table, titled


def line_view(words: Mapping[str, str], residuals: str, has_test: bool, plot_width: float) -> Any:
    """Draw samples, the line at the time shown, and the residuals between."""
    points = predicted(1, table("points"))
    x = axis(alt.X, "x_0", "x", words["x"])
    y = axis(alt.Y, "target", "y", words["target"])
    ends = predicted(1, table("ends"))
    tooltip = [
        alt.Tooltip("x_0:Q", title=words["x"], format=".4g"),
        alt.Tooltip("target:Q", title=words["target"], format=".4g"),
        alt.Tooltip("prediction:Q", title=words["prediction"], format=".4g"),
        alt.Tooltip("residual:Q", title=words["residual"], format=".4g"),
    ]
    layers = [
        ends.mark_line(strokeDash=[5, 4], color=palette.MUTED, strokeWidth=1.5, clip=True).encode(x, y),
        points.mark_circle(color=palette.TARGET, size=34, opacity=0.9, clip=True).encode(
            x, y, tooltip=tooltip
        ),
        ends.mark_line(color=palette.OUTPUT, strokeWidth=3, clip=True).encode(
            x, axis(alt.Y, "prediction", "y", words["target"])
        ),
    ]
    if has_test:
        layers.insert(2, _hollow(1, palette.TARGET).encode(x, y, tooltip=tooltip))
    if residuals == "segments":
        segments = points.mark_rule(color=palette.MUTED, opacity=0.7, clip=True)
        layers.insert(0, segments.encode(x, y, y2="prediction:Q"))
    if residuals == "squares":
        squares = _with_square(points, plot_width).mark_rect(
            color=palette.MUTED, fillOpacity=0.1, stroke=palette.MUTED, strokeOpacity=0.5, clip=True
        )
        layers.insert(0, squares.encode(x, y, x2="side:Q", y2="prediction:Q"))
    return titled(words, "data", *layers)


def _with_square(points: alt.Chart, plot_width: float) -> alt.Chart:
    """Work out where the other side of each residual's square is: as far, in pixels, as it is high.

    Squares lie towards the middle of the picture, where they have room.
    """
    low, high = place("x_min"), place("x_max")
    per_pixel = f"({high} - {low}) / {plot_width}"
    pixels = f"abs(datum.residual) / ({place('y_max')} - {place('y_min')}) * {HEIGHT}"
    inwards = f"(datum.x_0 > ({low} + {high}) / 2 ? -1 : 1)"
    return points.transform_calculate(side=f"datum.x_0 + {inwards} * {pixels} * {per_pixel}")


def _hollow(num_features: int, colour: str) -> Any:
    """Mark the samples that are not learned from."""
    return predicted(num_features, table("test_points")).mark_point(
        filled=False, color=colour, size=34, strokeWidth=1.5, opacity=0.9, clip=True
    )


def match_view(words: Mapping[str, str], num_features: int, has_test: bool) -> Any:
    """Draw prediction against target, for data with more features than a plane has room for."""
    x = axis(alt.X, "target", "y", words["target"])
    y = axis(alt.Y, "prediction", "match", words["prediction"])
    points = predicted(num_features, table("points"))
    tooltip = [
        alt.Tooltip(f"{name}:Q", title=words[name], format=".4g")
        for name in ("target", "prediction", "residual")
    ]
    layers = [
        table("ends")
        .mark_line(strokeDash=[5, 4], color=palette.MUTED, strokeWidth=1.5, clip=True)
        .encode(x, axis(alt.Y, "target", "match", words["prediction"])),
        points.mark_circle(color=palette.OUTPUT, size=34, opacity=0.7, clip=True).encode(
            x, y, tooltip=tooltip
        ),
    ]
    if has_test:
        layers.append(_hollow(num_features, palette.OUTPUT).encode(x, y, tooltip=tooltip))
    return titled(words, "match", *layers)
