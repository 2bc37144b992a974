"""Section "Log": what the plain script has printed up to the film's current step."""

from itertools import chain

import streamlit as st

from linear_core.training.log import log_lines
from linear_core.training.trainer import Trainer
from pages._ui.language import _
from pages._ui.training import run as runs
from pages._ui.training.choices import Training

LATEST = 200


def draw(shown: Training) -> None:
    """Show the latest lines and offer all of them."""
    whole = runs.current().trainer
    at = min(shown.at, whole.step)
    trainer = whole if at == whole.step else whole.back_to(at)
    lines = list(log_lines(trainer, shown.steps, last=LATEST))
    if lines:
        st.code("\n".join(reversed(lines)), language=None, height=260)
    else:
        st.caption(_("The first line appears at step 20; the newest is on top."))
    st.caption(
        _(
            "`Epoch[19/…]` is the script's pass 19, counted from 0: it prints the loss before its update,"
            " which is the loss at step 19 here."
        )
    )
    st.download_button(
        _("Download the whole log"),
        lambda: _whole(trainer, shown.steps),
        "training.log",
        "text/plain",
        icon=":material/download:",
        on_click="ignore",
        disabled=not lines,
    )


def _whole(trainer: Trainer, steps: int) -> str:
    return "\n".join(chain(log_lines(trainer, steps), [""]))
