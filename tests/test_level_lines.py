"""The bowl of each loss seen from above: its lowest place and its level lines, against the loss itself."""

from itertools import combinations

import pytest
import torch

from linear_core import (
    LOSSES,
    RegressionData,
    Trainer,
    TrainingConfig,
    builtin_data,
    least_squares,
    line_data,
    linear_data,
)
from linear_core.theory.level_lines import SHARES, bowl
from linear_core.theory.minimum import minimum


def first_loss(data, parameters, loss):
    """Give what the first output contributes to the loss at ``(..., p)`` parameters."""
    prediction = parameters[..., :-1] @ data.x.double().T + parameters[..., -1:]
    return LOSSES[loss].elementwise(prediction - data.target[:, 0].double()).sum(-1) / data.target.numel()


def start_of(data):
    start = Trainer(data, TrainingConfig()).start
    return start.weight[0], start.bias[0]


OUTLIERS = line_data(noise_std=0.3, outliers=8)
SEVERAL = linear_data(3, 2, n_samples=40, noise_std=2.0, seed=1)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    "data",
    [OUTLIERS, line_data(), linear_data(4, 1, n_samples=40, noise_std=0.3, seed=1), SEVERAL],
    ids=["outliers", "no noise", "several features", "several outputs"],
)
def test_every_level_line_has_the_loss_that_it_says(data, loss):
    seen = bowl(data, *start_of(data), loss)
    assert seen.lines.shape[:2] == (len(SHARES), 73)
    losses = first_loss(data, seen.lines @ seen.directions + seen.origin, loss)
    assert torch.allclose(losses, seen.levels[:, None].expand_as(losses), rtol=1e-6, atol=1e-9)
    middle = first_loss(data, minimum(data.x, data.target[:, 0], True, loss), loss)
    heights = seen.levels - middle
    assert torch.allclose(heights / heights[0], torch.tensor(SHARES, dtype=torch.float64), atol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_outermost_line_goes_through_the_start(loss):
    trainer = Trainer(OUTLIERS, TrainingConfig(loss=loss))
    seen = bowl(OUTLIERS, *start_of(OUTLIERS), loss)
    assert seen.levels[0].item() == pytest.approx(trainer.loss, rel=1e-5)
    place = seen.place(trainer.weight, trainer.bias)
    assert place[0].tolist() == pytest.approx([trainer.weight.item(), trainer.bias.item()])


@pytest.mark.parametrize("loss", LOSSES)
def test_level_lines_in_a_ravine_and_of_many_samples(loss):
    for data in (builtin_data("norris"), line_data(n_samples=20_000, noise_std=1.0)):
        seen = bowl(data, *start_of(data), loss)
        losses = first_loss(data, seen.lines, loss)
        assert torch.allclose(losses, seen.levels[:, None].expand_as(losses), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "data", [OUTLIERS, line_data(noise_std=2.0, seed=3), line_data()], ids=["outliers", "noise", "no noise"]
)
def test_smallest_absolute_error_is_that_of_the_best_line_through_two_samples(data):
    x, target = data.x[:, 0].double(), data.target[:, 0].double()
    pairs = torch.tensor(list(combinations(range(len(x)), 2)))
    (x0, x1), (y0, y1) = x[pairs].T, target[pairs].T
    weight = (y1 - y0) / (x1 - x0)
    lines = torch.stack([weight, y0 - weight * x0], dim=1)
    smallest = first_loss(data, lines, "l1").min()
    found = first_loss(data, minimum(data.x, data.target[:, 0], True, "l1"), "l1")
    assert smallest - 1e-9 <= found <= 1.0001 * smallest + 1e-9


@pytest.mark.parametrize(
    "data", [OUTLIERS, SEVERAL, builtin_data("norris")], ids=["outliers", "several", "norris"]
)
@pytest.mark.parametrize("bias", [True, False])
def test_hubers_loss_has_no_slope_where_it_is_smallest(data, bias):
    found = minimum(data.x, data.target[:, 0], bias, "huber").requires_grad_()
    (slope,) = torch.autograd.grad(first_loss(data, found, "huber"), found)
    scale = data.x.double().abs().mean()
    assert (slope[:-1].abs() < 1e-9 * scale).all()
    assert abs(slope[-1]) < 1e-9 if bias else found[-1] == 0


def test_minimum_of_the_squared_error_is_least_squares():
    fit = least_squares(OUTLIERS.x, OUTLIERS.target)
    found = minimum(OUTLIERS.x, OUTLIERS.target[:, 0], True)
    assert found.tolist() == [fit.weight.item(), fit.bias.item()]


def test_outliers_pull_the_optimum_of_the_squared_error_most():
    start = start_of(OUTLIERS)
    true = torch.tensor([3.0, 0.8], dtype=torch.float64)
    away = {loss: (bowl(OUTLIERS, *start, loss).optimum - true).norm().item() for loss in LOSSES}
    assert away["l1"] < away["huber"] < away["mse"]


@pytest.mark.parametrize("loss", LOSSES)
def test_bowl_of_a_constant_feature_has_no_lines_that_close(loss):
    data = RegressionData(torch.ones(5, 1), torch.arange(5.0)[:, None], ["x"], ["y"])
    seen = bowl(data, torch.zeros(1), torch.zeros(()), loss)
    assert len(seen.lines) == 0
    assert seen.optimum.isfinite().all()


@pytest.mark.parametrize("loss", LOSSES)
def test_layer_without_bias_ends_where_bias_zero_touches_a_level_line(loss):
    seen = bowl(OUTLIERS, torch.zeros(1), None, loss)
    losses = first_loss(OUTLIERS, seen.lines, loss)
    assert torch.allclose(losses, seen.levels[:, None].expand_as(losses), rtol=1e-6, atol=1e-9)
    assert seen.optimum[1] == 0
    beside = seen.optimum + torch.tensor([[-0.01, 0.0], [0.01, 0.0]], dtype=torch.float64)
    assert (first_loss(OUTLIERS, beside, loss) >= first_loss(OUTLIERS, seen.optimum, loss)).all()
    assert seen.place(torch.tensor([[2.0]]), None).tolist() == [[2.0, 0.0]]


@pytest.mark.parametrize("loss", LOSSES)
def test_run_that_starts_at_the_optimum_has_no_lines(loss):
    data = RegressionData(torch.tensor([[-1.0], [1.0]]), torch.zeros(2, 1), ["x"], ["y"])
    assert len(bowl(data, torch.zeros(1), torch.zeros(()), loss).levels) == 0
