"""The link is the document: what Streamlit's own binding to the URL does not carry.

Sliders, inputs and toggles are bound by Streamlit (``bind="query-params"``). It writes the *label* of an
option into the URL, so a link made in one language could not be read in the other; here the name is written.

Every write is an entry in the browser's history, and Streamlit makes one for each control. A page where one
press changes several choices takes all of them at its start, and gives them back in one write.
"""

from collections.abc import Mapping
from typing import Any, Literal

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
    return _read(choice, in_link)


def _read(choice: Choice, text: str) -> Any:
    return choice.read(text) if isinstance(choice, Whole | Real | Flag) else text


def _written(choice: Choice, value: Any) -> str | None:
    """What the link says of ``value``: nothing of a default, nor of what no link could bring back."""
    text = str(value).lower() if isinstance(choice, Flag) else str(value)
    return None if value == choice.default or not choice.accepts(text) else text


def arrive(path: str) -> bool:
    """Note whose script runs, and tell whether it is the same as before.

    A change of page empties the link, which is no wish to reset.
    """
    before, st.session_state["page_path"] = st.session_state.get("page_path"), path
    st.session_state["taken"] = frozenset()
    return bool(before == path)


def take(choices: Mapping[str, Choice]) -> None:
    """Adopt all of ``choices`` before any control is drawn, to `give` them back."""
    st.session_state["taken"] = frozenset(choices)
    for key, choice in choices.items():
        adopt(key, choice)


def give(choices: Mapping[str, Choice]) -> None:
    """Write all that was taken into the link, in one entry of the browser's history."""
    texts = {key: _written(choice, st.session_state[key]) for key, choice in choices.items()}
    others = {key: text for key, text in st.query_params.items() if key not in choices}
    whole = others | {key: text for key, text in texts.items() if text is not None}
    if whole != st.query_params.to_dict():
        st.query_params.from_dict(whole)
    for key, text in texts.items():
        _keep(key, text)


def binding(key: str, choice: Choice) -> Literal["query-params"] | None:
    """How the control of ``key`` is bound to the link: by Streamlit, or not, where its page has taken it.

    What does not fit leaves the link before Streamlit binds to it, which would read 4.6 as 4.
    """
    if key in st.session_state["taken"]:
        return None
    in_link = st.query_params.get(key)
    if key not in st.session_state and in_link is not None and not choice.accepts(in_link):
        del st.query_params[key]
        return None
    return "query-params"


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
    if in_link is not None and choice.accepts(in_link):
        st.session_state[key] = _read(choice, in_link)
    else:
        st.session_state[key] = choice.default


def publish(key: str, choice: Choice) -> None:
    """Write ``key`` into the link once its control is drawn; a default leaves the link."""
    if key in st.session_state["taken"]:
        return
    in_link = _written(choice, st.session_state[key])
    if st.query_params.get(key) != in_link:
        if in_link is None:
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = in_link
    _keep(key, in_link)


def _keep(key: str, in_link: str | None) -> None:
    """Remember what the link says of ``key``, so that a press on back or forward is told from a choice."""
    value, page_path = st.session_state[key], st.session_state["page_path"]
    st.session_state[f"kept:{key}"] = {"value": value, "in_link": in_link, "page_path": page_path}


def unfit_values(choices: Mapping[str, Choice]) -> list[str]:
    """The parts ``name=value`` of the link that this page does not know or that are out of their range."""
    return [
        f"{key}={value}"
        for key, value in st.query_params.items()
        if key not in choices or not choices[key].accepts(value)
    ]
