"""The forward pass of one layer, ``x @ weight.T + bias``, as PyTorch computes it, open to inspection."""

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor
from torch.nn import functional as F

from linear_core.passes.cell import CellTrace
from linear_core.passes.match import Match, match_plain_sum
from linear_core.passes.shapes import check_index, check_linear


@dataclass(frozen=True, eq=False)
class ForwardTrace:
    """One call of a layer: what went in, what came out, and any cell in between.

    The tensors are looked at, not copied: change them in place and the trace no longer fits its output.

    Attributes
    ----------
    x : Tensor, ``(*, in_features)``
        What went in.
    weight : Tensor, ``(out_features, in_features)``
        As PyTorch stores it.
    bias : Tensor, ``(out_features,)``, or None
        Added to every row.
    output : Tensor, ``(*, out_features)``
        What ``torch.nn.functional.linear`` gives, to the bit.
    """

    x: Tensor
    weight: Tensor
    bias: Tensor | None
    output: Tensor

    @property
    def num_rows(self) -> int:
        """Samples: the product of all dims of x before the last; 1 for a 1-D x."""
        return self.x.shape[:-1].numel()

    @cached_property
    def x_rows(self) -> Tensor:
        """X with its leading dims flattened into one, ``(num_rows, in_features)``."""
        return self.x.reshape(self.num_rows, self.x.shape[-1])

    @cached_property
    def output_rows(self) -> Tensor:
        """The output with its leading dims flattened into one, ``(num_rows, out_features)``."""
        return self.output.reshape(self.num_rows, self.output.shape[-1])

    def row_index(self, row: int) -> tuple[int, ...]:
        """Return where in the leading dims of x a row is, by its number.

        Parameters
        ----------
        row : int
            From 0 to ``num_rows`` − 1, the last leading dim counting fastest.

        Returns
        -------
        tuple of int
            One index for each dim of x but the last; empty for a 1-D x.

        Raises
        ------
        IndexError
            There is no such row; counting from the end is not offered.

        Examples
        --------
        >>> import torch
        >>> trace_forward(torch.zeros(2, 3, 4), torch.zeros(5, 4)).row_index(4)
        (1, 1)
        """
        check_index("row", row, self.num_rows)
        index: list[int] = []
        for size in reversed(self.x.shape[:-1]):
            row, place = divmod(row, size)
            index.insert(0, place)
        return tuple(index)

    def cell(self, row: int, out: int) -> CellTrace:
        """Open one cell of the output, in time and memory of in_features, whatever the layer's size.

        Parameters
        ----------
        row : int
            The sample, from 0 to ``num_rows`` − 1 (see `row_index`).
        out : int
            The output feature, from 0 to out_features − 1.

        Returns
        -------
        CellTrace
            Products, running sums, bias, value and rounding error.

        Raises
        ------
        IndexError
            There is no such row or output; counting from the end is not offered.

        Examples
        --------
        >>> import torch
        >>> trace = trace_forward(torch.tensor([1.0, 2.0]), torch.tensor([[3.0, 4.0]]), torch.tensor([0.5]))
        >>> trace.cell(0, 0).products.tolist(), trace.cell(0, 0).value.item()
        ([3.0, 8.0], 11.5)
        """
        index = self.row_index(row)
        check_index("out", out, self.weight.shape[0])
        bias = None if self.bias is None else self.bias[out]
        return CellTrace(self.x[index], self.weight[out], bias, self.output[(*index, out)])

    def check(self) -> Match:
        """Compare the output with the sums that a plain loop makes, cell by cell.

        Returns
        -------
        Match
            Largest difference, what rounding can explain, and whether that is enough; large layers are
            looked at in evenly spaced cells.

        Examples
        --------
        >>> import torch
        >>> trace = trace_forward(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]]))
        >>> match = trace.check()
        >>> match.ok, match.max_difference, match.num_cells
        (True, 0.0, 1)
        """
        return self._match

    @cached_property
    def _match(self) -> Match:
        return match_plain_sum(self.x_rows, self.weight, self.bias, self.output_rows)


def trace_forward(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> ForwardTrace:
    """Call a layer and keep what is needed to inspect it.

    The arguments are those of ``torch.nn.functional.linear``; so is the output, to the bit.

    Parameters
    ----------
    x : Tensor, ``(*, in_features)``
        One sample (1-D), a batch (2-D), or any number of leading dims; a batch of none is fine.
    weight : Tensor, ``(out_features, in_features)``
        One row for each output.
    bias : Tensor, ``(out_features,)``, optional
        Added to every row.

    Returns
    -------
    ForwardTrace
        Without autograd's record; its tensors share memory with the arguments.

    Raises
    ------
    ShapeError
        Shapes or dtypes do not fit, or something is no tensor.

    References
    ----------
    PyTorch, ``torch.nn.functional.linear``.

    Examples
    --------
    >>> import torch
    >>> trace = trace_forward(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0, -1.0]]))
    >>> trace.output.tolist(), trace.num_rows
    ([[-1.0], [-1.0]], 2)
    """
    check_linear(x, weight, bias)
    x, weight, bias = x.detach(), weight.detach(), None if bias is None else bias.detach()
    return ForwardTrace(x, weight, bias, F.linear(x, weight, bias))
