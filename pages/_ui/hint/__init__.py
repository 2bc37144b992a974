"""One hint for who is new to a page, in its menu; dismissed for good with one press, in this browser.

It may import `pages._ui.language` and `pages._ui.session`, and no page's folder.
"""

from pathlib import Path

import streamlit as st

from pages._ui.language import _

FOLDER = Path(__file__).parent

_COMPONENT = st.components.v2.component(
    "hint",
    css=(FOLDER / "hint.css").read_text(encoding="utf-8"),
    js=(FOLDER / "hint.js").read_text(encoding="utf-8"),
)


def hint(name: str, text: str) -> None:
    """Draw the hint that is called ``name``, unless it was dismissed before."""
    _COMPONENT(key=f"hint_{name}", data=[{"name": name, "text": text, "dismiss": _("Got it")}])
