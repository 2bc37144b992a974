"""The layer's shapes in proportion: outlined rectangles, nothing in them."""

from typing import Any

import altair as alt
import pandas as pd

from linear_core.charts import palette
from linear_core.charts.ink import INK, QUIET
from linear_core.charts.marks import Translate, picture, place_x, place_y

WIDTH, HEIGHT = 336.0, 300.0  # of the whole picture, whatever the shapes: it fits a phone
LARGEST_UNIT = 22.0  # pixels for one feature or sample
GAP, MARGIN = 26.0, 24.0  # the margin holds the shapes


def miniature_chart(
    in_features: int, out_features: int, batch_size: int, translate: Translate = str
) -> alt.LayerChart:
    """Draw x, Wᵀ, b and y in the usual layout: y stands where the rows of x meet the columns of Wᵀ.

    Parameters
    ----------
    in_features, out_features, batch_size : int
        The shapes; sides of rectangles are in proportion.
    translate : callable
        Returns each English text in another language.

    Returns
    -------
    altair.LayerChart
        Always of one size, for light and dark ground.

    Examples
    --------
    >>> miniature_chart(5, 10, 3).to_dict()["description"]
    'x (3, 5), Wᵀ (5, 10), b (10,) and y (3, 10) as rectangles in proportion.'
    """
    table = _rectangles(in_features, out_features, batch_size)
    base = alt.Chart(table).transform_calculate(
        centre="(datum.left + datum.right) / 2",
        # The bias may be too flat to hold its name.
        across="datum.name === 'b' ? datum.right + 14 : datum.centre",
        middle="(datum.top + datum.bottom) / 2",
        beside="datum.name === 'Wᵀ' || datum.name === 'b' ? datum.top - 11 : datum.bottom + 14",
    )
    layers: list[Any] = [
        base.mark_rect(cornerRadius=3, strokeWidth=2, fillOpacity=0.14).encode(
            place_x("left"),
            place_y("top"),
            x2="right:Q",
            y2="bottom:Q",
            fill=alt.Fill("hue:N", scale=None),
            stroke=alt.Stroke("hue:N", scale=None),
            tooltip=[
                alt.Tooltip("name:N", title=translate("name")),
                alt.Tooltip("shape:N", title=translate("shape")),
            ],
        ),
        base.mark_text(fontSize=15, fontWeight="bold", color=INK).encode(
            place_x("across"), place_y("middle"), text="name:N"
        ),
        base.mark_text(fontSize=12, color=QUIET).encode(place_x("centre"), place_y("beside"), text="shape:N"),
    ]
    shapes = dict(zip(("x", "weight", "bias", "y"), table["shape"], strict=True))
    description = translate("x {x}, Wᵀ {weight}, b {bias} and y {y} as rectangles in proportion.")
    return picture(layers, WIDTH, HEIGHT, description.format(**shapes))


def _rectangles(in_features: int, out_features: int, batch_size: int) -> pd.DataFrame:
    across, down = in_features + out_features, in_features + 1 + batch_size
    unit = min(LARGEST_UNIT, (WIDTH - GAP - 2 * MARGIN) / across, (HEIGHT - 2 * GAP - 2 * MARGIN) / down)
    left, top = (WIDTH - GAP - across * unit) / 2, (HEIGHT - 2 * GAP - down * unit) / 2
    right, middle = left + in_features * unit + GAP, top + in_features * unit + GAP
    bottom = middle + unit + GAP
    table = pd.DataFrame(
        [
            ("x", left, bottom, in_features, batch_size, palette.X),
            ("Wᵀ", right, top, out_features, in_features, palette.WEIGHT),
            ("b", right, middle, out_features, 1, palette.BIAS),
            ("y", right, bottom, out_features, batch_size, palette.OUTPUT),
        ],
        columns=["name", "left", "top", "columns", "rows", "hue"],
    )
    table["right"] = table["left"] + table["columns"] * unit
    table["bottom"] = table["top"] + table["rows"] * unit
    table["shape"] = [
        f"({row.columns},)" if row.name == "b" else f"({row.rows}, {row.columns})"
        for row in table.itertuples(index=False)
    ]
    return table
