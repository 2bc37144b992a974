"""The parameters with the smallest loss, computed at once: what training goes toward."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from linear_core._checks import as_float64_pair

_EPS = torch.finfo(torch.float64).eps


class StandardErrors(NamedTuple):
    """The standard error of each fitted parameter: how far it would scatter if the data were collected again.

    Attributes
    ----------
    weight : Tensor, ``(out_features, in_features)``
    bias : Tensor, ``(out_features,)``, or None

    Examples
    --------
    >>> x = torch.tensor([[0.0], [1.0], [2.0], [3.0]])
    >>> errors = least_squares(x, torch.tensor([[1.0], [2.0], [4.0], [5.0]])).standard_errors
    >>> round(errors.weight.item(), 6), round(errors.bias.item(), 6)
    (0.141421, 0.264575)
    """

    weight: Tensor
    bias: Tensor | None


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """The fit of `least_squares`; all tensors are float64.

    Parameters
    ----------
    weight : Tensor, ``(out_features, in_features)``
    bias : Tensor, ``(out_features,)``, or None
        None for a layer without bias.
    loss : float
        Mean of the squared residuals over all elements: no other parameters reach less.
    r_squared : Tensor, ``(out_features,)``, or None
        The explained share of each target's sum of squares, taken about the mean with a bias and about zero
        without (the convention of NIST). None if a target has nothing to explain: it is constant, or zero.
    standard_errors : StandardErrors or None
        None if the parameters are not determined, or no residual degree of freedom is left.
    residual_std : Tensor, ``(out_features,)``, or None
        ``sqrt(sum of squared residuals / degrees_of_freedom)``; None without a degree of freedom.
    rank : int
        How many parameters of one output the data determine.
    num_parameters : int
        How many there are: ``in_features``, and one more with a bias.
    degrees_of_freedom : int
        Samples minus rank.
    """

    weight: Tensor
    bias: Tensor | None
    loss: float
    r_squared: Tensor | None
    standard_errors: StandardErrors | None
    residual_std: Tensor | None
    rank: int
    num_parameters: int
    degrees_of_freedom: int

    @property
    def rank_deficient(self) -> bool:
        """Whether other parameters fit just as well, so that these are only the smallest of many."""
        return self.rank < self.num_parameters


def least_squares(x: Tensor, target: Tensor, bias: bool = True) -> LeastSquares:
    """Fit a linear layer to data in closed form.

    What training is compared with, and the dashed line in the picture of a run. Columns are centered and
    scaled, then factored by QR; the small triangle by singular values, which tell the rank. One step of
    refinement follows.

    Parameters
    ----------
    x : Tensor, ``(n_samples, in_features)``
        Any floating dtype; the arithmetic is float64.
    target : Tensor, ``(n_samples, out_features)``
    bias : bool
        Whether the layer has one.

    Returns
    -------
    LeastSquares
        If the data leave some parameters open (a constant or repeated column, more features than samples),
        the fit with the smallest weights, and ``rank_deficient`` says so.

    Raises
    ------
    ShapeError
        If an argument is not 2-D, is empty, or the rows differ in number.
    DataError
        If a value is NaN, infinite or so large that its square overflows.

    References
    ----------
    Å. Björck, *Numerical Methods for Least Squares Problems*, 1996.
    NIST, *Statistical Reference Datasets*, linear regression.

    Examples
    --------
    >>> x = torch.tensor([[0.0], [1.0], [2.0]])
    >>> fit = least_squares(x, 3 * x + 1)
    >>> round(fit.weight.item(), 12), round(fit.bias.item(), 12), fit.rank_deficient
    (3.0, 1.0, False)
    """
    x64, target64 = as_float64_pair(x, target)
    design = _design(x64, bias, torch.finfo(x.dtype).eps)
    offset, centered = _centered(target64, bias)

    q, r = torch.linalg.qr(design.matrix)  # (n, k) and (k, p), where k = min(n, p)
    u, values, vh = torch.linalg.svd(r)  # (k, k), (k,) and (p, p)
    noise = _EPS * max(design.matrix.shape) * values[0] + vh[: len(values)].abs() @ design.rounding
    kept = torch.zeros(len(vh), dtype=torch.bool)
    kept[: len(values)] = values > noise
    rank = int(kept.sum())

    inverse = (vh[kept].T / values[kept[: len(values)]]) @ u[:, kept[: len(values)]].T  # (p, k)
    scaled = inverse @ (q.T @ centered)  # (p, out)
    scaled = scaled + inverse @ (q.T @ (centered - design.matrix @ scaled))
    parameters = design.unscaled(scaled)
    if rank < len(vh):
        parameters = _smallest(parameters, design.unscaled(vh[~kept].T), bias)

    residual = centered - design.matrix @ scaled
    freedom = x.shape[0] - rank
    residual_std = (residual.square().sum(dim=0) / freedom).sqrt() if freedom > 0 else None
    errors = None
    if residual_std is not None and rank == len(vh):
        # (Zᵀ Z)⁻¹ = inverse inverseᵀ, so the deviations of the parameters are the norms of its rows.
        spread = torch.linalg.vector_norm(design.unscaled(inverse), dim=1)  # (p,)
        errors = StandardErrors(*_weight_and_bias(spread[:, None] * residual_std, bias))
    weight, own_bias = _weight_and_bias(parameters, bias)
    return LeastSquares(
        weight=weight,
        bias=None if own_bias is None else own_bias + offset,
        loss=residual.square().mean().item(),
        r_squared=_r_squared(residual, centered),
        standard_errors=errors,
        residual_std=residual_std,
        rank=rank,
        num_parameters=len(vh),
        degrees_of_freedom=freedom,
    )


class _Design(NamedTuple):
    """``x`` with columns centered and scaled, after a column of ones where the layer has a bias.

    ``rounding`` is the size that each column would have if it held nothing but the rounding of the input:
    what is smaller than that cannot be distinguished from zero.
    """

    matrix: Tensor  # (n, p)
    center: Tensor  # (in,)
    scale: Tensor  # (in,)
    rounding: Tensor  # (p,)
    bias: bool

    def unscaled(self, scaled: Tensor) -> Tensor:
        """Turn columns of parameters for this matrix into those for the original ``x``, the bias first."""
        weight = scaled[self.bias :] / self.scale[:, None]  # (in, ·)
        return torch.cat([scaled[:1] - self.center @ weight, weight]) if self.bias else weight


def _design(x: Tensor, bias: bool, input_eps: float) -> _Design:
    # The column of ones stays in the matrix although the others are centered: the mean is rounded, and so the
    # fit does not depend on its last digits.
    center, columns = _centered(x, bias)
    scale = columns.square().mean(dim=0).sqrt()
    empty = scale == 0
    scale = torch.where(empty, 1.0, scale)
    rounding = torch.where(empty, 0.0, torch.linalg.vector_norm(x, dim=0) / scale * (input_eps / 2))
    columns = columns / scale
    if bias:
        columns = torch.cat([torch.ones_like(columns[:, :1]), columns], dim=1)
        rounding = torch.cat([torch.zeros_like(rounding[:1]), rounding])
    return _Design(columns, center, scale, rounding, bias)


def _centered(values: Tensor, bias: bool) -> tuple[Tensor, Tensor]:
    """Return the mean of each column and what is left without it; without a bias, nothing is taken away."""
    if not bias:
        return values.new_zeros(values.shape[1]), values
    mean = values.mean(dim=0)
    # The mean of equal numbers can be off in its last digit, and then all that is left is that digit.
    constant = (values == values[0]).all(dim=0)
    mean = torch.where(constant, values[0], mean)
    return mean, values - mean


def _smallest(parameters: Tensor, free: Tensor, bias: bool) -> Tensor:
    """Take away what the data do not determine: the part of the weights along the free directions.

    ``free`` ``(p, p − rank)`` holds directions in which the parameters can move while every prediction stays.
    """
    along: Tensor = torch.linalg.lstsq(free[bias:], parameters[bias:], driver="gelsy").solution
    return parameters - free @ along


def _weight_and_bias(parameters: Tensor, bias: bool) -> tuple[Tensor, Tensor | None]:
    return parameters[bias:].T.contiguous(), parameters[0] if bias else None


def _r_squared(residual: Tensor, centered: Tensor) -> Tensor | None:
    total = centered.square().sum(dim=0)
    return None if bool((total == 0).any()) else 1 - residual.square().sum(dim=0) / total
