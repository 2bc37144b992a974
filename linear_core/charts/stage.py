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
from linear_core.charts.axis_labels import LOG_LABEL, SHORT, STEP_LABEL, STEP_TICKS, VALUE_LABEL
from linear_core.charts.hints import GAP, second_key, title_width, with_room
from linear_core.charts.marks import quiet

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

EXTENT = 36  # of an axis with its labels: the same for all numbers, so that nothing jumps
HEIGHT = 158
MARGIN = 70  # beside each plot, for the axis and its title
READING = 120  # that a number below the pictures takes at least, with its name
LINE = 20  # from one line of them to the next


def _place(side: str) -> str:
    """An end of an axis, read from the table of ranges, so that it moves without a new specification."""
    # A browser draws once before the tables are there.
    return f"(length(data('ranges')) ? data('ranges')[0].{side} : {2 if side.endswith('max') else 1})"


def _axis(channel: Any, field: str, side: str, title: str, scale: Any = "linear", **axis: Any) -> Any:
    ends = [alt.ExprRef(_place(f"{side}_min")), alt.ExprRef(_place(f"{side}_max"))]
    by_scale: dict[str, dict[str, Any]] = {"symlog": {"constant": 1}, "linear": {"zero": False}, "log": {}}
    marks: dict[str, Any] = (
        {"labelExpr": LOG_LABEL} if scale == "log" else {"tickCount": 5, "labelExpr": VALUE_LABEL}
    )
    marks = axis if "values" in axis else {**marks, **axis}
    if channel is alt.Y:
        marks |= {"minExtent": EXTENT, "maxExtent": EXTENT}
    return channel(
        f"{field}:Q",
        title=title,
        scale=alt.Scale(type=scale, domain=ends, nice=False, **by_scale[scale]),
        axis=alt.Axis(**marks),
    )


def _steps(words: Mapping[str, str]) -> Any:
    return _axis(alt.X, "step", "step", words["step"], "symlog", values=STEP_TICKS, labelExpr=STEP_LABEL)


def _table(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name))


def _now(table: str = "history") -> alt.Chart:
    return _table(table).transform_filter("datum.position == time")


def _until_now() -> alt.Chart:
    return _table("history").transform_filter("datum.position <= time")


def _touchable() -> alt.Chart:
    """Give the states that answer to the pointer: enough to find one, few enough to move quickly."""
    return _table("history").transform_filter("datum.position % 4 == 0")


def _inside(chart: alt.Chart, side: str) -> alt.Chart:
    """Leave out states far outside a picture: of a run that diverges the way out is drawn, and no more."""
    return chart.transform_filter(f"datum.near_{side}")


def _titled(words: Mapping[str, str], name: str, *layers: Any) -> Any:
    """Put the layers of a view under its title, with what to look for at the title's other end."""
    hint = _table("ranges").mark_text(
        text=words[f"{name}_hint"], x="width", y=-11, align="right", fontSize=12, color=palette.MUTED
    )
    title = alt.TitleParams(words[name], anchor="start", frame="group", offset=-14, aria=False)
    return alt.layer(hint, *layers).properties(title=title)


def _predicted(num_features: int, chart: alt.Chart) -> alt.Chart:
    """Work out the prediction for each row with the parameters at the time that the slider shows."""
    products = "".join(f" + datum.now.weight_{i} * datum.x_{i}" for i in range(num_features))
    return (
        chart.transform_calculate(now="data('history')[time] || {}")
        .transform_calculate(prediction=f"datum.now.bias{products}")
        .transform_calculate(residual="datum.target - datum.prediction")
    )


def _line_view(words: Mapping[str, str], residuals: str, has_test: bool, plot_width: float) -> Any:
    """Draw samples, the line at the time shown, and the residuals between."""
    points = _predicted(1, _table("points"))
    x = _axis(alt.X, "x_0", "x", words["x"])
    y = _axis(alt.Y, "target", "y", words["target"])
    ends = _predicted(1, _table("ends"))
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
            x, _axis(alt.Y, "prediction", "y", words["target"])
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
    return _titled(words, "data", *layers)


