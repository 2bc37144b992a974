"""The link is the document: what Streamlit's own binding to the URL does not carry.

Sliders, inputs and toggles are bound by Streamlit (``bind="query-params"``). It writes the *label* of an
option into the URL, so a link made in one language could not be read in the other; here the name is written.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages._ui.choices import Choice, Flag, Real, Whole


def value(key: str, choice: Choice) -> Any:
    """The value of ``key`` before its control is drawn: the session's, else the link's, else the default."""
    known = st.session_state.get(key)
    if known is not None:
        return known
    in_link = st.query_params.get(key)
    if in_link is None or not choice.accepts(in_link):
        return choice.default
    return choice.read(in_link) if isinstance(choice, Whole | Real | Flag) else in_link


def arrive(path: str) -> bool:
    """Note whose script runs, and tell whether it is the same as before.

    A change of page empties the link, which is no wish to reset.
    """
    before, st.session_state["page_path"] = st.session_state.get("page_path"), path
    return bool(before == path)


def adopt(key: str, choice: Choice) -> None:
    """Set ``key`` before its control is drawn: a new choice, what back or forward brought, or as it was."""
    in_link = st.query_params.get(key)
    kept = st.session_state.get(f"kept:{key}")
    if kept and st.session_state.get(key, "") is None:
        # A run that was cut short never reached the browser, which then took the control for empty.
        st.session_state[key] = kept["value"]
        return
    if kept and (key not in st.session_state or kept["page_path"] != st.session_state["page_path"]):
        if in_link in (None, kept["in_link"]):
            st.session_state[key] = kept["value"]
            return
    elif kept and (st.session_state.get(key) != kept["value"] or in_link == kept["in_link"]):
        return
    st.session_state[key] = in_link if in_link is not None and choice.accepts(in_link) else choice.default


def publish(key: str, choice: Choice) -> None:
    """Write ``key`` into the link once its control is drawn; a default leaves the link."""
    value = st.session_state[key]
    # What no link could bring back is not written.
    in_link = None if value == choice.default or not choice.accepts(str(value)) else str(value)
    if st.query_params.get(key) != in_link:
        if in_link is None:
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = in_link
    page_path = st.session_state["page_path"]
    st.session_state[f"kept:{key}"] = {"value": value, "in_link": in_link, "page_path": page_path}


def unfit_values(choices: Mapping[str, Choice]) -> list[str]:
    """The parts ``name=value`` of the link that this page does not know or that are out of their range."""
    return [
        f"{key}={value}"
        for key, value in st.query_params.items()
        if key not in choices or not choices[key].accepts(value)
    ]
