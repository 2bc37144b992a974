"""One hint for new visitors of a page, in its menu; dismissed for good with one press, in this browser.

It may import `pages._ui.component`, `pages._ui.language` and `pages._ui.session`, and no page's folder.
"""

from pathlib import Path

from pages._ui.component import component
from pages._ui.language import _

FOLDER = Path(__file__).parent

_COMPONENT = component("hint", FOLDER, "../hand.js", "hint.js")


def hint(name: str, text: str) -> None:
    """Draw the hint that is called ``name``, unless it was dismissed before."""
    _COMPONENT(key=f"hint_{name}", data=[{"name": name, "text": text, "dismiss": _("Got it")}])
