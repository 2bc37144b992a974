"""The outlook of SGD with momentum, Nesterov's and weight decay, against runs of Trainer and torch.optim."""

import math

import pytest
import torch
from torch import nn

from linear_core import (
    ConfigError,
    RegressionData,
    Trainer,
    TrainingConfig,
    builtin_data,
    line_data,
    linear_data,
    stability,
)
from linear_core.theory.momentum import Recurrence
from linear_core.theory.outlook import outlook
from linear_core.training.forecast import config_outlook

RULES = (
    {},
    {"momentum": 0.5},
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True},
    {"weight_decay": 0.5},
    {"momentum": 0.9, "weight_decay": 0.1},
    {"momentum": 0.5, "nesterov": True, "weight_decay": 3.0},
    {"momentum": 1.0, "nesterov": True},
)


def in_float64(data):
    return RegressionData(data.x.double(), data.target.double(), data.feature_names, data.target_names)


DATA = (in_float64(line_data(noise_std=0.1)), in_float64(linear_data(3, 2, 20, noise_std=0.1, seed=1)))


def optimum(data, weight_decay):
    """Solve for the parameters at which loss and pull balance, ``(out, in + 1)``."""
    design = torch.cat([data.x, torch.ones_like(data.x[:, :1])], dim=1)
    scale = 2 / data.target.numel()
    hessian = scale * design.T @ design + weight_decay * torch.eye(design.shape[1], dtype=torch.float64)
    return torch.linalg.solve(hessian, scale * design.T @ data.target).T


def errors_of_torch_optim(data, rate, rule, num_steps):
    """Give the distance from the optimum after each step."""
    layer = nn.Linear(data.in_features, data.out_features, dtype=torch.float64)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    optimizer = torch.optim.SGD(layer.parameters(), lr=rate, **rule)
    goal, errors = optimum(data, rule.get("weight_decay", 0.0)), []
    for _ in range(num_steps):
        optimizer.zero_grad()
        nn.functional.mse_loss(layer(data.x), data.target).backward()
        optimizer.step()
        now = torch.cat([layer.weight, layer.bias[:, None]], dim=1).detach()
        errors.append((now - goal).norm().item())
    return errors


@pytest.mark.parametrize("data", DATA, ids=["line", "several"])
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_torch_optim_converges_just_below_the_limit_and_explodes_just_above(data, rule):
    limit = outlook(data, 0.1, **rule).max_rate
    below = errors_of_torch_optim(data, 0.98 * limit, rule, 1500)
    above = errors_of_torch_optim(data, 1.02 * limit, rule, 1500)
    assert max(below[-100:]) < 0.1 * below[0]
    assert min(above[-100:]) > 1e3 * above[0]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_trainer_converges_just_below_the_limit_and_explodes_just_above(rule):
    limit = outlook(DATA[0], 0.1, **rule).max_rate
    for share, explodes in ((0.98, False), (1.02, True)):
        trainer = Trainer(DATA[0], TrainingConfig(learning_rate=share * limit, **rule))
        trainer.advance(1500)
        assert (trainer.loss > 1e3 * trainer.start.loss) is explodes


@pytest.mark.parametrize("data", DATA, ids=["line", "several"])
@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("share", [0.1, 0.4, 0.9])
def test_half_life_is_that_of_a_run(data, rule, share):
    rate = share * outlook(data, 0.1, **rule).max_rate
    ahead = outlook(data, rate, **rule)
    # From the middle on, when only the slowest direction is left. It may oscillate: peaks tell its error.
    long = int(40 * ahead.half_life) + 20
    errors = errors_of_torch_optim(data, rate, rule, long)
    begin, end, wide = long // 3, long * 2 // 3, long // 6
    first, later = max(errors[begin : begin + wide]), max(errors[end : end + wide])
    seen = (end - begin) * math.log(2) / math.log(first / later)
    assert ahead.half_life - 1 <= seen * 1.1
    assert ahead.half_life >= seen * 0.9


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_no_rate_is_quicker_than_the_best(rule):
    for data in DATA:
        ahead = outlook(data, 0.1, **rule)
        others = torch.linspace(0.01, 1.0, 100).mul(ahead.max_rate).tolist()
        assert min(outlook(data, rate, **rule).half_life for rate in others) >= ahead.best_half_life
        assert ahead.best_half_life == outlook(data, ahead.best_rate, **rule).half_life


