"""Why an entry was refused, shown where it was made, until that is changed again."""

from copy import copy

import streamlit as st

from linear_core.errors import Refusal
from pages._ui.language import said
from pages._ui.session import Slot

_refused: Slot[dict[str, Refusal]] = Slot("refused", dict)


def refuse(place: str, reason: Refusal) -> None:
    """Remember why an entry at ``place`` was refused: for a callback, which keeps everything as it is."""
    # A copy has no traceback, which would hold on to a file that was read.
    _refused.get()[place] = copy(reason)


def accept(*places: str) -> None:
    """Forget what was refused at some places, or everywhere."""
    for place in places or tuple(_refused.get()):
        _refused.get().pop(place, None)


def show(place: str) -> None:
    """Say why the latest entry at ``place`` was refused, if it was."""
    if reason := _refused.get().get(place):
        say(reason)


def say(reason: Exception) -> None:
    """Say why something cannot be done, where this is called."""
    st.error(said(reason), icon=":material/error:")
