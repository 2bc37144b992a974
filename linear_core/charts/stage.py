"""The pictures of a run as one chart: a specification that stays the same while the run goes on.

Only the named tables (`linear_core.charts.training.stage_tables`) change, axis ranges included, so a browser
swaps the data and rebuilds nothing. One parameter, bound to a slider, goes through the states of the run and
moves all pictures together, in the browser alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import altair as alt

from linear_core.charts import palette
from linear_core.charts.axis_labels import SHORT
from linear_core.charts.hints import GAP, second_key, title_width, with_room
from linear_core.charts.marks import quiet
from linear_core.charts.samples import line_view, match_view
from linear_core.charts.view import (
    EXTENT,
    HEIGHT,
    axis,
    inside,
    now,
    state_tooltip,
    step_axis,
    table,
    titled,
    touchable,
    until_now,
)

# Places on the time line; how many of a run's states are drawn.
POSITIONS = 240

RESIDUALS = ("segments", "squares", "none")
LOSS_SCALES = ("log", "linear")

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "data": "Data and prediction",
        "data_hint": "dashed: least squares",
        "match": "Prediction against target",
        "match_hint": "dashed: where both are equal",
        "loss": "Loss",
        "height": "loss",
        "test_loss": "test loss",
        "test_hint": "hollow: to test with",
        "loss_hint": "grey: earlier runs",
        "bowl": "The bowl it rolls down",
        "bowl_hint": "lines of equal loss, + optimum",
        "parameters": "Parameters and gradient",
        "parameters_hint": "red: length of the gradient",
        "x": "x",
        "target": "target",
        "prediction": "prediction",
        "residual": "residual",
        "step": "step",
        "weight": "weight",
        "bias": "bias",
        "weight_and_bias": "weight, bias",
        "gradient": "gradient",
        "steepest": "along the steepest direction",
        "flattest": "along the flattest direction",
        "time_line": "Drag to go back in time",
    }
)

MARGIN = 70  # beside each plot, for the axis and its title
READING = 120  # that a number below the pictures takes at least, with its name
LINE = 20  # from one line of them to the next


def _loss_view(words: Mapping[str, str], scale: str, has_test: bool) -> Any:
    x = step_axis(words)
    y = axis(alt.Y, "loss", "loss", words["height"], scale)
    positive = "datum.loss > 0" if scale == "log" else "true"
    layers: list[Any] = [
        table("ghosts")
        .transform_filter(positive)
        .mark_line(color=palette.MUTED, strokeWidth=1.3, opacity=0.7, clip=True)
        .encode(x, y, detail="run:N")
    ]
    tooltip = state_tooltip(words)
    if has_test:
        layers += [_key_of_test_loss(words), *_loss_curve(words, "test_loss", palette.TARGET, scale)]
        tooltip.insert(2, alt.Tooltip("test_loss:Q", title=words["test_loss"], format=".4g"))
    to_touch = touchable().transform_filter(positive).mark_circle(size=160, opacity=0, clip=True)
    return titled(
        words,
        "loss",
        *layers,
        *_loss_curve(words, "loss", palette.OUTPUT, scale),
        to_touch.encode(x, y, tooltip=tooltip),
    )


def _loss_curve(words: Mapping[str, str], field: str, colour: str, scale: str) -> list[Any]:
    """Draw a loss: all states thin, those up to the time shown thick, with a point at its end."""
    x, y = step_axis(words), axis(alt.Y, field, "loss", words["height"], scale)
    positive = f"datum.{field} > 0" if scale == "log" else "true"
    thick: dict[str, Any] = {"color": colour, "clip": True}
    return [
        table("history")
        .transform_filter(positive)
        .mark_line(strokeWidth=1.5, opacity=0.4, **thick)
        .encode(x, y),
        until_now().transform_filter(positive).mark_line(strokeWidth=3, **thick).encode(x, y),
        now().transform_filter(positive).mark_circle(size=90, opacity=1, **thick).encode(x, y),
    ]


def _key_of_test_loss(words: Mapping[str, str]) -> Any:
    """Name the second line, in its colour, beside the title."""
    return table("ranges").mark_text(
        text=second_key(words),
        x=title_width(words["loss"]) + GAP,
        y=-11,
        align="left",
        fontSize=12,
        color=palette.TARGET,
    )


def _bowl_view(words: Mapping[str, str], num_features: int) -> Any:
    names = ("weight", "bias") if num_features == 1 else ("flattest", "steepest")
    x = axis(alt.X, "across", "across", words[names[0]])
    y = axis(alt.Y, "along", "along", words[names[1]])
    order = alt.Order("position:Q")
    thick: dict[str, Any] = {"color": palette.OUTPUT, "clip": True}
    return titled(
        words,
        "bowl",
        table("levels")
        .mark_line(color=palette.MUTED, strokeWidth=1, clip=True)
        .encode(
            x, y, detail="level:N", order=alt.Order("place:Q"), opacity=alt.Opacity("shade:Q", scale=None)
        ),
        inside(table("history"), "bowl")
        .mark_line(strokeWidth=1.5, opacity=0.4, **thick)
        .encode(x, y, order=order),
        table("future")
        .mark_point(shape="diamond", size=70, filled=False, strokeWidth=2, color=palette.OUTPUT, clip=True)
        .encode(x, y, tooltip=state_tooltip(words)),
        inside(until_now(), "bowl").mark_line(strokeWidth=3, **thick).encode(x, y, order=order),
        table("optimum").mark_point(shape="cross", size=90, filled=True, color=palette.MUTED).encode(x, y),
        now().mark_circle(size=90, opacity=1, **thick).encode(x, y),
        touchable().mark_circle(size=160, opacity=0, clip=True).encode(x, y, tooltip=state_tooltip(words)),
    )


def _parameter_view(words: Mapping[str, str], num_features: int) -> Any:
    x = step_axis(words)
    layers: list[Any] = []
    # More lines than this are a thicket; the first ones stand for all.
    weights = [f"weight_{i}" for i in range(min(num_features, 6))]
    title = words["weight_and_bias"]
    for field, colour in [(weight, palette.WEIGHT) for weight in weights] + [("bias", palette.BIAS)]:
        y = axis(alt.Y, field, "parameter", title)
        layers += [
            inside(table("history"), "parameters")
            .mark_line(color=colour, strokeWidth=1.5, opacity=0.4, clip=True)
            .encode(x, y),
            inside(until_now(), "parameters")
            .mark_line(color=colour, strokeWidth=2.5, clip=True)
            .encode(x, y),
            now().mark_circle(color=colour, size=70, opacity=1, clip=True).encode(x, y),
        ]
    gradient_axis = axis(alt.Y, "gradient", "gradient", words["gradient"], "log", orient="right")
    gradient_axis.axis.grid = False
    gradient = (
        table("history")
        .transform_filter("datum.gradient > 0")
        .mark_line(color=palette.GRADIENT, strokeWidth=1.5, opacity=0.8, clip=True)
        .encode(x, gradient_axis)
    )
    hover = (
        touchable()
        .mark_circle(size=160, opacity=0, clip=True)
        .encode(x, axis(alt.Y, "weight_0", "parameter", title), tooltip=state_tooltip(words))
    )
    both = (alt.layer(*layers, hover), gradient)
    return titled(words, "parameters", *both).resolve_scale(y="independent")


def _reading(words: Mapping[str, str], width: float, has_test: bool) -> Any:
    """Write the numbers at the time shown: in lines that hold still."""
    entries = [
        (words["step"], "step", ",", palette.MUTED),
        (words["height"], "loss", ".4g", palette.OUTPUT),
        (words["weight"], "weight_0", ".4f", palette.WEIGHT),
        (words["bias"], "bias", ".4f", palette.BIAS),
    ]
    if has_test:
        entries.insert(2, (words["test_loss"], "test_loss", ".4g", palette.TARGET))
    in_a_line = min(len(entries), int(width // READING))
    gap = min(170.0, width / in_a_line)
    marks = [
        now()
        .transform_calculate(
            text=f"'{label}  ' + replace({SHORT.format(f'datum.{field}', 3, form)}, '-', '−')"
        )
        .mark_text(
            align="left",
            x=gap * (i % in_a_line),
            y=8 + LINE * (i // in_a_line),
            fontSize=13,
            fontWeight=600,
            color=colour,
        )
        .encode(text="text:N")
        for i, (label, field, form, colour) in enumerate(entries)
    ]
    height = LINE * -(-len(entries) // in_a_line)
    return alt.layer(*marks).properties(width=width, height=height, view=alt.ViewConfig(stroke=None))


def _columns(width: int) -> int:
    return 2 if width >= 620 else 1


def stage(
    width: int,
    *,
    num_features: int = 1,
    residuals: str = "segments",
    loss_scale: str = "log",
    words: Mapping[str, str] = WORDS,
    canvas: bool = False,
    has_test: bool = False,
) -> alt.VConcatChart:
    """Lay out the pictures of a run, without their data.

    Parameters
    ----------
    width : int
        Of the whole, in pixels: two columns, or one where two would be too narrow.
    num_features : int
        ``in_features`` of the layer: with one, samples and line; with more, prediction against target.
    residuals : str
        One of `RESIDUALS`.
    loss_scale : str
        One of `LOSS_SCALES`.
    words : mapping
        The texts, keyed as in `WORDS`.
    canvas : bool
        Draw on a canvas: quicker for many points; without, as SVG.
    has_test : bool
        Draw the samples of a test part as hollow points, and the loss on them as a second line.

    Returns
    -------
    alt.VConcatChart
        It wants the tables of `stage_tables` under ``datasets``.
    """
    columns = _columns(width)
    plot_width = width / columns - MARGIN
    words = with_room(words, plot_width - 24, has_test)
    views = [
        line_view(words, residuals, has_test, plot_width)
        if num_features == 1
        else match_view(words, num_features, has_test),
        _loss_view(words, loss_scale, has_test),
        _bowl_view(words, num_features),
        _parameter_view(words, num_features),
    ]
    plots: list[Any] = [view.properties(width=plot_width, height=HEIGHT) for view in views]
    plots[3] = views[3].properties(width=plot_width - EXTENT - 16, height=HEIGHT)
    grid = alt.concat(*plots, columns=columns, spacing={"row": 14, "column": 26})
    slider = alt.binding_range(min=0, max=POSITIONS, step=1, name=words["time_line"])
    whole = alt.vconcat(grid, _reading(words, width - MARGIN, has_test), spacing=10)
    chart: alt.VConcatChart = (
        quiet(whole.add_params(alt.param("time", value=POSITIONS, bind=slider)))
        .configure_title(fontSize=14)
        .configure_axis(labelPadding=5, titlePadding=6, labelFontSize=11, titleFontSize=12, ticks=False)
        .properties(
            usermeta={"embedOptions": {"renderer": "canvas" if canvas else "svg"}},
            padding={"left": 0, "right": 0, "top": 4, "bottom": 4},
        )
    )
    return chart
