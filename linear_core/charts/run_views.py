"""The four charts of a run: data and prediction, loss, loss surface with the path, and parameters.

Each is a specification that stays the same while the run goes on. Only its named tables
(`linear_core.charts.run_tables`) change, axis ranges included, so a browser swaps the data and rebuilds
nothing; what moves with the moment (`linear_core.charts.film`) moves in the browser alone.
"""

from collections.abc import Callable
from typing import Any

import altair as alt

from linear_core.charts import palette
from linear_core.charts.axes import axis, end_of, framed, step_axis
from linear_core.charts.axis_labels import STEP_LABEL
from linear_core.charts.film import BIAS, LOSS, WEIGHT, at_now, number, table, until_now
from linear_core.charts.leaving import any_way, line_up_or_down, off_chart, up_or_down

HEIGHT = 184
MAX_WEIGHTS = 6  # lines of parameters; more cannot be told apart
RESIDUALS = ("segments", "squares", "none")
LOSS_SCALES = ("log", "linear")

# A path that oscillates would cover the contour lines.
PATH_WIDTHS = (alt.ExprRef(f"{end_of('path_width')} / 2"), alt.ExprRef(end_of("path_width")))

Translate = Callable[[str], str]


def data_view(
    translate: Translate = str,
    num_features: int = 1,
    *,
    x: str | None = None,
    target: str | None = None,
    residuals: str = "segments",
    has_test: bool = False,
) -> Any:
    """Draw samples with the line and its residuals, or, with several features, prediction against target."""
    if num_features > 1:
        return _match_view(translate, target or translate("target"), num_features, has_test)
    x_title, target = x or translate("x"), target or translate("target")
    points = _predicted(1, "points")
    ends = _predicted(1, "ends").transform_filter("now != ''")
    across, y = axis(alt.X, "x_0", "x", x_title), axis(alt.Y, "target", "y", target)
    fitted = axis(alt.Y, "prediction", "y", target)
    tooltip = [_tip("x_0", x_title), *_sample_tooltip(translate, target)]
    trail = table("trail").transform_filter("datum.step < now_step")
    layers: list[Any] = [
        _dashed(table("ends")).encode(across, y),
        trail.mark_line(color=palette.OUTPUT, strokeWidth=1.5, opacity=0.3, clip=True).encode(
            across, fitted, detail="step:N"
        ),
        points.mark_circle(color=palette.TARGET, size=30, opacity=0.9, clip=True).encode(
            across, y, tooltip=tooltip
        ),
        ends.mark_line(color=palette.OUTPUT, strokeWidth=3, clip=True).encode(across, fitted),
        off_chart(
            repr(translate("off the chart")),
            at_now("ranges", arrow=line_up_or_down(number(BIAS), number(WEIGHT))),
        ),
    ]
    if has_test:
        hollow = _hollow(_predicted(1, "test_points"), palette.TARGET)
        layers.insert(3, hollow.encode(across, y, tooltip=tooltip))
    if residuals == "segments":
        rule = points.mark_rule(color=palette.MUTED, opacity=0.7, clip=True)
        layers.insert(0, rule.encode(across, y, y2="prediction:Q"))
    if residuals == "squares":
        style: dict[str, Any] = {"fillOpacity": 0.1, "stroke": palette.MUTED, "strokeOpacity": 0.5}
        square = _with_square(points).mark_rect(color=palette.MUTED, clip=True, **style)
        layers.insert(0, square.encode(across, y, x2="side:Q", y2="prediction:Q"))
    return framed(*layers)


def _match_view(translate: Translate, target: str, num_features: int, has_test: bool) -> Any:
    x = axis(alt.X, "target", "y", target)
    equal = axis(alt.Y, "target", "match", translate("prediction"))
    y = axis(alt.Y, "prediction", "match", translate("prediction"))
    tooltip = _sample_tooltip(translate, target)
    points = _predicted(num_features, "points")
    layers: list[Any] = [
        _dashed(table("ends")).encode(x, equal),
        points.mark_circle(color=palette.OUTPUT, size=30, opacity=0.7, clip=True).encode(
            x, y, tooltip=tooltip
        ),
    ]
    if has_test:
        hollow = _hollow(_predicted(num_features, "test_points"), palette.OUTPUT)
        layers.append(hollow.encode(x, y, tooltip=tooltip))
    arrow = up_or_down("match", "datum.prediction")
    gone = points.transform_calculate(arrow=arrow).transform_aggregate(count="count()", groupby=["arrow"])
    words = translate("points off the chart: {count}")
    layers.append(off_chart(f"replace({words!r}, '{{count}}', datum.count)", gone))
    return framed(*layers)


def _sample_tooltip(translate: Translate, target: str) -> list[alt.Tooltip]:
    titles = {"target": target, "prediction": translate("prediction"), "residual": translate("residual")}
    return [_tip(name, title) for name, title in titles.items()]


def _predicted(num_features: int, name: str) -> alt.Chart:
    """Compute the prediction of each row at the moment; before there is one, it is the target."""
    products = "".join(f" + {number(WEIGHT + i)} * datum.x_{i}" for i in range(num_features))
    prediction = f"now == '' ? datum.target : {number(BIAS)}{products}"
    residual = "datum.target - datum.prediction"
    return table(name).transform_calculate(prediction=prediction).transform_calculate(residual=residual)


