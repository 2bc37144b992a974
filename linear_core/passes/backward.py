"""The backward pass of one layer: how the loss's gradient at the output reaches weight, bias and x.

With G the gradient at the output, leading dims folded into rows: grad_weight = Gᵀ x, grad_bias = Σ rows of
G, grad_x = G W. These are the formulas that autograd uses, so the numbers are autograd's within rounding.
"""

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from linear_core.errors import ShapeError
from linear_core.passes.shapes import check_index, check_linear, check_tensor


@dataclass(frozen=True, eq=False)
class WeightCellTrace:
    """One weight's gradient: what each sample adds to it.

    Attributes
    ----------
    grad_output : Tensor, ``(num_rows,)``
        The gradient at this weight's output, one number per sample.
    x : Tensor, ``(num_rows,)``
        The feature that this weight multiplies, one number per sample.
    products : Tensor, ``(num_rows,)``
        ``grad_output[r] * x[r]``; they add up to the value within rounding.
    value : Tensor, ``()``
        The cell of ``grad_weight``.
    """

    grad_output: Tensor
    x: Tensor
    value: Tensor

    @cached_property
    def products(self) -> Tensor:
        """What each sample adds, ``(num_rows,)``."""
        return self.grad_output * self.x


@dataclass(frozen=True, eq=False)
class BackwardTrace:
    """One backward pass through a layer.

    Attributes
    ----------
    grad_output : Tensor, ``(*, out_features)``
        d loss / d output, what came in from behind.
    x : Tensor, ``(*, in_features)``
        What had gone into the layer.
    weight : Tensor, ``(out_features, in_features)``
        As PyTorch stores it.
    grad_weight : Tensor, ``(out_features, in_features)``
        d loss / d weight, summed over all rows.
    grad_bias : Tensor, ``(out_features,)``, or None
        d loss / d bias, summed over all rows; None without a bias.
    grad_x : Tensor, ``(*, in_features)``
        d loss / d x, what goes on to the layer in front.
    """

    grad_output: Tensor
    x: Tensor
    weight: Tensor
    grad_weight: Tensor
    grad_bias: Tensor | None
    grad_x: Tensor

    def weight_cell(self, out: int, in_: int) -> WeightCellTrace:
        """Open one weight's gradient, sample by sample.

        Parameters
        ----------
        out : int
            The output, from 0 to out_features − 1.
        in_ : int
            The input feature, from 0 to in_features − 1.

        Returns
        -------
        WeightCellTrace
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
        # The column first, then the fold: folding all of a strided tensor would copy it whole.
        return WeightCellTrace(
            self.grad_output[..., out].reshape(-1), self.x[..., in_].reshape(-1), self.grad_weight[out, in_]
        )


def trace_backward(
    grad_output: Tensor, x: Tensor, weight: Tensor, bias: Tensor | None = None
) -> BackwardTrace:
    """Take the loss's gradient back through a layer.

    Parameters
    ----------
    grad_output : Tensor, ``(*, out_features)``
        d loss / d output, of the output's shape.
    x : Tensor, ``(*, in_features)``
        What had gone into the layer.
    weight : Tensor, ``(out_features, in_features)``
        As PyTorch stores it.
    bias : Tensor, ``(out_features,)``, optional
        Its values do not matter to any gradient; whether there is one does.

    Returns
    -------
    BackwardTrace
        What autograd puts into ``weight.grad``, ``bias.grad`` and ``x.grad``.

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
    >>> x, weight = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]])
    >>> trace = trace_backward(torch.tensor([[10.0]]), x, weight, bias=torch.tensor([0.0]))
    >>> trace.grad_weight.tolist(), trace.grad_bias.tolist(), trace.grad_x.tolist()
    ([[10.0, 20.0]], [10.0], [[30.0, 40.0]])
    """
    check_linear(x, weight, bias)
    _check_grad_output(grad_output, x, weight)
    grad_output, x, weight = grad_output.detach(), x.detach(), weight.detach()
    out_features, in_features = weight.shape
    num_rows = x.shape[:-1].numel()
    grad_rows = grad_output.reshape(num_rows, out_features)
    grad_weight = grad_rows.T @ x.reshape(num_rows, in_features)  # (out, n) @ (n, in)
    grad_bias = None if bias is None else grad_rows.sum(0)
    grad_x = (grad_rows @ weight).reshape(x.shape)  # (n, out) @ (out, in)
    return BackwardTrace(grad_output, x, weight, grad_weight, grad_bias, grad_x)


def _check_grad_output(grad_output: Tensor, x: Tensor, weight: Tensor) -> None:
    """Refuse a gradient that is not one number for each number of the output."""
    check_tensor("grad_output", grad_output)
    shape = (*x.shape[:-1], weight.shape[0])
    if grad_output.shape != shape:
        raise ShapeError(
            "expected grad_output of the output's shape {expected}, but got {shape}; "
            "give one number for each number of the output",
            shape=tuple(grad_output.shape),
            expected=shape,
        )
    if grad_output.dtype != x.dtype:
        raise ShapeError(
            "expected grad_output of x's dtype {expected}, but got {dtype}; use grad_output.to(x.dtype)",
            dtype=grad_output.dtype,
            expected=x.dtype,
        )
