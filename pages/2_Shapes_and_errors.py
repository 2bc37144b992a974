"""Why does this call fail, and what fixes it?"""

import streamlit as st

from pages._ui import frame
from pages._ui.errors.choices import TOPICS, Errors
from pages._ui.registry import ERRORS
from pages._ui.sections import sections


@frame.page(ERRORS)
def errors(shown: Errors) -> None:
    """One topic at a time: a call, a message, a silent mistake, a chain, tables, one's own code."""
    sections(Errors.topic, TOPICS, shown, widget=st.pills)
