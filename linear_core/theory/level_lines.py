"""The bowl of the loss seen from above: the place of each state, and the lines of equal loss."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core.data import RegressionData
from linear_core.theory.least_squares import least_squares

# Of the loss above the smallest, as a share of what the start has: the outermost line goes through the start.
SHARES = (1.0, 0.5, 0.2, 0.08, 0.03, 0.01)
POINTS = 73

_EPS = torch.finfo(torch.float64).eps


@dataclass(frozen=True, eq=False)
class Bowl:
    """A plane through the parameters of one output; all tensors are float64.

    With one feature the plane is (weight, bias) itself. With more it goes through the optimum, along the
    directions in which the mean squared error is flattest and steepest.

    Parameters
    ----------
    origin : Tensor, ``(num_parameters,)``
        What is taken away before projecting.
    directions : Tensor, ``(2, num_parameters)``
        Flattest and steepest, or (weight, bias).
    optimum : Tensor, ``(2,)``
        Where on the plane the loss is smallest.
    levels : Tensor, ``(num_lines,)``
        The loss on each line; empty where lines do not close.
    lines : Tensor, ``(num_lines, 73, 2)``
        The ellipses, computed and not searched for.
    """

    origin: Tensor
    directions: Tensor
    optimum: Tensor
    levels: Tensor
    lines: Tensor

    def place(self, weight: Tensor, bias: Tensor | None) -> Tensor:
        """Project states onto the plane.

        Parameters
        ----------
        weight : Tensor, ``(n, in_features)``
        bias : Tensor, ``(n,)``, or None
            None stands for 0.

        Returns
        -------
        Tensor, ``(n, 2)``
        """
        bias = torch.zeros(len(weight)) if bias is None else bias
        parameters = torch.cat([weight.double(), bias.double()[:, None]], dim=1)
        return (parameters - self.origin) @ self.directions.T  # (n, p) @ (p, 2)


def bowl(data: RegressionData, weight: Tensor, bias: Tensor | None) -> Bowl:
    """Look at the mean squared error of the first output as a bowl over two directions.

    Parameters
    ----------
    data : RegressionData
        What is learned from.
    weight : Tensor, ``(in_features,)``
        Where the run starts: its loss is the outermost line's.
    bias : Tensor, ``()``, or None
        Likewise; None for a layer without.

    Returns
    -------
    Bowl

    Examples
    --------
    >>> from linear_core import line_data
    >>> seen = bowl(line_data(slope=3.0, intercept=0.8), torch.zeros(1), torch.zeros(()))
    >>> [round(value, 4) for value in seen.optimum.tolist()]
    [3.0, 0.8]
    """
    fit = least_squares(data.x, data.target[:, :1], bias=bias is not None)
    fit_bias = torch.zeros(1, dtype=torch.float64) if fit.bias is None else fit.bias
    best = torch.cat([fit.weight[0], fit_bias])  # (p,)
    x = data.x.double()
    # One feature is drawn over (weight, bias) even for a layer without bias, which moves along bias 0.
    last = torch.full_like(x[:, :1], float(bias is not None or data.in_features == 1))
    design = torch.cat([x, last], dim=1)  # (n, p)
    curvature, vectors = torch.linalg.eigh(2 / data.target.numel() * (design.T @ design))
    curved = (curvature > _EPS * len(curvature) * curvature[-1]).nonzero().flatten()
    closes = len(curved) > 1
    ends = [int(curved[0]) if closes else 0, len(curvature) - 1]
    principal = vectors[:, ends].T  # (2, p)

    flat = data.in_features == 1
    origin = torch.zeros_like(best) if flat else best
    directions = torch.eye(2, dtype=torch.float64) if flat else principal
    optimum = (best - origin) @ directions.T
    start = torch.cat([weight.double(), torch.zeros(1).double() if bias is None else bias.double()[None]])
    gap = principal @ (start - best)  # (2,)
    excess = (curvature[ends] / 2 * gap.square()).sum().item()
    if not closes or excess <= 0:
        empty = torch.zeros(0, dtype=torch.float64)
        return Bowl(origin, directions, optimum, empty, torch.zeros(0, POINTS, 2, dtype=torch.float64))
    shares = excess * torch.tensor(SHARES, dtype=torch.float64)
    angle = torch.linspace(0, 2 * math.pi, POINTS, dtype=torch.float64)
    unit = torch.stack([angle.cos(), angle.sin()], dim=1)  # (73, 2)
    radii = (2 * shares[:, None] / curvature[ends]).sqrt()  # (lines, 2)
    ellipses = radii[:, None, :] * unit @ principal  # (lines, 73, p)
    lines = (best - origin + ellipses) @ directions.T
    return Bowl(origin, directions, optimum, fit.loss + shares, lines)
