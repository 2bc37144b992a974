"""How SGD with momentum moves along one direction of the loss surface: a recurrence over two steps.

Along an eigenvector of the Hessian with eigenvalue λ, let ``s = learning_rate · λ`` and β the momentum. In
the long run each step multiplies the distance from the optimum by ``z = 1 − y``, where ``y`` solves
``y² − b y + s = 0`` with ``b = 1 − β + s``, and with ``b = 1 − β + (1 + β) s`` for Nesterov's. For β = 0 the
solutions are ``s`` and 1: plain gradient descent, which remembers nothing of earlier steps.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

_TINY = torch.finfo(torch.float64).tiny
_HALVINGS = 60  # of an interval: more than float64 distinguishes


@dataclass(frozen=True)
class Recurrence:
    """One update rule of ``torch.optim.SGD``, without dampening, on a quadratic loss.

    Parameters
    ----------
    momentum : float
        From 0 to 1.
    nesterov : bool
        Whether the gradient is taken as if the momentum had been applied already.
    """

    momentum: float = 0.0
    nesterov: bool = False

    @property
    def largest(self) -> float:
        """The largest ``s`` that does not diverge."""
        return 2 * (1 + self.momentum) / (1 + 2 * self.momentum * self.nesterov)

    def log_left(self, s: Tensor) -> Tensor:
        """Return the logarithm of the spectral radius: of the share of an error that one step leaves.

        Exact for small ``s`` too, and kept finite so that no steps at all, 0 times it, leave the whole error.
        """
        b = 1 - self.momentum + s * (1 + self.momentum * self.nesterov)
        squared = b * b - 4 * s
        root = squared.clamp(min=0).sqrt()
        larger = (b + root).clamp(min=_TINY) / 2  # of the two solutions; their product is s
        real = torch.maximum(_log_distance(s / larger), _log_distance(larger))
        swinging = torch.log1p((s - b).clamp(min=-1)) / 2  # a pair of complex solutions, |z|² = 1 − b + s
        return torch.where(squared >= 0, real, swinging).clamp(-1e4, 1e4)

    def best_rate(self, smallest: float, largest: float) -> float:
        """Return the learning rate whose slowest direction is fastest.

        Parameters
        ----------
        smallest, largest : float
            Eigenvalues of the Hessian, greater than 0. Those between are never the slowest.
        """
        if not self.nesterov:
            return 2 * (1 + self.momentum) / (smallest + largest)
        # A larger rate helps the flattest direction and harms the steepest: the best is where they meet.
        low, high = 1 / largest, self.largest / largest
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            flat, steep = self.log_left(middle * torch.tensor([smallest, largest], dtype=torch.float64))
            low, high = (middle, high) if flat > steep else (low, middle)
        return high


def _log_distance(y: Tensor) -> Tensor:
    """Return ``log |1 − y|``, exact for small ``y``."""
    return torch.log1p(-torch.minimum(y, 2 - y))