def _with_square(points: alt.Chart, plot_width: float) -> alt.Chart:
    """Work out where the other side of each residual's square is: as far, in pixels, as it is high.

    Squares lie towards the middle of the picture, where they have room.
    """
    low, high = _place("x_min"), _place("x_max")
    per_pixel = f"({high} - {low}) / {plot_width}"
    pixels = f"abs(datum.residual) / ({_place('y_max')} - {_place('y_min')}) * {HEIGHT}"
    inwards = f"(datum.x_0 > ({low} + {high}) / 2 ? -1 : 1)"
    return points.transform_calculate(side=f"datum.x_0 + {inwards} * {pixels} * {per_pixel}")


def _hollow(num_features: int, colour: str) -> Any:
    """Mark the samples that are not learned from."""
    return _predicted(num_features, _table("test_points")).mark_point(
        filled=False, color=colour, size=34, strokeWidth=1.5, opacity=0.9, clip=True
    )


def _match_view(words: Mapping[str, str], num_features: int, has_test: bool) -> Any:
    """Draw prediction against target, for data with more features than a plane has room for."""
    x = _axis(alt.X, "target", "y", words["target"])
    y = _axis(alt.Y, "prediction", "match", words["prediction"])
    points = _predicted(num_features, _table("points"))
    tooltip = [
        alt.Tooltip(f"{name}:Q", title=words[name], format=".4g")
        for name in ("target", "prediction", "residual")
    ]
    layers = [
        _table("ends")
        .mark_line(strokeDash=[5, 4], color=palette.MUTED, strokeWidth=1.5, clip=True)
        .encode(x, _axis(alt.Y, "target", "match", words["prediction"])),
        points.mark_circle(color=palette.OUTPUT, size=34, opacity=0.7, clip=True).encode(
            x, y, tooltip=tooltip
        ),
    ]
    if has_test:
        layers.append(_hollow(num_features, palette.OUTPUT).encode(x, y, tooltip=tooltip))
    return _titled(words, "match", *layers)


def _state_tooltip(words: Mapping[str, str]) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("step:Q", title=words["step"], format=","),
        alt.Tooltip("loss:Q", title=words["height"], format=".4g"),
        alt.Tooltip("weight_0:Q", title=words["weight"], format=".4f"),
        alt.Tooltip("bias:Q", title=words["bias"], format=".4f"),
        alt.Tooltip("gradient:Q", title=words["gradient"], format=".4g"),
    ]


def _loss_view(words: Mapping[str, str], scale: str, has_test: bool) -> Any:
    x = _steps(words)
    y = _axis(alt.Y, "loss", "loss", words["height"], scale)
    positive = "datum.loss > 0" if scale == "log" else "true"
    layers: list[Any] = [
        _table("ghosts")
        .transform_filter(positive)
        .mark_line(color=palette.MUTED, strokeWidth=1.3, opacity=0.7, clip=True)
        .encode(x, y, detail="run:N")
    ]
    tooltip = _state_tooltip(words)
    if has_test:
        layers += [_key_of_test_loss(words), *_loss_curve(words, "test_loss", palette.TARGET, scale)]
        tooltip.insert(2, alt.Tooltip("test_loss:Q", title=words["test_loss"], format=".4g"))
    touchable = _touchable().transform_filter(positive).mark_circle(size=160, opacity=0, clip=True)
    return _titled(
        words,
        "loss",
        *layers,
        *_loss_curve(words, "loss", palette.OUTPUT, scale),
        touchable.encode(x, y, tooltip=tooltip),
    )


def _loss_curve(words: Mapping[str, str], field: str, colour: str, scale: str) -> list[Any]:
    """Draw a loss: all states thin, those up to the time shown thick, with a point at its end."""
    x, y = _steps(words), _axis(alt.Y, field, "loss", words["height"], scale)
    positive = f"datum.{field} > 0" if scale == "log" else "true"
    thick: dict[str, Any] = {"color": colour, "clip": True}
    return [
        _table("history")
        .transform_filter(positive)
        .mark_line(strokeWidth=1.5, opacity=0.4, **thick)
        .encode(x, y),
        _until_now().transform_filter(positive).mark_line(strokeWidth=3, **thick).encode(x, y),
        _now().transform_filter(positive).mark_circle(size=90, opacity=1, **thick).encode(x, y),
    ]


