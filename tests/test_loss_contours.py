"""The minimum of the loss and its contour lines, against the loss itself."""

import sys
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
from linear_core.training import loss_contours as loss_contours_module
from linear_core.training import minimum as minimum_module
from linear_core.training.level_paths import level_paths
from linear_core.training.loss_contours import SHARES, loss_contours
from linear_core.training.losses import Loss
from linear_core.training.minimum import minimum


def first_loss(data, parameters, loss):
    """Give what the first output contributes to the loss at ``(..., p)`` parameters."""
    prediction = parameters[..., :-1] @ data.x.double().T + parameters[..., -1:]
    return LOSSES[loss].elementwise(prediction - data.target[:, 0].double()).sum(-1) / data.target.numel()


def start_of(data):
    start = Trainer(data, TrainingConfig()).start
    return start.weight[0], start.bias[0]


def assert_lines_have_their_levels(data, seen, loss):
    """Every point has its line's loss, and the line goes once around and comes back."""
    for level, line in zip(seen.levels, seen.lines, strict=True):
        losses = first_loss(data, line @ seen.directions + seen.origin, loss)
        assert torch.allclose(losses, level.expand_as(losses), rtol=1e-6, atol=1e-9)
        assert torch.equal(line[0], line[-1])
        assert len(line) > 20


OUTLIERS = line_data(noise_std=0.3, outliers=8)
SEVERAL = linear_data(3, 2, n_samples=40, noise_std=2.0, seed=1)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    "data",
    [OUTLIERS, line_data(), linear_data(4, 1, n_samples=40, noise_std=0.3, seed=1), SEVERAL],
    ids=["outliers", "no noise", "several features", "several outputs"],
)
def test_every_contour_has_the_loss_that_it_says(data, loss):
    seen = loss_contours(data, *start_of(data), loss)
    assert len(seen.lines) == len(SHARES)
    assert_lines_have_their_levels(data, seen, loss)
    middle = first_loss(data, minimum(data.x, data.target[:, 0], True, loss), loss)
    heights = seen.levels - middle
    assert torch.allclose(heights / heights[0], torch.tensor(SHARES, dtype=torch.float64), atol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_outermost_line_goes_through_the_start(loss):
    trainer = Trainer(OUTLIERS, TrainingConfig(loss=loss))
    seen = loss_contours(OUTLIERS, *start_of(OUTLIERS), loss)
    assert seen.levels[0].item() == pytest.approx(trainer.loss, rel=1e-5)
    place = seen.place(trainer.weight, trainer.bias)
    assert place[0].tolist() == pytest.approx([trainer.weight.item(), trainer.bias.item()])


@pytest.mark.parametrize("loss", LOSSES)
def test_contours_in_a_ravine_and_of_many_samples(loss):
    for data in (builtin_data("norris"), line_data(n_samples=20_000, noise_std=1.0)):
        seen = loss_contours(data, *start_of(data), loss)
        assert len(seen.lines) == len(SHARES)
        assert_lines_have_their_levels(data, seen, loss)


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
    away = {loss: (loss_contours(OUTLIERS, *start, loss).optimum - true).norm().item() for loss in LOSSES}
    assert away["l1"] < away["huber"] < away["mse"]


@pytest.mark.parametrize("loss", LOSSES)
def test_surface_of_a_constant_feature_has_no_lines_that_close(loss):
    data = RegressionData(torch.ones(5, 1), torch.arange(5.0)[:, None], ["x"], ["y"])
    seen = loss_contours(data, torch.zeros(1), torch.zeros(()), loss)
    assert len(seen.lines) == 0
    assert seen.optimum.isfinite().all()


@pytest.mark.parametrize("loss", LOSSES)
def test_layer_without_bias_ends_where_bias_zero_touches_a_contour(loss):
    seen = loss_contours(OUTLIERS, torch.zeros(1), None, loss)
    assert_lines_have_their_levels(OUTLIERS, seen, loss)
    assert seen.optimum[1] == 0
    beside = seen.optimum + torch.tensor([[-0.01, 0.0], [0.01, 0.0]], dtype=torch.float64)
    assert (first_loss(OUTLIERS, beside, loss) >= first_loss(OUTLIERS, seen.optimum, loss)).all()
    assert seen.place(torch.tensor([[2.0]]), None).tolist() == [[2.0, 0.0]]


@pytest.mark.parametrize("loss", LOSSES)
def test_run_that_starts_at_the_optimum_has_no_lines(loss):
    data = RegressionData(torch.tensor([[-1.0], [1.0]]), torch.zeros(2, 1), ["x"], ["y"])
    assert len(loss_contours(data, torch.zeros(1), torch.zeros(()), loss).levels) == 0


def test_paths_on_a_grid_are_open_at_its_border_and_closed_within():
    rows, columns = torch.meshgrid(torch.arange(9.0), torch.arange(11.0), indexing="ij")
    hills = torch.minimum((rows - 4) ** 2 + (columns - 3) ** 2, (rows - 4) ** 2 + (columns - 9) ** 2)
    assert [len(level_paths(hills, level)) for level in (0.5, 3.5, 100.0)] == [2, 2, 0]
    for level in (0.5, 3.5, 6.0):
        for path in level_paths(hills, level):
            first, second = hills.flatten()[path].unbind(1)
            assert ((first > level) != (second > level)).all()
            is_closed = torch.equal(path[0], path[-1])
            touches = (path % 11 == 10).all(1).any() or (path < 11).all(1).any() or (path >= 88).all(1).any()
            assert is_closed != bool(touches)


def test_crossed_edges_of_a_saddle_are_all_used_once():
    for middle in (0.0, 1.0):
        values = torch.tensor([[1.0, 0.0], [0.0, 1.0]]) + torch.tensor([[middle, 0.0], [0.0, middle]])
        paths = level_paths(values, 0.75 + middle / 4)
        assert sorted(edge for path in paths for edge in path.tolist()) == [[0, 1], [0, 2], [1, 3], [2, 3]]
        assert len(paths) == 2


def test_saddle_keeps_together_what_its_middle_joins():
    low = level_paths(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), 0.4)  # the middle, 0.5, is above
    high = level_paths(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), 0.6)
    as_sets = [{frozenset(map(tuple, path.tolist())) for path in paths} for paths in (low, high)]
    assert as_sets[0] == {frozenset({(0, 1), (1, 3)}), frozenset({(0, 2), (2, 3)})}
    assert as_sets[1] == {frozenset({(0, 1), (0, 2)}), frozenset({(1, 3), (2, 3)})}


