"""What can be said of a run before its steps are made: computed where there is time, else predicted."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core._checks import check_count
from linear_core.data import RegressionData
from linear_core.theory.descent import descent_path, stability
from linear_core.theory.outlook import Outlook, outlook
from linear_core.training.config import TrainingConfig
from linear_core.training.history import TrainingState
from linear_core.training.optimizers import OPTIMIZERS
from linear_core.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Forecast:
    """A state to come.

    Attributes
    ----------
    state : TrainingState or None
        In the dtype of the run if it was computed, else float64. Its step is before the one asked for where
        the run ends there: it diverges, or a rule of its config stops it. None if there is neither time to
        compute it nor a closed form that reaches so far.
    is_computed : bool
        Whether the steps were made: then every digit is that of the run. Otherwise it is predicted.
    tolerance : float
        How far, at most, each parameter of the run itself may deviate from the predicted one, since each of
        its steps is rounded; 0 if it was computed, infinite where no bound is known.
    """

    state: TrainingState | None
    is_computed: bool
    tolerance: float


def forecast(trainer: Trainer, step: int, seconds: float = 1.0) -> Forecast:
    """Say where a run is at a step, made or to come; the run itself stays where it is.

    Parameters
    ----------
    trainer : Trainer
        At any step.
    step : int
        At least 0.
    seconds : float
        Computing time that the answer may take. What does not fit is predicted, if the run from there on is
        plain gradient descent on the squared error of all samples.

    Returns
    -------
    Forecast

    Raises
    ------
    ConfigError
        `step` is not an integer of at least 0.

    Examples
    --------
    >>> from linear_core import TrainingConfig, line_data
    >>> trainer = Trainer(line_data(), TrainingConfig())
    >>> seen = forecast(trainer, 2000)
    >>> seen.is_computed, trainer.step, trainer.advance(2000)
    (True, 0, 2000)
    >>> torch.equal(seen.state.weight, trainer.weight)
    True
    >>> far = forecast(trainer, 1_000_000_000, seconds=0.01)
    >>> far.is_computed, round(far.state.weight.item(), 6), f"{far.tolerance:.4f}"
    (False, 3.0, '0.00...')
    """
    check_count("step", step, smallest=0)
    if step <= trainer.step:
        return Forecast(trainer.at(step), is_computed=True, tolerance=0.0)
    ahead = trainer.back_to(trainer.step)
    ahead.advance(step - ahead.step, seconds)
    now = ahead.at(ahead.step)
    if ahead.step == step or not ahead.can_advance:
        return Forecast(now, is_computed=True, tolerance=0.0)
    if not ahead.config.has_closed_form or ahead.config.stops_early:
        return Forecast(None, is_computed=False, tolerance=math.inf)
    rate = ahead.config.learning_rate
    state = _descended(ahead.data, now, rate, step)
    tolerance = math.inf if state is None else _rounding_bound(ahead.data, now, rate, step - now.step)
    return Forecast(state, is_computed=False, tolerance=tolerance)


def _descended(
    data: RegressionData, state: TrainingState, learning_rate: float, step: int
) -> TrainingState | None:
    """Return the exact state of gradient descent from `state` on; None where float64 overflows."""
    more = [step - state.step, step - state.step + 1]
    path = descent_path(data.x, data.target, state.weight, state.bias, learning_rate, more)
    if path.overflow_at is not None:
        return None
    # One step further goes against the gradient, learning_rate times its length.
    squares = path.weight.diff(dim=0).square().sum()
    if path.bias is not None:
        squares = squares + path.bias.diff(dim=0).square().sum()
    bias = None if path.bias is None else path.bias[0]
    gradient_norm = squares.sqrt().item() / learning_rate
    return TrainingState(step, path.weight[0], bias, path.loss[0].item(), gradient_norm)


def _rounding_bound(
    data: RegressionData, state: TrainingState, learning_rate: float, num_steps: int
) -> float:
    """Bound how far the rounded run may be from the exact one after `num_steps`, in any parameter.

    A step is a linear map with the factors ``1 − learning_rate · eigenvalue``, none beyond −1 and 1 as long
    as the run converges: an error made in one step grows in no later one. So the errors of all steps add up
    at most to the largest of them times ``1 + ρ + ρ² + …``, where ρ is the largest factor. The error of one
    step follows from the bound of a sum of n rounded terms, ``n u / (1 − n u)`` times the sum of their sizes.
    """
    eigenvalues = stability(data.x, state.bias is not None, data.out_features).eigenvalues
    factor = (1 - learning_rate * eigenvalues).abs().max().item()
    if factor > 1:
        return math.inf
    error = _step_error(data, _largest_parameters(data, state), learning_rate)
    return error * min(num_steps, math.inf if factor == 1 else 1 / (1 - factor))


def _largest_parameters(data: RegressionData, state: TrainingState) -> Tensor:
    """Bound the length of each output's parameters on the way, ``(out_features,)``.

    The distance from the optimum never grows: none is farther from 0 than the optimum and that distance.
    """
    end = descent_path(data.x, data.target, state.weight, state.bias, 0.0, [0])
    weight = end.weight[0] if end.bias is None else torch.cat([end.weight[0], end.bias[0][:, None]], dim=1)
    ones = torch.ones_like(data.x[:, :1])
    design = (data.x if end.bias is None else torch.cat([data.x, ones], dim=1)).double()
    optimum: Tensor = torch.linalg.lstsq(design, data.target.double(), driver="gelsd").solution.T
    reach: Tensor = optimum.norm(dim=1) + (weight - optimum).norm(dim=1)
    return reach


def _step_error(data: RegressionData, largest: Tensor, learning_rate: float) -> float:
    unit = torch.finfo(data.x.dtype).eps / 2

    def gamma(num_terms: int) -> float:
        return num_terms * unit / (1 - num_terms * unit) if num_terms * unit < 1 else math.inf

    x = data.x.double()
    lengths = torch.cat([x, torch.ones_like(x[:, :1])], dim=1).norm(dim=1)  # (n,)
    sizes = lengths[:, None] * largest + data.target.double().abs()  # (n, out): of a residual's terms
    in_residual = gamma(data.in_features + 3) * sizes
    in_sum = gamma(data.n_samples + 5) * (sizes + in_residual)
    in_gradient = 2 / data.target.numel() * (lengths[:, None] * (in_residual + in_sum)).sum(0)  # (out,)
    step = 2 / data.target.numel() * (lengths[:, None] * sizes).sum(0)  # no gradient is longer
    in_update = 2 * unit * (largest + learning_rate * step)
    return float((in_update + learning_rate * in_gradient).norm())


def config_outlook(data: RegressionData, config: TrainingConfig) -> tuple[Outlook, bool]:
    """Look ahead for a run, and tell whether it is one of which theory knows all.

    Parameters
    ----------
    data : RegressionData
        The data that is trained on.
    config : TrainingConfig
        How to train.

    Returns
    -------
    Outlook
        Of SGD on the mean squared error of all samples, with the config's momentum and weight decay if theory
        knows its optimizer.
    bool
        The config's `has_theory`. If it is False, the outlook is only a guide.
    """
    names = ("momentum", "nesterov", "weight_decay")
    linear = OPTIMIZERS[config.optimizer].is_linear
    options = {name: getattr(config, name) for name in names} if linear else {}
    return outlook(data, config.learning_rate, config.bias, **options), config.has_theory
