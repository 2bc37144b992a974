"""A run as a short text in a link: its first choices, each change with its step, and the step reached.

``0~noise_std~0.1~~500~learning_rate~0.01~~8640`` began with noise 0.1 and all else by default, changed the
learning rate at step 500, and reached step 8,640. Tildes and points are what a URL leaves as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pages._ui.choices import TRAINING, Choice, Flag, Real, Whole

from pages._ui.controls import exact

Values = Mapping[str, Any]
Event = tuple[int, dict[str, Any]]

MAX_STEP = 1_000_000


@dataclass(frozen=True)
class Recorded:
    """How a run began, what was changed at which steps, and how far it went."""

    origin: dict[str, Any]
    events: tuple[Event, ...]
    step: int


def encode(recorded: Recorded) -> str:
    """Write a run; choices at their default are left out of its beginning."""
    first = {key: value for key, value in recorded.origin.items() if value != TRAINING[key].default}
    parts = [_part(step, changes) for step, changes in ((0, first), *recorded.events)]
    return "~~".join([*parts, str(recorded.step)])


def decode(text: str, keys: tuple[str, ...]) -> Recorded:
    """Read a run; ``keys`` are the choices that decide its numbers.

    Raises
    ------
    ValueError
        The text is no run.
    """
    *parts, last = text.split("~~")
    events = [_event(part, keys) for part in parts]
    steps = [*(step for step, _ in events), _step(last)]
    if not events or steps[0] != 0 or steps != sorted(steps):
        raise ValueError(f"steps {steps} do not rise from 0")
    origin = {key: TRAINING[key].default for key in keys} | events[0][1]
    return Recorded(origin, tuple(events[1:]), steps[-1])


def is_readable(text: str) -> bool:
    """Whether `decode` can read ``text``."""
    from pages._ui.training.settings import RUN_KEYS

    try:
        decode(text, RUN_KEYS)
    except ValueError:
        return False
    return True


def _part(step: int, changes: Values) -> str:
    words = [word for key, value in changes.items() for word in (key, _text(value))]
    return "~".join([str(step), *words])


def _text(value: Any) -> str:
    return exact(value) if isinstance(value, float) else str(value)


def _event(part: str, keys: tuple[str, ...]) -> Event:
    step, *words = part.split("~")
    if len(words) % 2:
        raise ValueError(f"{part!r} has a choice without a value")
    changes = {}
    for key, text in zip(words[::2], words[1::2], strict=True):
        if key not in keys or not TRAINING[key].accepts(text):
            raise ValueError(f"{key}={text} does not fit")
        changes[key] = _value(TRAINING[key], text)
    return _step(step), changes


def _step(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_STEP:
        raise ValueError(f"{text!r} is no step")
    return int(text)


def _value(choice: Choice, text: str) -> Any:
    if isinstance(choice, Flag):
        return text.lower() in ("true", "1")
    if isinstance(choice, Whole):
        return int(text)
    return float(text) if isinstance(choice, Real) else text
