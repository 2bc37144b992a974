"""How a loss rises from where it is smallest: along a ray, to a given height."""

import torch
from torch import Tensor

from linear_core.training.losses import LOSSES

_CLOSE = 1e-9  # of the way: a step as short as this is the last
_AT_ONCE = 131_072  # numbers, which stay in a processor's cache


class Rise:
    """The loss around its minimum.

    Parameters
    ----------
    residual : Tensor, ``(n_samples,)``, float64
        Prediction − target at the minimum.
    loss : str
        One of `linear_core.LOSSES`.
    num_elements : int
        Of the target, other outputs among them: the loss is the mean over all.
    """

    def __init__(self, residual: Tensor, loss: str, num_elements: int) -> None:
        self._residual, self._loss, self._name = residual, LOSSES[loss], loss
        self._num_elements = num_elements
        self._lowest = self._loss.elementwise(residual)

    @property
    def smallest(self) -> float:
        """The loss at the minimum."""
        return self._lowest.sum().item() / self._num_elements

    def height(self, added: Tensor) -> Tensor:
        """Return how much larger the loss is, ``(rays,)``, with ``(rays, n)`` added to the residuals."""
        rises: Tensor = self._loss.elementwise(self._residual + added) - self._lowest
        return rises.sum(1) / self._num_elements

    def reach(self, rays: Tensor, heights: Tensor, far: float) -> Tensor:
        """Return how far along each ray the loss has risen by each of the heights.

        Parameters
        ----------
        rays : Tensor, ``(rays, n)``
            What one unit of each adds to the residuals.
        heights : Tensor, ``(heights,)``
            Above 0, falling.
        far : float
            A first guess for the first of them, above 0; for the squared error, where rays are of one
            curvature, it is the answer.

        Returns
        -------
        Tensor, ``(heights, rays)``
        """
        if self._name == "mse":
            return (far * (heights / heights[0]).sqrt())[:, None].expand(-1, len(rays))
        parts = torch.split(rays, max(1, _AT_ONCE // rays.shape[1]))
        return torch.cat([self._searched(part, heights, far) for part in parts], dim=1)

    def _searched(self, rays: Tensor, heights: Tensor, far: float) -> Tensor:
        """Search from outside: a loss is convex, so that Newton's steps never go too far in."""
        reach = torch.full((len(rays),), far, dtype=torch.float64)
        while bool((inside := self.height(reach[:, None] * rays) < heights[0]).any()):
            reach = torch.where(inside, 2 * reach, reach)
        reached = []
        for height in heights:
            while True:
                nearer = reach - self._newton_step(reach[:, None] * rays, rays, height)
                is_there = bool((nearer > (1 - _CLOSE) * reach).all())
                reach = nearer
                if is_there:
                    break
            reached.append(reach)
        return torch.stack(reached)

    def _newton_step(self, added: Tensor, rays: Tensor, height: Tensor) -> Tensor:
        slope = (self._loss.slope(self._residual + added) * rays).sum(1)
        return (self.height(added) - height) / (slope * (self._loss.factor / self._num_elements))
