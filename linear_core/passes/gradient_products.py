"""The three gradients of a layer as products of two matrices, each a call that can be walked through."""

from dataclasses import dataclass

import torch

from linear_core.passes.backward import BackwardTrace
from linear_core.passes.forward import ForwardTrace


@dataclass(frozen=True, eq=False)
class GradientProducts:
    """A backward pass in products; the outputs are those of the pass, not computed again.

    Attributes
    ----------
    weight : ForwardTrace
        ``grad_weight = Gᵀ @ x``, ``(out, in)``: one product for each sample.
    bias : ForwardTrace, or None
        ``grad_bias = Gᵀ @ 1``, ``(out, 1)``: a sum over the samples; None without a bias.
    x : ForwardTrace
        ``grad_x = G @ weight``, ``(num_rows, in)``: one product for each output.
    """

    weight: ForwardTrace
    bias: ForwardTrace | None
    x: ForwardTrace


def gradient_products(backward: BackwardTrace) -> GradientProducts:
    """Return the gradients of one backward pass as products.

    Parameters
    ----------
    backward : BackwardTrace
        The pass; leading dims of x are flattened into rows.

    Returns
    -------
    GradientProducts
        Each product as ``x @ weight.T`` of a `ForwardTrace`: its x is the matrix on the left.

    Examples
    --------
    >>> from linear_core import trace_backward
    >>> x, weight = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[5.0, 6.0]])
    >>> grad_output = torch.tensor([[10.0], [20.0]])
    >>> products = gradient_products(trace_backward(grad_output, x, weight, torch.zeros(1)))
    >>> products.weight.cell(0, 1).products.tolist(), products.weight.output.tolist()
    ([20.0, 80.0], [[70.0, 100.0]])
    >>> products.bias.output.tolist()
    [[30.0]]
    """
    grad_output = backward.grad_output.reshape(-1, backward.weight.shape[0])  # (num_rows, out)
    x = backward.x.reshape(-1, backward.weight.shape[1])  # (num_rows, in)
    grad_bias = backward.grad_bias
    return GradientProducts(
        weight=ForwardTrace(grad_output.T, x.T, None, backward.grad_weight),
        bias=None
        if grad_bias is None
        else ForwardTrace(grad_output.T, torch.ones_like(x[:, :1]).T, None, grad_bias[:, None]),
        x=ForwardTrace(grad_output, backward.weight.T, None, backward.grad_x.reshape(x.shape)),
    )
