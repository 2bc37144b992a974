"""Four ways to see one matrix product: four ways to cut the same block of single products.

``output[row, out]`` sums ``x[row, i] * weight[out, i]`` over i, so the products fill a block of
(num_rows, out_features, in_features). Cutting it into cells, rows, columns or layers gives parts that can be
shown one after another; put in place and added up, with the bias at the end, they are the output.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from linear_core.errors import ConfigError
from linear_core.passes.forward import ForwardTrace


@dataclass(frozen=True, eq=False)
class Part:
    """One piece of the product, and where it belongs.

    Attributes
    ----------
    rows, outs : slice
        The cells of the folded output that the piece adds to.
    x : Tensor, ``(rows, features)``
        The part of x that it reads, a view.
    weight : Tensor, ``(outs, features)``
        The part of the weight that it reads, a view.
    """

    rows: slice
    outs: slice
    x: Tensor
    weight: Tensor

    @property
    def values(self) -> Tensor:
        """What the piece adds there, ``(rows, outs)``: its terms added up by PyTorch."""
        return self.x @ self.weight.T

    @property
    def terms(self) -> Tensor:
        """The single products, one picture per feature, ``(features, rows, outs)``."""
        return self.x.T[:, :, None] * self.weight.T[:, None, :]  # (features, rows, 1) * (features, 1, outs)


def dot_products(trace: ForwardTrace) -> Iterator[Part]:
    """One part for each cell, row by row: a row of x times a row of the weight, ``(1, 1)`` each."""
    for row in range(trace.num_rows):
        for out in range(trace.weight.shape[0]):
            yield _part(trace, slice(row, row + 1), slice(out, out + 1), slice(None))


def rows(trace: ForwardTrace) -> Iterator[Part]:
    """One part for each sample: its row of x through the whole weight, ``(1, out_features)`` each."""
    for row in range(trace.num_rows):
        yield _part(trace, slice(row, row + 1), slice(None), slice(None))


def columns(trace: ForwardTrace) -> Iterator[Part]:
    """One part for each output: columns of x, weighted and added, ``(num_rows, 1)`` each."""
    for out in range(trace.weight.shape[0]):
        yield _part(trace, slice(None), slice(out, out + 1), slice(None))


def outer_products(trace: ForwardTrace) -> Iterator[Part]:
    """One part for each feature: its column of x times its column of the weight, all cells at once."""
    for feature in range(trace.weight.shape[1]):
        yield _part(trace, slice(None), slice(None), slice(feature, feature + 1))


VIEWS: Mapping[str, Callable[[ForwardTrace], Iterator[Part]]] = MappingProxyType(
    {
        "dot_products": dot_products,
        "rows": rows,
        "columns": columns,
        "outer_products": outer_products,
    }
)


def frames(trace: ForwardTrace, view: str) -> Iterator[Tensor]:
    """Give the folded output as it fills up, part after part, then with the bias.

    Parameters
    ----------
    trace : ForwardTrace
        A call of a layer.
    view : str
        One of `VIEWS`.

    Yields
    ------
    Tensor, ``(num_rows, out_features)``
        Zeros with the parts so far added. With a bias the last frame adds it. The last one equals the output
        within rounding: each is within (in_features + 1)·u·(Σ|x·w| + |b|) of the exact sum.

    Raises
    ------
    ConfigError
        The view is unknown.

    Examples
    --------
    >>> from linear_core import trace_forward
    >>> trace = trace_forward(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]]), torch.tensor([0.5]))
    >>> [frame.item() for frame in frames(trace, "outer_products")]
    [3.0, 11.0, 11.5]
    """
    if view not in VIEWS:
        raise ConfigError(
            "view is {view!r}, which is not known; choose one of {known}",
            view=view,
            known=", ".join(map(repr, VIEWS)),
        )
    return _frames(trace, VIEWS[view])


def _frames(trace: ForwardTrace, cut: Callable[[ForwardTrace], Iterator[Part]]) -> Iterator[Tensor]:
    """Apart from `frames`, so that an unknown view is refused at the call, not at the first frame."""
    total = torch.zeros_like(trace.output_rows)
    for part in cut(trace):
        total[part.rows, part.outs] += part.values
        yield total.clone()
    if trace.bias is not None:
        yield total + trace.bias


def _part(trace: ForwardTrace, rows: slice, outs: slice, features: slice) -> Part:
    return Part(rows, outs, trace.x_rows[rows, features], trace.weight[outs, features])
