"""The loss around its minimum, as a map: the place of each state, and contour lines."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from linear_core.data import RegressionData
from linear_core.theory.least_squares import least_squares
from linear_core.training.level_paths import level_paths
from linear_core.training.losses import LOSSES, Loss
from linear_core.training.minimum import minimum

# Of the loss above the smallest, as a share of what the start has: the outermost line goes through the start.
SHARES = (1.0, 0.5, 0.2, 0.08, 0.03, 0.01)
CIRCLE_POINTS = 73  # the last is the first
RESOLUTION = 41
ROUNDS = 20  # at most, of the search along an edge
_CLOSE = 1e-7  # to the level, as a share of it
_GROWTH, _MOST_GROWTHS = 1.4, 20
_AT_ONCE = 131_072  # numbers, which stay in a processor's cache
_EPS = torch.finfo(torch.float64).eps


@dataclass(frozen=True, eq=False)
class LossContours:
    """A plane through the parameters of one output, with contour lines of the loss; all tensors are float64.

    With one feature the plane is (weight, bias) itself. With more it goes through the optimum (through least
    squares where the loss has no known one), along the directions in which the mean squared error is flattest
    and steepest, whatever the loss.

    Parameters
    ----------
    origin : Tensor, ``(num_parameters,)``
        What is subtracted before projecting.
    directions : Tensor, ``(2, num_parameters)``
        Flattest and steepest, or (weight, bias).
    optimum : Tensor, ``(2,)``, or None
        Where on the plane the loss that the layer can reach is smallest; None if that is not known.
    lowest : float or None
        What the first output contributes to the loss there.
    levels : Tensor, ``(num_lines,)``
        What the first output contributes to the loss on each line, decreasing; empty if they do not close.
    lines : tuple of Tensor, ``(num_points, 2)`` each
        Every point has its line's loss exactly; a closed line ends where it begins.
    """

    origin: Tensor
    directions: Tensor
    optimum: Tensor | None
    lowest: float | None
    levels: Tensor
    lines: tuple[Tensor, ...]

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


def loss_contours(
    data: RegressionData, weight: Tensor, bias: Tensor | None, loss: str = "mse"
) -> LossContours:
    """Look at the loss of the first output as a surface over two directions.

    Parameters
    ----------
    data : RegressionData
        The data that is trained on.
    weight : Tensor, ``(in_features,)``
        Where the run starts: its loss is the outermost line's.
    bias : Tensor, ``()``, or None
        Likewise; None for a layer without.
    loss : str
        One of `linear_core.LOSSES`.

    Returns
    -------
    LossContours

    Examples
    --------
    >>> from linear_core import line_data
    >>> seen = loss_contours(line_data(slope=3.0, intercept=0.8), torch.zeros(1), torch.zeros(()))
    >>> [round(value, 4) for value in seen.optimum.tolist()]
    [3.0, 0.8]
    """
    flat = data.in_features == 1
    best = _minimum(data, bias is not None, loss)
    # One weight is drawn over (weight, bias) even without a bias: the layer then moves along bias 0, beside
    # the middle of the surface.
    middle = best if bias is not None or not flat else _minimum(data, True, loss)
    has_last = float(flat or bias is not None)
    design = torch.cat([data.x, torch.full_like(data.x[:, :1], has_last)], dim=1).double()  # (n, p)
    curvature, vectors = torch.linalg.eigh(2 / data.target.numel() * (design.T @ design))
    curved = (curvature > _EPS * len(curvature) * curvature[-1]).nonzero().flatten()
    closes = len(curved) > 1
    ends = [int(curved[0]) if closes else 0, len(curvature) - 1]
    principal = vectors[:, ends].T  # (2, p)
    origin = torch.zeros_like(best.parameters) if flat else best.parameters
    directions = torch.eye(2, dtype=torch.float64) if flat else principal
    target = data.target[:, 0].double()
    optimum, lowest = None, None
    if best.is_known:
        optimum = (best.parameters - origin) @ directions.T
        losses = LOSSES[loss].elementwise(design @ best.parameters - target)
        lowest = losses.sum().item() / data.target.numel()
    if not closes:
        return LossContours(origin, directions, optimum, lowest, torch.zeros(0, dtype=torch.float64), ())

    steepness = curvature[ends].sqrt()
    axes = principal / steepness[:, None]  # along which the squared error is round
    start = torch.cat([weight.double(), torch.zeros(1).double() if bias is None else bias.double()[None]])
    surface = _Surface(
        design @ middle.parameters - target,
        design @ axes.T,
        LOSSES[loss],
        data.target.numel(),
    )
    levels, lines = surface.contours(steepness * (principal @ (start - middle.parameters)), middle.is_known)
    return LossContours(
        origin,
        directions,
        optimum,
        lowest,
        levels,
        tuple((middle.parameters - origin + line @ axes) @ directions.T for line in lines),
    )


class _Minimum(NamedTuple):
    """A middle for the picture, ``(in_features + 1,)``, and whether it is the minimum of the loss."""

    parameters: Tensor
    is_known: bool


def _minimum(data: RegressionData, bias: bool, loss: str) -> _Minimum:
    found = minimum(data.x, data.target[:, 0], bias, loss)
    if found is not None:
        return _Minimum(found, True)
    fit = least_squares(data.x, data.target[:, :1], bias)
    own_bias = torch.zeros(1, dtype=torch.float64) if fit.bias is None else fit.bias
    return _Minimum(torch.cat([fit.weight[0], own_bias]), False)


@dataclass(frozen=True, eq=False)
class _Surface:
    """What the first output contributes to the loss, over a plane; 0 is the middle."""

    residual: Tensor  # (n,): in the middle
    slopes: Tensor  # (n, 2): what one unit of each coordinate adds to it
    loss: Loss
    num_elements: int  # of the target, other outputs among them

    def height(self, place: Tensor) -> Tensor:
        """Return the loss at places, ``(m, 2)``."""
        parts = torch.split(place, max(1, _AT_ONCE // len(self.residual)))
        losses = [self.loss.elementwise(self.residual + part @ self.slopes.T).sum(1) for part in parts]
        return torch.cat(losses) / self.num_elements

    def contours(self, start: Tensor, middle_is_lowest: bool) -> tuple[Tensor, list[Tensor]]:
        """Return lines around the middle, the outermost through `start`, and the level of each."""
        outermost = self.height(start[None])
        if self.loss.is_quadratic:
            return self._circles(start.norm(), outermost)
        grid = self._grid(start.norm().item(), outermost)  # (resolution, resolution, 2)
        heights = self.height(grid.flatten(0, 1))
        lowest = self.height(torch.zeros(1, 2, dtype=torch.float64)) if middle_is_lowest else heights.min()
        excess = (outermost - lowest).item()
        if excess <= 0:
            return torch.zeros(0, dtype=torch.float64), []
        levels, lines = [], []
        for share in SHARES:
            level = lowest.item() + share * excess
            for edges in level_paths(heights.view(grid.shape[:2]), level):
                line = self._crossings(grid.flatten(0, 1)[edges], heights[edges], level)
                if torch.equal(edges[0], edges[-1]):
                    line[-1] = line[0]  # the same place, but for rounding
                levels.append(level)
                lines.append(line)
        return torch.tensor(levels, dtype=torch.float64), lines

    def _circles(self, radius: Tensor, outermost: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return the lines of a squared error, whose minimum is the middle: the axes make it round."""
        lowest = self.height(torch.zeros(1, 2, dtype=torch.float64))
        if outermost <= lowest:
            return torch.zeros(0, dtype=torch.float64), []
        turn = torch.linspace(0, 2 * torch.pi, CIRCLE_POINTS, dtype=torch.float64)
        circle = radius * torch.stack([turn.cos(), turn.sin()], dim=1)
        circle[-1] = circle[0]
        shares = torch.tensor(SHARES, dtype=torch.float64)
        return lowest + shares * (outermost - lowest), [share.sqrt() * circle for share in shares]

    def _grid(self, radius: float, outermost: Tensor) -> Tensor:
        """Return a grid that reaches beyond the outermost line, and is finer toward the middle."""
        along = torch.linspace(-1, 1, RESOLUTION, dtype=torch.float64)
        along = 1.05 * along**3
        grid = torch.stack(torch.meshgrid(along, along, indexing="xy"), dim=-1)
        border = torch.cat([grid[0], grid[-1], grid[:, 0], grid[:, -1]])
        for _ in range(_MOST_GROWTHS):
            if bool((self.height(radius * border) > outermost).all()):
                break
            radius *= _GROWTH
        return radius * grid

    def _crossings(self, ends: Tensor, heights: Tensor, level: float) -> Tensor:
        """Return where between the two ends of each edge, ``(m, 2, 2)``, the surface has this level.

        Regula falsi, in the variant called Illinois: an end that stays twice counts half, so that both move.
        """
        low, high = torch.zeros(len(ends), dtype=torch.float64), torch.ones(len(ends), dtype=torch.float64)
        at_low, at_high = (heights - level).unbind(1)
        share, moved_high = low, torch.zeros(len(ends), dtype=torch.bool)
        for _ in range(ROUNDS):
            share = low - at_low * (high - low) / (at_high - at_low)
            now = self.height(torch.lerp(ends[:, 0], ends[:, 1], share[:, None])) - level
            moves_high = now.sign() == at_high.sign()
            half = torch.where(moves_high == moved_high, 0.5, 1.0)
            high, low = torch.where(moves_high, share, high), torch.where(moves_high, low, share)
            at_low = torch.where(moves_high, at_low * half, now)
            at_high = torch.where(moves_high, now, at_high * half)
            moved_high = moves_high
            if bool((now.abs() <= _CLOSE * abs(level)).all()):
                break
        return torch.lerp(ends[:, 0], ends[:, 1], share[:, None])
