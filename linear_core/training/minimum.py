"""Where a loss is smallest: least squares, and for other losses iteratively reweighted least squares."""

import torch
from torch import Tensor

from linear_core.theory.least_squares import least_squares
from linear_core.training.losses import LOSSES, Loss

_ROUNDS = 200  # then the absolute error is the smallest to some parts in 100,000, which no picture shows
_EPS = torch.finfo(torch.float64).eps
_TINY = torch.finfo(torch.float64).tiny


def minimum(x: Tensor, target: Tensor, bias: bool, loss: str = "mse") -> Tensor | None:
    """Return the parameters of one output with the smallest loss, where there is a way to find them.

    Parameters
    ----------
    x : Tensor, ``(n_samples, in_features)``
    target : Tensor, ``(n_samples,)``
    bias : bool
        Whether there is one.
    loss : str
        One of `linear_core.LOSSES`. Where the absolute error is smallest in many places, one of them.

    Returns
    -------
    Tensor, ``(in_features + 1,)``, float64, or None
        The bias last, 0 without one; None for a loss that is not `is_reweightable`.

    References
    ----------
    P. W. Holland and R. E. Welsch, "Robust regression using iteratively reweighted least-squares", 1977.

    Examples
    --------
    >>> x, target = torch.arange(5.0)[:, None], torch.tensor([0.0, 1.0, 2.0, 3.0, 9.0])
    >>> [round(value, 4) for value in minimum(x, target, True, "l1").abs().tolist()]
    [1.0, 0.0]
    """
    chosen = LOSSES[loss]
    if not chosen.is_reweightable:
        return None
    fit = least_squares(x, target[:, None], bias=bias)
    own_bias = torch.zeros(1, dtype=torch.float64) if fit.bias is None else fit.bias
    best = torch.cat([fit.weight[0], own_bias])
    if chosen.is_quadratic:
        return best
    design = torch.cat([x.double(), torch.full_like(x[:, :1], float(bias)).double()], dim=1)
    return best + _reweighted(design, target.double() - design @ best, chosen)


def _reweighted(design: Tensor, target: Tensor, loss: Loss) -> Tensor:
    """Minimize from least squares on: ``target`` is what that leaves.

    A residual r counts as its square does with the weight slope(r) / r. Where that has no bound, as for the
    absolute error at 0, residuals below a width count as if they had it, and the width goes to 0.
    """
    u, values, vh = torch.linalg.svd(design, full_matrices=False)
    kept = values > _EPS * max(design.shape) * values[0]
    u = u[:, kept]  # (n, rank), orthonormal
    found = torch.zeros(u.shape[1], dtype=torch.float64)
    largest = target.abs().max().item()
    for k in range(_ROUNDS):
        residual = (target - u @ found).abs().clamp(min=max(largest * 2.0 ** (-k / 6), _TINY))
        weight = loss.slope(residual) / residual
        weighted = u * (weight / weight.max())[:, None]
        found = torch.linalg.solve(u.T @ weighted, weighted.T @ target)
    moved: Tensor = vh[kept].T @ (found / values[kept])
    return moved
