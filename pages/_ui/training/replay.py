"""The run in the link: written when it stands still; another one, that a link has brought, is offered."""

import streamlit as st

from pages._ui.language import _
from pages._ui.training import recording
from pages._ui.training import run as runs
from pages._ui.training.run import Run
from pages._ui.training.settings import RUN_KEYS

KEY = "run"
KNOWN = "known_run"  # what the choice was when the page looked last
OFFER = "offered_run"  # with the visitor's own run at that time
MAX_CHARACTERS = 5000  # servers commonly refuse addresses above 8 KiB


def publish(run: Run) -> None:
    """Make the run a choice like others, while it stands still, so that the link carries it.

    A link, or Back, may have brought another: that one stays in the link and is offered, until the visitor's
    own goes on.
    """
    state, own = st.session_state, _text(run)
    if run.running:
        state.pop(OFFER, None)
    else:
        if state[KEY] != state.get(KNOWN, ""):
            state[OFFER] = (state[KEY], own)
        brought, own_then = state.get(OFFER, ("", own))
        if brought in ("", own) or own != own_then:
            state.pop(OFFER, None)
            state[KEY] = own
    state[KNOWN] = state[KEY]


def offer() -> None:
    """Offer to make the linked run again."""
    if OFFER not in st.session_state:
        return
    text = st.session_state[OFFER][0]
    step = recording.decode(text, RUN_KEYS).step
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="replay_offer"):
        st.caption(_("This link carries a run of {step:,} steps.").format(step=step), width="content")
        label = _("Replay to step {step:,}").format(step=step)
        st.button(label, icon=":material/replay:", on_click=_replay, args=(text,), key="replay")


def _text(run: Run) -> str:
    """Write the run; nothing of one that has not begun, or that is too long for a link."""
    text = recording.encode(run.recorded()) if run.trainer.step else ""
    return text if len(text) <= MAX_CHARACTERS else ""


def _replay(text: str) -> None:
    now = runs.current()
    if now is not None:
        runs.keep(Run.replay(recording.decode(text, RUN_KEYS), now.seen))