@pytest.mark.parametrize(
    "elementwise",
    [lambda r: r.abs() ** 3, lambda r: r],
    ids=["lines that close", "lines that end at the border"],
)
def test_loss_whose_minimum_cannot_be_found_has_lines_and_no_optimum(elementwise, monkeypatch):
    with_new = {**LOSSES, "new": Loss("New", elementwise, torch.sign)}
    for module in (loss_contours_module, minimum_module, sys.modules[__name__]):
        monkeypatch.setattr(module, "LOSSES", with_new)
    assert minimum(OUTLIERS.x, OUTLIERS.target[:, 0], True, "new") is None
    seen = loss_contours(OUTLIERS, *start_of(OUTLIERS), "new")
    assert seen.optimum is None
    assert seen.lines
    for level, line in zip(seen.levels, seen.lines, strict=True):
        losses = first_loss(OUTLIERS, line @ seen.directions + seen.origin, "new")
        assert torch.allclose(losses, level.expand_as(losses), rtol=1e-6)


def test_a_search_that_ends_early_stays_near_its_level(monkeypatch):
    monkeypatch.setattr(loss_contours_module, "ROUNDS", 2)
    seen = loss_contours(OUTLIERS, *start_of(OUTLIERS), "huber")
    for level, line in zip(seen.levels, seen.lines, strict=True):
        losses = first_loss(OUTLIERS, line @ seen.directions + seen.origin, "huber")
        assert torch.allclose(losses, level.expand_as(losses), rtol=0.1)
