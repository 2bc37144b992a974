"""One call of a layer as four heat maps: y where the rows of x and the columns of the weight meet."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas as pd
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.heat import color_scale, heat_map, legend
from linear_core.charts.marks import Translate, quiet
from linear_core.layer.conventions import CONVENTIONS
from linear_core.passes.forward import ForwardTrace


class Matrix(NamedTuple):
    """A matrix with the labels of its rows and columns."""

    name: str
    values: Tensor
    rows: Sequence[str]
    columns: Sequence[str]
    hue: str

    @property
    def title(self) -> str:
        """Its name and shape."""
        return f"{self.name} {tuple(self.values.shape)}"

    def turned(self) -> "Matrix":
        """Return its transpose."""
        return Matrix(self.name, self.values.T, self.columns, self.rows, self.hue)


def forward_chart(
    trace: ForwardTrace,
    row_names: Sequence[str] | None = None,
    convention: str = "linear",
    translate: Translate = str,
) -> alt.ConcatChart:
    """Draw x, the weight, the bias and y of one call, laid out as a convention writes the layer.

    Parameters
    ----------
    trace : ForwardTrace
        A call with up to about twenty features, outputs and rows; `block_chart` is for larger ones.
    row_names : sequence of str, optional
        One for each row of x; their numbers by default.
    convention : str
        One of `CONVENTIONS`. Where samples are columns, W is on the left of y, and x above it.
    translate : callable
        Returns each English text in another language.

    Returns
    -------
    altair.ConcatChart
        One specification for light and dark themes, with one color scale for all four matrices.

    Examples
    --------
    >>> import torch
    >>> from linear_core import trace_forward
    >>> chart = forward_chart(trace_forward(torch.tensor([1.0, 2.0]), torch.tensor([[0.5, -0.25]])))
    >>> chart.to_dict()["description"]
    'y (1, 1) = x (1, 2) @ Wᵀ (2, 1)'
    """
    written = CONVENTIONS[convention]
    upright = written.samples_are_columns
    samples = list(map(str, range(trace.num_rows))) if row_names is None else row_names
    outs, ins = (list(map(str, range(size))) for size in trace.weight.shape)
    weight_name = "W" if upright else "K" if written.weight_is_stored_in_out else "Wᵀ"
    matrices = [
        Matrix("x", trace.x_rows, samples, ins, palette.X),
        Matrix(weight_name, trace.weight.T, ins, outs, palette.WEIGHT),
        Matrix("y", trace.output_rows, samples, outs, palette.OUTPUT),
    ]
    if trace.bias is not None:
        matrices.append(Matrix("b", trace.bias[None], [""], outs, palette.BIAS))
    if upright:
        matrices = [matrix.turned() for matrix in matrices]
    left, above, y, *bias = matrices
    if upright:
        left, above = above, left
        grid, columns = [None, *(None for _ in bias), above, left, *bias, y], 2 + len(bias)
    else:
        grid, columns = [None, above, *((None, *bias) if bias else ()), left, y], 2
    largest = max(float(matrix.values.abs().max()) for matrix in matrices)
    color = alt.Color("value:Q", scale=color_scale(largest), legend=legend(translate("value")))
    chart = alt.concat(*(_drawn(matrix, color, translate) for matrix in grid), columns=columns, spacing=18)
    description = f"{y.title} = {left.title} @ {above.title}" + "".join(f" + {each.title}" for each in bias)
    drawn: alt.ConcatChart = quiet(chart.resolve_scale(color="shared").properties(description=description))
    return drawn


def _drawn(matrix: Matrix | None, color: alt.Color, translate: Translate) -> Any:
    """Draw a matrix in its hue, or keep the place of a corner."""
    if matrix is None:
        return alt.Chart(pd.DataFrame([{}])).mark_text().properties(width=1, height=1)

    def called(row: str, column: str) -> str:
        return f"{matrix.name}[{', '.join(filter(None, (row, column)))}]"

    title = alt.TitleParams(matrix.title, anchor="start", frame="group", color=matrix.hue, fontSize=14)
    drawn = heat_map(matrix.values, matrix.rows, matrix.columns, called, color, translate)
    return drawn.properties(title=title, view=alt.ViewBackground(stroke=matrix.hue, strokeWidth=1.5))
