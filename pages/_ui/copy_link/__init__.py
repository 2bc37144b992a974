"""A button that copies the page's address, which holds the state of the screen, and confirms it.

It may import `pages._ui.component`, `pages._ui.language` and `pages._ui.session`, and no page's folder.
"""

from pathlib import Path

from pages._ui.component import component
from pages._ui.language import _, language

FOLDER = Path(__file__).parent

_COMPONENT = component("copy_link", FOLDER, "copy_link.js")


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
