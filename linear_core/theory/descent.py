"""Why training does what it does: the curvatures of the loss tell how gradient descent moves.

The mean squared error of a linear layer is quadratic in its parameters. With ``Z = [x, 1]`` (``x`` alone
without a bias) each output has the same Hessian, ``2 / (n_samples · out_features) · ZᵀZ``. Along each of its
eigenvectors, a step multiplies the distance from the optimum by ``1 − learning_rate · eigenvalue``; that is
all that gradient descent does.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from linear_core._checks import as_float64, as_float64_pair, check_count, check_number
from linear_core.errors import ConfigError, DataError, ShapeError

_EPS = torch.finfo(torch.float64).eps
_MOST_STATES = 10_000_000
_LARGEST_STEP = 2**53  # float64 counts whole numbers up to here


@dataclass(frozen=True, eq=False)
class Stability:
    """How the loss surface is curved, and which learning rates converge on it.

    Parameters
    ----------
    eigenvalues : Tensor, ``(num_parameters,)``, float64
        The curvatures of the loss, steepest first; exactly 0 in directions that the data leave open.
    """

    eigenvalues: Tensor

    @property
    def max_learning_rate(self) -> float:
        """Gradient descent with a larger rate diverges: ``2 / largest eigenvalue``."""
        return 2 / self._curved[0].item()

    @property
    def best_learning_rate(self) -> float:
        """The rate whose slowest direction is fastest: ``2 / (smallest + largest eigenvalue)``.

        Directions without curvature do not count, since no rate moves the parameters along them.
        """
        return 2 / (self._curved[0] + self._curved[-1]).item()

    @property
    def condition_number(self) -> float:
        """The largest eigenvalue over the smallest that is not 0: 1 if all are equal, large for a ravine."""
        return (self._curved[0] / self._curved[-1]).item()

    @property
    def flat_directions(self) -> int:
        """How many directions have no curvature: there the parameters stay where they started."""
        return int((self.eigenvalues == 0).sum())

    def steps_to(self, factor: float, learning_rate: float) -> float:
        """Count the steps until the slowest error has shrunk by ``factor``.

        Parameters
        ----------
        factor : float
            What is left of the distance from the optimum, between 0 and 1; 0.5 asks for the half-life.
        learning_rate : float
            Of plain gradient descent, 0 or more.

        Returns
        -------
        float
            An integer; infinite where the error never shrinks so far: at rate 0, at the limit, beyond it.

        Raises
        ------
        ConfigError
            If ``factor`` is not between 0 and 1, or ``learning_rate`` is negative or not finite.
        """
        check_number("factor", factor)
        check_number("learning_rate", learning_rate, smallest=0.0)
        if not 0 < factor < 1:
            raise ConfigError(
                "expected factor to be between 0 and 1, but got {factor}; use 0.5 for the steps until "
                "the error has halved",
                factor=factor,
            )
        slowest = _log_left(learning_rate * self._curved).max().item()
        if slowest >= 0:
            return math.inf
        return max(1.0, float(math.ceil(math.log(factor) / slowest)))

    @property
    def _curved(self) -> Tensor:
        return self.eigenvalues[self.eigenvalues > 0]


def stability(x: Tensor, bias: bool = True, out_features: int = 1) -> Stability:
    """Say which learning rates converge on these data, and how fast.

    The mean squared error is the mean over all elements, so more outputs make each one's surface flatter.
    The target does not matter: it moves the surface, but does not change its curvature.

    Parameters
    ----------
    x : Tensor, ``(n_samples, in_features)``
        Any floating dtype; the arithmetic is float64.
    bias : bool
        Whether the layer has one.
    out_features : int
        How many outputs the layer has.

    Returns
    -------
    Stability

    Raises
    ------
    ShapeError
        If ``x`` is not 2-D or is empty.
    DataError
        If a value is NaN, infinite or so large that its square overflows, or ``x`` is 0 everywhere and there
        is no bias: then no rate changes anything.
    ConfigError
        If ``out_features`` is below 1.

    References
    ----------
    G. Goh, "Why momentum really works", Distill, 2017.

    Examples
    --------
    >>> seen = stability(torch.tensor([[-2.0], [2.0]]))
    >>> [round(value, 9) for value in seen.eigenvalues.tolist()]
    [8.0, 2.0]
    >>> round(seen.max_learning_rate, 9), round(seen.best_learning_rate, 9), round(seen.condition_number, 9)
    (0.25, 0.2, 4.0)
    >>> seen.steps_to(0.5, learning_rate=0.01), seen.steps_to(0.5, learning_rate=0.2)
    (35.0, 2.0)
    """
    check_count("out_features", out_features)
    design = _with_ones(as_float64("x", x), bias)
    _, values, _ = _principal(design)
    if values[0] == 0:
        raise DataError(
            "expected a bias, or x with a value other than 0, but got neither, so no learning rate changes "
            "the output; add one of them"
        )
    eigenvalues = torch.zeros(design.shape[1], dtype=torch.float64)
    eigenvalues[: len(values)] = 2 / (len(x) * out_features) * values.square()
    return Stability(eigenvalues)


@dataclass(frozen=True, eq=False)
class DescentPath:
    """The states of `descent_path`, one for each step that was asked for; all but ``step`` are float64.

    Parameters
    ----------
    step : Tensor, ``(num_states,)``, int64
        After how many updates.
    weight : Tensor, ``(num_states, out_features, in_features)``
    bias : Tensor, ``(num_states, out_features)``, or None
    loss : Tensor, ``(num_states,)``
    overflow_at : int or None
        The first of the steps asked for whose state is too large for float64. It and all later ones are left
        out. None if every state is there.
    """

    step: Tensor
    weight: Tensor
    bias: Tensor | None
    loss: Tensor
    overflow_at: int | None


def descent_path(
    x: Tensor,
    target: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    learning_rate: float,
    steps: int | Sequence[int] | Tensor,
) -> DescentPath:
    """Compute where plain full-batch gradient descent on the mean squared error is after any number of steps.

    Nothing is iterated: step 1,000,000 costs as much as step 1. Along each eigenvector of the Hessian the
    distance from the optimum after ``k`` steps is ``(1 − learning_rate · eigenvalue)ᵏ`` times what it was.

    Parameters
    ----------
    x : Tensor, ``(n_samples, in_features)``
    target : Tensor, ``(n_samples, out_features)``
    weight : Tensor, ``(out_features, in_features)``
        Where descent starts.
    bias : Tensor, ``(out_features,)``, or None
        Likewise; None for a layer without bias.
    learning_rate : float
        0 or more.
    steps : int, or a sequence or 1-D tensor of int
        The numbers of updates to look at, in any order; an int means all from 0 to it.

    Returns
    -------
    DescentPath

    Raises
    ------
    ShapeError
        If the tensors do not fit each other.
    DataError
        If a value is NaN, infinite or so large that its square overflows.
    ConfigError
        If ``learning_rate`` is negative or not finite, or ``steps`` holds anything but integers from 0.

    Examples
    --------
    >>> x = torch.tensor([[-1.0], [1.0]])
    >>> path = descent_path(x, 3 * x, torch.zeros(1, 1), torch.zeros(1), learning_rate=0.25, steps=3)
    >>> [round(value, 9) for value in path.weight.flatten().tolist()]
    [0.0, 1.5, 2.25, 2.625]
    >>> [round(value, 9) for value in path.loss.tolist()]
    [9.0, 2.25, 0.5625, 0.140625]
    """
    x64, target64 = as_float64_pair(x, target)
    check_number("learning_rate", learning_rate, smallest=0.0)
    step = _step_numbers(steps)
    start = _start(weight, bias, x64.shape[1], target64.shape[1])  # (p, out)

    modes = _modes(_with_ones(x64, bias is not None), target64, start)
    scaled = learning_rate * modes.curvature
    exponent = step.double()[:, None] * _log_left(scaled)  # (num_states, k): log of the share that is left
    covered = -torch.expm1(exponent)
    if bool((scaled > 1).any()):
        # 1 − scaled is negative here, so after odd steps the state is on the other side of the optimum.
        covered = torch.where((scaled > 1) & (step % 2 == 1)[:, None], 2 - covered, covered)

    loss = modes.smallest_loss + torch.exp(2 * exponent) @ (modes.curvature / 2 * modes.gap.square().sum(1))
    finite = loss.isfinite()
    overflow_at = None
    if not bool(finite.all()):
        overflow_at = int(step[~finite].min())
        step, covered, loss = step[finite], covered[finite], loss[finite]
    moves = covered[:, :, None] * modes.gap  # (num_states, k, out)
    parameters = start.T + torch.tensordot(moves, modes.vh, dims=([1], [0]))  # (num_states, out, p)
    in_features = x64.shape[1]
    return DescentPath(
        step=step,
        weight=parameters[:, :, :in_features],
        bias=None if bias is None else parameters[:, :, in_features],
        loss=loss,
        overflow_at=overflow_at,
    )


class _Modes(NamedTuple):
    """The directions in which gradient descent moves, each on its own."""

    vh: Tensor  # (k, p): the directions, as rows
    curvature: Tensor  # (k,): the Hessian's eigenvalues; 0 where there is nowhere to go
    gap: Tensor  # (k, out): from the start to the optimum
    smallest_loss: Tensor


def _modes(design: Tensor, target: Tensor, start: Tensor) -> _Modes:
    u, values, vh = _principal(design)  # (n, k), (k,) and (k, p), where k = min(n, p)
    curved = (values > 0)[:, None]
    along = torch.where(curved, u.T @ target, 0.0)  # (k, out)
    gap = torch.where(curved, along / torch.where(curved, values[:, None], 1.0) - vh @ start, 0.0)
    # A direction without a gap stays still at any rate; its growth, times a gap of 0, would become NaN.
    curvature = torch.where(gap.any(dim=1), 2 / target.numel() * values.square(), 0.0)
    return _Modes(vh, curvature, gap, (target - u @ along).square().mean())


def _with_ones(x: Tensor, bias: bool) -> Tensor:
    return torch.cat([x, torch.ones_like(x[:, :1])], dim=1) if bias else x  # (n, p)


def _principal(design: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the singular value decomposition, with 0 for values that are only rounding."""
    u, values, vh = torch.linalg.svd(design, full_matrices=False)
    return u, torch.where(values > _EPS * max(design.shape) * values[0], values, 0.0), vh


