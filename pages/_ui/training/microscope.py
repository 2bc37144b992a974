"""Section "One step under the microscope": forward, loss, gradients, update, with the real numbers."""

from html import escape
from typing import Any

import pandas as pd
import streamlit as st
from pages._ui.choices import TRAINING

from linear_core.charts.microscope import step_chart
from linear_core.training.step_trace import StepTrace
from pages._ui import controls
from pages._ui.language import N_, _
from pages._ui.training import datasets
from pages._ui.training import run as runs
from pages._ui.training.live import MINUS, number
from pages._ui.training.run import Run

STAGES = {"1": N_("Forward"), "2": N_("Loss"), "3": N_("Gradients"), "4": N_("Update")}
KEY = "stage_of_step"
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


def draw() -> None:
    """Choose a step and a stage; show the lines that run, what they compute, and the picture."""
    run = runs.current()
    if run is None:
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        trace = run.trainer.trace_step(_step(run))
        stage = controls.one_of(KEY, TRAINING, _("Stage"), lambda key: f"{key} {_(STAGES[key])}")
        _turn(stage)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        st.html(_code(stage))
        {"1": _forward, "2": _loss, "3": _gradients, "4": _update}[stage](trace, run)
    with right:
        words = datasets.axis_words(run.trainer.data)
        st.altair_chart(
            step_chart(
                trace,
                int(stage),
                prediction=_("prediction"),
                residual=_("residual"),
                gradient=_("d loss / d prediction"),
                **words,
            ),
            key="step_picture",
            alt=_("The samples and their predictions in this stage of the step"),
        )
        st.caption(_(PICTURE[stage]))


PICTURE = {
    "1": N_("Green: what the layer says of each sample. Blue: what it should say."),
    "2": N_("Each grey segment is a residual; the loss is the mean of their squares, for `MSELoss`."),
    "3": N_("Red: how each sample pulls at its prediction; the longest is as long as its residual."),
    "4": N_("The new predictions, and the way they have moved in this one step."),
}


def _step(run: Run) -> int:
    last = run.trainer.step
    if (st.session_state.get("microscope_step") or 0) > last:
        st.session_state["microscope_step"] = None
    step = st.number_input(
        _("From step (empty: the present)"),
        0,
        last,
        None,
        key="microscope_step",
        placeholder=f"{last:,}",
        width=250,
    )
    return last if step is None else int(step)


def _turn(stage: str) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, icon, change, end in (
            (_("Back"), ":material/chevron_left:", -1, "1"),
            (_("Next"), ":material/chevron_right:", 1, "4"),
        ):
            to = str(int(stage) + change)
            st.button(
                label, icon=icon, on_click=_go, args=(to,), disabled=stage == end, key=f"micro_{change}"
            )


def _go(stage: str) -> None:
    st.session_state[KEY] = stage


def _code(stage: str) -> str:
    """The lines of a step; those that run in this stage are lit."""
    lines = (
        f'<div class="{"lit" if runs_in == stage else "unlit"}">{escape(line)}</div>'
        for line, runs_in in CODE
    )
    return f'{STYLE}<div class="step-lines">{"".join(lines)}</div>'


def _forward(trace: StepTrace, run: Run) -> None:
    bias = "" if trace.bias is None else f" + :orange[{number(trace.bias[0].item())}]"
    weights = [number(value) for value in trace.weight[0].tolist()]
    names = _names(run)
    products = " + ".join(
        f":violet[{weight}] · :blue[{name}]" for weight, name in zip(weights, names, strict=True)
    )
    st.markdown(_(":green[prediction] = {sum}").format(sum=f"{products}{bias}"))
    columns = {name: trace.x[:SHOWN, place] for place, name in enumerate(names)}
    _table({**columns, _("prediction"): trace.prediction[:SHOWN, 0]}, trace)


def _loss(trace: StepTrace, run: Run) -> None:
    loss = number(trace.loss.item())
    if run.trainer.config.loss == "mse":
        text = _("loss = mean of residual² over {count:,} samples = **{loss}**")
    else:
        text = _("loss over {count:,} samples = **{loss}**")
    st.markdown(text.format(count=len(trace.rows), loss=loss))
    residual = trace.residual[:SHOWN, 0]
    columns = {_("target"): trace.target[:SHOWN, 0], _("prediction"): trace.prediction[:SHOWN, 0]}
    _table({**columns, _("residual"): residual, _("residual²"): residual.square()}, trace)


def _gradients(trace: StepTrace, run: Run) -> None:
    names = _names(run)
    sums = [
        f":violet[weight.grad\\[{name}\\]] = Σ g · :blue[{name}] = **{number(value)}**"
        for name, value in zip(names, trace.grad_weight[0].tolist(), strict=True)
    ]
    if trace.grad_bias is not None:
        sums.append(f":orange[bias.grad] = Σ g = **{number(trace.grad_bias[0].item())}**")
    st.markdown("  \n".join(sums))
    st.caption(_("g is d loss / d prediction; for `MSELoss` it is −2 · residual / number of samples."))
    pull = trace.grad_output[:SHOWN, 0]
    products = {f"g · {name}": pull * trace.x[:SHOWN, place] for place, name in enumerate(names)}
    _table({"g": pull, **products}, trace)


def _update(trace: StepTrace, run: Run) -> None:
    config = run.trainer.segment_at(trace.step)[1]
    if config.optimizer == "sgd" and not (config.momentum or config.weight_decay):
        text = _("new = old − learning_rate · gradient, with learning_rate = {rate}")
    else:
        text = _("The optimizer makes its own step out of the gradient, with learning_rate = {rate}")
    st.markdown(text.format(rate=controls.exact(config.learning_rate)))
    names = [f"weight[{name}]" for name in _names(run)]
    old, grad = trace.weight[0].tolist(), trace.grad_weight[0].tolist()
    new = trace.new_weight[0].tolist()
    if trace.bias is not None and trace.grad_bias is not None and trace.new_bias is not None:
        names, old = [*names, "bias"], [*old, trace.bias[0].item()]
        grad, new = [*grad, trace.grad_bias[0].item()], [*new, trace.new_bias[0].item()]
    columns: dict[str, list[Any]] = {"": names}
    for title, values in ((_("old"), old), (_("gradient"), grad), (_("new"), new)):
        columns[title] = [_digits(value) for value in values]
    st.table(pd.DataFrame(columns).set_index(""))


def _names(run: Run) -> list[str]:
    return [datasets.literal(name) for name in run.trainer.data.feature_names]


def _table(columns: dict[str, Any], trace: StepTrace) -> None:
    """The first samples of the step, written out."""
    written = {name: [number(value) for value in values.tolist()] for name, values in columns.items()}
    rows = [str(row) for row in trace.rows[:SHOWN].tolist()]
    st.table(pd.DataFrame(written, index=pd.Index(rows, name=_("sample"))))
    if len(trace.rows) > SHOWN:
        st.caption(_("and {more:,} more samples").format(more=len(trace.rows) - SHOWN))


def _digits(value: float) -> str:
    return f"{value:.7g}".replace("-", MINUS)