def _key_of_test_loss(words: Mapping[str, str]) -> Any:
    """Name the second line, in its colour, beside the title."""
    return _table("ranges").mark_text(
        text=second_key(words),
        x=title_width(words["loss"]) + GAP,
        y=-11,
        align="left",
        fontSize=12,
        color=palette.TARGET,
    )


def _bowl_view(words: Mapping[str, str], num_features: int) -> Any:
    names = ("weight", "bias") if num_features == 1 else ("flattest", "steepest")
    x = _axis(alt.X, "across", "across", words[names[0]])
    y = _axis(alt.Y, "along", "along", words[names[1]])
    order = alt.Order("position:Q")
    thick: dict[str, Any] = {"color": palette.OUTPUT, "clip": True}
    return _titled(
        words,
        "bowl",
        _table("levels")
        .mark_line(color=palette.MUTED, strokeWidth=1, clip=True)
        .encode(
            x, y, detail="level:N", order=alt.Order("place:Q"), opacity=alt.Opacity("shade:Q", scale=None)
        ),
        _inside(_table("history"), "bowl")
        .mark_line(strokeWidth=1.5, opacity=0.4, **thick)
        .encode(x, y, order=order),
        _table("future")
        .mark_point(shape="diamond", size=70, filled=False, strokeWidth=2, color=palette.OUTPUT, clip=True)
        .encode(x, y, tooltip=_state_tooltip(words)),
        _inside(_until_now(), "bowl").mark_line(strokeWidth=3, **thick).encode(x, y, order=order),
        _table("optimum").mark_point(shape="cross", size=90, filled=True, color=palette.MUTED).encode(x, y),
        _now().mark_circle(size=90, opacity=1, **thick).encode(x, y),
        _touchable().mark_circle(size=160, opacity=0, clip=True).encode(x, y, tooltip=_state_tooltip(words)),
    )


def _parameter_view(words: Mapping[str, str], num_features: int) -> Any:
    x = _steps(words)
    layers: list[Any] = []
    # More lines than this are a thicket; the first ones stand for all.
    weights = [f"weight_{i}" for i in range(min(num_features, 6))]
    title = words["weight_and_bias"]
    for field, colour in [(weight, palette.WEIGHT) for weight in weights] + [("bias", palette.BIAS)]:
        y = _axis(alt.Y, field, "parameter", title)
        layers += [
            _inside(_table("history"), "parameters")
            .mark_line(color=colour, strokeWidth=1.5, opacity=0.4, clip=True)
            .encode(x, y),
            _inside(_until_now(), "parameters")
            .mark_line(color=colour, strokeWidth=2.5, clip=True)
            .encode(x, y),
            _now().mark_circle(color=colour, size=70, opacity=1, clip=True).encode(x, y),
        ]
    gradient_axis = _axis(alt.Y, "gradient", "gradient", words["gradient"], "log", orient="right")
    gradient_axis.axis.grid = False
    gradient = (
        _table("history")
        .transform_filter("datum.gradient > 0")
        .mark_line(color=palette.GRADIENT, strokeWidth=1.5, opacity=0.8, clip=True)
        .encode(x, gradient_axis)
    )
    hover = (
        _touchable()
        .mark_circle(size=160, opacity=0, clip=True)
        .encode(x, _axis(alt.Y, "weight_0", "parameter", title), tooltip=_state_tooltip(words))
    )
    both = (alt.layer(*layers, hover), gradient)
    return _titled(words, "parameters", *both).resolve_scale(y="independent")


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
        _now()
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
        _line_view(words, residuals, has_test, plot_width)
        if num_features == 1
        else _match_view(words, num_features, has_test),
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
