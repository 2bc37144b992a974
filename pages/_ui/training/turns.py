"""Taking turns: visitors who train at the same time make their steps and pictures one after the other.

Python runs one thread at a time; threads that all want to compute would only slow each other down, and the
server's answers with them. So each waits for its turn, and comes more rarely when many train.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

import streamlit as st

TICK = 0.1  # seconds from one picture to the next
AT_EASE = 2  # visitors whom the server serves at that pace
IN_ALL = 7  # pictures a second, where there are more visitors than that
FORGET_AFTER = 3.0  # seconds without a turn, and a run counts as paused or gone


class Turns:
    """Who trains at present, and whose turn it is."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[int, float] = {}

    def interval(self) -> float:
        """Seconds from one picture to the next: longer when many train, so that answers stay quick."""
        count = len(self._seen)
        return TICK if count <= AT_EASE else count / IN_ALL

    @contextmanager
    def turn(self, who: int) -> Iterator[float]:
        """Wait for one's turn; gives the share of the usual time that it may take, from 1 downwards."""
        with self._lock:
            now = monotonic()
            self._seen = {one: at for one, at in self._seen.items() if now - at < FORGET_AFTER}
            self._seen[who] = now
            yield 1 / len(self._seen)


@st.cache_resource(show_spinner=False)
def turns() -> Turns:
    """Give the one object that all visitors of a server share."""
    return Turns()