def _with_square(points: alt.Chart) -> alt.Chart:
    """Compute the other side of each residual's square: as far, in pixels, as it is high, inwards."""
    low, high = end_of("x_min"), end_of("x_max")
    pixels = f"abs(datum.residual) / ({end_of('y_max')} - {end_of('y_min')}) * height"
    inwards = f"(datum.x_0 > ({low} + {high}) / 2 ? -1 : 1)"
    return points.transform_calculate(side=f"datum.x_0 + {inwards} * {pixels} * ({high} - {low}) / width")


def _dashed(chart: alt.Chart) -> Any:
    return chart.mark_line(strokeDash=[5, 4], color=palette.MUTED, strokeWidth=1.5, clip=True)


def _hollow(chart: alt.Chart, color: str) -> Any:
    """Mark samples of the test set."""
    return chart.mark_point(filled=False, color=color, size=30, strokeWidth=1.5, opacity=0.9, clip=True)


def loss_view(translate: Translate = str, *, scale: str = "log", has_test: bool = False) -> Any:
    """Draw the loss against the step: all states thin, those up to the moment thick, earlier runs gray."""
    x, side = step_axis(translate("step (log scale)")), "loss"
    if scale == "linear":
        x = axis(alt.X, "step", "step", translate("step"), labelExpr=STEP_LABEL, tickMinStep=1)
        side = "plain_loss"
    y = axis(alt.Y, "loss", side, translate("loss"), scale)
    ghosts = table("ghosts").transform_filter(_positive("loss", scale))
    layers: list[Any] = [
        ghosts.mark_line(color=palette.MUTED, strokeWidth=1.3, opacity=0.7, clip=True).encode(
            x, y, detail="run:N"
        )
    ]
    losses = [("loss", palette.OUTPUT, number(LOSS))]
    if has_test:
        losses.insert(0, ("test_loss", palette.TARGET, number("length(state) - 1")))
    for field, color, value in losses:
        height = axis(alt.Y, field, side, translate("loss"), scale)
        at = at_now("ranges", step="now_step", **{field: value}).transform_filter(_positive(field, scale))
        layers += _grown(table("history").transform_filter(_positive(field, scale)), color, x, height)
        layers.append(at.mark_circle(size=90, opacity=1, color=color, clip=True).encode(x, height))
    tooltip = _state_tooltip(translate, has_test)
    layers.append(_touchable(_positive("loss", scale)).encode(x, y, tooltip=tooltip))
    return framed(*layers)


def _positive(field: str, scale: str) -> str:
    return f"datum.{field} > 0" if scale == "log" else "true"


def _grown(
    history: alt.Chart, hue: str | None, x: Any, y: Any, widths: tuple[Any, Any] = (1.5, 3), **more: Any
) -> list[Any]:
    """Draw a line twice: thin as far as it is known, thick up to the moment."""
    style: dict[str, Any] = {"clip": True} | ({"color": hue} if hue else {})
    thin, thick = widths
    return [
        history.mark_line(strokeWidth=thin, opacity=0.4, **style).encode(x, y, **more),
        until_now(history).mark_line(strokeWidth=thick, **style).encode(x, y, **more),
    ]


def surface_view(translate: Translate = str, num_features: int = 1) -> Any:
    """Draw contour lines of the loss with the path of the run; with several features along two directions."""
    titles = (translate("weight"), translate("bias"))
    if num_features > 1:
        titles = (translate("along the flattest direction"), translate("along the steepest direction"))
    x, y = axis(alt.X, "across", "across", titles[0]), axis(alt.Y, "along", "along", titles[1])
    contours = table("contours").mark_line(color=palette.MUTED, strokeWidth=1, clip=True)
    shade = alt.Opacity("shade:Q", scale=None)
    path = table("history").transform_filter("datum.near_surface")
    order, detail = alt.Order("step:Q"), "near_surface:N"
    now = at_now("plane", **{side: _on_plane(side, num_features) for side in ("across", "along")})
    gone = now.transform_calculate(arrow=any_way("across", "along"))
    earlier = table("ghosts").transform_filter("datum.near_surface")
    ghosts = earlier.mark_line(color=palette.MUTED, strokeWidth=0.8, opacity=0.4, clip=True)
    layers: list[Any] = [
        contours.encode(x, y, detail="line:N", order="place:Q", opacity=shade),
        ghosts.encode(x, y, detail=["run:N", detail], order=order),
        *_grown(path, palette.OUTPUT, x, y, PATH_WIDTHS, order=order, detail=detail),
        table("future")
        .mark_point(shape="diamond", size=70, strokeWidth=2, color=palette.OUTPUT)
        .encode(x, y),
        table("optimum").mark_point(shape="cross", size=90, filled=True, color=palette.MUTED).encode(x, y),
        now.mark_circle(size=90, opacity=1, color=palette.OUTPUT, clip=True).encode(x, y),
        off_chart(repr(translate("off the chart")), gone),
        _touchable("datum.near_surface").encode(x, y, tooltip=_state_tooltip(translate)),
    ]
    return framed(*layers)


