"""From the URL to the page state and back, each once for a run of a page's script.

The session holds the state. A link counts where it sets something: on a first visit, with Back and Forward,
and when another page leads here with choices of its own. After every run the link says what the screen shows,
in one write, so that one press is one step in the browser's history. It is written last: the browser takes as
long over a link as over a small picture.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from pages._ui.language import AppState
from pages._ui.page_state import PageState
from pages._ui.races import is_back_or_forward
from pages._ui.session import Slot

S = TypeVar("S", bound=PageState)

_choices: Slot[dict[str, Any]] = Slot("choices", dict)  # of all pages, by name
_here: Slot[str] = Slot("page_path", str)
_offered: Slot[dict[str, dict[str, str]]] = Slot("offered_links", dict)
_written: Slot[dict[str, str]] = Slot("written_link", dict)  # what the browser's link says
_is_led: Slot[bool | None] = Slot("came_by_a_link", lambda: None)
_unfit: Slot[dict[str, tuple[PageState, list[str]]]] = Slot("unfit_links", dict)


def arrive(path: str, state: type[S]) -> S:
    """Take over what the link brings, before anything of the page is drawn; return the choices."""
    query = st.query_params.to_dict()
    is_elsewhere, by_history = _here.get() != path, is_back_or_forward()
    if _is_led.get() is None:
        _is_led.set(bool(query))
    _here.set(path)
    if by_history or is_elsewhere:
        _written.set(query)
    # The way that the menu offers carries what was chosen when the menu was drawn.
    if by_history or (is_elsewhere and query != _offered.get().get(path, {})):
        _take(path, state, query, by_history=by_history)
    elif is_elsewhere:
        # A control of the same name ends with its page; what does not fit this page is said as of a link.
        _take(path, state, now(state).query(), by_history=False)
    return load(state)


def load(state: type[S]) -> S:
    """Return the present choices, before any control is drawn."""
    shown = now(state)
    shown = shown.changed(**shown.unfit())
    for name, value in shown.values.items():
        # Streamlit forgets a control that was not drawn, or that a script cut short left half drawn.
        if st.session_state.get(name) != value:
            st.session_state[name] = value
    return shown


def _take(path: str, state: type[S], query: Mapping[str, str], *, by_history: bool) -> None:
    params = state.params()
    unfit = [name for name, text in query.items() if name not in params or not params[name].fits(text)]
    # A link leads to the same screen wherever it is followed; only the language of the visit stays.
    known = {} if by_history else _known(AppState)
    read = {name: params[name].read(text) for name, text in query.items() if name not in unfit}
    brought = state(**{**known, **read})
    conflicts = brought.unfit()
    unfit += [name for name in conflicts if name in query]
    brought = brought.changed(**conflicts)
    _unfit.set({**_unfit.get(), path: (brought, [f"{name}={query[name]}" for name in unfit])})
    change(**brought.values)


def now(state: type[S]) -> S:
    """Return the present choices, those of controls that were just moved included."""
    return state(**_known(state))


def save(state: PageState) -> None:
    """Keep ``state`` and have the link say it."""
    keep(state)
    write(state)


def keep(state: PageState) -> None:
    """Keep ``state`` for the next run, and for when the visitor comes back to the page."""
    _choices.get().update(state.values)


def write(state: PageState) -> None:
    """Have the link say ``state``."""
    # Of two moves in one moment, the second comes with the link as it was before the first.
    query, wanted = _written.get(), state.query()
    if query != wanted and not _means(query, state):
        st.query_params.from_dict(wanted)
        _written.set(wanted)


def _means(query: Mapping[str, str], state: PageState) -> bool:
    """Whether a link leads to ``state`` with defaults spelled out, as a card's does: then it may stay."""
    params = state.params()
    if not all(name in params and params[name].fits(text) for name, text in query.items()):
        return False
    read = {name: params[name].read(text) for name, text in query.items()}
    is_plain = all(params[name].write(value) == query[name] for name, value in read.items())
    return is_plain and type(state)(**read) == state


def change(**values: Any) -> None:
    """Set choices for the visitor, who has pressed something: for a callback."""
    _choices.get().update(values)
    for name, value in values.items():
        st.session_state[name] = value


def setting(**values: Any) -> Callable[[], None]:
    """Return a callback that sets choices: ``st.button(..., on_click=setting(seed=1))``."""
    return partial(change, **values)


def offer(path: str, state: type[PageState]) -> dict[str, str]:
    """Return what a way to another page says: the choices as they were left there."""
    known = _choices.get()
    query = state(**{name: known[name] for name in state.params() if name in known}).query()
    _offered.get()[path] = query
    return query


def is_led() -> bool:
    """Whether the visit began with a link that makes choices: somebody has prepared the screen."""
    return bool(_is_led.get())


def unfit_parts(path: str, state: PageState) -> list[str]:
    """Return the parts of the link that did not fit, until something else is chosen."""
    brought, parts = _unfit.get().get(path, (None, []))
    return parts if brought == state else []


def _known(state: type[PageState]) -> dict[str, Any]:
    # A control that a script cut short left half drawn is None in the session.
    known, session = _choices.get(), st.session_state
    sources = ((name, session.get(name), known) for name in state.params())
    return {
        name: kept[name] if value is None else value
        for name, value, kept in sources
        if value is not None or name in kept
    }
