"""Points of a picture that can be dragged, added and removed where they are.

The picture is a Vega-Lite chart on a canvas, whose axes take a known room; this lays nothing over it but the
point that is being dragged, and sends one message to the server, on release.

It may import `pages._ui.component`, and no page's folder.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pages._ui.component import Edits, component

FOLDER = Path(__file__).parent

_COMPONENT = component("points", FOLDER, "../edits.js", "places.js", "points.js")

Point = tuple[float, float]


@dataclass(frozen=True)
class Edit:
    """What was done: a point moved, one added (there is none before) or one removed (none after)."""

    before: Point | None
    after: Point | None


def points(
    frame: str,
    rows: list[Point],
    x_range: Point,
    y_range: Point,
    room: Mapping[str, float],
    on_edit: Callable[[Edit], None],
    key: str,
) -> None:
    """Have the points of the chart in the container whose key is ``frame`` follow the pointer.

    ``room`` is what the axes take, in pixels: at the ``left`` and at the ``bottom``.
    """
    edits = Edits(key)

    def edited() -> None:
        for edit, _ in edits.take():
            before, after = (tuple(edit[name]) if edit[name] else None for name in ("before", "after"))
            on_edit(Edit(before, after))

    ranges = {"x": list(x_range), "y": list(y_range), "room": dict(room)}
    data = [{"frame": frame, "points": rows, **ranges, "answered": edits.answered}]
    _COMPONENT(key=key, data=data, on_edits_change=edited)
