"""Exact numbers of any step: those made, and those that theory foresees."""

import streamlit as st
from pages._ui.choices import TRAINING

from linear_core.theory.outlook import steps_to_loss
from linear_core.training.history import TrainingState
from pages._ui import controls
from pages._ui.language import _
from pages._ui.training import run as runs
from pages._ui.training.live import MINUS
from pages._ui.training.run import Run


def draw() -> None:
    """Offer a step of the past, a step of the future, and a goal."""
    run = runs.current()
    if run is None:
        return
    past, future, goal = st.columns(3, gap="medium")
    with past:
        _past(run)
    known = run.has_theory()
    with future:
        _future(run, known)
    with goal:
        _goal(run, known)


def _past(run: Run) -> None:
    last = run.trainer.step
    if st.session_state.get("exact_step", 0) > last:
        st.session_state["exact_step"] = last
    step = st.number_input(_("Exact numbers at step"), 0, last, key="exact_step")
    _show(run.trainer.at(int(step)))


def _show(state: TrainingState) -> None:
    rows = {
        _("loss"): f"{state.loss:.9g}",
        _("weight"): ", ".join(f"{value:.9g}" for value in state.weight.flatten().tolist()),
        _("bias"): _("no bias")
        if state.bias is None
        else ", ".join(f"{value:.9g}" for value in state.bias.tolist()),
        _("length of the gradient"): f"{state.gradient_norm:.6g}",
    }
    st.table({"": list(rows), _("value"): [text.replace("-", MINUS) for text in rows.values()]})


def _future(run: Run, known: bool) -> None:
    step = controls.number("future", TRAINING, _("Where it will be at step"))
    if not known:
        st.caption(_("Only plain SGD on the mean squared error of all samples can be foreseen."))
        return
    if step <= run.trainer.step:
        st.caption(_("Choose a step beyond the present one; a diamond in the bowl shows the place."))
        return
    state = run.foreseen(int(step))
    if state is None:
        st.caption(_("By then the numbers are beyond all bounds: at this rate it diverges."))
    else:
        _show(state)


def _goal(run: Run, known: bool) -> None:
    goal = st.number_input(
        _("Steps until the loss is at most"), 0.0, value=1e-3, step=None, format="%g", key="goal_loss"
    )
    if not known:
        return
    trainer = run.trainer
    rate = trainer.config.learning_rate
    steps = steps_to_loss(trainer.data, trainer.weight, trainer.bias, rate, float(goal))
    if steps is None:
        st.markdown(_("Never: it is below the smallest possible loss, or the rate does not lead there."))
    else:
        text = _("**{steps:,}** more steps at {rate}, counted from step {step:,}.")
        st.markdown(text.format(steps=steps, rate=controls.exact(rate), step=trainer.step))
