"""``backward`` adds to ``.grad``: what follows when nothing, or too much, is cleared in between."""

from collections.abc import Mapping
from types import MappingProxyType

from torch import Tensor, nn

from linear_core.gradients.recipes import Recipe
from linear_core.language import N_


def _once(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    loss_fn(layer(x), target).backward()


def _twice(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    loss_fn(layer(x), target).backward()
    loss_fn(layer(x), target).backward()


def _zeroed(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    loss_fn(layer(x), target).backward()
    layer.zero_grad()
    loss_fn(layer(x), target).backward()


def _micro_batches(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    for i in range(len(x)):
        loss_fn(layer(x[i : i + 1]), target[i : i + 1]).backward()


def _weighted_micro_batches(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    for i in range(len(x)):
        loss = loss_fn(layer(x[i : i + 1]), target[i : i + 1])
        (loss / len(x)).backward()


def _set_to_none(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    loss_fn(layer(x), target).backward()
    layer.zero_grad(set_to_none=True)


def _set_to_zero(layer: nn.Linear, loss_fn: nn.Module, x: Tensor, target: Tensor) -> None:
    loss_fn(layer(x), target).backward()
    layer.zero_grad(set_to_none=False)


ACCUMULATIONS: Mapping[str, Recipe] = MappingProxyType(
    {
        "once": Recipe(N_("One backward"), N_("The gradient of one batch."), _once),
        "twice": Recipe(
            N_("Two, without zero_grad"),
            N_("backward adds to .grad: the second pass doubles it, as if the learning rate were doubled."),
            _twice,
        ),
        "zeroed": Recipe(
            N_("Two, with zero_grad"), N_("Cleared in between, .grad holds the second pass alone."), _zeroed
        ),
        "micro_batches": Recipe(
            N_("Micro-batches"),
            N_(
                "Sums of losses add up to the sum over the batch. Means do not: each is a mean "
                "over its own part, so together they are as many times too large as there are "
                "parts."
            ),
            _micro_batches,
        ),
        "divided": Recipe(
            N_("Micro-batches, each loss divided"),
            N_(
                "The means, each weighted by its share of the samples, add up to the mean over the batch. A "
                "sum must not be divided: the gradient would come out too small."
            ),
            _weighted_micro_batches,
        ),
        "set_to_none": Recipe(
            N_("zero_grad(), set_to_none=True"),
            N_("The default frees the gradient: .grad is None, and an optimizer skips this parameter."),
            _set_to_none,
        ),
        "set_to_zero": Recipe(
            N_("set_to_none=False"),
            N_(
                "Zeros stay allocated, and an optimizer still takes its step: weight decay and "
                "momentum still apply."
            ),
            _set_to_zero,
        ),
    }
)
