"""Section "One step in detail": forward, loss, gradients, update, with the real numbers."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import streamlit as st

from linear_core.charts.microscope import step_chart
from linear_core.training.losses import LOSSES
from linear_core.training.optimizers import OPTIMIZERS
from linear_core.training.step_trace import StepTrace
from pages._ui import controls
from pages._ui.figure import figure
from pages._ui.glossary import meaning
from pages._ui.language import _, ngettext
from pages._ui.numbers import reading, significant
from pages._ui.params import exact
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.data import axis_words, column, literal

if TYPE_CHECKING:
    from torch import Tensor

SHOWN = 6  # samples in the table of a stage
LIT, UNLIT = "background: rgba(23, 150, 127, 0.16); font-weight: 600", "opacity: 0.65"  # lines of code


class Stage(NamedTuple):
    """A part of a step: its code, and what writes its numbers and returns what the picture shows."""

    code: str
    write: Callable[[StepTrace, list[str]], str]  # of a trace and its features, as Markdown shows them


def draw(shown: Training) -> None:
    """Choose a stage of the step that comes next in the film; show what runs and what it computes."""
    trainer = runs.current().trainer
    at = min(shown.at, trainer.step)
    trace = trainer.trace_step(at)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        stage = controls.one_of(Training.stage_of_step)
        text = _("The step from {step:,} to {next:,}. Move the playback position to see another one.")
        st.caption(text.format(step=at, next=at + 1))
    left, right = st.columns(2, gap="medium")
    with left:
        st.html(_code(stage))
        features = [literal(column(trace.data, name)) for name in trace.data.feature_names]
        picture_shows = STAGES[stage].write(trace, features)
    with right:
        words = {"prediction": _("prediction"), "residual": _("residual"), "gradient": _("∂loss/∂prediction")}
        chart = step_chart(trace, int(stage), **words, **axis_words(trace.data))
        figure(chart, "step", alt=_("The samples and their predictions in this stage of the step"))
        st.caption(picture_shows)


def _code(stage: str) -> str:
    """Write the lines of a step; those that run in this stage are highlighted."""
    parts = (
        f'<div style="padding: 0 0.75rem; {LIT if key == stage else UNLIT}">{each.code}</div>'
        for key, each in STAGES.items()
    )
    return f'<pre style="margin: 0; font: 0.9rem/1.75 Source Code Pro, monospace">{"".join(parts)}</pre>'


def _forward(trace: StepTrace, features: list[str]) -> str:
    *weights, bias = map(reading, _row(trace.weight, trace.bias))
    products = (f":violet[{weight}] · :blue[{name}]" for weight, name in zip(weights, features, strict=True))
    terms = " + ".join([*products, f":orange[{bias}]"])
    st.markdown(_(":green[prediction] = {sum}").format(sum=terms))
    x = dict(zip(features, trace.x.T, strict=True))
    _samples(trace, {**x, _("prediction"): trace.prediction[:, 0]})
    return _("Green: the prediction for each sample. Blue: its target.")


def _loss(trace: StepTrace, features: list[str]) -> str:
    text = ngettext(
        "loss = {each} of one sample = **{loss}**",
        "loss = mean of {each} over {count:,} samples = **{loss}**",
        len(trace.rows),
    )
    loss = LOSSES[trace.config.loss]
    each = loss.written.format(difference=_("residual"))
    st.markdown(text.format(each=each, count=len(trace.rows), loss=reading(trace.loss.item())))
    residual = trace.residual[:, 0]
    compared = {_("target"): trace.target[:, 0], _("prediction"): trace.prediction[:, 0]}
    _samples(trace, {**compared, _("residual"): residual, each: loss.elementwise(residual)})
    return _("Each gray segment is a residual; the loss is the mean of their squares, for `MSELoss`.")


def _gradients(trace: StepTrace, features: list[str]) -> str:
    *weights, bias = map(reading, _row(trace.grad_weight, trace.grad_bias))
    sums = [
        f":violet[weight.grad\\[{name}\\]] = Σ g · :blue[{name}] = **{value}**"
        for name, value in zip(features, weights, strict=True)
    ]
    st.markdown("  \n".join([*sums, f":orange[bias.grad] = Σ g = **{bias}**"]))
    text = _("g is ∂loss/∂prediction; for `MSELoss` it is −2 · residual / number of samples.")
    st.caption(text, help=meaning("partial derivative", "residual"))
    g = trace.grad_output[:, 0]
    products = zip((f"g · {name}" for name in features), g * trace.x.T, strict=True)
    _samples(trace, {"g": g, **dict(products)})
    return _(
        "Red: −∂loss/∂prediction for each sample, the direction that lowers the loss; scaled so that the"
        " longest is as long as its residual."
    )


def _update(trace: StepTrace, features: list[str]) -> str:
    config = trace.config
    if OPTIMIZERS[config.optimizer].is_linear and not (config.momentum or config.weight_decay):
        text = _("new = old − learning_rate · gradient, with learning_rate = {rate}")
    else:
        text = _("The optimizer computes its own update from the gradient, with learning_rate = {rate}")
    st.markdown(text.format(rate=exact(config.learning_rate)))
    columns = {
        _("old"): _row(trace.weight, trace.bias),
        _("gradient"): _row(trace.grad_weight, trace.grad_bias),
        _("new"): _row(trace.new_weight, trace.new_bias),
    }
    names = pd.Index([*(f"weight[{name}]" for name in features), "bias"], name=_("parameter"))
    st.table(pd.DataFrame(columns, names).map(significant, most=7))
    return _("The new predictions, and how far they moved in this step.")


STAGES = {
    "1": Stage("prediction = model(x)", _forward),
    "2": Stage("loss = criterion(prediction, target)", _loss),
    "3": Stage("optimizer.zero_grad()\nloss.backward()", _gradients),
    "4": Stage("optimizer.step()", _update),
}


def _row(weight: "Tensor", bias: "Tensor | None") -> list[float]:
    """Return the numbers of the layer: one for each feature, and that of the bias."""
    return [*weight[0].tolist(), *([] if bias is None else bias.tolist())]


def _samples(trace: StepTrace, columns: Mapping[str, "Tensor"]) -> None:
    """Write out the first samples of the step."""
    rows = pd.Index(trace.rows[:SHOWN].tolist(), name=_("sample"))
    numbers = {name: values[:SHOWN].tolist() for name, values in columns.items()}
    st.table(pd.DataFrame(numbers, rows).map(reading))
    if (more := len(trace.rows) - SHOWN) > 0:
        text = ngettext("and {more:,} more sample", "and {more:,} more samples", more)
        st.caption(text.format(more=more))
