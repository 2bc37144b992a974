"""The backward pass of one layer: how the loss's gradient at the output reaches weight, bias and x.

With G the gradient at the output, leading dims flattened into rows: grad_weight = Gᵀ x, grad_bias = the sum
of G over rows, grad_x = G W. The gradients are autograd's own; each element opens into the products that add
up to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core.errors import ShapeError
from linear_core.passes.cell import SumOfProducts
from linear_core.passes.match import Match, match_plain_sum
from linear_core.passes.shapes import check_index, check_linear, check_tensor


@dataclass(frozen=True, eq=False)
class GradientCell(SumOfProducts):
    """One element of a gradient, product after product.

    Attributes
    ----------
    grad_output : Tensor, ``(n,)``
        What arrives from the output: one number per sample for a weight or a bias, one per output for x.
    factor : Tensor, ``(n,)``
        What it is multiplied by: the feature of each sample for a weight, ones for a bias, the weight of each
        output for x.
    value : Tensor, ``()``
        Autograd's own element.
    products : Tensor, ``(n,)``
        ``grad_output * factor``; they add up to the value within rounding.
    running_sums : Tensor, ``(n,)``
        Products added one by one, rounded to the dtype after each.
    rounding_error : float
        ``value`` − (exact sum of the products).
    """

    grad_output: Tensor
    factor: Tensor
    value: Tensor

    def _parts(self) -> tuple[Tensor, Tensor, Tensor | None]:
        return self.grad_output, self.factor, None


@dataclass(frozen=True, eq=False)
class BackwardTrace:
    """One backward pass through a layer.

    Attributes
    ----------
    grad_output : Tensor, ``(*, out_features)``
        ∂loss/∂output.
    x : Tensor, ``(*, in_features)``
        The input of the layer.
    weight : Tensor, ``(out_features, in_features)``
        As PyTorch stores it.
    grad_weight : Tensor, ``(out_features, in_features)``
        ∂loss/∂weight, a sum over all rows.
    grad_bias : Tensor, ``(out_features,)``, or None
        ∂loss/∂bias, a sum over all rows; None without a bias.
    grad_x : Tensor, ``(*, in_features)``
        ∂loss/∂x, a sum over the outputs: what arrives at the output of the layer before.
    """

    grad_output: Tensor
    x: Tensor
    weight: Tensor
    grad_weight: Tensor
    grad_bias: Tensor | None
    grad_x: Tensor

    @property
    def num_rows(self) -> int:
        """Samples: the product of all dims of x before the last; 1 for a 1-D x."""
        return self.x.shape[:-1].numel()

    @cached_property
    def grad_output_rows(self) -> Tensor:
        """``grad_output`` with its leading dims flattened into one, ``(num_rows, out_features)``."""
        return self.grad_output.reshape(self.num_rows, self.weight.shape[0])

    @cached_property
    def x_rows(self) -> Tensor:
        """``x`` with its leading dims flattened into one, ``(num_rows, in_features)``."""
        return self.x.reshape(self.num_rows, self.weight.shape[1])

    @cached_property
    def grad_x_rows(self) -> Tensor:
        """``grad_x`` with its leading dims flattened into one, ``(num_rows, in_features)``."""
        return self.grad_x.reshape(self.num_rows, self.weight.shape[1])

    @property
    def matrices(self) -> Mapping[str, Tensor]:
        """The gradients of ``"weight"``, ``"bias"`` (where there is one), ``"x"`` and the output (``"G"``).

        Leading dims are flattened into rows.
        """
        bias = {} if self.grad_bias is None else {"bias": self.grad_bias}
        return {"weight": self.grad_weight, **bias, "x": self.grad_x_rows, "G": self.grad_output_rows}

    def weight_cell(self, out: int, in_: int) -> GradientCell:
        """Open one weight's gradient: one product per sample, in time and memory of the number of samples.

        Parameters
        ----------
        out : int
            The output, from 0 to out_features − 1.
        in_ : int
            The input feature, from 0 to in_features − 1.

        Returns
        -------
        GradientCell
            ``grad_output[r, out]``, ``x[r, in_]`` and their products over all rows r.

        Raises
        ------
        IndexError
            There is no such output or feature; counting from the end is not offered.

        Examples
        --------
        >>> import torch
        >>> x, weight = torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0]])
        >>> cell = trace_backward(torch.tensor([[10.0], [100.0]]), x, weight).weight_cell(0, 0)
        >>> cell.products.tolist(), cell.value.item()
        ([10.0, 200.0], 210.0)
        """
        check_index("out", out, self.weight.shape[0])
        check_index("in_", in_, self.weight.shape[1])
        # The column first, then flatten: flattening all of a strided tensor would copy it whole.
        factor = self.x[..., in_].reshape(-1)
        return GradientCell(self._column(out), factor, self.grad_weight[out, in_])

    def bias_cell(self, out: int) -> GradientCell:
        """Open one bias's gradient: the column of ``grad_output``, one number per sample.

        Parameters
        ----------
        out : int
            The output, from 0 to out_features − 1.

        Returns
        -------
        GradientCell
            ``grad_output[r, out]`` over all rows r, each times one.

        Raises
        ------
        IndexError
            There is no such output, or the layer has no bias.
        """
        if self.grad_bias is None:
            raise IndexError(
                f"expected a layer with a bias, but got one without, and out={out}; use weight_cell or x_cell"
            )
        check_index("out", out, self.weight.shape[0])
        column = self._column(out)
        return GradientCell(column, torch.ones_like(column), self.grad_bias[out])

    def x_cell(self, row: int, in_: int) -> GradientCell:
        """Open the gradient of one input: one product per output.

        Parameters
        ----------
        row : int
            The sample, from 0 to ``num_rows`` − 1.
        in_ : int
            The input feature, from 0 to in_features − 1.

        Returns
        -------
        GradientCell
            ``grad_output[row, o]``, ``weight[o, in_]`` and their products over all outputs o.

        Raises
        ------
        IndexError
            There is no such row or feature.
        """
        check_index("row", row, self.num_rows)
        check_index("in_", in_, self.weight.shape[1])
        return GradientCell(self.grad_output_rows[row], self.weight[:, in_], self.grad_x_rows[row, in_])

    def _column(self, out: int) -> Tensor:
        return self.grad_output[..., out].reshape(-1)

    def check(self) -> Mapping[str, Match]:
        """Compare autograd's gradients with plain sums, element by element.

        Returns
        -------
        mapping of str to Match
            For ``"weight"``, ``"bias"`` (where there is one) and ``"x"``.

        Examples
        --------
        >>> import torch
        >>> trace = trace_backward(torch.ones(2, 1), torch.ones(2, 3), torch.ones(1, 3))
        >>> {name: match.ok for name, match in trace.check().items()}
        {'weight': True, 'x': True}
        """
        columns = self.grad_output_rows.T  # (out, n)
        matches = {"weight": match_plain_sum(columns, self.x_rows.T, None, self.grad_weight)}
        if self.grad_bias is not None:
            ones = columns.new_ones(1, self.num_rows)
            matches["bias"] = match_plain_sum(ones, columns, None, self.grad_bias[None])
        return matches | {"x": match_plain_sum(self.grad_output_rows, self.weight.T, None, self.grad_x_rows)}


def trace_backward(
    grad_output: Tensor, x: Tensor, weight: Tensor, bias: Tensor | None = None
) -> BackwardTrace:
    """Propagate ∂loss/∂output back through a layer, and keep what is needed to inspect it.

    Parameters
    ----------
    grad_output : Tensor, ``(*, out_features)``
        ∂loss/∂output, of the output's shape.
    x : Tensor, ``(*, in_features)``
        The input of the layer, with any number of leading dims.
    weight : Tensor, ``(out_features, in_features)``
        As PyTorch stores it.
    bias : Tensor, ``(out_features,)``, optional
        No gradient depends on its values, only on whether there is one.

    Returns
    -------
    BackwardTrace
        What autograd puts into ``weight.grad``, ``bias.grad`` and ``x.grad``, to the bit.

    Raises
    ------
    ShapeError
        Shapes or dtypes do not fit, or something is not a tensor.

    References
    ----------
    PyTorch, ``torch.nn.functional.linear``, ``torch.autograd.grad``.

    Examples
    --------
    >>> import torch
    >>> x, weight = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]])
    >>> trace = trace_backward(torch.tensor([[10.0]]), x, weight, bias=torch.tensor([0.0]))
    >>> trace.grad_weight.tolist(), trace.grad_bias.tolist(), trace.grad_x.tolist()
    ([[10.0, 20.0]], [10.0], [[30.0, 40.0]])
    """
    check_linear(x, weight, bias)
    _check_grad_output(grad_output, x, weight)
    grad_output, x, weight = grad_output.detach(), x.detach(), weight.detach()
    # Autograd itself, whatever the caller has switched off, so that every gradient is PyTorch's to the bit.
    with torch.inference_mode(False), torch.enable_grad():
        leaves = [_leaf(tensor) for tensor in (x, weight, bias) if tensor is not None]
        grad_x, grad_weight, *rest = torch.autograd.grad(F.linear(*leaves), leaves, grad_output)
    return BackwardTrace(grad_output, x, weight, grad_weight, rest[0] if rest else None, grad_x)


def _leaf(tensor: Tensor) -> Tensor:
    """Return the same numbers as a leaf of a new graph; what inference mode made has to be copied."""
    tensor = tensor.clone() if tensor.is_inference() else tensor
    return tensor.detach().requires_grad_()


def _check_grad_output(grad_output: Tensor, x: Tensor, weight: Tensor) -> None:
    """Refuse a gradient that is not one number for each number of the output."""
    check_tensor("grad_output", grad_output)
    shape = (*x.shape[:-1], weight.shape[0])
    if grad_output.shape != shape:
        raise ShapeError(
            "expected grad_output of the output's shape {expected}, but got {shape}; pass one number for "
            "each element of the output",
            shape=tuple(grad_output.shape),
            expected=shape,
        )
    if grad_output.dtype != x.dtype:
        raise ShapeError(
            "expected grad_output of x's dtype {expected}, but got {dtype}; use grad_output.to(x.dtype)",
            dtype=grad_output.dtype,
            expected=x.dtype,
        )
