"""The loss over one weight and one bias, on a grid."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core._checks import as_float64, as_float64_pair, check_choice, check_count, check_number
from linear_core.errors import ConfigError, ShapeError
from linear_core.training.losses import LOSSES

_FINEST = 2000  # points along one axis; more are finer than a screen
_AT_ONCE = 2**20  # residuals held at a time


@dataclass(frozen=True, eq=False)
class LossSurface:
    """The grid of `loss_surface`; all tensors are float64.

    Parameters
    ----------
    weight, bias : Tensor, ``(resolution,)``
        The values along the two axes.
    loss : Tensor, ``(resolution, resolution)``
        ``loss[i, j]`` is the loss at ``bias[i]`` and ``weight[j]``: rows go along the bias.
    """

    weight: Tensor
    bias: Tensor
    loss: Tensor


def loss_surface(
    x: Tensor,
    target: Tensor,
    weight_range: tuple[float, float],
    bias_range: tuple[float, float],
    resolution: int,
    *,
    loss: str = "mse",
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    feature: int = 0,
    output: int = 0,
) -> LossSurface:
    """Compute the loss on a grid of one weight and one bias.

    Of the squared error only a few moments of the data enter, so that a million samples cost little more than
    fifty; any other loss takes time for each sample at each point. The memory is that of the grid. With
    several features or outputs, all other parameters stay where they are.

    Parameters
    ----------
    x : Tensor, ``(n_samples, in_features)``
    target : Tensor, ``(n_samples, out_features)``
    weight_range, bias_range : tuple of float
        From where to where; the ends belong to the grid.
    resolution : int
        Points along each axis, 2 to 2000.
    loss : str
        One of `linear_core.LOSSES`.
    weight : Tensor, ``(out_features, in_features)``, optional
        Where the other weights stay; needed if there are any.
    bias : Tensor, ``(out_features,)``, optional
        Where the other biases stay; needed if there are any.
    feature, output : int
        Which weight, ``weight[output, feature]``, and which bias, ``bias[output]``, the grid is of.

    Returns
    -------
    LossSurface

    Raises
    ------
    ShapeError
        If the tensors do not fit each other.
    DataError
        If a value is NaN, infinite or so large that its square overflows.
    ConfigError
        If a range is not increasing or not finite, ``resolution`` or an index is outside, the loss is
        unknown, or other parameters exist and were not given.

    Examples
    --------
    >>> x = torch.tensor([[-1.0], [1.0]])
    >>> surface = loss_surface(x, 3 * x, (2.0, 4.0), (-1.0, 1.0), resolution=3)
    >>> surface.loss.tolist()
    [[2.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 2.0]]
    """
    x64, target64 = as_float64_pair(x, target)
    check_count("resolution", resolution, smallest=2, largest=_FINEST)
    check_count("feature", feature, smallest=0, largest=x64.shape[1] - 1)
    check_count("output", output, smallest=0, largest=target64.shape[1] - 1)
    weight_axis = _axis("weight_range", weight_range, resolution)
    bias_axis = _axis("bias_range", bias_range, resolution)
    residual = _residual_without(x64, target64, weight, bias, feature, output)  # (n, out)

    check_choice("loss", loss, LOSSES)
    column, left = x64[:, feature], residual[:, output]
    elementwise = LOSSES[loss].elementwise
    others = elementwise(residual).sum() - elementwise(left).sum()
    if LOSSES[loss].is_quadratic:
        own = len(x64) * _mean_square(column, left, weight_axis, bias_axis)
    else:
        parts = []
        for biases in torch.split(bias_axis, max(1, _AT_ONCE // (len(x64) * resolution))):
            prediction = weight_axis[:, None] * column + biases[:, None, None]  # (biases, weights, n)
            parts.append(elementwise(prediction - left).sum(-1))
        own = torch.cat(parts)
    values = (own + others) / residual.numel()
    return LossSurface(weight_axis, bias_axis, values)


def _mean_square(column: Tensor, left: Tensor, weights: Tensor, biases: Tensor) -> Tensor:
    """Return the mean of ``(left − weight · column − bias)²``, exact even far from 0."""
    x_mean, left_mean = column.mean(), left.mean()
    deviation = torch.where((column == column[0]).all(), 0.0, column - x_mean)
    spread = deviation.square().sum()
    best_weight = deviation @ (left - left_mean) / spread if spread > 0 else spread
    best_bias = left_mean - best_weight * x_mean
    smallest = (left - (best_weight * column + best_bias)).square().mean()
    steepness = spread / len(column) * (weights - best_weight).square()
    mean_residual = left_mean - weights * x_mean - biases[:, None]  # (biases, weights)
    return smallest + steepness + mean_residual.square()


def _axis(name: str, ends: tuple[float, float], resolution: int) -> Tensor:
    low, high = ends
    check_number(name, low)
    check_number(name, high)
    if low >= high:
        raise ConfigError(
            "expected {name} to be (low, high), but got ({low}, {high}); pass two different "
            "numbers, the lower first",
            name=name,
            low=low,
            high=high,
        )
    return torch.linspace(low, high, resolution, dtype=torch.float64)


def _residual_without(
    x: Tensor, target: Tensor, weight: Tensor | None, bias: Tensor | None, feature: int, output: int
) -> Tensor:
    """Return what the fixed parameters leave of the target, the two of the grid counted as 0."""
    out_features, in_features = target.shape[1], x.shape[1]
    fixed_weight = _fixed("weight", weight, (out_features, in_features))
    fixed_bias = _fixed("bias", bias, (out_features,))
    fixed_weight[output, feature] = 0
    fixed_bias[output] = 0
    return target - (x @ fixed_weight.T + fixed_bias)  # (n, in) @ (in, out) + (out,)


def _fixed(name: str, values: Tensor | None, shape: tuple[int, ...]) -> Tensor:
    if values is None:
        if math.prod(shape) != 1:
            raise ConfigError(
                "expected `{name}` for data with several features or targets, of which the grid "
                "varies only one, but got none; pass `{name}` for the others",
                name=name,
            )
        return torch.zeros(shape, dtype=torch.float64)
    if tuple(values.shape) != shape:
        raise ShapeError(
            "expected {name} of shape {wanted} for this data, but got {shape}; transpose or rebuild it",
            name=name,
            shape=tuple(values.shape),
            wanted=shape,
        )
    return as_float64(name, values.reshape(-1, shape[-1])).reshape(shape).clone()
