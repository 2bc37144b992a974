"""The words of the app in the visitor's language: gettext, with English as the source."""

import gettext
from collections.abc import Callable, Mapping
from functools import cache, reduce
from pathlib import Path

import streamlit as st

from pages._ui import session
from pages._ui.page_state import PageState
from pages._ui.params import Choice, Code

LANGUAGES = {"en": "English", "zh": "中文"}
CATALOGS = {"en": "en", "zh": "zh_CN"}
LOCALE_DIR = Path(__file__).parent / "locale"
# The package's own texts; read from its folder, since importing the package would load torch first.
CORE_LOCALE_DIR = Path(__file__).parents[2] / "linear_core" / "locale"


def code_of(tag: str | None) -> str | None:
    """Return ``"en"`` or ``"zh"`` for a tag such as ``zh-Hans`` or ``en_US``; None for another language."""
    first = (tag or "").replace("_", "-").partition("-")[0].lower()
    return first if first in LANGUAGES else None


class Language(Choice):
    """The language of the page: that of the visitor's browser, where the app speaks it."""

    def __init__(self) -> None:
        super().__init__("en", tuple(LANGUAGES))

    @property
    def default(self) -> str:
        """The browser's language, or English."""
        return code_of(st.context.locale) or "en"

    def read(self, text: str) -> str:
        """Read any tag; a language that the app does not have is not an error of the link."""
        return code_of(text) or self.default


class AppState(PageState):
    """What every page has: its language."""

    lang = Language()


def language() -> str:
    """``"en"`` or ``"zh"``: chosen in the menu, named by the link, or the browser's."""
    chosen = session.control("lang")
    return chosen if chosen in LANGUAGES else AppState.lang.default


@cache
def _catalog(name: str) -> gettext.NullTranslations:
    found, core = (
        gettext.translation(domain, folder, [name], fallback=name == "en")
        for domain, folder in (("messages", LOCALE_DIR), ("linear_core", CORE_LOCALE_DIR))
    )
    found.add_fallback(core)
    return found


def _(message: str) -> str:
    """Translate ``message``; English is returned unchanged, and so is `Code`."""
    # In a catalog, the empty text is the header.
    if not message or isinstance(message, Code):
        return message
    return _catalog(CATALOGS[language()]).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a text about ``count`` things, in the form that the language has for that number."""
    return _catalog(CATALOGS[language()]).ngettext(one, many, count)


def translator() -> Callable[[str], str]:
    """`_` in the current language, for what is made later, outside the visitor's run."""
    return _catalog(CATALOGS[language()]).gettext


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a text that is translated where it is shown, not where it is written."""
    return message


def said(error: Exception) -> str:
    """Say why something is refused; what came from elsewhere, such as Python itself, stays in English."""
    from linear_core.errors import Refusal  # the menu is there before the package is loaded

    if not isinstance(error, Refusal):
        return str(error)
    text = _(error.template)
    if not error.values:
        return text
    return text.format_map({name: _inside(value) for name, value in error.values.items()})


def sentences(*texts: str) -> str:
    """Put sentences one after the other, those that say nothing left out; Chinese has no space between."""
    return reduce(
        lambda first, second: _("{first} {second}").format(first=first, second=second), filter(None, texts)
    )


def filled(template: str, values: Mapping[str, object]) -> str:
    """Translate ``template`` and fill in what its fields stand for."""
    return _(template).format(**values) if values else _(template)


def _inside(value: object) -> object:
    """One refusal may be the reason of another."""
    return said(value) if isinstance(value, Exception) else value
