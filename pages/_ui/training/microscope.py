"""Section "One step in detail": forward, loss, gradients, update, with the real numbers."""

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from linear_core import RegressionData, TrainingConfig
from linear_core.charts.microscope import step_chart
from linear_core.training.losses import LOSSES
from linear_core.training.optimizers import OPTIMIZERS
from linear_core.training.step_trace import StepTrace
from pages._ui import controls, link
from pages._ui.figure import figure
from pages._ui.glossary import meaning
from pages._ui.language import N_, _, ngettext
from pages._ui.numbers import reading, significant
from pages._ui.params import exact
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.data import axis_words, column, literal

SHOWN = 6  # samples in the table of a stage

# Each line, and the stage in which it runs.
CODE = (
    ("prediction = model(x)", "1"),
    ("loss = criterion(prediction, target)", "2"),
    ("optimizer.zero_grad()", "3"),
    ("loss.backward()", "3"),
    ("optimizer.step()", "4"),
)


STYLE = """<style>
.step-lines { font-family: "Source Code Pro", monospace; font-size: 0.9rem; line-height: 1.75 }
.step-lines div { padding: 0 0.75rem; border-left: 3px solid transparent }
.step-lines .lit { border-left-color: #17967f; background: rgba(23, 150, 127, 0.16); font-weight: 600 }
.step-lines .unlit { opacity: 0.65 }
</style>"""


def draw(shown: Training) -> None:
    """Choose a stage of the step that comes next in the film; show what runs and what it computes."""
    run = runs.current()
    at = min(shown.at, run.trainer.step)
    data, config = run.trainer.segment_at(at)
    step = Step(run.trainer.trace_step(at), data, config)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        stage = controls.one_of(Training.stage_of_step)
        _turn(stage)
        st.caption(
            _("The step from {step:,} to {next:,}. Move the playback position to see another one.").format(
                step=at, next=at + 1
            )
        )
    left, right = st.columns([1, 1], gap="medium")
    with left:
        st.html(_code(stage))
        {"1": _forward, "2": _loss, "3": _gradients, "4": _update}[stage](step)
    with right:
        chart = step_chart(
            step.trace,
            int(stage),
            prediction=_("prediction"),
            residual=_("residual"),
            gradient=_("∂loss/∂prediction"),
            **axis_words(data),
        )
        alt = _("The samples and their predictions in this stage of the step")
        figure(chart, "step_picture", alt=alt)
        st.caption(_(PICTURE[stage]))


@dataclass(frozen=True)
class Step:
    """One step, with the data and the config that it was made with."""

    trace: StepTrace
    data: RegressionData
    config: TrainingConfig

    @property
    def names(self) -> list[str]:
        """The features, as Markdown shows them."""
        return [literal(column(self.data, name)) for name in self.data.feature_names]


PICTURE = {
    "1": N_("Green: the prediction for each sample. Blue: its target."),
    "2": N_("Each gray segment is a residual; the loss is the mean of their squares, for `MSELoss`."),
    "3": N_(
        "Red: −∂loss/∂prediction for each sample, the direction that lowers the loss; scaled so that the"
        " longest is as long as its residual."
    ),
    "4": N_("The new predictions, and how far they moved in this step."),
}


def _turn(stage: str) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, icon, change, end in (
            (_("Back"), ":material/chevron_left:", -1, "1"),
            (_("Next"), ":material/chevron_right:", 1, "4"),
        ):
            to = str(int(stage) + change)
            st.button(
                label,
                icon=icon,
                on_click=link.setting(stage_of_step=to),
                disabled=stage == end,
                key=f"micro_{change}",
            )


def _code(stage: str) -> str:
    """The lines of a step; those that run in this stage are highlighted."""
    lines = (
        f'<div class="{"lit" if runs_in == stage else "unlit"}">{escape(line)}</div>'
        for line, runs_in in CODE
    )
    return f'{STYLE}<div class="step-lines">{"".join(lines)}</div>'


