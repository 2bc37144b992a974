"""One backward pass as heat maps: every gradient in the shape of its tensor."""

from collections.abc import Sequence

import altair as alt
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.heat import color_scale, heat_map, legend
from linear_core.charts.marks import Translate, quiet
from linear_core.gradients.trace import GradientTrace


def gradient_chart(
    trace: GradientTrace, row_names: Sequence[str] | None = None, translate: Translate = str
) -> alt.ConcatChart:
    """Draw G, grad_weight, grad_bias and grad_x of one pass, with one color scale.

    Parameters
    ----------
    trace : GradientTrace
        A pass with up to about twenty features, outputs and samples.
    row_names : sequence of str, optional
        One for each sample; their numbers by default.
    translate : callable
        Returns each English text in another language.

    Returns
    -------
    altair.ConcatChart
        One specification for light and dark themes.

    Examples
    --------
    >>> import torch
    >>> from linear_core import trace_gradients
    >>> chart = gradient_chart(trace_gradients(torch.ones(1, 2), torch.ones(1, 2), None, torch.ones(1, 1)))
    >>> chart.to_dict()["description"]
    'G (1, 1), grad_weight (1, 2), grad_x (1, 2); loss 1'
    """
    backward = trace.backward
    samples = list(map(str, range(backward.num_rows))) if row_names is None else row_names
    outs, ins = (list(map(str, range(size))) for size in backward.weight.shape)
    drawn: list[tuple[str, Tensor, Sequence[str], Sequence[str], str]] = [
        ("G", backward.grad_output_rows, samples, outs, palette.GRADIENT),
        ("grad_weight", backward.grad_weight, outs, ins, palette.WEIGHT),
        ("grad_x", backward.grad_x_rows, samples, ins, palette.X),
    ]
    if backward.grad_bias is not None:
        drawn.insert(2, ("grad_bias", backward.grad_bias[:, None], outs, [""], palette.BIAS))
    largest = max(values.abs().max().item() for _, values, *_ in drawn)
    color = alt.Color("value:Q", scale=color_scale(largest), legend=legend(translate("value")))
    charts = []
    for name, values, rows, columns, hue in drawn:

        def called(row: str, column: str, name: str = name) -> str:
            return f"{name}[{', '.join(filter(None, (row, column)))}]"

        title = alt.TitleParams(f"{name} {tuple(values.shape)}", anchor="start", frame="group", color=hue)
        chart = heat_map(values, rows, columns, called, color, translate)
        charts.append(chart.properties(title=title, view=alt.ViewBackground(stroke=hue, strokeWidth=1.5)))
    shapes = ", ".join(f"{name} {tuple(values.shape)}" for name, values, *_ in drawn)
    loss = translate("loss")
    description = f"{shapes}; {loss} {trace.loss.value.item():.6g}"
    joined = alt.concat(*charts, columns=2, spacing=24).resolve_scale(color="shared")
    picture: alt.ConcatChart = quiet(joined.properties(description=description))
    return picture
