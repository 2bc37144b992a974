"""What the plain script would have printed so far, and the script itself."""

from itertools import chain

import streamlit as st

from linear_core import training_script
from linear_core.training.log import log_lines
from linear_core.training.trainer import Trainer
from pages._ui.language import _
from pages._ui.training import datasets
from pages._ui.training import run as runs
from pages._ui.training.run import Run
from pages._ui.training.settings import data_of

LATEST = 200


def draw_log() -> None:
    """Show the latest lines and offer all of them."""
    run = runs.current()
    if run is None:
        return
    st.fragment(run_every=1.0 if run.running else None)(_lines)(run)
    steps = st.session_state["steps"]
    st.download_button(
        _("Download the whole log"),
        lambda: _whole(run.trainer, steps),
        "training.log",
        "text/plain",
        icon=":material/download:",
        on_click="ignore",
        disabled=run.running or run.trainer.step < 20,
    )


def _lines(run: Run) -> None:
    lines = list(log_lines(run.trainer, st.session_state["steps"], last=LATEST))
    if lines:
        st.code("\n".join(reversed(lines)), language=None, height=260)
    else:
        st.caption(_("The first line comes with step 20. The newest stands at the top."))


def _whole(trainer: Trainer, steps: int) -> str:
    return "\n".join(chain(log_lines(trainer, steps), [""]))


def draw_script() -> None:
    """Show the script that makes this run again, digit for digit."""
    run = runs.current()
    if run is None:
        return
    code = script(run, st.session_state["steps"])
    st.caption(_("Plain PyTorch. Run it anywhere: it ends at the same loss, digit for digit."))
    st.code(code, language="python", height=420)
    st.download_button(
        _("Download the script"), code, "train_line.py", icon=":material/download:", on_click="ignore"
    )


def script(run: Run, steps: int) -> str:
    """Write it: of the steps made, or of all that are planned while none is."""
    values, trainer = run.origin, run.trainer
    data, config = data_of(values), trainer.segment_at(0)[1]
    return training_script(
        data,
        config,
        trainer.step or steps,
        changes=trainer.changes,
        make_data=data_of,
        data_code=datasets.code(values),
    )
