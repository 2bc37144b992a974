"""The loss over one weight and one bias: the bowl itself, for pictures."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core._checks import as_float64, as_float64_pair, check_count, check_number
from linear_core.errors import ConfigError, DataError, ShapeError

_FINEST = 2000  # points along one axis; more are finer than a screen


@dataclass(frozen=True, eq=False)
class LossSurface:
    """The grid of `loss_surface`; all tensors are float64.

    Parameters
    ----------
    weight, bias : Tensor, ``(resolution,)``
        The values along the two axes.
    loss : Tensor, ``(resolution, resolution)``
        ``loss[i, j]`` is the loss at ``bias[i]`` and ``weight[j]``: rows go along the bias.
    best_weight, best_bias, smallest_loss : float
        The lowest point, which may lie outside the grid. Where a feature is constant, the lowest points are a
        whole line, and this is the one with weight 0.
    weight_curvature, bias_curvature : float
        ``loss = smallest_loss + weight_curvature · (weight − best_weight)² + bias_curvature · (mean of the
        residuals)²``, where the mean of the residuals changes with the weight by minus ``x_mean``.
    x_mean : float
        Mean of the feature.
    """

    weight: Tensor
    bias: Tensor
    loss: Tensor
    best_weight: float
    best_bias: float
    smallest_loss: float
    weight_curvature: float
    bias_curvature: float
    x_mean: float

    def level_line(self, loss: float, num_points: int = 73) -> tuple[Tensor, Tensor]:
        """Return the ellipse on which the loss has one value, exactly.

        Parameters
        ----------
        loss : float
            Above ``smallest_loss``.
        num_points : int
            How many points, the last equal to the first.

        Returns
        -------
        tuple of Tensor, ``(num_points,)`` each
            Weight and bias along the line.

        Raises
        ------
        ConfigError
            If no parameters have this loss, or there are fewer than 3 points.
        DataError
            If the feature is constant: the bowl is a valley without end, and the line does not close.
        """
        check_number("loss", loss)
        check_count("num_points", num_points, smallest=3)
        height = loss - self.smallest_loss
        if height <= 0:
            raise ConfigError(
                "loss={loss:g} is not above the smallest, {smallest:g}.",
                loss=loss,
                smallest=self.smallest_loss,
            )
        if self.weight_curvature == 0:
            raise DataError("the feature is constant, so lines of equal loss do not close.")
        angle = torch.linspace(0, 2 * math.pi, num_points, dtype=torch.float64)
        weight_part = math.sqrt(height / self.weight_curvature) * angle.cos()
        bias_part = math.sqrt(height / self.bias_curvature) * angle.sin()
        return self.best_weight + weight_part, self.best_bias - self.x_mean * weight_part + bias_part


def loss_surface(
    x: Tensor,
    target: Tensor,
    weight_range: tuple[float, float],
    bias_range: tuple[float, float],
    resolution: int,
    *,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    feature: int = 0,
    output: int = 0,
) -> LossSurface:
    """Compute the mean squared error on a grid of one weight and one bias.

    Only a few moments of the data enter, so a million samples cost little more than fifty, and the memory is
    that of the grid. With several features or outputs, all other parameters stay where they are.

    Parameters
    ----------
    x : Tensor, ``(n_samples, in_features)``
    target : Tensor, ``(n_samples, out_features)``
    weight_range, bias_range : tuple of float
        From where to where; the ends belong to the grid.
    resolution : int
        Points along each axis, 2 to 2000.
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
        If a range is not rising or not finite, ``resolution`` or an index is outside, or other parameters
        exist and were not given.

    Examples
    --------
    >>> x = torch.tensor([[-1.0], [1.0]])
    >>> surface = loss_surface(x, 3 * x, (2.0, 4.0), (-1.0, 1.0), resolution=3)
    >>> surface.loss.tolist()
    [[2.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 2.0]]
    >>> surface.best_weight, surface.best_bias, surface.smallest_loss
    (3.0, 0.0, 0.0)
    """
    x64, target64 = as_float64_pair(x, target)
    check_count("resolution", resolution, smallest=2, largest=_FINEST)
    check_count("feature", feature, smallest=0, largest=x64.shape[1] - 1)
    check_count("output", output, smallest=0, largest=target64.shape[1] - 1)
    weight_axis = _axis("weight_range", weight_range, resolution)
    bias_axis = _axis("bias_range", bias_range, resolution)
    residual = _residual_without(x64, target64, weight, bias, feature, output)  # (n, out)

    column, left = x64[:, feature], residual[:, output]
    x_mean, left_mean = column.mean(), left.mean()
    deviation = torch.where((column == column[0]).all(), 0.0, column - x_mean)
    spread = deviation.square().sum()
    best_weight = deviation @ (left - left_mean) / spread if spread > 0 else spread
    best_bias = left_mean - best_weight * x_mean
    residual[:, output] = left - (best_weight * column + best_bias)
    smallest = residual.square().mean()

    weight_curvature = spread / residual.numel()
    bias_curvature = 1 / residual.shape[1]
    mean_residual = left_mean - weight_axis * x_mean - bias_axis[:, None]  # (resolution, resolution)
    steepness = weight_curvature * (weight_axis - best_weight).square()
    loss = smallest + steepness + bias_curvature * mean_residual.square()
    return LossSurface(
        weight_axis,
        bias_axis,
        loss,
        best_weight=best_weight.item(),
        best_bias=best_bias.item(),
        smallest_loss=smallest.item(),
        weight_curvature=weight_curvature.item(),
        bias_curvature=bias_curvature,
        x_mean=x_mean.item(),
    )


def _axis(name: str, ends: tuple[float, float], resolution: int) -> Tensor:
    low, high = ends
    check_number(name, low)
    check_number(name, high)
    if low >= high:
        raise ConfigError(
            "{name}=({low}, {high}) does not rise; give the lower end first.", name=name, low=low, high=high
        )
    return torch.linspace(low, high, resolution, dtype=torch.float64)


def _residual_without(
    x: Tensor, target: Tensor, weight: Tensor | None, bias: Tensor | None, feature: int, output: int
) -> Tensor:
    """Return what the fixed parameters leave of the target, the two of the grid counted as 0."""
    out_features, in_features = target.shape[1], x.shape[1]
    fixed_weight = _fixed("weight", weight, (out_features, in_features))
    fixed_bias = _fixed("bias", None if bias is None else bias[None], (1, out_features))
    fixed_weight[output, feature] = 0
    fixed_bias[0, output] = 0
    return target - (x @ fixed_weight.T + fixed_bias)  # (n, in) @ (in, out) + (1, out)


def _fixed(name: str, values: Tensor | None, shape: tuple[int, int]) -> Tensor:
    if values is None:
        if shape != (1, 1):
            raise ConfigError(
                "the grid is of one {name}, but these data want more; give `{name}` for the rest.", name=name
            )
        return torch.zeros(shape, dtype=torch.float64)
    if tuple(values.shape) != shape:
        raise ShapeError(
            "{name} has {shape} where these data want {wanted}.",
            name=name,
            shape=tuple(values.shape),
            wanted=shape,
        )
    return as_float64(name, values).clone()
