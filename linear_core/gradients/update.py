"""One update of gradient descent: the loss after it, what the gradient predicts, and the step too long."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core._checks import check_number
from linear_core.gradients.loss import loss_module
from linear_core.gradients.trace import GradientTrace

# Halvings of an interval until float64 has no number left inside.
HALVINGS = 64


@dataclass(frozen=True, eq=False)
class Update:
    """One step of ``torch.optim.SGD`` from the parameters of a trace.

    Attributes
    ----------
    learning_rate : float
        The step is learning_rate · gradient.
    weight, bias : Tensor
        The parameters after the step; bias is None without one.
    loss_before, loss_after : Tensor, ``()``
        PyTorch's loss of the batch at both.
    predicted_loss : float
        What the gradient alone predicts: loss − learning_rate · (squared norm of the gradient). The loss of a
        convex layer is never below it.
    """

    learning_rate: float
    weight: Tensor
    bias: Tensor | None
    loss_before: Tensor
    loss_after: Tensor
    predicted_loss: float


def one_update(trace: GradientTrace, learning_rate: float) -> Update:
    """Make one step of gradient descent.

    Parameters
    ----------
    trace : GradientTrace
        Where the step begins.
    learning_rate : float
        From 0 on.

    Returns
    -------
    Update
        The parameters are those of ``torch.optim.SGD``, to the bit.

    Raises
    ------
    ConfigError
        The learning rate is negative or not finite.

    Examples
    --------
    >>> from linear_core import trace_gradients
    >>> trace = trace_gradients(torch.ones(1, 1), torch.zeros(1, 1), None, torch.ones(1, 1))
    >>> update = one_update(trace, 0.25)
    >>> update.weight.item(), update.loss_before.item(), update.predicted_loss, update.loss_after.item()
    (0.5, 1.0, 0.0, 0.25)
    """
    check_number("learning_rate", learning_rate, smallest=0)
    forward, backward = trace.forward, trace.backward
    weight = forward.weight.add(backward.grad_weight, alpha=-learning_rate)
    bias = None
    if forward.bias is not None and backward.grad_bias is not None:
        bias = forward.bias.add(backward.grad_bias, alpha=-learning_rate)
    after = loss_module(trace.loss.loss, trace.loss.reduction)(
        F.linear(forward.x, weight, bias), trace.loss.target
    )
    predicted = trace.loss.value.item() - learning_rate * squared_norm(trace)
    return Update(learning_rate, weight, bias, trace.loss.value, after, predicted)


def squared_norm(trace: GradientTrace) -> float:
    """Return the squared norm of the gradient of weight and bias: how fast the loss falls at first."""
    grads = (trace.backward.grad_weight, trace.backward.grad_bias)
    return sum(grad.double().square().sum().item() for grad in grads if grad is not None)


def losses_along(trace: GradientTrace, learning_rates: Tensor) -> Tensor:
    """Return the loss after one update with each of several learning rates, in float64.

    Parameters
    ----------
    trace : GradientTrace
        Where each update begins.
    learning_rates : Tensor, ``(k,)``

    Returns
    -------
    Tensor, ``(k,)``
        Computed without making the updates: the output moves along a straight line.
    """
    direction = F.linear(
        trace.forward.x.double(),
        trace.backward.grad_weight.double(),
        None if trace.backward.grad_bias is None else trace.backward.grad_bias.double(),
    )
    difference = trace.loss.prediction.double() - trace.loss.target.double()
    moved = difference - learning_rates.double().reshape(-1, *[1] * difference.ndim) * direction
    elements = trace.loss.formula.elementwise(moved).flatten(1)
    return elements.mean(1) if trace.loss.reduction == "mean" else elements.sum(1)


def longest_step(trace: GradientTrace) -> float | None:
    """Return the learning rate from which on one update no longer lowers the loss.

    Parameters
    ----------
    trace : GradientTrace
        Where the update begins.

    Returns
    -------
    float or None
        None where the gradient is zero and no step changes anything. For the mean squared error it is twice
        the best learning rate of this one step.

    Examples
    --------
    >>> from linear_core import trace_gradients
    >>> longest_step(trace_gradients(torch.ones(1, 1), torch.zeros(1, 1), None, torch.ones(1, 1)))
    1.0
    """
    if squared_norm(trace) == 0:
        return None
    before = losses_along(trace, torch.zeros(1)).item()
    # The loss is convex along the step: below its start at first, above it from one learning rate on.
    low, high = 0.0, 1.0
    while high < 1e30 and losses_along(trace, torch.tensor([high], dtype=torch.float64)).item() < before:
        low, high = high, high * 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = losses_along(trace, torch.tensor([middle], dtype=torch.float64)).item() < before
        low, high = (middle, high) if below else (low, middle)
    return high
