"""Section "PyTorch script": the script that makes this run again."""

from collections.abc import Callable

import streamlit as st

from linear_core import training_script
from pages._ui import downloads
from pages._ui.language import _
from pages._ui.training import data as data_of
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.run import Run


def draw(shown: Training) -> None:
    """Show it."""
    text = _(
        "Plain PyTorch. It ends at the same loss: digit for digit on the same kind of processor; "
        "on another, the last digits may differ."
    )
    st.caption(text)
    downloads.script(script_of(runs.current(), _), "train_line")


def script_of(run: Run, translate: Callable[[str], str]) -> str:
    """Write it: of the steps made, or of all that are planned while none is."""
    return training_script(
        *run.trainer.segment_at(0),
        run.trainer.step or run.steps,
        changes=run.trainer.changes,
        make_data=data_of.training_set,
        data_code=data_of.code(run.origin),
        translate=translate,
    )
