"""Predict first: a wrong answer is compared with what wrong rules would give."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linear_core.errors import DataError
from linear_core.gradients.trace import GradientTrace
from linear_core.language import N_
from linear_core.passes.forward import ForwardTrace

# What each rule did, for a learner who followed it.
RULES: Mapping[str, str] = MappingProxyType(
    {
        "factor": N_("The factor 2 of the square's derivative is missing."),
        "samples_only": N_(
            "Divided by the number of samples; the mean is over all elements, samples × outputs."
        ),
        "not_divided": N_("Not divided by the number of elements, as a mean requires."),
        "divided": N_("Divided by the number of elements, as for a mean; this loss is a sum."),
        "mean": N_("The mean of the products; the gradient is their sum."),
        "sign": N_("The sign is reversed: G is prediction − target, not target − prediction."),
        "transposed": N_("The element of the transpose: the two indices are swapped."),
        "bias": N_("The bias is missing."),
        "weight_order": N_("The weight's memory was read as (in, out); PyTorch stores (out, in)."),
        "row": N_("The product for another sample."),
        "output": N_("The product for another output."),
    }
)

Alternatives = Mapping[str, Iterable[float]]


@dataclass(frozen=True)
class Verdict:
    """What an answer shows.

    Attributes
    ----------
    right : bool
        The answer is the right number, to the digits that were typed.
    rules : tuple of str
        Names of wrong rules that lead to this answer, most likely first; empty where the answer is right, or
        where no known rule explains it.
    """

    right: bool
    rules: tuple[str, ...] = ()


def matching_rules(answer: str, right: float, alternatives: Alternatives) -> Verdict:
    """Compare a typed answer with the right number and with what wrong rules would give.

    Parameters
    ----------
    answer : str
        A decimal number; it stands for every number that rounds to it, within a tenth of its size.
    right : float
        The right number.
    alternatives : mapping of str to iterable of float
        What each wrong rule would give, most likely first.

    Returns
    -------
    Verdict
        Whether the answer is right, else the rules that explain it.

    Raises
    ------
    DataError
        The answer is not a number.

    Examples
    --------
    >>> matching_rules("-0.075", right=-0.075148, alternatives={})
    Verdict(right=True, rules=())
    >>> matching_rules("0.075", -0.075148, {"sign": [0.075148], "mean": [-0.025049]})
    Verdict(right=False, rules=('sign',))
    """
    number, half_a_digit = _read(answer)

    def fits(value: float) -> bool:
        allowed = min(half_a_digit, abs(value) / 10) if value else half_a_digit
        return abs(number - value) <= allowed * (1 + 1e-9) + 1e-12

    if fits(right):
        return Verdict(True)
    # A rule that would give the right number too explains nothing here.
    rules = (name for name, values in alternatives.items() if any(map(fits, values)))
    return Verdict(False, tuple(rules))


def _read(answer: str) -> tuple[float, float]:
    """Return the number and half of one unit of its last digit."""
    text = answer.strip().replace("\u2212", "-").replace(",", ".")
    parts = re.fullmatch(r"[-+]?(?:\d+(?:\.(\d*))?|\.(\d+))(?:[eE]([-+]?\d{1,3}))?", text, re.ASCII)
    if not parts or not math.isfinite(float(text)):
        raise DataError(
            "expected a finite number such as -0.075, but got {answer!r}; type digits with at most one "
            "decimal point",
            answer=answer,
        )
    decimals = len(parts[1] or parts[2] or "") - int(parts[3] or 0)
    return float(text), 0.5 * 10.0**-decimals


def wrong_gradients(trace: GradientTrace, name: str, index: tuple[int, ...]) -> Alternatives:
    """Return what wrong rules give for one element of a gradient.

    Parameters
    ----------
    trace : GradientTrace
        The pass.
    name : str
        ``"weight"``, ``"bias"`` or ``"x"``: whose gradient; ``"G"`` for that of the output.
    index : tuple of int
        The element: (out, in), (out,), (row, in) or (row, out).

    Returns
    -------
    mapping of str to list of float
        By the names of `RULES`; a rule that changes nothing here is left out.
    """
    backward, loss = trace.backward, trace.loss
    grad = backward.matrices.get(name)
    if grad is None:
        return {}
    value, count, outs = grad[index].item(), loss.prediction.numel(), backward.weight.shape[0]
    terms = {"x": outs, "G": 1}.get(name, backward.num_rows)
    is_mean = loss.reduction == "mean"
    wrong = {
        "factor": [value / loss.factor] if loss.formula.is_quadratic else [],
        "sign": [-value],
        "samples_only": [value * outs] if is_mean else [],
        "not_divided": [value * count] if is_mean else [],
        "divided": [] if is_mean else [value / count],
        "mean": [value / terms],
        "transposed": [grad[index[::-1]].item()]
        if len(set(index)) == 2 and _inside(index[::-1], grad.shape)
        else [],
    }
    return _others(wrong, value)


def wrong_outputs(trace: ForwardTrace, row: int, out: int) -> Alternatives:
    """Return what wrong rules give for one element of the output.

    Parameters
    ----------
    trace : ForwardTrace
        The call.
    row, out : int
        The element.

    Returns
    -------
    mapping of str to list of float
        By the names of `RULES`; a rule that changes nothing here is left out.
    """
    y, (outs, ins) = trace.output_rows, trace.weight.shape
    value = y[row, out].item()
    bias = 0.0 if trace.bias is None else trace.bias[out].item()
    misread = trace.weight.reshape(ins, outs)[:, out]
    return _others(
        {
            "bias": [value - bias],
            "weight_order": [trace.x_rows[row].dot(misread).item() + bias],
            "row": [y[other, out].item() for other in range(len(y)) if other != row],
            "output": [y[row, other].item() for other in range(outs) if other != out],
        },
        value,
    )


def _inside(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return all(place < size for place, size in zip(index, shape, strict=True))


def _others(wrong: Mapping[str, list[float]], value: float) -> dict[str, list[float]]:
    """Keep what differs from the right value."""
    kept = {name: [number for number in numbers if number != value] for name, numbers in wrong.items()}
    return {name: numbers for name, numbers in kept.items() if numbers}