def _on_plane(side: str, num_features: int) -> str:
    """Project the parameters at the moment; the table ``plane`` holds the offset and the direction."""
    columns = [(BIAS, "bias"), *((WEIGHT + i, f"weight_{i}") for i in range(num_features))]
    return f"datum.{side}_offset" + "".join(f" + {number(k)} * datum.{side}_{name}" for k, name in columns)


def parameter_names(num_features: int) -> list[str]:
    """Return the columns of the parameters that are drawn."""
    return [*(f"weight_{i}" for i in range(min(num_features, MAX_WEIGHTS))), "bias"]


def parameters_view(translate: Translate = str, num_features: int = 1) -> Any:
    """Draw weights, bias and the gradient norm against the step."""
    names: list[Any] = [*parameter_names(num_features)]
    x = step_axis(translate("step (log scale)"))
    y = axis(alt.Y, "value", "parameter", translate("weight, bias"))
    hues = alt.Scale(domain=["weight", "bias"], range=[palette.WEIGHT, palette.BIAS])
    color = alt.Color("kind:N", scale=hues, legend=None)
    near, kind = "datum.near_parameters", "split(datum.name, '_')[0]"
    lines, touchable = (
        chart.transform_fold(names, as_=["name", "value"]).transform_calculate(kind=kind)
        for chart in (table("history").transform_filter(near), _touchable(near))
    )
    at = at_now("names", value=number("datum.column"), step="now_step")
    arrow = up_or_down("parameter", "datum.value")
    gone = at.transform_calculate(arrow=arrow).transform_aggregate(groupby=["kind", "arrow"])
    tooltip = [
        _tip("name", " ", ""),
        _tip("step", translate("step"), ","),
        _tip("value", translate("weight, bias")),
    ]
    layers: list[Any] = [
        *_grown(lines, None, x, y, PATH_WIDTHS, color=color, detail=["name:N", "near_parameters:N"]),
        at.mark_circle(size=70, opacity=1, clip=True).encode(x, y, color),
        off_chart(repr(translate("off the chart")), gone, "(datum.kind == 'weight' ? 0.3 : 0.7)", color),
        touchable.encode(x, y, tooltip=tooltip),
    ]
    norm = axis(alt.Y, "gradient", "gradient", translate("gradient norm"), "log", orient="right", grid=False)
    gradient = (
        table("history")
        .transform_filter("datum.gradient > 0")
        .mark_line(color=palette.GRADIENT, strokeWidth=1.5, opacity=0.8, clip=True)
        .encode(x, norm)
    )
    return framed(alt.layer(*layers), gradient).resolve_scale(y="independent")


def _touchable(condition: str) -> Any:
    """Return the states that answer to the pointer: enough to find one, few enough to move quickly."""
    some = table("history").transform_filter("datum.is_touchable").transform_filter(condition)
    return some.mark_circle(size=160, opacity=0, clip=True)


def _state_tooltip(translate: Translate, has_test: bool = False) -> list[alt.Tooltip]:
    test = [_tip("test_loss", translate("test loss"))] if has_test else []
    return [
        _tip("step", translate("step"), ","),
        _tip("loss", translate("loss")),
        *test,
        _tip("weight_0", translate("weight"), ".4f"),
        _tip("bias", translate("bias"), ".4f"),
        _tip("gradient", translate("gradient norm")),
    ]


def _tip(field: str, title: str, form: str = ".4g") -> alt.Tooltip:
    if not form:
        return alt.Tooltip(f"{field}:N", title=title)
    return alt.Tooltip(f"{field}:Q", title=title, format=form)


def views(
    translate: Translate = str,
    num_features: int = 1,
    *,
    x: str | None = None,
    target: str | None = None,
    residuals: str = "segments",
    loss_scale: str = "log",
    has_test: bool = False,
) -> dict[str, Any]:
    """Return the four charts without their data, by name.

    Parameters
    ----------
    translate : callable
        From the English texts to another language.
    num_features : int
        ``in_features`` of the layer.
    x, target : str, optional
        What the axes of the samples are called.
    residuals : str
        One of `RESIDUALS`.
    loss_scale : str
        One of `LOSS_SCALES`.
    has_test : bool
        Draw the test set as hollow points, and its loss as a second line.
    """
    samples: dict[str, Any] = {"x": x, "target": target, "residuals": residuals}
    return {
        "data": data_view(translate, num_features, has_test=has_test, **samples),
        "loss": loss_view(translate, scale=loss_scale, has_test=has_test),
        "surface": surface_view(translate, num_features),
        "parameters": parameters_view(translate, num_features),
    }


def titles(translate: Translate = str, num_features: int = 1) -> dict[str, str]:
    """Return what each chart is called."""
    several = num_features > 1
    return {
        "data": translate("Prediction against target") if several else translate("Data and prediction"),
        "loss": translate("Loss"),
        "surface": translate("Loss surface and path"),
        "parameters": translate("Weights and bias") if several else translate("Weight and bias"),
    }
