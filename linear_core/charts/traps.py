"""What a target of the wrong shape does: the matrix that takes the place of the residuals."""

from typing import Any

import altair as alt
import pandas as pd
import torch
from torch import Tensor

from linear_core.charts.labels import full
from linear_core.charts.marks import quiet, sign_color, strength

MOST_CELLS = 40  # of the matrix, each way
HEIGHT = 300


def differences_chart(
    differences: Tensor, prediction: str = "prediction", target: str = "target"
) -> alt.Chart:
    """Draw the matrix of differences: each prediction against each target.

    Parameters
    ----------
    differences : Tensor, ``(n, n)``
        Of more than 40 samples, 40 are drawn, evenly picked.
    prediction, target : str
        The texts.
    """
    size = len(differences)
    rows = torch.linspace(0, size - 1, min(size, MOST_CELLS)).round().long()
    picked = differences[rows][:, rows]
    largest = picked.abs().max().item() or 1.0
    cells = [
        (row, column, full(value), sign_color(value), abs(value) / largest)
        for row, values in zip(rows.tolist(), picked.tolist(), strict=True)
        for column, value in zip(rows.tolist(), values, strict=True)
    ]
    table = pd.DataFrame(cells, columns=["row", "column", "value", "sign", "strength"])
    axis = alt.Axis(labels=False, ticks=False, domain=False)
    chart: Any = (
        alt.Chart(table)
        .mark_rect()
        .encode(
            alt.X("column:O", title=target, axis=axis, scale=alt.Scale(padding=0)),
            alt.Y("row:O", title=prediction, axis=axis, scale=alt.Scale(padding=0)),
            fill=alt.Fill("sign:N", scale=None),
            fillOpacity=strength(),
            tooltip=[
                alt.Tooltip("row:O", title=prediction),
                alt.Tooltip("column:O", title=target),
                alt.Tooltip("value:N", title=f"{prediction} − {target}"),
            ],
        )
        .properties(width=HEIGHT, height=HEIGHT)
    )
    drawn: alt.Chart = quiet(chart)
    return drawn
