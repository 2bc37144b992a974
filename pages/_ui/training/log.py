"""Section "Log": what the plain script has printed up to the film's current step."""

import streamlit as st

from linear_core.training.log import log_lines
from pages._ui import downloads
from pages._ui.language import _
from pages._ui.training import run as runs
from pages._ui.training.choices import Training

LATEST = 200


def draw(shown: Training) -> None:
    """Show the latest lines and offer all of them."""
    trainer = runs.current().trainer
    trainer = trainer.back_to(min(shown.at, trainer.step))
    lines = list(log_lines(trainer, shown.steps, last=LATEST))
    if lines:
        st.code("\n".join(reversed(lines)), language=None, height=260)
    else:
        st.caption(_("The first line appears at step 20; the newest is on top."))
    text = _(
        "`Epoch[19/…]` is the script's pass 19, counted from 0: it prints the loss before its update,"
        " which is the loss at step 19 here."
    )
    st.caption(text)

    def whole() -> str:
        return "".join(f"{line}\n" for line in log_lines(trainer, shown.steps))

    downloads.file(_("Download the whole log"), whole, "training.log", "text/plain", disabled=not lines)
