"""Why it goes as it goes: the ruler of learning rates, the reason in a sentence, and buttons that try it."""

import math
from typing import Any

import streamlit as st
from pages._ui.choices import TRAINING, Real

from linear_core import DataError
from linear_core.charts.gauge import gauge, gauge_table
from linear_core.theory.outlook import Outlook, config_outlook
from pages._ui import link
from pages._ui.controls import exact
from pages._ui.language import _, language, said
from pages._ui.training.run import Run
from pages._ui.training.words import gauge_words

BEFORE = "rate_before"  # what a press on "use the best rate" replaced


def draw(run: Run) -> None:
    """Draw the ruler, the sentences and the buttons."""
    try:
        ahead, is_exact = config_outlook(run.trainer.data, run.trainer.config)
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
        st.markdown(_reason(ahead, is_exact))
        with st.container(horizontal=True, gap="small", key="why_buttons"):
            _buttons(ahead)


@st.cache_data(max_entries=4, show_spinner=False)
def _ruler(in_language: str) -> dict[str, Any]:
    return dict(gauge(gauge_words()).to_dict(validate=False))


def _reason(ahead: Outlook, is_exact: bool) -> str:
    times = _rounded(ahead.condition_number)
    shape = _("The bowl is {times} times steeper one way than the other.").format(times=times)
    if times == "1":
        shape = _("The bowl is as steep one way as the other.")
    return _both(shape, _pace(ahead) if is_exact else _landmark())


def _landmark() -> str:
    return _("Best and limit are those of SGD on the mean squared error; here they are only a landmark.")


def _pace(ahead: Outlook) -> str:
    rate = exact(ahead.learning_rate)
    if ahead.share_of_limit > 1:
        text = _(
            "At {rate}, {share} times the limit, every step overshoots by more than the last: it diverges."
        )
        return text.format(rate=rate, share=f"{ahead.share_of_limit:.3g}")
    if math.isinf(ahead.half_life):
        return _("At {rate} the swings around the optimum never get smaller.").format(rate=rate)
    if ahead.half_life <= ahead.best_half_life:  # as with momentum at a whole range of rates
        text = _("At {rate} the slow direction halves its error every {steps} steps, and no rate is quicker.")
        return text.format(rate=rate, steps=_rounded(ahead.half_life))
    text = _("At {rate} the slow direction halves its error every {steps} steps; at {best}, every {fewest}.")
    return text.format(
        rate=rate,
        steps=_rounded(ahead.half_life),
        best=_short_best(ahead),
        fewest=_rounded(ahead.best_half_life),
    )


def _both(first: str, second: str) -> str:
    """Put two sentences together; Chinese has no space between."""
    return _("{first} {second}").format(first=first, second=second)


def _buttons(ahead: Outlook) -> None:
    _rate_button(ahead)
    if st.session_state["standardise"]:
        st.button(
            _("Undo: x as it came"), icon=":material/undo:", on_click=_standardise, args=(False,), key="use_x"
        )
    else:
        st.button(
            _("Standardise x"), icon=":material/straighten:", on_click=_standardise, args=(True,), key="use_x"
        )


def _rate_button(ahead: Outlook) -> None:
    """Offer the best rate, or the way back from it; nothing where no rate helps or the control has none."""
    best, choice = float(_short_best(ahead)), TRAINING["learning_rate"]
    assert isinstance(choice, Real)
    is_set, before = ahead.learning_rate == best, st.session_state.get(BEFORE)
    if is_set and before is not None:
        label = _("Back to {rate}").format(rate=exact(before))
        st.button(label, icon=":material/undo:", on_click=_use_rate, args=(before, None), key="use_rate")
    elif not is_set and choice.low <= best <= choice.high and math.isfinite(ahead.best_half_life):
        label = _("Use {rate}").format(rate=exact(best))
        arguments = (best, ahead.learning_rate)
        st.button(label, icon=":material/bolt:", on_click=_use_rate, args=arguments, key="use_rate")


def _use_rate(rate: float, before: float | None) -> None:
    link.put(learning_rate=rate)
    if before is None:
        st.session_state.pop(BEFORE, None)
    else:
        st.session_state[BEFORE] = before


def _standardise(on: bool) -> None:
    link.put(standardise=on)


def _short_best(ahead: Outlook) -> str:
    """Write the best rate with two digits, or more where the rounded one would be beyond the limit."""
    rounded = (float(f"{ahead.best_rate:.{digits}g}") for digits in range(2, 18))
    return exact(next(rate for rate in rounded if rate < ahead.max_rate))


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value < 1e9 else f"{value:.1e}"
