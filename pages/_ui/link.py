"""The link is the document: a page takes all its choices from it, and gives them back in one write.

Every write is an entry in the browser's history, so one press is one step back, however many choices it
changes. Streamlit's own binding would make an entry of each, and write the label of an option into the URL:
a link made in one language could not be read in the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages._ui.choices import Choice, Flag, Real, Whole

KEPT = "kept_choices"  # as they were taken last: the value, what the link said, and the page
ASKED_WITH = "asked_with"  # the link with which the browser has asked for the page
REPLACED = "replaced_values"


@dataclass
class Replaced:
    """What the browser shows in a control, with a ``link``, until it hears of the ``new`` value set there."""

    old: Any
    new: Any
    link: dict[str, str]
    is_given: bool


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
    st.session_state[ASKED_WITH] = st.query_params.to_dict()
    stale = {key for key in choices if is_stale(key)}  # told by what was kept last time
    for key, choice in choices.items():
        if key in stale:
            st.session_state[key] = _replaced()[key].new
        else:
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
    for one in _replaced().values():
        one.is_given = True


def put(**values: Any) -> None:
    """Set controls in the visitor's stead, who has pressed something: for a callback."""
    for key, value in values.items():
        _replace(key, value, st.query_params.to_dict(), is_given=False)


def show(**values: Any) -> None:
    """Set controls that show what follows from the choices: for the page, before it draws them."""
    for key, value in values.items():
        _replace(key, value, st.session_state[ASKED_WITH], is_given=True)


def is_stale(key: str) -> bool:
    """Whether ``key`` only seems to be moved: the browser has not yet heard of what was set there.

    With each press it sends the state of all controls; a press that follows another in less time than an
    answer takes would undo what that other has set.
    """
    one = _replaced().get(key)
    if one is None or one.link != st.query_params.to_dict() or st.session_state[key] != one.old:
        return False
    return _is_behind() or not one.is_given


def known(choices: Mapping[str, Choice]) -> dict[str, str]:
    """What a link to these ``choices`` says, as they were left; none of a page that was never open."""
    texts = {key: last["in_link"] for key, last in _kept().items() if key in choices}
    return {key: text for key, text in texts.items() if text is not None}


def _adopt(key: str, choice: Choice) -> None:
    """Set ``key`` in the session: what a new link or a press on back says, or as it was chosen.

    No other request tells by its link, which may be from before the last choice was written.
    """
    state, in_link = st.session_state, st.query_params.get(key)
    if kept := _kept().get(key):
        is_here = kept["page_path"] == state["page_path"]
        in_links = (kept["in_link"],) if is_here else (None, kept["in_link"])
        if in_link in in_links or (is_here and not _is_back_or_forward()):
            # Streamlit forgets a control that was not drawn, and one that a script cut short left half drawn.
            if not is_here or state.get(key) is None:
                state[key] = kept["value"]
            return
    if in_link is not None and choice.accepts(in_link):
        state[key] = _read(choice, in_link)
    else:
        state[key] = choice.default


def _replace(key: str, value: Any, link: dict[str, str], *, is_given: bool) -> None:
    state = st.session_state
    if key in state and state[key] != value:
        _replaced()[key] = Replaced(state[key], value, link, is_given)
    state[key] = value


def _replaced() -> dict[str, Replaced]:
    replaced: dict[str, Replaced] = st.session_state.setdefault(REPLACED, {})
    return replaced


def _is_behind() -> bool:
    """Whether the browser has asked before it heard of what was written into the link last."""
    path, query = st.session_state.get("page_path"), st.query_params
    here = {key: last["in_link"] for key, last in _kept().items() if last["page_path"] == path}
    return not _is_back_or_forward() and any(query.get(key) != text for key, text in here.items())


def _is_back_or_forward() -> bool:
    """Whether a press on the browser's back or forward has this page drawn."""
    # Not part of Streamlit's public interface: where it is missing, back moves the link and no control.
    return getattr(get_script_run_ctx(), "is_history_navigation", False)


def _kept() -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = st.session_state.setdefault(KEPT, {})
    return kept


def _keep(key: str, in_link: str | None) -> None:
    """Remember a choice and what the link says of it."""
    value, page_path = st.session_state[key], st.session_state["page_path"]
    _kept()[key] = {"value": value, "in_link": in_link, "page_path": page_path}


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
