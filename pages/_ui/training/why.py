"""Why it goes as it goes: the ruler of learning rates, the reason in a sentence, and buttons that try it."""

import math
from typing import Any

import streamlit as st

from linear_core import DataError
from linear_core.charts.gauge import gauge, gauge_table
from linear_core.theory.outlook import Outlook, outlook
from pages._ui.choices import TRAINING, Real
from pages._ui.controls import exact
from pages._ui.language import _, language, said
from pages._ui.training.run import Run
from pages._ui.training.words import gauge_words

BEFORE = "rate_before"  # what a press on "use the best rate" replaced


def draw(run: Run) -> None:
    """Draw the ruler, the sentences and the buttons."""
    config = run.trainer.config
    try:
        ahead = outlook(run.trainer.data, config.learning_rate, config.bias)
    except DataError as error:
        st.caption(said(error))
        return
    left, right = st.columns([1, 1], gap="medium", vertical_alignment="center")
    with left:
        table = gauge_table(ahead)
        description = _("A ruler of learning rates with yours, the best and the limit.")
        st.vega_lite_chart(
            {**_ruler(language()), "datasets": {"gauge": table}},
            width="stretch",
            key="gauge",
            alt=description,
        )
    with right:
        st.markdown(_reason(run, ahead))
        with st.container(horizontal=True, gap="small", key="why_buttons"):
            _buttons(ahead)


@st.cache_data(max_entries=4, show_spinner=False)
def _ruler(in_language: str) -> dict[str, Any]:
    return dict(gauge(gauge_words()).to_dict(validate=False))


def _reason(run: Run, ahead: Outlook) -> str:
    config = run.trainer.config
    shape = _("The bowl is {times} times steeper one way than the other.").format(
        times=_rounded(ahead.condition_number)
    )
    if not run.has_theory():
        return _both(shape, _aside(config.optimizer, config.momentum))
    if math.isinf(ahead.half_life):
        pace = _(
            "At {rate}, {share} times the limit, every step overshoots by more than the last: it diverges."
        )
        pace = pace.format(rate=exact(ahead.learning_rate), share=f"{ahead.share_of_limit:.2g}")
        return _both(shape, pace)
    pace = _("At {rate} the slow direction halves its error every {steps} steps; at {best}, every {fewest}.")
    pace = pace.format(
        rate=exact(ahead.learning_rate),
        steps=_rounded(ahead.half_life),
        best=_two_digits(ahead.best_rate),
        fewest=_rounded(ahead.best_half_life),
    )
    return _both(shape, pace)


def _both(first: str, second: str) -> str:
    """Put two sentences together; Chinese has no space between."""
    return _("{first} {second}").format(first=first, second=second)


def _aside(optimizer: str, momentum: float) -> str:
    if optimizer == "sgd" and momentum:
        return _("Best and limit are those without momentum, which carries the steps further and bears more.")
    return _(
        "Best and limit are those of plain SGD on the mean squared error; here they are only a landmark."
    )


def _buttons(ahead: Outlook) -> None:
    best = float(_two_digits(ahead.best_rate))
    choice = TRAINING["learning_rate"]
    assert isinstance(choice, Real)
    best = min(max(best, choice.low), choice.high)
    if ahead.learning_rate == best and BEFORE in st.session_state:
        before = st.session_state[BEFORE]
        label = _("Back to {rate}").format(rate=exact(before))
        st.button(label, icon=":material/undo:", on_click=_use_rate, args=(before, None), key="use_rate")
    else:
        label = _("Use {rate}").format(rate=exact(best))
        arguments = (best, ahead.learning_rate)
        st.button(label, icon=":material/bolt:", on_click=_use_rate, args=arguments, key="use_rate")
    if st.session_state.get("standardise"):
        st.button(
            _("Undo: x as it came"), icon=":material/undo:", on_click=_standardise, args=(False,), key="use_x"
        )
    else:
        st.button(
            _("Standardise x"), icon=":material/straighten:", on_click=_standardise, args=(True,), key="use_x"
        )


def _use_rate(rate: float, before: float | None) -> None:
    st.session_state["learning_rate"] = rate
    if before is None:
        st.session_state.pop(BEFORE, None)
    else:
        st.session_state[BEFORE] = before


def _standardise(on: bool) -> None:
    st.session_state["standardise"] = on


def _two_digits(value: float) -> str:
    return exact(float(f"{value:.2g}"))


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value < 1e9 else f"{value:.1e}"
