"""How far axes go: round ends with a margin, and not following a run that diverges."""

import math
from typing import Any

import torch
from torch import Tensor

MAX_OVERSHOOT = 2.0  # of the expected span, beyond which the axes do not follow
STEP_AIR = 0.02  # of the axis: half a mark
LOG_AIR = 0.045  # likewise, of an axis that is less high than the one of steps is wide

Range = tuple[float, float]


def near(expected: Tensor, *others: Tensor, roaming: Range | None = None) -> Tensor:
    """Leave out what has gone far beyond what was expected: the axes do not follow a run that diverges."""
    low, high = limits(expected, MAX_OVERSHOOT)
    if roaming is not None:
        low, high = min(low, roaming[0]), max(high, roaming[1])
    return torch.cat([expected, *(other.clamp(low, high) for other in others)])


def limits(expected: Tensor, spans: float) -> Range:
    """Give the ends of what was expected, so many spans further out."""
    low, high = expected.min().item(), expected.max().item()
    span = spans * ((high - low) or max(abs(low), 1.0))
    return low - span, high + span


def room(values: Any) -> Range:
    """Give a range with a margin around the values; its ends are round, so that it rarely changes."""
    low, high = float(values.min()), float(values.max())
    air = 0.06 * (high - low) or max(abs(low), 1.0) * 0.5
    grain = 10 ** math.floor(math.log10(high - low + 2 * air)) / 20
    return math.floor((low - air) / grain) * grain, math.ceil((high + air) / grain) * grain


def step_room(last: float) -> Range:
    """Give the range for an axis of steps, logarithmic but for 0, with room for the marks at its ends."""
    span = math.log1p(max(last, 1.0))
    return -math.expm1(STEP_AIR * span), math.expm1((1 + STEP_AIR) * span)


def positive_room(values: Any) -> Range:
    """Give the range for a logarithmic axis in half powers of ten; a loss of exactly 0 has no place on it."""
    positive = values[values > 0]
    if not len(positive):
        return 0.1, 1.0
    low, high = math.log10(positive.min()), math.log10(positive.max())
    air = max(math.log10(1.2), LOG_AIR * (high - low))
    low, high = low - air, high + air
    return 10 ** (math.floor(2 * low) / 2), 10 ** (math.ceil(2 * high) / 2)
