"""Section "How many steps?": exact numbers of this step, of one to come, and when a goal is reached."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from linear_core import least_squares
from linear_core.theory.descent import DescentPath
from linear_core.theory.outlook import steps_until
from linear_core.training.forecast import Forecast
from linear_core.training.history import TrainingHistory, TrainingState
from pages._ui import controls
from pages._ui.language import _, ngettext
from pages._ui.numbers import significant
from pages._ui.params import exact
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.run import Run
from pages._ui.training.words import GOAL_LOSS

if TYPE_CHECKING:
    from torch import Tensor

Goal = Callable[[TrainingHistory | DescentPath], "Tensor"]  # which of the states are there


def draw(shown: Training) -> None:
    """Offer the numbers of this step, two goals, and a step to come."""
    run = runs.current()
    now, goals, future = st.columns(3, gap="medium")
    with now:
        at = min(shown.at, run.trainer.step)
        st.markdown(_("Exact numbers at step {step:,}").format(step=at))
        _show(run.trainer.at(at))
    with goals:
        _goals(run)
    with future:
        _future(shown, run)


def _show(state: TrainingState) -> None:
    rows = {
        _("loss"): significant(state.loss, 9),
        _("weight"): ", ".join(significant(value, 9) for value in state.weight.flatten().tolist()),
        _("bias"): _("no bias")
        if state.bias is None
        else ", ".join(significant(value, 9) for value in state.bias.tolist()),
        _("gradient norm"): significant(state.gradient_norm, 6),
    }
    alt = _("The exact numbers of this step")
    st.table({"name": list(rows), "value": list(rows.values())}, hide_index=True, hide_header=True, alt=alt)


def _goals(run: Run) -> None:
    percent = st.number_input(
        _("Steps until weight stays within this distance of the optimum (%)"),
        1e-6,
        100.0,
        1.0,
        step=None,
        format="%g",
        key="goal_percent",
    )
    best = least_squares(run.trainer.data.x, run.trainer.data.target, bias=run.trainer.config.bias).weight

    def is_close(states: TrainingHistory | DescentPath) -> "Tensor":
        away = (states.weight.double() - best).abs()
        return (away <= percent / 100 * best.abs()).flatten(1).all(dim=1)

    _say(run, is_close)
    loss = st.number_input(
        _("Steps until the loss stays at most"), 0.0, value=GOAL_LOSS, step=None, format="%g", key="goal_loss"
    )
    _say(run, lambda states: states.loss <= loss)


def _say(run: Run, is_there: Goal) -> None:
    """Say from which step on a goal is met: by the steps taken, or as theory predicts."""
    trainer, history = run.trainer, run.trainer.history
    steps = history.since(is_there(history))
    more: int | None = 0
    if trainer.config.has_closed_form:  # what is met now may be missed by the next step
        rate = trainer.config.learning_rate
        more = steps_until(is_there, trainer.data, trainer.weight, trainer.bias, rate)
    if more is None:
        text = _("Never: the goal is below the minimum, or training does not converge at this learning rate.")
    elif more:
        steps = trainer.step + more
        text = ngettext(
            "About **{steps:,}** step in all, at learning rate {rate} from step {step:,} on.",
            "About **{steps:,}** steps in all, at learning rate {rate} from step {step:,} on.",
            steps,
        )
    elif steps is not None:
        text = ngettext("**{steps:,}** step", "**{steps:,}** steps", steps)
    else:
        text = ngettext(
            "Not reached within the one step taken.",
            "Not reached within the {step:,} steps taken.",
            trainer.step,
        )
    st.markdown(text.format(steps=steps, rate=exact(trainer.config.learning_rate), step=trainer.step))


def _future(shown: Training, run: Run) -> None:
    step = controls.number(Training.future)
    if step <= run.trainer.step:
        st.caption(_("Choose a step after the last one computed; a diamond on the loss surface marks it."))
        return
    found = run.forecast(int(step))
    if found.state is None and not run.trainer.config.has_closed_form:
        st.caption(_("Only full-batch SGD without momentum on the mean squared error can be predicted."))
    elif found.state is None:
        st.caption(_("By then the numbers have overflowed: training diverges at this learning rate."))
    else:
        _show(found.state)
        st.caption(_source(found))


def _source(found: Forecast) -> str:
    """Say whether a state was computed or predicted, and how far it may be off."""
    if found.is_computed and found.state:
        return _("Computed with PyTorch's own steps up to step {step:,}.").format(step=found.state.step)
    if math.isinf(found.tolerance):
        return _("From the closed form; the run itself is rounded at each step and ends elsewhere.")
    text = _("From the closed form; rounding at each step may move each parameter by up to {tolerance}.")
    return text.format(tolerance=f"{found.tolerance:.1g}")
