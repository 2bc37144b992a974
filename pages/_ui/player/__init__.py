"""The player of a film: the states of one or more runs in, and a place in them, which moves the pictures.

The browser plays, and moves every picture whose parameter ``now`` is bound to an input
(`linear_core.charts.film`), without a message. It sends a message to the server when more steps are
wanted, and when the visitor has let go.

It may import `pages._ui.component`, `pages._ui.language` and `pages._ui.session`, and no page's folder.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._ui.component import component
from pages._ui.language import N_, _
from pages._ui.session import control

if TYPE_CHECKING:
    from torch import Tensor

FOLDER = Path(__file__).parent

# Vega's own class for the inputs that are bound to a chart is hidden: they are only written to. Columns would
# be seven more containers that the server writes at every change.
STYLE = """<style>
.st-key-{key} {{ display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1rem }}
.st-key-{key} .vega-bindings {{ display: none !important }}
@media (max-width: 639px) {{ .st-key-{key} {{ grid-template-columns: minmax(0, 1fr) }} }}
</style>"""

PACE = N_("Time-lapse, speeding up: now about {pace} steps a second.")

_COMPONENT = component("player", FOLDER, "film.js", "player.js")


@dataclass(frozen=True)
class Reading:
    """A number that the player shows: the column of the states that it is in."""

    label: str
    column: int
    tint: str = ""


@dataclass(frozen=True)
class Said:
    """What the browser says: a request, the last state that it has of an edition, and the film's position.

    ``follows`` says that the visitor has let go, and the page around the film may follow it.
    """

    name: str
    edition: int | None
    last: int
    step: int
    follows: bool = False
    n: int = 0


@dataclass(frozen=True)
class Film:
    """What can be played.

    Attributes
    ----------
    rows : callable
        ``rows(step)`` returns the states from a step on, each as a row of numbers that begins with its step.
    total : int
        The steps that are planned: the length of the film.
    readings : tuple of Reading
        The numbers that are shown.
    edition, cut : int
        A film that takes another way from step ``cut`` has the next number.
    is_whole : bool
        Whether all its states are computed.
    place : int
        Its position when the browser first sees it.
    near : callable, optional
        ``near(step)`` returns every state around a step, where ``rows`` leaves some out.
    texts : mapping
        What is said in each situation: "ready", "done", and "alarm" where the end is a bad one; with a
        "remedy" a button beside the alarm offers it. While it plays, "settled" from that step on; before
        it, "falling" with the ``{percent}`` of the first loss that is gone, and "rising" with how many
        ``{times}`` the loss has grown; else `PACE`.
    settled : int, optional
        The step from which on the run has converged.
    again : bool
        Whether a press starts from step 0, since something was changed that applies only from there.
    reset : str
        "reset" or "undo", where there is something to take back; else empty.
    """

    rows: "Callable[[int], Tensor]"
    total: int
    readings: tuple[Reading, ...]
    edition: int = 1
    cut: int = 0
    is_whole: bool = True
    place: int = 0
    near: "Callable[[int], Tensor | None] | None" = None
    texts: Mapping[str, str] = field(default_factory=dict)
    settled: int | None = None
    again: bool = False
    reset: str = ""


def player(key: str, pictures: str, film: Film, on_say: Callable[[Said], None] | None = None) -> None:
    """Draw the player.

    Parameters
    ----------
    key : str
        Unique among the players of a page.
    pictures : str
        The key of the container with the pictures that it moves, which is given two columns.
    film : Film
        What it plays.
    on_say : callable, optional
        Called before the next run with what the browser says; without, it says nothing.
    """
    said = _said(key)
    first = 0
    if said and said.edition in (film.edition, film.edition - 1):
        first = max(0, said.last if said.edition == film.edition else min(said.last, film.cut))
    rows = film.rows(first)
    near = film.near(said.step if said else film.place) if film.near else None
    header = {
        "film": {
            "edition": film.edition,
            "first": first,
            "count": len(rows),
            "width": rows.shape[1],
            "double": rows.element_size() == 8,
            "total": film.total,
            "whole": film.is_whole,
        },
        "place": film.place,
        "end": {**film.texts, "again": film.again, "reset": film.reset, "since": film.settled},
        "pictures": f"st-key-{pictures}",
        "speaks": on_say is not None,
        "readings": [asdict(reading) for reading in film.readings],
        "words": _words(),
    }

    def heard() -> None:
        now = _said(key)
        if on_say is not None and now is not None:
            on_say(now)

    st.html(STYLE.format(key=pictures))
    _COMPONENT(key=key, data=packed(header, rows, near), on_said_change=heard)


def packed(header: Mapping[str, Any], *parts: "Tensor | None") -> bytes:
    """Write a message: the length of its header, the header as JSON, and the numbers, row by row."""
    text = json.dumps(header, ensure_ascii=False).encode()
    numbers = b"".join(part.contiguous().numpy().tobytes() for part in parts if part is not None)
    return len(text).to_bytes(4, "little") + text + numbers


def _said(key: str) -> Said | None:
    said = (control(key) or {}).get("said")
    return Said(**said) if said else None


def _words() -> dict[str, str]:
    return {
        "player": _("Player of the training run"),
        "train": _("Train"),
        "pause": _("Pause"),
        "play": _("Play"),
        "replay": _("Play again"),
        "again": _("Train again"),
        "reset": _("Reset"),
        "undo": _("Undo reset"),
        "cancel": _("Cancel"),
        "steps": _("Single steps"),
        "back": _("Step back"),
        "forward": _("Step forward"),
        "by": _("Steps per press"),
        "bar": _("Playback position"),
        "to": _("Go to step"),
        "speed": _("Playback speed"),
        "at_once": _("at once"),
        "pace": _(PACE),
        "place": _("step {step} of {total}"),
        "paused": _("Paused at step {step} of {total}. What you change now applies from here."),
        "stands": _("Step {step} of {total}."),
        "waiting": _("Computing…"),
    }
