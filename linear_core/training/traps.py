"""Mistakes that raise no error: each made on purpose, beside the right run, with the real numbers.

All runs are full-batch gradient descent on the mean squared error. What a mistake does is done by PyTorch
itself, by autograd and a hand-written loop; the right run is a `Trainer`'s.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core._checks import check_count
from linear_core._warnings import recorded_warnings
from linear_core.data import RegressionData
from linear_core.language import N_
from linear_core.layer.spec import LayerSpec, build_layer
from linear_core.theory.descent import stability
from linear_core.theory.least_squares import least_squares
from linear_core.training.config import TrainingConfig
from linear_core.training.history import TrainingHistory
from linear_core.training.trainer import Trainer

MAX_STEPS = 2000
MAX_SAMPLES = 200


@dataclass(frozen=True, eq=False)
class TrapRun(TrainingHistory):
    """One of the two runs: every state it passed, up to the last finite one.

    Its `loss` is the true mean squared error, so that the two runs can be compared; the gradient of a mistake
    is not measured, and its norm is 0.

    Attributes
    ----------
    printed_loss : Tensor, ``(n,)``
        The loss that the program itself computes, and would print.
    diverged_at : int or None
        The step whose numbers are not finite.
    """

    printed_loss: Tensor
    diverged_at: int | None


@dataclass(frozen=True, eq=False)
class TrapResult:
    """A mistake beside the right way.

    Attributes
    ----------
    right, wrong : TrapRun
        From the same start.
    right_data, wrong_data : RegressionData
        What each was trained on.
    template : str
        The consequence in one English sentence with fields; one of `TRAP_TEMPLATES`.
    values : mapping of str to str
        What the fields stand for.
    warning : str or None
        What PyTorch says about it, in its own words; None when it says nothing.
    differences : Tensor or None
        The matrix that takes the place of the residuals, where the mistake makes one.

    Examples
    --------
    >>> from linear_core import line_data
    >>> result = TRAPS["target_shape"].run(line_data(n_samples=5), TrainingConfig(), num_steps=1)
    >>> result.differences.shape, result.warning
    (torch.Size([5, 5]), 'Using a target size (torch.Size([5])) that is different to the input size ...')
    """

    right: TrapRun
    wrong: TrapRun
    right_data: RegressionData
    wrong_data: RegressionData
    template: str
    values: Mapping[str, str] = field(default_factory=dict)
    warning: str | None = None
    differences: Tensor | None = None

    @property
    def text(self) -> str:
        """The consequence in English."""
        return self.template.format(**self.values)


@dataclass(frozen=True)
class Trap:
    """A common mistake.

    Attributes
    ----------
    title : str
        In a few English words; one of `TRAP_TITLES`.
    right_code, wrong_code : str
        The lines of PyTorch that differ.
    """

    title: str
    right_code: str
    wrong_code: str
    _run: Callable[[RegressionData, TrainingConfig, int], TrapResult]

    def run(self, data: RegressionData, config: TrainingConfig, num_steps: int) -> TrapResult:
        """Make both runs.

        Parameters
        ----------
        data : RegressionData
            The data to train on.
        config : TrainingConfig
            Its learning rate, seed and bias count.
        num_steps : int
            From 1 to 2,000.

        Raises
        ------
        ConfigError
            `num_steps` is out of range.
        DataError
            The data do not allow it: a constant feature cannot be standardized.

        Examples
        --------
        >>> from linear_core import line_data
        >>> print(TRAPS["no_zero_grad"].run(line_data(), TrainingConfig(learning_rate=0.1), 100).text)
        Gradients accumulate: at step 100 ... equals momentum 1.0 (weights differ by 0 at most).
        """
        check_count("num_steps", num_steps, largest=MAX_STEPS)
        plain = TrainingConfig(learning_rate=config.learning_rate, seed=config.seed, bias=config.bias)
        return self._run(data, plain, num_steps)


NO_ZERO_GRAD = N_(
    "Gradients accumulate: at step {steps} the loss is {wrong} instead of {right}. This equals "
    "momentum 1.0 (weights differ by {difference} at most)."
)
TARGET_SHAPE = N_(
    "Broadcasting compares each of the {samples} predictions with all {samples} targets: "
    "training converges to the mean of the targets, {mean}, where the loss is their variance, "
    "{variance}. At step {steps} the true loss is {wrong} instead of {right}."
)
RATE_OVER_LIMIT = N_(
    "The learning-rate limit of this data is {limit}. At {wrong_rate}, 10% above it, each step "
    "overshoots further than the last: at step {steps} the loss is {wrong}. At {right_rate} it "
    "is {right}."
)
UNSCALED = N_(
    "With the first feature in a unit 1/100 the size (values 100 times as large), the loss "
    "surface is a ravine with condition number {wrong_condition}; standardized, it is "
    "{right_condition}. Each at its own best learning rate, at step {steps} the loss is {wrong} "
    "instead of {right}."
)
NO_BIAS = N_(
    "Without a bias the output is 0 wherever x is 0. The lowest possible loss is {wrong_best} "
    "instead of {right_best}; at step {steps} it is {wrong} instead of {right}."
)
SUMMED_LOSS = N_(
    "Summed over {elements} elements instead of averaged, the gradient is {elements} times as "
    "large, as if the learning rate were {rate}. The limit is {limit}; at step {steps} the loss "
    "is {wrong} instead of {right}."
)
TRAP_TEMPLATES = (NO_ZERO_GRAD, TARGET_SHAPE, RATE_OVER_LIMIT, UNSCALED, NO_BIAS, SUMMED_LOSS)


def _no_zero_grad(data: RegressionData, config: TrainingConfig, num_steps: int) -> TrapResult:
    right, wrong = _trained(data, config, num_steps), _looped(data, config, num_steps, zero_grad=False)
    momentum = _trained(data, config.changed({"momentum": 1.0}), num_steps)
    length = min(len(momentum.step), len(wrong.step))
    difference = (momentum.weight[:length] - wrong.weight[:length]).abs().max().item()
    values = {"difference": _short(difference)}
    return TrapResult(right, wrong, data, data, NO_ZERO_GRAD, values | _losses(right, wrong))


def _target_shape(data: RegressionData, config: TrainingConfig, num_steps: int) -> TrapResult:
    data = RegressionData(
        data.x[:MAX_SAMPLES], data.target[:MAX_SAMPLES, :1], data.feature_names, data.target_names[:1]
    )
    flat = data.target[:, 0]

    def broadcast_loss(prediction: Tensor, _: Tensor) -> Tensor:
        # Broadcast by hand, F.mse_loss computes the same and does not warn in every step.
        return F.mse_loss(prediction.expand(-1, len(flat)), flat.expand(len(flat), -1))

    right, wrong = _trained(data, config, num_steps), _looped(data, config, num_steps, broadcast_loss)
    prediction = F.linear(data.x, wrong.weight[-1], None if wrong.bias is None else wrong.bias[-1])
    values = {
        "samples": str(data.n_samples),
        "mean": _short(flat.mean().item()),
        "variance": _short(flat.var(correction=0).item()),
    }
    return TrapResult(
        right,
        wrong,
        data,
        data,
        TARGET_SHAPE,
        values | _losses(right, wrong),
        warning=_warning_of(prediction, flat),
        differences=prediction - flat,  # (n, 1) - (n,) -> (n, n)
    )


def _rate_over_limit(data: RegressionData, config: TrainingConfig, num_steps: int) -> TrapResult:
    shape = stability(data.x, config.bias, data.out_features)
    right_rate, wrong_rate = shape.best_learning_rate, 1.1 * shape.max_learning_rate
    right = _trained(data, config.changed({"learning_rate": right_rate}), num_steps)
    wrong = _trained(data, config.changed({"learning_rate": wrong_rate}), num_steps)
    values = {
        "limit": _short(shape.max_learning_rate),
        "right_rate": _short(right_rate),
        "wrong_rate": _short(wrong_rate),
    }
    return TrapResult(right, wrong, data, data, RATE_OVER_LIMIT, values | _losses(right, wrong))


def _unscaled(data: RegressionData, config: TrainingConfig, num_steps: int) -> TrapResult:
    scale = torch.ones(data.in_features, dtype=data.x.dtype)
    scale[0] = 100
    wrong_data = RegressionData(data.x * scale, data.target, data.feature_names, data.target_names)
    right_data = data if data.x_mean is not None else data.standardized()
    runs, conditions = [], []
    for each in (right_data, wrong_data):
        shape = stability(each.x, config.bias, each.out_features)
        conditions.append(_short(shape.condition_number))
        runs.append(_trained(each, config.changed({"learning_rate": shape.best_learning_rate}), num_steps))
    right, wrong = runs
    values = {"right_condition": conditions[0], "wrong_condition": conditions[1]}
    return TrapResult(right, wrong, right_data, wrong_data, UNSCALED, values | _losses(right, wrong))


def _no_bias(data: RegressionData, config: TrainingConfig, num_steps: int) -> TrapResult:
    right = _trained(data, config.changed({"bias": True}), num_steps)
    wrong = _trained(data, config.changed({"bias": False}), num_steps)
    values = {
        "right_best": _short(least_squares(data.x, data.target).loss),
        "wrong_best": _short(least_squares(data.x, data.target, bias=False).loss),
    }
    return TrapResult(right, wrong, data, data, NO_BIAS, values | _losses(right, wrong))


def _summed_loss(data: RegressionData, config: TrainingConfig, num_steps: int) -> TrapResult:
    def summed(prediction: Tensor, target: Tensor) -> Tensor:
        return F.mse_loss(prediction, target, reduction="sum")

    right, wrong = _trained(data, config, num_steps), _looped(data, config, num_steps, summed)
    elements = data.target.numel()
    values = {
        "elements": str(elements),
        "rate": _short(config.learning_rate * elements),
        "limit": _short(stability(data.x, config.bias, data.out_features).max_learning_rate),
    }
    return TrapResult(right, wrong, data, data, SUMMED_LOSS, values | _losses(right, wrong))


def _trained(data: RegressionData, config: TrainingConfig, num_steps: int) -> TrapRun:
    trainer = Trainer(data, config)
    trainer.advance(num_steps)
    history = trainer.history
    return TrapRun(**vars(history), printed_loss=history.loss, diverged_at=trainer.diverged_at)


def _looped(
    data: RegressionData,
    config: TrainingConfig,
    num_steps: int,
    criterion: Callable[[Tensor, Tensor], Tensor] = F.mse_loss,
    zero_grad: bool = True,
) -> TrapRun:
    """Train as a program would that makes the mistake: with autograd and ``optim.SGD``."""
    dtype = str(data.x.dtype).removeprefix("torch.")
    model = build_layer(
        LayerSpec(data.in_features, data.out_features, config.bias, config.init, config.seed, dtype)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=config.learning_rate)
    states: list[tuple[Tensor, Tensor, Tensor, Tensor | None]] = []
    with torch.enable_grad():
        for _ in range(num_steps + 1):
            prediction = model(data.x)
            loss = criterion(prediction, data.target)
            true_loss = F.mse_loss(prediction.detach(), data.target)
            if not (math.isfinite(loss.item()) and math.isfinite(true_loss.item())):
                break
            bias = None if model.bias is None else model.bias.detach().clone()
            states.append((true_loss, loss.detach(), model.weight.detach().clone(), bias))
            if zero_grad:
                optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
    true_losses, losses, weights, biases = zip(*states, strict=True)
    return TrapRun(
        torch.arange(len(states)),
        torch.stack(true_losses),
        torch.zeros(len(states), dtype=torch.float64),
        torch.stack(weights),
        torch.stack(biases) if config.bias else None,
        torch.stack(losses),
        len(states) if len(states) <= num_steps else None,
    )


def _warning_of(prediction: Tensor, target: Tensor) -> str:
    """Let PyTorch warn, and give its words."""
    with recorded_warnings() as caught:
        F.mse_loss(prediction, target)
    return str(caught[0].message)


def _losses(right: TrapRun, wrong: TrapRun) -> dict[str, str]:
    """Compare both at the last step that both have reached."""
    last = min(len(right.step), len(wrong.step)) - 1
    return {
        "steps": str(last),
        "right": _short(right.loss[last].item()),
        "wrong": _short(wrong.loss[last].item()),
    }


def _short(number: float) -> str:
    digits, e, power = f"{number:.4g}".partition("e")
    return f"{digits}e{int(power)}" if e else digits


TRAPS: Mapping[str, Trap] = MappingProxyType(
    {
        "no_zero_grad": Trap(
            N_("Forgotten zero_grad"),
            "optimizer.zero_grad()\nloss.backward()\noptimizer.step()",
            "loss.backward()\noptimizer.step()",
            _no_zero_grad,
        ),
        "target_shape": Trap(
            N_("Target of shape (N,)"),
            "loss = criterion(model(x), target)",
            "loss = criterion(model(x), target[:, 0])",
            _target_shape,
        ),
        "rate_over_limit": Trap(
            N_("Learning rate over the limit"),
            "optimizer = torch.optim.SGD(model.parameters(), lr=best_rate)",
            "optimizer = torch.optim.SGD(model.parameters(), lr=1.1 * limit)",
            _rate_over_limit,
        ),
        "unscaled": Trap(
            N_("Unscaled features"),
            "x = (x - x.mean(0)) / x.std(0, correction=0)",
            "x[:, 0] *= 100",
            _unscaled,
        ),
        "no_bias": Trap(
            N_("No bias"),
            "model = nn.Linear(in_features, out_features)",
            "model = nn.Linear(in_features, out_features, bias=False)",
            _no_bias,
        ),
        "summed_loss": Trap(
            N_("Summed loss"),
            "criterion = nn.MSELoss()",
            'criterion = nn.MSELoss(reduction="sum")',
            _summed_loss,
        ),
    }
)
TRAP_TITLES = tuple(trap.title for trap in TRAPS.values())
