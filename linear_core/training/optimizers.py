"""From gradients to the next parameters: the update rules, in the order of operations of ``torch.optim``.

Keeping PyTorch's order of operations, and not only its mathematics, makes the results equal to the bit.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import signature
from types import MappingProxyType
from typing import Any, Protocol

import torch
from torch import Tensor

# What an optimizer remembers of one parameter between steps: moving averages, and how many steps it has made.
Memory = dict[str, Any]


class OptimizerSettings(Protocol):
    """What an update rule reads; `TrainingConfig` has it."""

    @property
    def learning_rate(self) -> float:
        """How far one step goes along the gradient."""

    @property
    def momentum(self) -> float:
        """How much of the last step is kept."""

    @property
    def nesterov(self) -> bool:
        """Whether the gradient is taken as if the momentum had been applied already."""

    @property
    def weight_decay(self) -> float:
        """How strongly parameters are pulled to zero."""


@dataclass(frozen=True)
class Optimizer:
    """One update rule.

    Attributes
    ----------
    torch_name : str
        The class in ``torch.optim``.
    update : callable
        ``update(parameter, gradient, memory, settings)`` changes `parameter` and `memory` in place.
    options : tuple of str
        Which of momentum, nesterov and weight_decay the rule has.
    presets : mapping
        What menus offer, by name, as the options that are not 0; by default the plain rule under its PyTorch
        name.
    is_linear : bool
        Whether the update is linear in gradient and memory, as that of SGD. On a quadratic loss
        `linear_core.theory` then knows the run; it covers no other rule.
    first_buffer : str or None
        For a rule whose PyTorch class makes its momentum buffer in the first step only: the tensor in its
        state that has the buffer's shape. A script that turns on momentum later has to make the buffer.

    Examples
    --------
    >>> from linear_core import TrainingConfig
    >>> parameter = torch.tensor([1.0])
    >>> OPTIMIZERS["sgd"].update(parameter, torch.tensor([2.0]), {}, TrainingConfig(learning_rate=0.25))
    >>> parameter
    tensor([0.5000])
    """

    torch_name: str
    update: Callable[[Tensor, Tensor, Memory, OptimizerSettings], None]
    options: tuple[str, ...]
    presets: Mapping[str, Mapping[str, float | bool]] = field(default_factory=dict)
    is_linear: bool = False
    first_buffer: str | None = None

    def default(self, option: str) -> float | bool:
        """Return the value that the PyTorch class gives an option when none is passed."""
        default: float | bool = signature(getattr(torch.optim, self.torch_name)).parameters[option].default
        return default


def _sgd(parameter: Tensor, gradient: Tensor, memory: Memory, settings: OptimizerSettings) -> None:
    gradient = _with_weight_decay(parameter, gradient, settings)
    if settings.momentum:
        if "momentum_buffer" in memory:
            buffer = memory["momentum_buffer"].mul_(settings.momentum).add_(gradient)
        else:
            buffer = memory["momentum_buffer"] = gradient.clone()
        gradient = gradient.add(buffer, alpha=settings.momentum) if settings.nesterov else buffer
    parameter.add_(gradient, alpha=-settings.learning_rate)


def _rmsprop(parameter: Tensor, gradient: Tensor, memory: Memory, settings: OptimizerSettings) -> None:
    alpha, eps = 0.99, 1e-8
    gradient = _with_weight_decay(parameter, gradient, settings)
    square_avg = _remembered(memory, "square_avg", parameter)
    square_avg.mul_(alpha).addcmul_(gradient, gradient, value=1 - alpha)
    scale = square_avg.sqrt().add_(eps)
    if settings.momentum:
        buffer = _remembered(memory, "momentum_buffer", parameter)
        buffer.mul_(settings.momentum).addcdiv_(gradient, scale)
        parameter.add_(buffer, alpha=-settings.learning_rate)
    else:
        parameter.addcdiv_(gradient, scale, value=-settings.learning_rate)


def _adam(parameter: Tensor, gradient: Tensor, memory: Memory, settings: OptimizerSettings) -> None:
    gradient = _with_weight_decay(parameter, gradient, settings)
    _adam_step(parameter, gradient, memory, settings.learning_rate)


def _adamw(parameter: Tensor, gradient: Tensor, memory: Memory, settings: OptimizerSettings) -> None:
    if settings.weight_decay:
        parameter.mul_(1 - settings.learning_rate * settings.weight_decay)
    _adam_step(parameter, gradient, memory, settings.learning_rate)


def _adam_step(parameter: Tensor, gradient: Tensor, memory: Memory, learning_rate: float) -> None:
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    memory["step"] = step = memory.get("step", 0) + 1
    mean = _remembered(memory, "exp_avg", parameter).lerp_(gradient, 1 - beta1)
    square = _remembered(memory, "exp_avg_sq", parameter)
    square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
    scale = (square.sqrt() / (1 - beta2**step) ** 0.5).add_(eps)
    parameter.addcdiv_(mean, scale, value=-learning_rate / (1 - beta1**step))


def _with_weight_decay(parameter: Tensor, gradient: Tensor, settings: OptimizerSettings) -> Tensor:
    if settings.weight_decay:
        return gradient.add(parameter, alpha=settings.weight_decay)
    return gradient


def _remembered(memory: Memory, name: str, parameter: Tensor) -> Tensor:
    if name not in memory:
        memory[name] = parameter.new_zeros(parameter.shape)
    remembered: Tensor = memory[name]
    return remembered


OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        "sgd": Optimizer(
            "SGD",
            _sgd,
            ("momentum", "nesterov", "weight_decay"),
            {"SGD": {}, "Momentum": {"momentum": 0.9}, "Nesterov": {"momentum": 0.9, "nesterov": True}},
            is_linear=True,
        ),
        "rmsprop": Optimizer("RMSprop", _rmsprop, ("momentum", "weight_decay"), first_buffer="square_avg"),
        "adam": Optimizer("Adam", _adam, ("weight_decay",)),
        "adamw": Optimizer("AdamW", _adamw, ("weight_decay",), {"AdamW": {"weight_decay": 0.01}}),
    }
)


def _choices() -> Iterator[tuple[str, Mapping[str, str | float | bool]]]:
    nothing: dict[str, str | float | bool] = {"momentum": 0.0, "nesterov": False, "weight_decay": 0.0}
    for key, optimizer in OPTIMIZERS.items():
        for name, options in (optimizer.presets or {optimizer.torch_name: {}}).items():
            yield name, MappingProxyType({"optimizer": key, **nothing, **options})


# What a menu offers, as changes to a `TrainingConfig`: complete, so that one choice undoes another.
OPTIMIZER_CHOICES: Mapping[str, Mapping[str, str | float | bool]] = MappingProxyType(dict(_choices()))
