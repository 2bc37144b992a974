"""How far PyTorch's fused result may be, and is, from products added one by one."""

from dataclasses import dataclass

import torch
from torch import Tensor

# Products that a check looks at; a larger layer is checked at evenly spaced cells, in bounded time.
MAX_PRODUCTS = 2**20


@dataclass(frozen=True)
class Match:
    """How well the plain sums and PyTorch's output agree.

    Attributes
    ----------
    max_difference : float
        Largest distance between a cell of the output and its plain sum.
    tolerance : float
        Largest distance that rounding alone can explain at any of these cells; each cell is held to its own.
    num_cells : int
        Cells that were looked at.
    num_nonfinite : int
        Cells among them where either side is NaN or infinite; their difference is undefined.
    ok : bool
        Every cell is finite and within what rounding can explain.
    """

    max_difference: float
    tolerance: float
    num_cells: int
    num_nonfinite: int
    ok: bool


def match_plain_sum(x: Tensor, weight: Tensor, bias: Tensor | None, output: Tensor) -> Match:
    """Compare a layer's output with the sums that a plain loop makes in the same dtype.

    The loop rounds after each product and each sum; PyTorch adds in another order and often rounds less.
    Each is at most (n + 1)·u·(Σ|x·w| + |b|) from the exact sum of its n products and the bias, whatever the
    order, with u half the dtype's spacing at 1; so the two are at most twice that apart.

    Parameters
    ----------
    x : Tensor, ``(num_rows, in_features)``
        One row per sample.
    weight : Tensor, ``(out_features, in_features)``
        As PyTorch stores it.
    bias : Tensor, ``(out_features,)``, or None
        Added last.
    output : Tensor, ``(num_rows, out_features)``
        What PyTorch gave.

    Returns
    -------
    Match
        Of all cells as long as they have at most `MAX_PRODUCTS` products, else of evenly spaced ones.

    References
    ----------
    Jeannerod, Rump, "Improved error bounds for inner products in floating-point arithmetic", 2013.
    """
    rows, outs = _spread(output.shape, MAX_PRODUCTS // max(1, x.shape[-1]))
    x, weight, output = x[rows], weight[outs], output[rows][:, outs]
    bias = None if bias is None else bias[outs]

    plain = torch.zeros_like(output)
    products = x.T[:, :, None] * weight.T[:, None, :]  # (in, rows, 1) * (in, 1, outs)
    for product in products.unbind():
        plain += product
    magnitude = x.double().abs() @ weight.double().abs().T
    if bias is not None:
        plain += bias
        magnitude += bias.double().abs()

    info = torch.finfo(output.dtype)
    terms = x.shape[-1] + 1
    # The second part is for products too small to have all their digits.
    tolerance = 2 * terms * (info.eps / 2 * magnitude + info.smallest_normal * info.eps)
    difference = (output.double() - plain.double()).abs()
    finite = plain.isfinite() & output.isfinite()
    return Match(
        max_difference=_largest(difference[finite]),
        tolerance=_largest(tolerance[finite]),
        num_cells=output.numel(),
        num_nonfinite=int((~finite).sum()),
        ok=bool((finite & (difference <= tolerance)).all()),
    )


def _spread(shape: torch.Size, max_cells: int) -> tuple[Tensor, Tensor]:
    """Choose evenly spaced rows and outputs, first and last among them, of at most this many cells."""
    num_rows, num_outs = shape
    side = max(1, int(max_cells**0.5))
    some_rows = min(num_rows, max(side, max_cells // max(1, num_outs)))
    some_outs = min(num_outs, max_cells // max(1, some_rows))
    return _evenly(num_rows, some_rows), _evenly(num_outs, max(min(1, num_outs), some_outs))


def _evenly(length: int, count: int) -> Tensor:
    """Choose ``count`` of ``length`` indices, evenly spaced from the first to the last."""
    if count == length:
        return torch.arange(length)
    return torch.linspace(0, length - 1, count, dtype=torch.float64).round().long()


def _largest(values: Tensor) -> float:
    """Give the largest value, or 0 where there is none."""
    return values.max().item() if values.numel() else 0.0
