"""The learning rate, what theory says about it, and buttons that try it."""

import math
from functools import partial

import streamlit as st

from linear_core.errors import DataError
from linear_core.theory.outlook import Outlook
from linear_core.training.forecast import config_outlook
from pages._ui import link, refusals
from pages._ui.glossary import meaning
from pages._ui.language import _, ngettext, sentences
from pages._ui.params import exact
from pages._ui.rate import rate
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.run import Run
from pages._ui.undo import Undo

WIDTH = 128  # pixels, of two buttons that take each other's place

_undo = Undo("learning_rate")


def draw(shown: Training) -> None:
    """Draw the control, the reason in a sentence, and the buttons."""
    run = runs.current()
    try:
        ahead, is_exact = config_outlook(run.trainer.data, run.trainer.config)
    except DataError as error:
        _control(shown, run)
        refusals.say(error)
        return
    _control(shown, run, ahead.best_rate, ahead.max_rate)
    text = sentences(_shape(ahead), _pace(ahead) if is_exact else _guide())
    st.caption(text, help=meaning("condition number", "curvature", "loss surface"))
    with st.container(horizontal=True, gap="small", key="try_rates"):
        if is_exact:
            _use_best(ahead, run)
        label = _("Undo standardization") if shown.standardize else _("Standardize x")
        st.button(label, on_click=link.setting(standardize=not shown.standardize), key="use_x")


def _control(shown: Training, run: Run, best: float | None = None, limit: float | None = None) -> None:
    """Draw it, and say which rate was in force where the film stands, if a later change has another one."""
    at = min(shown.at, run.trainer.step)
    with st.container(key="at_hand", gap=None):
        rate(Training.learning_rate, shown.learning_rate, best, limit, _choose)
        if (then := run.values_at(at)["learning_rate"]) != run.values["learning_rate"]:
            text = _("In force at step {step:,}: {rate}. A rate that you choose now applies from here.")
            st.caption(text.format(step=at, rate=exact(then)))


def _choose(value: float) -> None:
    link.change(learning_rate=value)


def _shape(ahead: Outlook) -> str:
    times = ahead.condition_number
    if times < 1.05:
        return _(
            "The loss is as steep in one direction as in any other (condition number 1): none is slower."
        )
    text = _(
        "The loss is {times} times as steep across its valley as along it (its condition number): a rate "
        "safe across is slow along."
    )
    return text.format(times=_rounded(times) if times >= 10 else f"{times:.1f}")


def _guide() -> str:
    return _("Best and limit hold for SGD on the mean squared error; here they are only a guide.")


def _pace(ahead: Outlook) -> str:
    value = exact(ahead.learning_rate)
    if ahead.share_of_limit > 1:
        text = _(
            "Learning rate {rate} is {share} times the limit: each step overshoots further than the last,"
            " and training diverges."
        )
        return text.format(rate=value, share=f"{ahead.share_of_limit:.3g}")
    if math.isinf(ahead.half_life):
        text = _("At learning rate {rate} the parameters oscillate around the optimum and never converge.")
        return text.format(rate=value)
    steps, fewest = ahead.half_life, ahead.best_half_life
    if steps <= fewest:  # as with momentum at a whole range of rates
        text = ngettext(
            "At learning rate {rate} one step is enough to halve the slowest part of the error.",
            "At learning rate {rate} the slowest part of the error halves every {steps} steps;"
            " no learning rate needs fewer.",
            round(steps),
        )
        return text.format(rate=value, steps=_rounded(steps))
    text = ngettext(
        "At learning rate {rate} the slowest part of the error halves every {steps} steps;"
        " at {best}, every step.",
        "At learning rate {rate} the slowest part of the error halves every {steps} steps;"
        " at {best}, every {fewest}.",
        round(fewest),
    )
    return text.format(
        rate=value, steps=_rounded(steps), best=exact(ahead.short_best_rate), fewest=_rounded(fewest)
    )


def _use_best(ahead: Outlook, run: Run) -> None:
    """Offer the best rate, or the way back from it; nothing where no rate helps or the control has none.

    A change in the middle of a run has its way back in its own row.
    """
    is_chosen = ahead.learning_rate == ahead.short_best_rate
    if is_chosen and not run.changes:
        if not _undo.is_empty:
            _undo.button(width=WIDTH)
    elif (best := _choosable(ahead)) is not None:
        label = _("Use {rate}").format(rate=exact(best))
        use = partial(take, best, ahead.learning_rate)
        icon = ":material/bolt:"
        st.button(label, icon=icon, on_click=use, key="use_rate", width=WIDTH, disabled=is_chosen)


def best(run: Run) -> float | None:
    """Return the rate that is offered for a run, where theory knows one."""
    try:
        ahead, is_exact = config_outlook(run.trainer.data, run.trainer.config)
    except DataError:
        return None
    return _choosable(ahead) if is_exact else None


def _choosable(ahead: Outlook) -> float | None:
    """Return the best rate with few digits; None where no rate helps or the control does not have it."""
    best = ahead.short_best_rate
    return best if math.isfinite(ahead.best_half_life) and Training.learning_rate.fits(str(best)) else None


def take(value: float, before: float) -> None:
    """Choose a rate, with a way back."""
    _undo.remember({"learning_rate": before})
    link.change(learning_rate=value)


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value < 1e9 else f"{value:.1e}"
