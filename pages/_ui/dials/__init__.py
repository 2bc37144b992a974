"""Sizes that follow the pointer: a slider and a field to type for each, in the tensor's hue.

While a slider is dragged the server gets at most ten messages a second, and one more on release.

It may import `pages._ui.component`, `pages._ui.language` and `pages._ui.session`, and no page's folder.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pages._ui.component import component
from pages._ui.session import control

FOLDER = Path(__file__).parent

_COMPONENT = component("dials", FOLDER, "scale.js", "dials.js")


@dataclass(frozen=True)
class Dial:
    """One size: what it is called, its value, its range, and the hue of its tensor.

    The slider is logarithmic, since sizes are; every whole number of the range can be typed.
    """

    key: str
    label: str
    value: int
    low: int
    high: int
    hue: str = "gray"


def dials(entries: Sequence[Dial], on_change: Callable[[str, int], None], key: str) -> None:
    """Draw ``entries`` below each other; ``on_change(key, value)`` is called before the next run."""

    def changed() -> None:
        moved = (control(key) or {}).get("moved")
        if moved:
            on_change(str(moved["key"]), int(moved["value"]))

    _COMPONENT(key=key, data={"dials": [asdict(dial) for dial in entries]}, on_moved_change=changed)
