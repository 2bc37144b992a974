"""The run in the link: written when it stands still, offered to whoever opens it."""

import streamlit as st

from pages._ui.language import _
from pages._ui.training import recording
from pages._ui.training import run as runs
from pages._ui.training.run import Run
from pages._ui.training.settings import RUN_KEYS

PARAMETER = "run"
OFFER = "offered_run"
MAX_CHARACTERS = 5000  # servers commonly refuse addresses above 8 KiB


def take_offer() -> None:
    """Remember the run that the link carries, once, when somebody comes with it."""
    text = st.query_params.get(PARAMETER)
    if runs.current() is None and text and recording.is_readable(text):
        st.session_state[OFFER] = text


def offer(run: Run) -> None:
    """Offer to make the linked run again, until this one has gone its own way."""
    text = st.session_state.get(OFFER)
    if not text or run.trainer.step > 0 or run.running:
        st.session_state.pop(OFFER, None)
        return
    step = recording.decode(text, RUN_KEYS).step
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="replay_offer"):
        st.caption(_("This link carries a run of {step:,} steps.").format(step=step), width="content")
        label = _("Replay to step {step:,}").format(step=step)
        st.button(label, icon=":material/replay:", on_click=_replay, args=(text,), key="replay")


def publish(run: Run | None) -> None:
    """Write the run into the link while it stands still."""
    if run is None or run.running or OFFER in st.session_state:
        return
    text = recording.encode(run.recorded()) if run.trainer.step else None
    if text is not None and not (len(text) <= MAX_CHARACTERS and recording.is_readable(text)):
        text = None  # own data that are too large, or too many changes of them
    if st.query_params.get(PARAMETER) == text:
        return
    if text is None:
        st.query_params.pop(PARAMETER, None)
    else:
        st.query_params[PARAMETER] = text


def _replay(text: str) -> None:
    now = runs.current()
    if now is not None:
        runs.keep(Run.replay(recording.decode(text, RUN_KEYS), now.seen))
