"""How an N-D x becomes a matrix and back: leading dims flatten into rows, and unflatten again."""

from typing import Any

import altair as alt
import pandas as pd

from linear_core.charts import palette
from linear_core.charts.ink import INK, QUIET
from linear_core.charts.marks import Translate, picture

TOP, HEIGHT = 34.0, 300.0
STRIP = 90.0  # pixels of the widest strip; the other is in proportion
OUTLINED = 40  # from so many strips on they are too thin for an outline
PLACES = (2.0, 170.0, 396.0, 562.0)


def flatten_chart(
    leading: tuple[int, ...],
    in_features: int,
    out_features: int,
    translate: Translate = str,
) -> alt.LayerChart:
    """Draw each sample as a strip: its place in x, in the flattened matrix, in its product, and in y.

    Parameters
    ----------
    leading : tuple of int
        All dims of x before the last; empty for a single sample.
    in_features, out_features : int
        Lengths of a strip before and after the layer.
    translate : callable
        Returns each English text in another language.

    Returns
    -------
    altair.LayerChart
        Pointing at a strip highlights it in all four places.

    Examples
    --------
    >>> flatten_chart((2, 3), 5, 10).to_dict()["description"]
    'x (2, 3, 5) flattens to (6, 5); the layer maps it to (6, 10), which unflattens to (2, 3, 10).'
    """
    num_rows = 1
    for size in leading:
        num_rows *= size
    strips = _strips(leading, num_rows, in_features, out_features, translate)
    row = alt.selection_point(name="strip", fields=["row"], on="pointerover", clear="pointerout", empty=False)
    faces = (
        alt.Chart(strips)
        .mark_rect(cornerRadius=2, strokeWidth=1 if num_rows < OUTLINED else 0)
        .encode(
            x=alt.X("left:Q", axis=None, scale=None),
            x2="right:Q",
            y=alt.Y("top:Q", axis=None, scale=None),
            y2="bottom:Q",
            fill=alt.Fill("hue:N", scale=None),
            stroke=alt.Stroke("hue:N", scale=None),
            fillOpacity=alt.condition(row, alt.value(1), alt.value(0.22 if num_rows < OUTLINED else 0.55)),
            tooltip=[
                alt.Tooltip("name:N", title=translate("sample")),
                alt.Tooltip("place:N", title=translate("place")),
            ],
        )
        .add_params(row)
    )
    x_shape, y_shape = (*leading, in_features), (*leading, out_features)
    description = translate(
        "x {x_shape} flattens to ({rows}, {in_features}); the layer maps it to ({rows}, "
        "{out_features}), which unflattens to {y_shape}."
    ).format(
        x_shape=x_shape,
        y_shape=y_shape,
        rows=num_rows,
        in_features=in_features,
        out_features=out_features,
    )
    bottom = strips["bottom"].max()
    layers: list[Any] = [faces, *_text_layers(x_shape, y_shape, num_rows, (TOP + bottom) / 2, translate)]
    return picture(layers, 662, max(bottom, 70) + 8, description)


def _strips(
    leading: tuple[int, ...], num_rows: int, in_features: int, out_features: int, translate: Translate
) -> pd.DataFrame:
    longest = max(in_features, out_features)
    widths = [size / longest * STRIP for size in (in_features, in_features, out_features, out_features)]
    hues = (palette.X, palette.X, palette.OUTPUT, palette.OUTPUT)
    names = ("x", translate("x flattened"), translate("y before unflattening"), "y")
    spread, flattened = _tops(leading, num_rows)
    records = []
    for place, (left, width, hue, name) in enumerate(zip(PLACES, widths, hues, names, strict=True)):
        tops, height = flattened if place in (1, 2) else spread
        for row in range(num_rows):
            index = _unflatten(row, leading)
            label = str(index) if place in (0, 3) else translate("row {row}").format(row=row)
            records.append((row, left, left + width, tops[row], tops[row] + height, hue, name, label))
    columns = ["row", "left", "right", "top", "bottom", "hue", "place", "name"]
    return pd.DataFrame(records, columns=columns)


def _tops(
    leading: tuple[int, ...], num_rows: int
) -> tuple[tuple[list[float], float], tuple[list[float], float]]:
    """Upper edges with a gap after each leading index, and without; and how high a strip is."""
    gaps = [0.0]
    for row in range(1, num_rows):
        before, after = _unflatten(row - 1, leading), _unflatten(row, leading)
        # The further left the index that changes, the wider the gap.
        changed = next(i for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new)
        gaps.append(gaps[-1] + (len(leading) - 1 - changed) * 9.0)
    step = min(20.0, (HEIGHT - gaps[-1]) / num_rows)
    height = max(1.5, step - 3)
    spread = [TOP + row * step + gap for row, gap in enumerate(gaps)]
    offset = TOP + gaps[-1] / 2
    return (spread, height), ([offset + row * step for row in range(num_rows)], height)


def _unflatten(row: int, leading: tuple[int, ...]) -> tuple[int, ...]:
    index: list[int] = []
    for size in reversed(leading):
        row, place = divmod(row, size)
        index.insert(0, place)
    return tuple(index)


def _text_layers(
    x_shape: tuple[int, ...],
    y_shape: tuple[int, ...],
    num_rows: int,
    middle: float,
    translate: Translate,
) -> list[Any]:
    in_features, out_features = x_shape[-1], y_shape[-1]
    titles = [
        (PLACES[0], 8, f"x {x_shape}", palette.X),
        (PLACES[1], 8, f"({num_rows}, {in_features})", palette.X),
        (PLACES[2], 8, f"({num_rows}, {out_features})", palette.OUTPUT),
        (PLACES[3], 8, f"y {y_shape}", palette.OUTPUT),
    ]
    arrows = [
        (PLACES[1] - 40, middle, translate("flatten →")),
        ((PLACES[1] + STRIP + PLACES[2]) / 2, middle - 10, "@ Wᵀ + b →"),
        ((PLACES[1] + STRIP + PLACES[2]) / 2, middle + 10, f"({in_features}, {out_features})"),
        (PLACES[3] - 40, middle, translate("unflatten →")),
    ]
    place = {"x": alt.X("left:Q", axis=None, scale=None), "y": alt.Y("top:Q", axis=None, scale=None)}
    return [
        alt.Chart(pd.DataFrame(titles, columns=["left", "top", "text", "hue"]))
        .mark_text(align="left", fontSize=13, fontWeight="bold", color=INK)
        .encode(**place, text="text:N"),
        alt.Chart(pd.DataFrame(arrows, columns=["left", "top", "text"]))
        .mark_text(fontSize=12, color=QUIET)
        .encode(**place, text="text:N"),
    ]
