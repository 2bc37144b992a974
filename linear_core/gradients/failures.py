"""Calls of ``backward`` that fail, or succeed and do something else: run for real, in PyTorch's own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor, nn

from linear_core._warnings import recorded_warnings
from linear_core.answers.explain import explain_error
from linear_core.calls.records import Explanation
from linear_core.gradients.recipes import Recipe
from linear_core.gradients.trace import GradientTrace
from linear_core.language import N_


@dataclass(frozen=True, eq=False)
class Failure:
    """What became of a call of ``backward``.

    Attributes
    ----------
    error_type : str or None
        The class of the error or the warning; None where PyTorch says nothing.
    message : str or None
        PyTorch's own words.
    explanation : Explanation or None
        What they mean, and the fixes; None without a message.
    """

    error_type: str | None
    message: str | None
    explanation: Explanation | None


def run_failure(recipe: Recipe, trace: GradientTrace) -> Failure:
    """Run one of `FAILURES` and catch what PyTorch says.

    Parameters
    ----------
    recipe : Recipe
        Lines that call ``backward``.
    trace : GradientTrace
        Parameters, x and target to run them on.

    Returns
    -------
    Failure
        The error, or the first warning, or neither.

    Examples
    --------
    >>> from linear_core import trace_gradients
    >>> trace = trace_gradients(torch.ones(2, 3), torch.ones(4, 3), None, torch.ones(2, 4))
    >>> run_failure(FAILURES["non_scalar"], trace).message
    'grad can be implicitly created only for scalar outputs'
    """
    with recorded_warnings() as caught:
        try:
            recipe.run(trace)
        except RuntimeError as error:
            return Failure(type(error).__name__, str(error), explain_error(error))
    if caught:
        message = str(caught[0].message)
        return Failure(caught[0].category.__name__, message, explain_error(message))
    return Failure(None, None, None)


def _non_scalar(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    y = layer(x)
    y.backward()


def _twice(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    loss = loss_fn(layer(x), target)
    loss.backward()
    loss.backward()


def _no_grad(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    with torch.no_grad():
        loss = loss_fn(layer(x), target)
    loss.backward()


def _detached(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    y = layer(x).detach()
    loss_fn(y, target).backward()


def _in_place(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    x.requires_grad_()
    loss = loss_fn(layer(x), target)
    with torch.no_grad():
        layer.weight.mul_(0.9)
    loss.backward()


def _target_shape(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    y = layer(x)[:, :1]  # (N, 1)
    target = target[:, 0]  # (N,)
    loss_fn(y, target).backward()


def _frozen_weight(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    layer.weight.requires_grad_(False)
    x.requires_grad_()
    loss_fn(layer(x), target).backward()
    assert layer.weight.grad is None


def _x_without_grad(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    loss_fn(layer(x), target).backward()
    assert x.grad is None


FAILURES: Mapping[str, Recipe] = MappingProxyType(
    {
        "non_scalar": Recipe(
            N_("backward of a matrix"),
            N_("A gradient is the slope of one number. y has many: reduce them to a loss first."),
            _non_scalar,
        ),
        "twice": Recipe(
            N_("Twice through one graph"),
            N_("The first pass frees what the graph has saved, which the second would need."),
            _twice,
        ),
        "no_grad": Recipe(
            N_("Under no_grad"),
            N_("Nothing was recorded, so there is no graph to backpropagate through."),
            _no_grad,
        ),
        "detached": Recipe(
            N_("After detach"),
            N_("detach cuts the graph: from y on, nothing leads back to the layer."),
            _detached,
        ),
        "in_place": Recipe(
            N_("Changed in place"),
            N_(
                "grad_x = G W needs the weight of the forward pass. An update in between has "
                "changed it in place, as its version counter shows."
            ),
            _in_place,
        ),
        "target_shape": Recipe(
            N_("Target of shape (N,)"),
            N_(
                "(N, 1) against (N,) broadcasts to (N, N): every prediction is compared with every target,"
                " and the gradient is that of another loss."
            ),
            _target_shape,
        ),
        "frozen_weight": Recipe(
            N_("requires_grad=False on weight"),
            N_(
                "No error: weight.grad stays None, and this weight never changes. Gradients still pass"
                " through it to x."
            ),
            _frozen_weight,
        ),
        "x_without_grad": Recipe(
            N_("requires_grad=False on x"),
            N_("No error: the data needs no gradient, so x.grad is None and grad_x is never computed."),
            _x_without_grad,
        ),
    }
)
