"""Many numbers at once as text of fixed digits, and as places on a color scale.

A picture that moves has thousands of numbers. Each function writes them all at once, as one text with
spaces between, which is faster to make, to send and to read than a list.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

# Tints on each side of the color scale.
STEPS = 20
NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def texts(values: Tensor, most: int, compact: bool = False) -> str:
    """``values`` with one number of decimals for all: as few as lose nothing, and at most ``most``.

    Large values leave decimals out; beside thousands each number has digits of its own, or small ones would
    look like zeros. ``compact`` leaves out the zero before the point, and beside other digits before it all
    decimals but one.
    """
    largest, numbers = magnitude(values), values.flatten().tolist()
    if largest >= 10**3 or 0 < largest < 10**-most:
        text = " ".join(short(number, 2 if compact else 3) for number in numbers)
        return _signed(text, compact)
    finite = [number for number in numbers if math.isfinite(number)]
    most = max(0, most - max(0, math.floor(math.log10(largest)))) if largest else 0
    decimals = next(
        n for n in range(most + 1) if n == most or all(round(v, n) == round(v, most) for v in finite)
    )
    # All at once: a picture has thousands of numbers, and a visitor who moves a slider waits for them.
    forms = (f"%.{decimals}f", f"%.{min(decimals, 1) if compact else decimals}f")
    wide = (values.flatten().abs() >= 0.995).tolist()
    text = " ".join([forms[is_wide] for is_wide in wide]) % tuple(numbers)
    text = _without_negative_zero(text, decimals)
    if len(finite) < len(numbers):
        text = text.replace("nan", "NaN").replace("inf", "∞")
    return _signed(text, compact)


def _signed(text: str, compact: bool) -> str:
    """Give numbers a real minus, and in a small place no zero before the point."""
    if compact:
        text = f" {text}".replace(" 0.", " .").replace("-0.", "-.")[1:]
    return text.replace("-", "−")


def magnitude(values: Tensor) -> float:
    """The largest magnitude among what is finite; 0 where nothing is."""
    magnitudes = torch.where(values.isfinite(), values.abs(), 0)
    return float(magnitudes.max()) if values.numel() else 0.0


def short(value: float, digits: int = 3) -> str:
    """A few digits, with an exponent where a number is far from one, or the name of what is not finite."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    if 0.01 <= abs(value) < 10**5 - 0.5:
        rounded = f"{value:.{digits}g}"
        return f"{value:.0f}" if "e" in rounded else rounded
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def fulls(values: Tensor) -> str:
    """Each value with as few digits as tell it apart from its neighbors in its dtype."""
    numbers = values.flatten().tolist()
    if values.dtype == torch.float64:
        return " ".join(map(repr, numbers)).replace("-", "−")
    best = _significant(numbers, 9)
    for digits in (8, 7):  # which are too few for some; fewer are those with zeros left out
        shorter = _significant(numbers, digits)
        same = (torch.tensor([float(text) for text in shorter]) == values.flatten()).tolist()
        best = [text if fits else longer for text, longer, fits in zip(shorter, best, same, strict=True)]
    return " ".join(best).replace("-", "−")


def _significant(numbers: Sequence[float], digits: int) -> list[str]:
    return (f"%.{digits}g " * len(numbers) % tuple(numbers)).split()


def power(value: float) -> str:
    """``value`` as two digits times a power of ten, as mathematics writes it."""
    if value == 0 or not math.isfinite(value):
        return short(value).replace("-", "−")
    digits, _, exponent = f"{value:.1e}".partition("e")
    return f"{digits} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}".replace("-", "−")


def scaled(values: Tensor) -> tuple[str, str]:
    """``values`` as whole numbers of one unit, and that unit: a power of ten."""
    largest = magnitude(values)
    exponent = math.floor(math.log10(largest)) - 1 if largest else 0
    numbers = (
        f"{value / 10.0**exponent + 0.0:.0f}" if math.isfinite(value) else short(value)
        for value in values.flatten().tolist()
    )
    unit = f"10{str(exponent).translate(SUPERSCRIPTS)}" if largest else ""
    return _without_negative_zero(" ".join(numbers), 0).replace("-", "−"), unit


def levels(values: Tensor, top: float) -> list[int]:
    """Places on the color scale: −STEPS at −top, 0 at zero, STEPS at top and beyond.

    What is not finite has no color.
    """
    places = (values.double() * (STEPS / top if top else 0.0)).round().clamp(-STEPS, STEPS)
    return torch.where(values.isfinite(), places, 0).int().flatten().tolist()


def nice_ceiling(value: float) -> float:
    """The next larger number that reads well at the end of a scale; 1 for 0."""
    if value == 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next((factor * unit for factor in NICE if factor * unit >= value), value)


def plain(value: float) -> str:
    """A scale's end, without digits that say nothing."""
    return f"{value:.4g}"


def _without_negative_zero(text: str, decimals: int) -> str:
    zero = f"{0:.{decimals}f}"
    return f" {text} ".replace(f" -{zero} ", f" {zero} ").replace(f" -{zero} ", f" {zero} ")[1:-1]