def _forward(step: Step) -> None:
    trace = step.trace
    bias = "" if trace.bias is None else f" + :orange[{reading(trace.bias[0].item())}]"
    weights = [reading(value) for value in trace.weight[0].tolist()]
    names = step.names
    products = " + ".join(
        f":violet[{weight}] · :blue[{name}]" for weight, name in zip(weights, names, strict=True)
    )
    st.markdown(_(":green[prediction] = {sum}").format(sum=f"{products}{bias}"))
    columns = {name: trace.x[:SHOWN, place] for place, name in enumerate(names)}
    _table({**columns, _("prediction"): trace.prediction[:SHOWN, 0]}, trace)


def _loss(step: Step) -> None:
    trace = step.trace
    loss = reading(trace.loss.item())
    if LOSSES[step.config.loss].is_quadratic:
        text = ngettext(
            "loss = residual² of one sample = **{loss}**",
            "loss = mean of residual² over {count:,} samples = **{loss}**",
            len(trace.rows),
        )
    else:
        text = ngettext(
            "loss of one sample = **{loss}**", "loss over {count:,} samples = **{loss}**", len(trace.rows)
        )
    st.markdown(text.format(count=len(trace.rows), loss=loss))
    residual = trace.residual[:SHOWN, 0]
    columns = {_("target"): trace.target[:SHOWN, 0], _("prediction"): trace.prediction[:SHOWN, 0]}
    _table({**columns, _("residual"): residual, _("residual²"): residual.square()}, trace)


def _gradients(step: Step) -> None:
    trace = step.trace
    names = step.names
    sums = [
        f":violet[weight.grad\\[{name}\\]] = Σ g · :blue[{name}] = **{reading(value)}**"
        for name, value in zip(names, trace.grad_weight[0].tolist(), strict=True)
    ]
    if trace.grad_bias is not None:
        sums.append(f":orange[bias.grad] = Σ g = **{reading(trace.grad_bias[0].item())}**")
    st.markdown("  \n".join(sums))
    st.caption(
        _("g is ∂loss/∂prediction; for `MSELoss` it is −2 · residual / number of samples."),
        help=meaning("partial derivative", "residual"),
    )
    pull = trace.grad_output[:SHOWN, 0]
    products = {f"g · {name}": pull * trace.x[:SHOWN, place] for place, name in enumerate(names)}
    _table({"g": pull, **products}, trace)


def _update(step: Step) -> None:
    trace = step.trace
    config = step.config
    if OPTIMIZERS[config.optimizer].is_linear and not (config.momentum or config.weight_decay):
        text = _("new = old − learning_rate · gradient, with learning_rate = {rate}")
    else:
        text = _("The optimizer computes its own update from the gradient, with learning_rate = {rate}")
    st.markdown(text.format(rate=exact(config.learning_rate)))
    names = [f"weight[{name}]" for name in step.names]
    old, grad = trace.weight[0].tolist(), trace.grad_weight[0].tolist()
    new = trace.new_weight[0].tolist()
    if trace.bias is not None and trace.grad_bias is not None and trace.new_bias is not None:
        names, old = [*names, "bias"], [*old, trace.bias[0].item()]
        grad, new = [*grad, trace.grad_bias[0].item()], [*new, trace.new_bias[0].item()]
    columns: dict[str, list[Any]] = {_("parameter"): names}
    for title, values in ((_("old"), old), (_("gradient"), grad), (_("new"), new)):
        columns[title] = [significant(value, 7) for value in values]
    st.table(pd.DataFrame(columns), hide_index=True)


def _table(columns: dict[str, Any], trace: StepTrace) -> None:
    """The first samples of the step, written out."""
    written = {name: [reading(value) for value in values.tolist()] for name, values in columns.items()}
    rows = [str(row) for row in trace.rows[:SHOWN].tolist()]
    st.table(pd.DataFrame(written, index=pd.Index(rows, name=_("sample"))))
    if len(trace.rows) > SHOWN:
        more = len(trace.rows) - SHOWN
        text = ngettext("and {more:,} more sample", "and {more:,} more samples", more)
        st.caption(text.format(more=more))
