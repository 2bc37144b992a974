"""A race is nothing but trainers from one start."""

import pytest
import torch

from linear_core import ConfigError, RegressionData, Trainer, TrainingConfig, line_data, race, stability
from linear_core.training import race as race_module
from linear_core.training.optimizers import OPTIMIZER_CHOICES
from linear_core.training.race import RATES

DATA = line_data(noise_std=0.1)
CONFIG = TrainingConfig(learning_rate=0.1, stop_loss=1.0)


def test_every_racer_is_its_own_trainer_to_the_bit_whatever_stops_the_page():
    runs = race(DATA, CONFIG, list(OPTIMIZER_CHOICES), 60)
    for run in runs:
        config = TrainingConfig(learning_rate=0.1).changed(OPTIMIZER_CHOICES[run.name])
        trainer = Trainer(DATA, config)
        trainer.advance(60)
        assert torch.equal(run.history.weight, trainer.history.weight)
        assert torch.equal(run.history.weight[0], runs[0].history.weight[0])
        assert run.diverged_at is None


def test_steps_to_a_loss_are_counted_from_the_start():
    [run] = race(DATA, CONFIG, ["SGD"], 60)
    goal = run.history.loss[17].item()
    assert run.steps_to(goal) == 17
    assert run.steps_to(run.history.loss[0].item()) == 0
    assert run.steps_to(0.0) is None


def steps_at(rate, goal, num_steps, **config):
    trainer = Trainer(DATA, TrainingConfig(learning_rate=rate, stop_loss=goal, **config))
    trainer.advance(num_steps)
    return trainer.step if trainer.stopped_by else num_steps + 1


def test_plain_sgd_at_its_own_best_needs_few_steps_on_the_default_line():
    [run] = race(line_data(), TrainingConfig(), ["SGD"], 500, tuned=True, goal=0.01)
    assert run.steps_to(0.01) <= 20
    [run] = race(line_data(), TrainingConfig(), ["SGD"], 500, tuned=True)
    assert run.steps_to(0.01) <= 25


@pytest.mark.parametrize(("name", "config"), [("SGD", {}), ("Adam", {"optimizer": "adam"})])
def test_tuned_is_about_as_good_as_the_best_of_a_fine_grid(name, config):
    goal, shares = 0.02, []
    [run] = race(DATA, CONFIG, [name], 300, tuned=True, goal=goal, on_progress=shares.append)
    best = min(steps_at(10 ** (k / 30 - 3), goal, 300, **config) for k in range(91))
    assert run.steps_to(goal) <= best + 2
    assert len(str(run.config.learning_rate)) <= 6
    assert run.diverged_at is None
    assert run.history.loss[-1] <= goal
    assert shares[-1] == 1
    assert shares == sorted(shares)
    assert len(shares) >= len(RATES)


def test_tuned_without_a_way_to_the_goal_ends_at_the_lowest_loss():
    [run] = race(DATA, CONFIG, ["SGD"], 40, tuned=True, goal=0.0)
    for rate in RATES:
        trainer = Trainer(DATA, TrainingConfig(learning_rate=rate))
        trainer.advance(40)
        assert run.history.loss[-1] <= trainer.loss
    assert run.diverged_at is None


def test_long_race_often_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr(race_module, "SLICE", 0.0)
    shares = []
    race(DATA, CONFIG, ["SGD", "Adam"], 2000, on_progress=shares.append)
    assert len(shares) > 10
    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] == 1


def test_a_racer_that_diverges_says_when():
    [run] = race(line_data(), TrainingConfig(learning_rate=100), ["SGD"], 60)
    assert run.diverged_at == len(run.history.loss)


@pytest.mark.parametrize(
    ("names", "steps", "words"),
    [(["Sgd"], 5, "'Sgd'"), (["SGD"], 0, "0"), (["SGD"], 30_001, "30001"), (["SGD"], 1.5, "1.5")],
)
def test_what_cannot_race_is_refused(names, steps, words):
    with pytest.raises(ConfigError, match=words):
        race(DATA, CONFIG, names, steps)


def test_where_every_rate_diverges_the_racer_says_when():
    far = RegressionData(DATA.x * 1e6, DATA.target, ["x"], ["y"])
    [run] = race(far, TrainingConfig(batch_size=10), ["SGD"], 300, tuned=True)
    assert run.diverged_at is not None


def test_a_rate_that_was_tried_is_not_tried_again(monkeypatch):
    x = torch.tensor([[-1.0], [1.0], [3.0], [-3.0]])
    told = []
    monkeypatch.setattr(race_module, "RATES", (0.01, stability(x).best_learning_rate))
    data = RegressionData(x, 2 * x, ["x"], ["y"])
    [run] = race(data, TrainingConfig(), ["SGD"], 50, tuned=True, on_progress=told.append)
    assert run.diverged_at is None
    # Two of the grid, twice those around the best, the winner; and the end.
    assert len(told) == 2 + race_module.ROUNDS * race_module.FINER + 1 + 1
