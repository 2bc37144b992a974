"""One update: the loss against the learning rate, its tangent, and where the step lands."""

import altair as alt
import pandas as pd
import torch

from linear_core.charts import palette
from linear_core.charts.marks import Translate, quiet
from linear_core.gradients.trace import GradientTrace
from linear_core.gradients.update import losses_along, one_update
from linear_core.language import N_

NUM_POINTS = 120
TITLES = (N_("learning rate"), N_("loss after the step"), N_("loss"), N_("predicted by the gradient"))


def step_chart(
    trace: GradientTrace,
    learning_rate: float,
    longest: float | None,
    translate: Translate = str,
) -> alt.LayerChart:
    """Draw what one step of gradient descent makes of the loss, for each learning rate.

    Parameters
    ----------
    trace : GradientTrace
        Where the step begins.
    learning_rate : float
        The step that is marked.
    longest : float or None
        Where the loss is what it was, as ``longest_step`` returns it; it decides how far the axis goes.
    translate : callable
        Returns each English text in another language.

    Returns
    -------
    altair.LayerChart
        The true loss and its tangent at 0, with a point on each where the step lands, if that is in sight.

    Examples
    --------
    >>> from linear_core import trace_gradients
    >>> trace = trace_gradients(torch.ones(1, 1), torch.zeros(1, 1), None, torch.ones(1, 1))
    >>> step_chart(trace, 0.25, 1.0).to_dict()["layer"][0]["mark"]["type"]
    'line'
    """
    end = 1.2 * longest if longest else 1.0
    end = max(end, min(1.05 * learning_rate, 3 * end))
    rates = torch.linspace(0, end, NUM_POINTS, dtype=torch.float64)
    update = one_update(trace, learning_rate)
    before = update.loss_before.item()
    slope = (before - one_update(trace, end).predicted_loss) / end
    titles = [translate(title) for title in TITLES]
    true, predicted = titles[2:]
    curves = pd.DataFrame(
        {
            "rate": [*rates.tolist(), *rates.tolist()],
            "loss": [*losses_along(trace, rates).tolist(), *(before - slope * rates).tolist()],
            "curve": [true] * NUM_POINTS + [predicted] * NUM_POINTS,
        }
    )
    curves = curves[curves["loss"] >= 0]
    landed = pd.DataFrame(
        {
            "rate": [learning_rate] * 2,
            "loss": [update.loss_after.item(), update.predicted_loss],
            "curve": [true, predicted],
        }
    )
    landed = landed[(landed["rate"] <= end) & (landed["loss"] >= 0)]
    start = pd.DataFrame({"loss": [before]})
    color = alt.Color(
        "curve:N",
        scale=alt.Scale(domain=[true, predicted], range=[palette.OUTPUT, palette.GRADIENT]),
        legend=alt.Legend(title=None, orient="top"),
    )
    x = alt.X("rate:Q", title=titles[0], scale=alt.Scale(domain=[0, end], nice=False))
    y = alt.Y("loss:Q", title=titles[1])
    lines = alt.Chart(curves).mark_line(strokeWidth=2).encode(x, y, color)
    level = alt.Chart(start).mark_rule(strokeDash=[3, 3], color=palette.MUTED).encode(y)
    points = (
        alt.Chart(landed)
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            x,
            y,
            color,
            tooltip=[alt.Tooltip("rate:Q", title=titles[0]), alt.Tooltip("loss:Q", title=titles[1])],
        )
    )
    description = f"{titles[1]}: {update.loss_after.item():.4g}; {predicted}: {update.predicted_loss:.4g}"
    chart = alt.layer(lines, level, points).properties(height=240, description=description)
    drawn: alt.LayerChart = quiet(chart)
    return drawn