def _log_left(scaled: Tensor) -> Tensor:
    """Return ``log |1 − scaled|``: of the share of an error that one step leaves; exact for small rates too.

    Kept finite so that no steps at all, 0 times it, leave the whole error.
    """
    return torch.log1p(-torch.minimum(scaled, 2 - scaled)).clamp(-1e4, 1e4)


def _step_numbers(steps: int | Sequence[int] | Tensor) -> Tensor:
    if isinstance(steps, int):
        check_count("steps", steps, smallest=0, largest=_MOST_STATES)
        return torch.arange(steps + 1)
    numbers = torch.as_tensor(steps)
    whole = not numbers.is_floating_point() and not numbers.is_complex() and numbers.dtype != torch.bool
    if numbers.dim() != 1 or not whole or len(numbers) == 0:
        raise ConfigError(
            "expected steps to be an int or a non-empty 1-D list of ints, but got {dtype} of shape {shape}; "
            "use one of these",
            dtype=numbers.dtype,
            shape=tuple(numbers.shape),
        )
    if int(numbers.min()) < 0 or int(numbers.max()) > _LARGEST_STEP:
        raise ConfigError(
            "expected steps from 0 to {most}, but got {first} to {last}; choose steps in this range",
            first=int(numbers.min()),
            last=int(numbers.max()),
            most=_LARGEST_STEP,
        )
    return numbers.long()


def _start(weight: Tensor, bias: Tensor | None, in_features: int, out_features: int) -> Tensor:
    """Return the parameters as one matrix ``(p, out_features)``, the bias in the last row."""
    if tuple(weight.shape) != (out_features, in_features):
        raise ShapeError(
            "expected weight of shape ({out_features}, {in_features}), (out_features, in_features), for "
            "this data, but got {shape}; transpose or rebuild it",
            shape=tuple(weight.shape),
            out_features=out_features,
            in_features=in_features,
        )
    start = as_float64("weight", weight).T
    if bias is None:
        return start
    if tuple(bias.shape) != (out_features,):
        raise ShapeError(
            "expected bias of shape ({out_features},) for this data, but got {shape}; pass one number "
            "for each target",
            shape=tuple(bias.shape),
            out_features=out_features,
        )
    return torch.cat([start, as_float64("bias", bias[None, :])])
