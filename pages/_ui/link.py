"""The link is the document: a page takes all its choices from it, and gives them back in one write.

Every write is an entry in the browser's history, so one press is one step back, however many choices it
changes. Streamlit's own binding would make an entry of each, and write the label of an option into the URL:
a link made in one language could not be read in the other.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages._ui.choices import Choice, Flag, Real, Whole


def arrive(path: str) -> bool:
    """Note whose script runs, and tell whether it is the same as before.

    On another page, a link that says nothing of a choice is no wish to reset it.
    """
    before, st.session_state["page_path"] = st.session_state.get("page_path"), path
    return bool(before == path)


def take(choices: Mapping[str, Choice]) -> None:
    """Put all of ``choices`` into the session, before any control is drawn.

    What was taken is remembered at once: the script may be cut short before it gives anything back.
    """
    for key, choice in choices.items():
        _adopt(key, choice)
        _keep(key, st.query_params.get(key))


def give(choices: Mapping[str, Choice]) -> None:
    """Write all of ``choices`` into the link; what is at its default leaves it."""
    texts = {key: _written(choice, st.session_state[key]) for key, choice in choices.items()}
    others = {key: text for key, text in st.query_params.items() if key not in choices}
    whole = others | {key: text for key, text in texts.items() if text is not None}
    if whole != st.query_params.to_dict():
        st.query_params.from_dict(whole)
    for key, text in texts.items():
        _keep(key, text)


def known(choices: Mapping[str, Choice]) -> dict[str, str]:
    """What a link to these ``choices`` says, as they were left; none of a page that was never open."""
    kept = {key: st.session_state.get(f"kept:{key}") for key in choices}
    return {key: last["in_link"] for key, last in kept.items() if last and last["in_link"] is not None}


def _adopt(key: str, choice: Choice) -> None:
    """Set ``key`` in the session: a new choice, what back or forward brought, or as it was."""
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


def _keep(key: str, in_link: str | None) -> None:
    """Remember what the link says of ``key``, so that a press on back or forward is told from a choice."""
    value, page_path = st.session_state[key], st.session_state["page_path"]
    st.session_state[f"kept:{key}"] = {"value": value, "in_link": in_link, "page_path": page_path}


def _read(choice: Choice, text: str) -> Any:
    return choice.read(text) if isinstance(choice, Whole | Real | Flag) else text


def _written(choice: Choice, value: Any) -> str | None:
    """What the link says of ``value``: nothing of a default, nor of what no link could bring back."""
    text = str(value).lower() if isinstance(choice, Flag) else str(value)
    return None if value == choice.default or not choice.accepts(text) else text


def unfit_values(choices: Mapping[str, Choice]) -> list[str]:
    """The parts ``name=value`` of the link that this page does not know or that are out of their range."""
    return [
        f"{key}={value}"
        for key, value in st.query_params.items()
        if key not in choices or not choices[key].accepts(value)
    ]
