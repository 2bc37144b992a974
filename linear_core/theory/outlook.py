"""What theory says of a run before it is made: at which rates it converges, and in how many steps."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core._checks import check_number
from linear_core.data import RegressionData
from linear_core.theory.descent import DescentPath, descent_path, stability
from linear_core.theory.momentum import Recurrence

LAST_STEP = 1_000_000_000_000
_AT_ONCE = 256


@dataclass(frozen=True)
class Outlook:
    """How SGD converges on these data at one learning rate.

    Parameters
    ----------
    learning_rate : float
        The rate in question.
    best_rate, max_rate : float
        The fastest rate, and the limit beyond which descent diverges.
    condition_number : float
        The largest curvature of the loss divided by the smallest.
    half_life, best_half_life : float
        Steps in which the slowest error halves in the long run, at this rate and at the best; infinite where
        it never does.
    share_of_limit : float
        ``learning_rate / max_rate``.
    """

    learning_rate: float
    best_rate: float
    max_rate: float
    condition_number: float
    half_life: float
    best_half_life: float
    share_of_limit: float

    @property
    def short_best_rate(self) -> float:
        """The best rate with two digits, or more where the rounded one would be beyond the limit."""
        rounded = (float(f"{self.best_rate:.{digits}g}") for digits in range(2, 18))
        return next(value for value in rounded if value < self.max_rate)


def outlook(
    data: RegressionData,
    learning_rate: float,
    bias: bool = True,
    *,
    momentum: float = 0.0,
    nesterov: bool = False,
    weight_decay: float = 0.0,
) -> Outlook:
    """Look ahead for ``torch.optim.SGD`` on the mean squared error of all samples.

    On a quadratic loss all its variants are linear recurrences, so that limit and pace are exact. The limit
    is ``2 (1 + β) / λ``, or with Nesterov's momentum ``2 (1 + β) / ((1 + 2β) λ)``, where λ is the largest
    eigenvalue of the Hessian and β the momentum.

    Parameters
    ----------
    data : RegressionData
        The data that is trained on.
    learning_rate : float
        Greater than 0.
    bias : bool
        Whether the layer has one.
    momentum : float
        From 0 to 1.
    nesterov : bool
        Whether the momentum is Nesterov's.
    weight_decay : float
        Added to every eigenvalue, since the pull toward zero adds to the curvature; the errors are then
        distances from the optimum of the loss with that term.

    Returns
    -------
    Outlook
        Rates, half-lives and condition number.

    Raises
    ------
    DataError
        If ``x`` is 0 everywhere and there is no bias: no rate changes the output.
    ConfigError
        If a number is out of its range.

    References
    ----------
    G. Goh, "Why momentum really works", Distill, 2017.

    Examples
    --------
    >>> from linear_core import line_data
    >>> ahead = outlook(line_data(), learning_rate=0.001)
    >>> round(ahead.best_rate, 2), round(ahead.max_rate, 2), round(ahead.condition_number)
    (0.78, 0.82, 19)
    >>> round(outlook(line_data(), learning_rate=0.001, momentum=0.9).max_rate, 2)
    1.56
    """
    check_number("learning_rate", learning_rate, smallest=0.0)
    check_number("momentum", momentum, smallest=0.0, largest=1.0)
    check_number("weight_decay", weight_decay, smallest=0.0)
    curvature = stability(data.x, bias, data.out_features).eigenvalues + weight_decay
    curvature = curvature[curvature > 0]
    largest, smallest = curvature.max().item(), curvature.min().item()
    rule = Recurrence(momentum, nesterov)
    best_rate, max_rate = rule.best_rate(smallest, largest), rule.largest / largest
    return Outlook(
        learning_rate,
        best_rate,
        max_rate,
        largest / smallest,
        _half_life(rule.log_left(learning_rate * curvature)),
        _half_life(rule.log_left(best_rate * curvature)),
        learning_rate / max_rate,
    )


def _half_life(log_left: Tensor) -> float:
    slowest = log_left.max().item()
    return math.inf if slowest >= 0 else max(1.0, float(math.ceil(math.log(0.5) / slowest)))


def steps_until(
    is_there: Callable[[DescentPath], Tensor],
    data: RegressionData,
    weight: Tensor,
    bias: Tensor | None,
    learning_rate: float,
) -> int | None:
    """Count the steps of plain gradient descent on the mean squared error until a goal is reached for good.

    At a high rate the parameters oscillate, so that a goal may be met once and missed again.

    Parameters
    ----------
    is_there : callable
        Says of each state of a path whether the goal is met, ``(n,)``.
    data : RegressionData
    weight : Tensor, ``(out_features, in_features)``
    bias : Tensor, ``(out_features,)``, or None
        Where to count from.
    learning_rate : float
        0 or more.

    Returns
    -------
    int or None
        The first step from which on the goal is met; None if that is not within 10¹² steps: it lies beyond
        the minimum, or is not reached at this rate.

    Examples
    --------
    >>> from linear_core import line_data
    >>> steps_until(lambda path: path.loss <= 1e-6, line_data(), torch.zeros(1, 1), torch.zeros(1), 0.5)
    97
    """

    def last_missed(steps: Tensor) -> int:
        """Return the position of the last step that misses the goal, or whose next one does; -1 for none."""
        # At a high rate odd and even steps are on two sides of the optimum, each a curve of its own.
        both = torch.cat([steps, steps + 1])
        path = descent_path(data.x, data.target, weight, bias, learning_rate, both)
        if path.overflow_at is not None:
            return len(steps) - 1
        missed = (~is_there(path)).view(2, -1).any(dim=0).nonzero().flatten()
        return int(missed[-1]) if len(missed) else -1

    marks = torch.logspace(0, math.log10(LAST_STEP), _AT_ONCE, dtype=torch.float64).round().long()
    steps = torch.cat([torch.zeros(1, dtype=torch.long), marks])
    while True:
        last = last_missed(steps)
        if last == len(steps) - 1:
            return None
        low, high = int(steps[last]) if last >= 0 else -1, int(steps[last + 1])
        if high - low <= 1:
            return high
        steps = torch.linspace(low, high, _AT_ONCE, dtype=torch.float64).round().long()
