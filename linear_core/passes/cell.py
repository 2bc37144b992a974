"""One number of the output: the products it is made of, their running sum, and what rounding did."""

import math
from abc import ABC, abstractmethod
from ctypes import c_float
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import torch
from torch import Tensor

from linear_core._checks import check_count

# Veltkamp's constant: it splits a float64 into two halves of at most 26 bits each.
SPLITTER = 2.0**27 + 1


@dataclass(frozen=True, eq=False)
class TopProducts:
    """The products that matter most to one cell, and what all the others add up to.

    Attributes
    ----------
    indices : tuple of int
        Input features, largest magnitude first; ties in the order of the features.
    products : Tensor, ``(k,)``
        Their products.
    rest : float
        The sum of all other products, in float64.
    """

    indices: tuple[int, ...]
    products: Tensor
    rest: float


class SumOfProducts(ABC):
    """A number that PyTorch computed as a sum of products, beside the plain sum of those products.

    A subclass defines what is multiplied, what is added last, and PyTorch's value.
    """

    value: Tensor

    @abstractmethod
    def _parts(self) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return both factors, ``(n,)`` each, and the constant that is added last."""

    @cached_property
    def products(self) -> Tensor:
        """The factors multiplied, ``(n,)``."""
        left, right, _ = self._parts()
        return left * right

    @cached_property
    def running_sums(self) -> Tensor:
        """Products added from the left, rounded to the dtype after each, ``(n,)``."""
        if self.products.dtype == torch.float64 or self.products.numel() == 0:
            return self.products.cumsum(0)
        if self.products.dtype == torch.float32:
            # Python adds in float64; rounding that sum to float32 gives float32's own sum, for any two.
            sums = accumulate(self.products.tolist(), lambda total, product: c_float(total + product).value)
            return torch.tensor(list(sums), dtype=torch.float32)
        return torch.stack(list(accumulate(self.products.unbind(), torch.add)))

    @cached_property
    def rounding_error(self) -> float:
        """``value`` − (exact sum of products and constant), as a float64; NaN where nothing is finite."""
        left, right, constant = self._parts()
        terms = _exact_products(left.double(), right.double(), halve=left.dtype == torch.float64)
        if constant is not None:
            terms.append(constant.item())
        return exact_difference(self.value.item(), terms)


@dataclass(frozen=True, eq=False)
class CellTrace(SumOfProducts):
    """One cell of the output, product after product.

    Attributes
    ----------
    x : Tensor, ``(in_features,)``
        The sample, a view.
    weight : Tensor, ``(in_features,)``
        The row of the weight that belongs to this output, a view.
    bias : Tensor, ``()``, or None
        The constant that is added last.
    value : Tensor, ``()``
        The output's own cell.
    products : Tensor, ``(in_features,)``
        ``x[i] * weight[i]``.
    running_sums : Tensor, ``(in_features,)``
        Products added one by one from the left, rounded to the dtype after each, as a plain loop does.
        (``torch.cumsum`` keeps more digits in between for dtypes below float64.)
    rounding_error : float
        ``value`` − (exact sum of the products + bias), itself exact to float64's last digit; NaN where
        something is not finite.

    Examples
    --------
    >>> x, weight = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.5, 0.25, -1.0])
    >>> cell = CellTrace(x, weight, torch.tensor(1.0), value=torch.tensor(-1.0))
    >>> cell.products.tolist(), cell.running_sums.tolist(), cell.rounding_error
    ([0.5, 0.5, -3.0], [0.5, 1.0, -2.0], 0.0)
    """

    x: Tensor
    weight: Tensor
    bias: Tensor | None
    value: Tensor

    def _parts(self) -> tuple[Tensor, Tensor, Tensor | None]:
        return self.x, self.weight, self.bias

    def top(self, k: int) -> TopProducts:
        """Find the ``k`` products of largest magnitude, and the sum of all others.

        Parameters
        ----------
        k : int
            How many; all of them if there are fewer.

        Returns
        -------
        TopProducts
            Which features, their products, and the rest.

        Raises
        ------
        ConfigError
            ``k`` is negative.

        Examples
        --------
        >>> x, weight = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.5, 0.25, -1.0])
        >>> CellTrace(x, weight, None, value=torch.tensor(-2.0)).top(1)
        TopProducts(indices=(2,), products=tensor([-3.]), rest=1.0)
        """
        check_count("k", k, smallest=0)
        order = self.products.abs().argsort(descending=True, stable=True)
        rest = self.products[order[k:]].double().sum().item()
        return TopProducts(tuple(order[:k].tolist()), self.products[order[:k]], rest)


def exact_difference(value: float, terms: list[float]) -> float:
    """Give ``value`` − the exact sum of ``terms``; NaN where that is no number."""
    try:
        return 0.0 - math.fsum([*terms, -value])
    except (OverflowError, ValueError):  # fsum's words for "too large on the way" and for inf − inf
        return math.nan


def _exact_products(x: Tensor, weight: Tensor, halve: bool) -> list[float]:
    """Float64 numbers whose exact sum is that of the exact products.

    A float64 holds the product of two float32 exactly. Two float64 are split into halves first, whose four
    products are exact.
    """
    if not halve:
        return (x * weight).tolist()
    (x_high, x_low), (weight_high, weight_low) = _halves(x), _halves(weight)
    parts = [x_high * weight_high, x_high * weight_low, x_low * weight_high, x_low * weight_low]
    return torch.cat(parts).tolist()


def _halves(values: Tensor) -> tuple[Tensor, Tensor]:
    """Split each float64 into two of half the digits that add up to it (Dekker, 1971)."""
    scaled = SPLITTER * values
    high = scaled - (scaled - values)
    return high, values - high
