"""The moment of a run that its charts show: one parameter, ``now``, which holds a state as text.

It is the step and then the columns of the states, joined by commas: loss, gradient norm, bias, the weights
and, with a test set, the test loss. A page binds it to an input that its player moves once a frame, so that
every single step can be shown, also those that are not in the tables of the lines; a notebook has a slider
over the states of the table, and an exported animation sets it for each frame.
"""

from typing import Any

import altair as alt
import pandas as pd

from linear_core.charts.axes import compact

LOSS, GRADIENT, BIAS, WEIGHT = (
    1,
    2,
    3,
    4,
)  # columns of the text; the weights are the last but for the test loss


def table(name: str) -> alt.Chart:
    """Stand for a table that a browser gets by its name."""
    return alt.Chart(alt.NamedData(name))


def number(column: int | str) -> str:
    """Return the expression of one number of the state at the moment."""
    return f"toNumber(state[{column}])"


def until_now(chart: alt.Chart) -> alt.Chart:
    """Keep the states up to the moment."""
    return chart.transform_filter("datum.step <= now_step")


def at_now(name: str, **columns: str) -> alt.Chart:
    """Return a table with columns that hold expressions of the moment; it is empty before there is one."""
    return table(name).transform_filter("now != ''").transform_calculate(**columns)


def moving(chart: Any) -> Any:
    """Bind the moment to an input, which is hidden, for a player to move."""
    now = alt.param(name="now", value="", bind=alt.BindInput(autocomplete="off", input="text"))
    return _with_parts(chart, now)


def played(chart: Any, **properties: Any) -> dict[str, Any]:
    """Return the specification of a chart for a player to move; `properties` are its height and the like."""
    canvas = {"embedOptions": {"renderer": "canvas"}}  # faster than SVG for pictures that move
    drawn = compact(moving(chart)).properties(usermeta=canvas, **properties)
    specification: dict[str, Any] = drawn.to_dict(validate=False)
    return specification


def sliding(chart: Any, states: pd.DataFrame) -> Any:
    """Bind the moment to a slider over the states of the table ``moments``, for a notebook."""
    last = len(states) - 1
    slider = alt.param(name="place", value=last, bind=alt.binding_range(min=0, max=last, step=1))
    now = alt.param(name="now", expr="(data('moments')[place] || {text: ''}).text")
    return _with_parts(chart.add_params(slider), now)


def standing(chart: Any, text: str) -> Any:
    """Show one moment."""
    return _with_parts(chart, alt.param(name="now", value=text))


def _with_parts(chart: Any, now: alt.Parameter) -> Any:
    state = alt.param(name="state", expr="split(now, ',')")
    return chart.add_params(now, state, alt.param(name="now_step", expr="toNumber(state[0])"))
