"""One press copies the page's address, which is the screen, and says so.

It may import `pages._ui.language` and `pages._ui.session`, and no page's folder.
"""

from pathlib import Path

import streamlit as st

from pages._ui.language import _, language

FOLDER = Path(__file__).parent

_COMPONENT = st.components.v2.component(
    "copy_link",
    css=(FOLDER / "copy_link.css").read_text(encoding="utf-8"),
    js=(FOLDER / "copy_link.js").read_text(encoding="utf-8"),
)


def copy_link(left_out: str | None) -> None:
    """Draw the button; ``left_out`` says what the address does not hold."""
    # Flat: in what is nested Streamlit looks for tables, and loads pandas for it.
    data = {
        "copy": _("Copy link"),
        "copied": _("Copied"),
        "by_hand": _("Copy it by hand:"),
        "left_out": left_out or "",
        "language": language(),
    }
    _COMPONENT(key="copy_link", data=data, width="content")
