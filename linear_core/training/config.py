"""What is chosen before a run, and checked before it starts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from linear_core._checks import check_choice
from linear_core.errors import ConfigError
from linear_core.layer.spec import INITS, MAX_SEED
from linear_core.training.losses import LOSSES
from linear_core.training.optimizers import OPTIMIZERS


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
    init : str
        One of `INITS`: how the starting parameters are drawn.
    seed : int
        Of the starting parameters and of the order of batches, each with a generator of its own.
    nesterov : bool
        Look ahead along the momentum, which has to be greater than 0.
    bias : bool
        Whether the layer has a bias.
    stop_step : int or None
        Stop at this step.
    stop_loss : float or None
        Stop as soon as the loss over all samples is at most this.
    stop_gradient_norm : float or None
        Stop as soon as the norm of the gradient over all samples is at most this.
    stop_patience : int or None
        Stop when the loss has not improved on the best one by 0.1% for this many steps.

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
    init: str = "default"
    nesterov: bool = False
    bias: bool = True
    stop_step: int | None = None
    stop_loss: float | None = None
    stop_gradient_norm: float | None = None
    stop_patience: int | None = None

    def __post_init__(self) -> None:
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        check_choice("loss", self.loss, LOSSES)
        check_choice("init", self.init, INITS)
        self._check_numbers()
        for name in ("nesterov", "bias"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(
                    "expected {name} to be True or False, but got {value!r}; choose one of the two",
                    name=name,
                    value=getattr(self, name),
                )
        self._check_optional()
        self._check_options()

    def changed(self, changes: Mapping[str, Any]) -> "TrainingConfig":
        """Return the same config with other values, checked again.

        Raises
        ------
        ConfigError
            A name is not one of a config's, or a value is not possible.
        """
        names = [field.name for field in fields(self)]
        for name in changes:
            if name not in names:
                raise ConfigError(
                    "expected a field of the training config ({names}), but got {name!r}; choose one of them",
                    name=name,
                    names=", ".join(names),
                )
        return replace(self, **changes)

    @property
    def stops_early(self) -> bool:
        """Whether anything but divergence may stop the run."""
        return any(
            rule is not None
            for rule in (self.stop_step, self.stop_loss, self.stop_gradient_norm, self.stop_patience)
        )

    @property
    def has_theory(self) -> bool:
        """Whether the run is SGD, with or without momentum, on the squared error of all samples.

        Then every direction of the parameters follows a linear recurrence of its own: limits, pace and best
        rate are known exactly (`linear_core.theory`).
        """
        optimizer, loss = OPTIMIZERS[self.optimizer], LOSSES[self.loss]
        return optimizer.is_linear and loss.is_quadratic and self.batch_size is None

    @property
    def has_closed_form(self) -> bool:
        """Whether the run is plain gradient descent, of which `descent_path` knows every state at once."""
        return self.has_theory and not self.momentum and not self.weight_decay

    def _check_numbers(self) -> None:
        if not _is_number(self.learning_rate) or self.learning_rate <= 0:
            raise ConfigError(
                "expected learning_rate to be a finite number greater than 0, but got {value!r}; use "
                "1e-3, for example",
                value=self.learning_rate,
            )
        if not _is_number(self.momentum) or not 0 <= self.momentum <= 1:
            raise ConfigError(
                "expected momentum to be a number from 0 to 1, but got {value!r}; use 0.9, for example",
                value=self.momentum,
            )
        if not _is_number(self.weight_decay) or self.weight_decay < 0:
            raise ConfigError(
                "expected weight_decay to be a finite number of at least 0, but got {value!r}; use 0.01, "
                "for example",
                value=self.weight_decay,
            )
        if not _is_whole(self.seed) or not 0 <= self.seed <= MAX_SEED:
            raise ConfigError(
                "expected seed to be an integer from 0 to {most}, but got {value!r}; choose one "
                "in this range",
                value=self.seed,
                most=MAX_SEED,
            )

    def _check_optional(self) -> None:
        for name, least in (("batch_size", 1), ("stop_step", 0), ("stop_patience", 1)):
            value = getattr(self, name)
            if value is not None and (not _is_whole(value) or value < least):
                raise ConfigError(
                    "expected {name} to be an integer of at least {least}, but got {value!r}; use 10, for "
                    "example",
                    name=name,
                    value=value,
                    least=least,
                )
        for name in ("stop_loss", "stop_gradient_norm"):
            value = getattr(self, name)
            if value is not None and (not _is_number(value) or value < 0):
                raise ConfigError(
                    "expected {name} to be a finite number of at least 0, or None, but got {value!r}; "
                    "use one of these",
                    name=name,
                    value=value,
                )

    def _check_options(self) -> None:
        for name in ("momentum", "nesterov", "weight_decay"):
            if getattr(self, name) and name not in OPTIMIZERS[self.optimizer].options:
                having = [key for key, optimizer in OPTIMIZERS.items() if name in optimizer.options]
                given = {"name": name, "value": getattr(self, name), "optimizer": self.optimizer}
                if len(having) == 1:
                    raise ConfigError(
                        "expected no {name} with optimizer {optimizer!r}, but got {value!r}; leave it "
                        "out, or choose {only!r}",
                        only=having[0],
                        **given,
                    )
                raise ConfigError(
                    "expected no {name} with optimizer {optimizer!r}, but got {value!r}; leave it out, "
                    "or choose {others} or {last!r}",
                    others=", ".join(map(repr, having[:-1])),
                    last=having[-1],
                    **given,
                )
        if self.nesterov and not self.momentum:
            raise ConfigError(
                "expected a momentum greater than 0 with nesterov=True, but got 0; set it, for instance "
                "to 0.9"
            )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
