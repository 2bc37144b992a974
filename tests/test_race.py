"""A race is nothing but trainers from one start."""

import pytest
import torch

from linear_core import ConfigError, Trainer, TrainingConfig, line_data, race
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


def test_tuned_is_the_best_of_all_rates_and_never_one_that_diverges():
    shares = []
    [run] = race(DATA, CONFIG, ["SGD"], 40, tuned=True, on_progress=shares.append)
    ends = {}
    for rate in RATES:
        trainer = Trainer(DATA, TrainingConfig(learning_rate=rate))
        trainer.advance(40)
        ends[rate] = trainer.loss
    assert run.config.learning_rate == min(ends, key=ends.get)
    assert shares[-1] == 1
    assert shares == sorted(shares)
    assert len(shares) >= len(RATES)


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
    [(["Sgd"], 5, "'Sgd'"), (["SGD"], 0, "0"), (["SGD"], 2001, "2001"), (["SGD"], 1.5, "1.5")],
)
def test_what_cannot_race_is_refused(names, steps, words):
    with pytest.raises(ConfigError, match=words):
        race(DATA, CONFIG, names, steps)
