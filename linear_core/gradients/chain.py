"""Layers one after the other: what arrives at each is the gradient of the next one's input."""

from collections.abc import Sequence

from torch import Tensor

from linear_core.errors import ShapeError
from linear_core.gradients.loss import LossTrace, trace_loss
from linear_core.passes.backward import BackwardTrace, trace_backward
from linear_core.passes.forward import trace_forward

Parameters = tuple[Tensor, Tensor | None]


def trace_chain(
    x: Tensor,
    layers: Sequence[Parameters],
    target: Tensor,
    loss: str = "mse",
    reduction: str = "mean",
) -> tuple[LossTrace, list[BackwardTrace]]:
    """Trace a batch through several layers and back.

    Parameters
    ----------
    x : Tensor, ``(*, in_features)``
        The input of the first layer.
    layers : sequence of (weight, bias)
        First to last; the out_features of each are the in_features of the next. bias may be None.
    target : Tensor, ``(*, out_features)``
        Of the last output's shape.
    loss, reduction : str
        As for ``trace_gradients``.

    Returns
    -------
    LossTrace, list of BackwardTrace
        One trace for each layer, first to last; ``traces[i].grad_output`` is ``traces[i + 1].grad_x``.

    Raises
    ------
    ShapeError
        There is no layer, or shapes or dtypes do not fit.

    Examples
    --------
    >>> import torch
    >>> layers = [(torch.full((1, 1), 2.0), None), (torch.full((1, 1), 3.0), None)]
    >>> _, (first, second) = trace_chain(torch.ones(1, 1), layers, target=torch.tensor([[5.0]]))
    >>> second.grad_x.tolist(), first.grad_output.tolist(), first.grad_weight.tolist()
    ([[6.0]], [[6.0]], [[6.0]])
    """
    if not layers:
        raise ShapeError("expected at least one layer, but got none; pass a list of (weight, bias)")
    inputs = [x]
    for weight, bias in layers:
        inputs.append(trace_forward(inputs[-1], weight, bias).output)
    traced = trace_loss(inputs.pop(), target, loss, reduction)
    gradient, traces = traced.grad_output, []
    for given, (weight, bias) in reversed(list(zip(inputs, layers, strict=True))):
        traces.append(trace_backward(gradient, given, weight, bias))
        gradient = traces[-1].grad_x
    return traced, traces[::-1]
