"""Numbers as the picture shows them: text of fixed digits, colour levels and bar places, row by row.

Long lists travel as one text with spaces between, which is quicker to write, to send and to read.
"""

import math
from collections.abc import Iterable, Sequence
from ctypes import c_float
from typing import Any

from linear_core import ForwardTrace, Match
from linear_core.passes.walkthrough import rounding_errors, walkthrough
from pages._ui.walk.words import SYMBOLS

# Tints on each side of the colour scale.
STEPS = 20
NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def payload(trace: ForwardTrace, names: Sequence[str], layout: str = "rows") -> dict[str, Any]:
    """Everything that is drawn of one call, ready to be drawn."""
    walk = walkthrough(trace)
    x, weight, y = (_flat(tensor) for tensor in (trace.x_rows, trace.weight, trace.output_rows))
    bias = [] if trace.bias is None else _flat(trace.bias)
    outs, ins = trace.weight.shape
    top = nice_ceiling(max(map(abs, _finite([*x, *weight, *bias, *y])), default=0.0))
    strongest = max(map(abs, _finite([*weight, *bias])), default=0.0)
    most = 4 if ins + outs <= 7 else 2
    compact = ins + outs > 22
    differences, unit = scaled(_flat(walk.difference))
    return {
        "rows": trace.num_rows,
        "outs": outs,
        "ins": ins,
        "names": list(names),
        "layout": layout,
        "top": "x" if layout == "columns" else "w",
        "symbols": {**SYMBOLS[layout], "b": "b", "y": "y"},
        "compact": compact,
        "scale": plain(top),
        **{
            name: {"text": texts(values, most, compact), "full": fulls(values), "level": levels(values, top)}
            for name, values in {"x": x, "w": weight, "b": bias, "y": y}.items()
        },
        "edges": levels(weight, strongest),
        "bias_edges": levels(bias, strongest),
        "products": texts(_flat(walk.products), 3),
        "bias_terms": texts(bias, 3),
        "sums": texts(_flat(walk.stops), most, compact),
        "sum_levels": levels(_flat(walk.stops), top),
        "places": _flat((walk.places * 1000).round().int()),
        "totals": texts(y, 4),
        "loops": fulls(_flat(walk.stops[..., -1])),
        "rounding": " ".join(power(error).replace(" ", "\u00a0") for error in rounding_errors(trace)),
        "differences": differences,
        "unit": unit,
        "match": match_numbers(trace.check()),
    }


def match_numbers(match: Match) -> dict[str, Any]:
    """What the badge says, as text."""
    return {
        "ok": match.ok,
        "nonfinite": match.num_nonfinite,
        "equal": match.max_difference == 0,
        "difference": power(match.max_difference),
        "tolerance": power(match.tolerance),
    }


def texts(values: Sequence[float], most: int, compact: bool = False) -> str:
    """``values`` with one number of decimals for all: as few as lose nothing, and at most ``most``.

    Large values leave decimals out. ``compact`` leaves out the zero before the point, and beside other
    digits before it all decimals but one.
    """
    finite = _finite(values)
    largest = max(map(abs, finite), default=0.0)
    if largest >= 10**5 or 0 < largest < 10**-most:
        return " ".join(short(value) for value in values).replace("-", "−")
    most = max(0, most - max(0, math.floor(math.log10(largest)))) if largest else 0
    decimals = next(
        n for n in range(most + 1) if n == most or all(round(v, n) == round(v, most) for v in finite)
    )
    fewer = min(decimals, 1) if compact else decimals
    if len(finite) < len(values):
        forms = (f"{value:.{fewer if abs(value) >= 0.995 else decimals}f}" for value in values)
        text = " ".join(
            form if math.isfinite(value) else short(value) for form, value in zip(forms, values, strict=True)
        )
    else:  # the same in one go: a picture has thousands of numbers, and a hand on a slider waits for them
        form = [f"%.{decimals}f", f"%.{fewer}f"]
        text = " ".join([form[abs(value) >= 0.995] for value in values]) % tuple(values)
    text = _without_negative_zero(text, decimals)
    if compact:
        text = f" {text}".replace(" 0.", " .").replace("-0.", "-.")[1:]
    return text.replace("-", "−")


def short(value: float) -> str:
    """Two digits and an exponent, or the name of what is not finite."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    digits, _, exponent = f"{value:.1e}".partition("e")
    return f"{digits}e{int(exponent)}" if value else "0"


def fulls(values: Iterable[float]) -> str:
    """Each value with as many digits as tell it apart from its neighbours."""
    return " ".join(map(full, values))


def full(value: float) -> str:
    """The shortest text that reads back as the same float32, or else as the same float64."""
    single = c_float(value).value == value
    text = next(
        text
        for digits in (*range(6, 10), 17)
        if (text := f"{value:.{digits}g}")
        and (float(text) == value or (single and c_float(float(text)).value == value) or digits == 17)
    )
    return (text if single or "n" in text else repr(value)).replace("-", "−")


def power(value: float) -> str:
    """``value`` as two digits times a power of ten, as mathematics writes it."""
    if value == 0 or not math.isfinite(value):
        return short(value).replace("-", "−")
    digits, _, exponent = f"{value:.1e}".partition("e")
    return f"{digits} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}".replace("-", "−")


def scaled(values: Sequence[float]) -> tuple[str, str]:
    """``values`` as whole numbers of one unit, and that unit: a power of ten."""
    largest = max(map(abs, _finite(values)), default=0.0)
    exponent = math.floor(math.log10(largest)) - 1 if largest else 0
    numbers = (
        f"{value / 10.0**exponent + 0.0:.0f}" if math.isfinite(value) else short(value) for value in values
    )
    unit = f"10{str(exponent).translate(SUPERSCRIPTS)}" if largest else ""
    return _without_negative_zero(" ".join(numbers), 0).replace("-", "−"), unit


def levels(values: Sequence[float], top: float) -> list[int]:
    """Places on the colour scale: −STEPS at −top, 0 at zero, STEPS at top and beyond."""
    per_unit = STEPS / top if top else 0.0
    return [round(value * per_unit) if -top <= value <= top else _end(value) for value in values]


def _end(value: float) -> int:
    """The end of the scale for what is beyond it; what is no number has no colour."""
    return int(math.copysign(STEPS, value)) if math.isfinite(value) else 0


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


def _finite(values: Iterable[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


def _flat(tensor: Any) -> list[Any]:
    return tensor.flatten().tolist()  # type: ignore[no-any-return]
