"""The words of the app in the visitor's language: gettext, with English as the source."""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

LANGUAGES = {"en": "English", "zh": "中文"}
CATALOGUES = {"en": "en", "zh": "zh_CN"}
LOCALE_DIR = Path(__file__).parent / "locale"


def default_language() -> str:
    """The language of the visitor's browser, where we speak it."""
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def language() -> str:
    """``"en"`` or ``"zh"``: chosen in the menu, named by the link, or the browser's."""
    chosen = st.session_state.get("lang") or st.query_params.get("lang")
    return chosen if chosen in LANGUAGES else default_language()


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    return gettext.translation("messages", LOCALE_DIR, [name], fallback=name == "en")


def _(message: str) -> str:
    """Translate ``message``; English is returned as it stands."""
    return _catalogue(CATALOGUES[language()]).gettext(message)


def translator() -> Callable[[str], str]:
    """`_` in the language of now, for what is made later and does not know whose language it is."""
    return _catalogue(CATALOGUES[language()]).gettext


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a text that is translated where it is shown, not where it is written."""
    return message


def said(error: Exception) -> str:
    """Say why something is refused; what came from elsewhere, such as Python itself, stays in English."""
    from linear_core import Refusal  # the menu is there before the package is loaded

    if not isinstance(error, Refusal):
        return str(error)
    text = _(error.template)
    if not error.values:
        return text
    return text.format_map({name: _inside(value) for name, value in error.values.items()})


def _inside(value: object) -> object:
    """One refusal may be the reason of another."""
    return said(value) if isinstance(value, Exception) else value
