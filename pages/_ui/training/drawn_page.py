"""A page as one run of its script draws it, and whether a tick has come too soon after it."""

from threading import current_thread
from time import monotonic

import streamlit as st

SENT_AFTER = 0.03  # seconds after its end, and all of a page is on its way
REDRAWN = "page_redrawn"


class DrawnPage:
    """One drawing of the page.

    Streamlit forgets what a script has drawn and not yet sent when a fragment is asked for just after the
    script's end: such a tick comes within some milliseconds, and runs in a thread of its own.
    """

    def __init__(self) -> None:
        self._thread = current_thread()
        self._ended: float | None = None
        self.has_pictures = False

    def end(self) -> None:
        """Note that all of it is drawn."""
        self._ended = monotonic()

    def redraw_if_cut(self) -> None:
        """Draw the page once more if the tick at work may have cut off its end.

        Not twice in a row, or a machine on which each tick comes at that time would do nothing else.
        """
        redrawn = st.session_state.pop(REDRAWN, False)
        if self._ended is None or redrawn or current_thread() is self._thread:
            return
        if monotonic() - self._ended < SENT_AFTER:
            st.session_state[REDRAWN] = True
            st.rerun()
