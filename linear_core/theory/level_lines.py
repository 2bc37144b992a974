"""The bowl of the loss seen from above: the place of each state, and the lines of equal loss."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core.data import RegressionData
from linear_core.theory.minimum import minimum
from linear_core.theory.rise import Rise

# Of the loss above the smallest, as a share of what the start has: the outermost line goes through the start.
SHARES = (1.0, 0.5, 0.2, 0.08, 0.03, 0.01)
POINTS = 73

_EPS = torch.finfo(torch.float64).eps


@dataclass(frozen=True, eq=False)
class Bowl:
    """A plane through the parameters of one output; all tensors are float64.

    With one feature the plane is (weight, bias) itself. With more it goes through the optimum, along the
    directions in which the mean squared error is flattest and steepest, whatever the loss.

    Parameters
    ----------
    origin : Tensor, ``(num_parameters,)``
        What is taken away before projecting.
    directions : Tensor, ``(2, num_parameters)``
        Flattest and steepest, or (weight, bias).
    optimum : Tensor, ``(2,)``
        Where on the plane the loss that the layer can reach is smallest.
    levels : Tensor, ``(num_lines,)``
        What the first output contributes to the loss on each line; empty where lines do not close.
    lines : Tensor, ``(num_lines, 73, 2)``
        Ellipses for the squared error.
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


def bowl(data: RegressionData, weight: Tensor, bias: Tensor | None, loss: str = "mse") -> Bowl:
    """Look at the loss of the first output as a bowl over two directions.

    Parameters
    ----------
    data : RegressionData
        What is learned from.
    weight : Tensor, ``(in_features,)``
        Where the run starts: its loss is the outermost line's.
    bias : Tensor, ``()``, or None
        Likewise; None for a layer without.
    loss : str
        One of `linear_core.LOSSES`.

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
    flat, target = data.in_features == 1, data.target[:, 0]
    best = middle = minimum(data.x, target, bias is not None, loss)  # (p,)
    if flat and bias is None:
        # Drawn over (weight, bias) even so: the layer moves along bias 0, beside the middle of the bowl.
        middle = minimum(data.x, target, True, loss)
    has_last = float(flat or bias is not None)
    design = torch.cat([data.x, torch.full_like(data.x[:, :1], has_last)], dim=1).double()  # (n, p)
    curvature, vectors = torch.linalg.eigh(2 / data.target.numel() * (design.T @ design))
    curved = (curvature > _EPS * len(curvature) * curvature[-1]).nonzero().flatten()
    closes = len(curved) > 1
    ends = [int(curved[0]) if closes else 0, len(curvature) - 1]
    principal = vectors[:, ends].T  # (2, p)

    origin = torch.zeros_like(best) if flat else best
    directions = torch.eye(2, dtype=torch.float64) if flat else principal
    optimum = (best - origin) @ directions.T
    start = torch.cat([weight.double(), torch.zeros(1).double() if bias is None else bias.double()[None]])
    gap = principal @ (start - middle)  # (2,)
    rise = Rise(design @ middle - target.double(), loss, data.target.numel())
    excess = rise.height((design @ (principal.T @ gap))[None]).item()
    if not closes or excess <= 0:
        empty = torch.zeros(0, dtype=torch.float64)
        return Bowl(origin, directions, optimum, empty, torch.zeros(0, POINTS, 2, dtype=torch.float64))
    heights = excess * torch.tensor(SHARES, dtype=torch.float64)
    # Rays that are even where the bowl of the squared error is round, and that far reach through the start.
    angle = torch.linspace(0, 2 * math.pi, POINTS, dtype=torch.float64)
    steepness = curvature[ends].sqrt()
    rays = torch.stack([angle.cos(), angle.sin()], dim=1) / steepness @ principal  # (73, p)
    reach = rise.reach(rays @ design.T, heights, far=(steepness * gap).norm().item())  # (lines, 73)
    lines = (middle - origin + reach[:, :, None] * rays) @ directions.T
    return Bowl(origin, directions, optimum, rise.smallest + heights, lines)
