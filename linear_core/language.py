"""The texts of this package in other languages: gettext, with English as the source.

Texts are marked where they are written and translated where they are shown. A program that translates texts
of its own adds :func:`catalog` as a fallback to its own catalog.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

DOMAIN = "linear_core"
LOCALE_DIR = Path(__file__).parent / "locale"
# The name of each language, and that of its catalog.
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "en", "zh": "zh_CN"})


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a text for translation where it is written; it is returned unchanged."""
    return message


@cache
def catalog(lang: str = "en") -> gettext.NullTranslations:
    """Return the catalog of one language; English is the source, so its catalog changes nothing.

    Parameters
    ----------
    lang : str
        One of ``LANGUAGES``, or a locale such as ``"zh_CN"``; any other language is English.

    Examples
    --------
    >>> catalog("en").gettext("Convert x to the dtype of the layer")
    'Convert x to the dtype of the layer'
    """
    name = LANGUAGES.get(lang.replace("-", "_").partition("_")[0].lower(), "en")
    return gettext.translation(DOMAIN, LOCALE_DIR, [name], fallback=name == "en")


def say(template: str, values: Mapping[str, object], lang: str = "en") -> str:
    """Return a text with its fields filled in, in one language.

    Examples
    --------
    >>> say("x has {features} features.", {"features": 5})
    'x has 5 features.'
    """
    text = catalog(lang).gettext(template) if template else ""
    return text.format_map(values) if values else text
