"""A run as a short text in a link: its first choices, and each change with its step.

``0~noise_std~0.1~~500~learning_rate~0.01`` began with noise 0.1 and all else by default, and changed the
learning rate at step 500. Tildes and points are what a URL leaves as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pages._ui.params import Param

MAX_STEPS = 1_000_000
MAX_CHARACTERS = 5000  # servers commonly refuse addresses above 8 KiB


@dataclass(frozen=True)
class Change:
    """What was changed at a step: choices by name, as they are from there on."""

    step: int
    values: Mapping[str, Any]


Params = Mapping[str, Param[Any]]


def encode(origin: Mapping[str, Any], changes: tuple[Change, ...], params: Params) -> str:
    """Write a run, whose choices are ``params``; those at their default are left out of its beginning."""
    first = {name: value for name, value in origin.items() if value != params[name].default}
    return "~~".join(_written(change, params) for change in (Change(0, first), *changes))


def decode(text: str, params: Params) -> tuple[dict[str, Any], tuple[Change, ...]]:
    """Read a run: the choices at its beginning, and the changes.

    Raises
    ------
    ValueError
        The text is no run.
    """
    first, *changes = (_read(part, params) for part in text.split("~~"))
    steps = [first.step, *(change.step for change in changes)]
    if first.step != 0 or steps != sorted(steps):
        raise ValueError(f"steps {steps} do not rise from 0")
    defaults = {name: param.default for name, param in params.items()}
    return {**defaults, **first.values}, tuple(changes)


def _written(change: Change, params: Params) -> str:
    words = [word for name, value in change.values.items() for word in (name, params[name].write(value))]
    return "~".join([str(change.step), *words])


def _read(part: str, params: Params) -> Change:
    step, *words = part.split("~")
    if len(words) % 2:
        raise ValueError(f"{part!r} has a choice without a value")
    values = {}
    for name, text in zip(words[::2], words[1::2], strict=True):
        if name not in params:
            raise ValueError(f"{name} does not belong to a run")
        values[name] = params[name].read(text)
    if not step.isdecimal() or len(step) > 7 or int(step) > MAX_STEPS:
        raise ValueError(f"{step!r} is no step")
    return Change(int(step), values)
