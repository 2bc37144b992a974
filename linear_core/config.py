"""What is chosen before a run, and checked before it starts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from linear_core.errors import ConfigError
from linear_core.layer import MAX_SEED
from linear_core.losses import LOSSES
from linear_core.optimizers import OPTIMIZERS


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How a layer is trained; two equal configs on equal data give equal runs, to the bit.

    Parameters
    ----------
    learning_rate : float
        Greater than 0.
    optimizer : str
        One of `OPTIMIZERS`.
    momentum : float
        From 0 up to 1; 1 is allowed, since it is what a forgotten ``zero_grad`` amounts to.
    weight_decay : float
        At least 0; as ``torch.optim`` applies it.
    loss : str
        One of `LOSSES`.
    batch_size : int or None
        Samples a step; None for all of them in their own order. Otherwise each epoch draws a new order from
        ``torch.Generator().manual_seed(seed)``, and its last batch may be smaller.
    seed : int
        Of the starting parameters and of the order of batches, each with a generator of its own.
    nesterov : bool
        Look ahead along the momentum ("sgd" only, momentum greater than 0).
    bias : bool
        Whether the layer has a bias.
    stop_step : int or None
        Stop at this step.
    stop_loss : float or None
        Stop as soon as the loss over all samples is at most this.
    stop_gradient_norm : float or None
        Stop as soon as the norm of the gradient over all samples is at most this.
    stop_patience : int or None
        Stop when for so many steps the loss has not become 0.1 % better than the best before.

    Raises
    ------
    ConfigError
        A value is not possible; the message says what is.

    Examples
    --------
    >>> TrainingConfig(optimizer="adam", learning_rate=0.01).batch_size is None
    True
    """

    learning_rate: float = 1e-3
    optimizer: str = "sgd"
    momentum: float = 0.0
    weight_decay: float = 0.0
    loss: str = "mse"
    batch_size: int | None = None
    seed: int = 0
    nesterov: bool = False
    bias: bool = True
    stop_step: int | None = None
    stop_loss: float | None = None
    stop_gradient_norm: float | None = None
    stop_patience: int | None = None

    def __post_init__(self) -> None:
        _check_choice("optimizer", self.optimizer, OPTIMIZERS)
        _check_choice("loss", self.loss, LOSSES)
        _check_number("learning_rate", self.learning_rate, "a finite number greater than 0", above=0)
        _check_number("momentum", self.momentum, "a number from 0 to 1", at_most=1)
        _check_number("weight_decay", self.weight_decay, "a finite number of at least 0")
        _check_whole("seed", self.seed, 0, MAX_SEED)
        for name in ("nesterov", "bias"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"{name} is {getattr(self, name)!r}; it has to be True or False")
        self._check_optional()
        self._check_options()

    def changed(self, changes: Mapping[str, Any]) -> "TrainingConfig":
        """Give the same config with other values, checked again.

        Raises
        ------
        ConfigError
            A name is not one of a config's, or a value is not possible.
        """
        names = [field.name for field in fields(self)]
        for name in changes:
            if name not in names:
                raise ConfigError(f"a training config has no {name!r}; it has {', '.join(names)}")
        return replace(self, **changes)

    @property
    def stops_early(self) -> bool:
        """Whether anything but divergence may stop the run."""
        return any(
            rule is not None
            for rule in (self.stop_step, self.stop_loss, self.stop_gradient_norm, self.stop_patience)
        )

    def _check_optional(self) -> None:
        for name, least in (("batch_size", 1), ("stop_step", 0), ("stop_patience", 1)):
            if getattr(self, name) is not None:
                _check_whole(name, getattr(self, name), least)
        for name in ("stop_loss", "stop_gradient_norm"):
            if getattr(self, name) is not None:
                _check_number(name, getattr(self, name), "a finite number of at least 0, or None")

    def _check_options(self) -> None:
        for name in ("momentum", "nesterov", "weight_decay"):
            if getattr(self, name) and name not in OPTIMIZERS[self.optimizer].options:
                having = [key for key, optimizer in OPTIMIZERS.items() if name in optimizer.options]
                raise ConfigError(
                    f"{name} is {getattr(self, name)!r}, but {self.optimizer!r} has no {name};"
                    f" leave it out or choose {' or '.join(map(repr, having))}"
                )
        if self.nesterov and not self.momentum:
            raise ConfigError("nesterov=True needs a momentum greater than 0; set it, for instance to 0.9")


def _check_choice(name: str, value: str, choices: Mapping[str, object]) -> None:
    if value not in choices:
        raise ConfigError(f"{name} is {value!r}; choose one of {', '.join(map(repr, choices))}")


def _check_number(
    name: str, value: float, wanted: str, above: float = -math.inf, at_most: float = math.inf
) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not 0 <= value <= at_most or value <= above:
        raise ConfigError(f"{name} is {value!r}; it has to be {wanted}")


def _check_whole(name: str, value: int, at_least: int, at_most: float = math.inf) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not at_least <= value <= at_most:
        upper = "" if at_most == math.inf else f" and at most {at_most}"
        raise ConfigError(f"{name} is {value!r}; it has to be a whole number of at least {at_least}{upper}")