@pytest.mark.parametrize(("name", "short"), [("galton", 0.00021), ("cars", 0.003766), ("trees", 0.0001668)])
def test_the_best_rate_is_written_short_but_never_beyond_the_limit(name, short):
    ahead = outlook(builtin_data(name), 0.1)
    assert ahead.short_best_rate == short < ahead.max_rate


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("nesterov", [False, True])
def test_share_that_is_left_is_the_spectral_radius_of_the_update(momentum, nesterov):
    for s in (1e-6, 0.01, 0.3, 1.0, 1.1, 1.9, 3.5, 5.0):
        first = [1 - s * (1 + momentum), -(momentum**2)] if nesterov else [1 - s, -momentum]
        update = torch.tensor([first, [s, momentum]], dtype=torch.float64)  # of (error, buffer)
        radius = torch.linalg.eigvals(update).abs().max().item()
        left = Recurrence(momentum, nesterov).log_left(torch.tensor([s], dtype=torch.float64)).exp()
        assert left.item() == pytest.approx(radius, abs=1e-7)


def test_without_momentum_it_is_the_stability_of_plain_descent():
    shape, ahead = stability(DATA[1].x, out_features=2), outlook(DATA[1], 0.01)
    assert ahead.max_rate == shape.max_learning_rate
    assert ahead.best_rate == shape.best_learning_rate
    assert ahead.condition_number == shape.condition_number
    assert ahead.half_life == shape.steps_to(0.5, 0.01)
    assert outlook(DATA[1], 1e-20).half_life == pytest.approx(shape.steps_to(0.5, 1e-20))


def test_momentum_one_never_settles_below_its_limit():
    ahead = outlook(DATA[0], 0.1, momentum=1.0)
    assert ahead.share_of_limit < 1
    assert math.isinf(ahead.half_life)
    assert math.isinf(outlook(DATA[0], 0.0, momentum=1.0).half_life)


def test_weight_decay_bends_directions_that_the_data_leave_open():
    data = linear_data(5, 1, 3, seed=0)  # three samples, six parameters
    ahead = outlook(data, 0.1, weight_decay=0.01)
    assert ahead.condition_number == pytest.approx(2 / 0.01 / outlook(data, 0.1, weight_decay=0.01).max_rate)


@pytest.mark.parametrize("wrong", [{"momentum": 1.1}, {"momentum": -0.1}, {"weight_decay": -1.0}])
def test_number_out_of_range_is_refused(wrong):
    with pytest.raises(ConfigError):
        outlook(DATA[0], 0.1, **wrong)


@pytest.mark.parametrize(
    ("changes", "is_exact"),
    [
        ({"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}, True),
        ({"loss": "l1"}, False),
        ({"batch_size": 8}, False),
        ({"optimizer": "rmsprop", "momentum": 0.9}, False),
        ({"optimizer": "adamw", "weight_decay": 0.1}, False),
    ],
)
def test_outlook_of_a_config_is_exact_for_sgd_on_the_squared_error_of_all_samples(changes, is_exact):
    config = TrainingConfig(**changes)
    ahead, known = config_outlook(DATA[0], config)
    assert known is is_exact
    rule = {name: changes[name] for name in ("momentum", "nesterov", "weight_decay") if name in changes}
    assert ahead == outlook(DATA[0], config.learning_rate, **(rule if config.optimizer == "sgd" else {}))
