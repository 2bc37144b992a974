"""One batch through a layer and back: prediction, loss, and the gradients of weight, bias and x."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core.errors import ConfigError
from linear_core.gradients.loss import LossTrace, loss_module, trace_loss
from linear_core.passes.backward import BackwardTrace, trace_backward
from linear_core.passes.forward import ForwardTrace, trace_forward
from linear_core.passes.shapes import check_index

# Central differences of a float64 loss: truncation and rounding are both small here.
DIFFERENCE_STEP = 1e-6


@dataclass(frozen=True, eq=False)
class FiniteDifferences:
    """Slopes of the loss measured without any rule of calculus, in float64.

    Attributes
    ----------
    weight, bias, x : Tensor
        ``(loss(p + h) − loss(p − h)) / 2h`` for each number p of the tensor; bias is None without one.
    """

    weight: Tensor
    bias: Tensor | None
    x: Tensor


@dataclass(frozen=True, eq=False)
class GradientTrace:
    """Forward pass, loss and backward pass of one batch.

    Attributes
    ----------
    forward : ForwardTrace
        x, weight, bias, output.
    loss : LossTrace
        The value and ∂loss/∂output.
    backward : BackwardTrace
        The gradients of weight, bias and x.
    """

    forward: ForwardTrace
    loss: LossTrace
    backward: BackwardTrace

    @cached_property
    def finite_differences(self) -> FiniteDifferences:
        """The same gradients from differences of the loss, computed without derivatives."""
        forward = self.forward
        tensors = [t.double() for t in (forward.x, forward.weight, forward.bias) if t is not None]
        target, loss = self.loss.target.double(), loss_module(self.loss.loss, self.loss.reduction)

        def slopes(place: int) -> Tensor:
            def loss_at(moved: Tensor) -> Tensor:
                x, weight, *bias = (moved if i == place else tensor for i, tensor in enumerate(tensors))
                value: Tensor = loss(F.linear(x, weight, *bias), target)
                return value

            return _central_differences(loss_at, tensors[place])

        return FiniteDifferences(slopes(1), slopes(2) if len(tensors) == 3 else None, slopes(0))

    @property
    def finite_difference_error(self) -> float:
        """The largest distance of any gradient from its finite difference."""
        measured, backward = self.finite_differences, self.backward
        pairs = [(measured.weight, backward.grad_weight), (measured.x, backward.grad_x)]
        if measured.bias is not None and backward.grad_bias is not None:
            pairs.append((measured.bias, backward.grad_bias))
        return max((ours - theirs.double()).abs().max().item() for ours, theirs in pairs)

    def without(self, row: int) -> "GradientTrace":
        """Return the same batch with one sample left out, its gradients computed again.

        Parameters
        ----------
        row : int
            The sample, from 0 to ``num_rows`` − 1.

        Returns
        -------
        GradientTrace
            Of the flattened rows that remain; a mean is then over fewer elements.

        Raises
        ------
        IndexError
            There is no such sample.
        ConfigError
            It is the only one.
        """
        forward = self.forward
        check_index("row", row, forward.num_rows)
        if forward.num_rows == 1:
            raise ConfigError("expected at least two samples to leave one out, but got 1; add a sample")
        rest = [r for r in range(forward.num_rows) if r != row]
        target = self.loss.target.reshape(forward.output_rows.shape)[rest]
        settings = self.loss.loss, self.loss.reduction
        return trace_gradients(forward.x_rows[rest], forward.weight, forward.bias, target, *settings)


def trace_gradients(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    loss: str = "mse",
    reduction: str = "mean",
) -> GradientTrace:
    """Trace a batch forward, through a loss, and back.

    Parameters
    ----------
    x : Tensor, ``(*, in_features)``
        One sample (1-D), a batch (2-D), or any number of leading dims.
    weight : Tensor, ``(out_features, in_features)``
        As PyTorch stores it.
    bias : Tensor, ``(out_features,)``, or None
        Added to every row.
    target : Tensor, ``(*, out_features)``
        Of the output's shape.
    loss : str
        One of ``LOSSES``.
    reduction : str
        ``"mean"`` or ``"sum"``, over all elements.

    Returns
    -------
    GradientTrace
        Every number is PyTorch's, to the bit.

    Raises
    ------
    ShapeError
        Shapes or dtypes do not fit.
    ConfigError
        There is no such loss or reduction.

    Examples
    --------
    >>> x, weight = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]])
    >>> trace = trace_gradients(x, weight, None, target=torch.tensor([[10.0]]))
    >>> trace.loss.value, trace.loss.grad_output, trace.backward.grad_weight
    (tensor(1.), tensor([[2.]]), tensor([[2., 4.]]))
    """
    forward = trace_forward(x, weight, bias)
    traced = trace_loss(forward.output, target, loss, reduction)
    return GradientTrace(forward, traced, trace_backward(traced.grad_output, x, weight, bias))


def _central_differences(function: Callable[[Tensor], Tensor], point: Tensor) -> Tensor:
    """Return (f(p + h) − f(p − h)) / 2h for each number p of ``point``, all at once."""
    moves = (torch.eye(point.numel(), dtype=point.dtype) * DIFFERENCE_STEP).reshape(-1, *point.shape)
    with torch.no_grad():
        values: Tensor = torch.func.vmap(function)(torch.cat([point + moves, point - moves]))
    above, below = values.chunk(2)
    return ((above - below) / (2 * DIFFERENCE_STEP)).reshape(point.shape)
