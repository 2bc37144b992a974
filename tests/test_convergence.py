"""From which step on a run has converged, against its own states."""

import pytest
import torch

from linear_core import Trainer, TrainingConfig, least_squares, line_data, linear_data
from linear_core.training.convergence import convergence
from linear_core.training.loss_contours import loss_contours

NOISY = line_data(noise_std=0.1)


def trained(steps, data=NOISY, **config):
    trainer = Trainer(data, TrainingConfig(**{"learning_rate": 0.5, **config}))
    trainer.advance(steps)
    return trainer


def arrived(trainer):
    seen = loss_contours(trainer.data, trainer.start.weight[0], trainer.start.bias[0], trainer.config.loss)
    return convergence(trainer, seen.lowest)


@pytest.mark.parametrize("config", [{}, {"momentum": 0.9}, {"optimizer": "adam", "learning_rate": 0.05}])
def test_the_loss_stays_close_to_its_minimum_from_that_step_on(config):
    trainer = trained(3000, **config)
    found, history = arrived(trainer), trainer.history
    lowest = least_squares(trainer.data.x, trainer.data.target).loss
    assert found.kind == "minimum"
    assert (history.loss[found.step :] <= 1.01 * lowest).all()
    assert history.loss[found.step - 1] > 1.01 * lowest
    trainer = trainer.back_to(found.step - 1)
    assert arrived(trainer) is None


def test_another_loss_has_a_minimum_of_its_own():
    data = line_data(noise_std=0.3, outliers=8)
    found = {loss: arrived(trained(5000, data, loss=loss)) for loss in ("mse", "huber")}
    assert {each.kind for each in found.values()} == {"minimum"}
    assert found["mse"].step != found["huber"].step


@pytest.mark.parametrize("data", [line_data(), linear_data(3, 1, 50)])
def test_points_that_fit_exactly_leave_rounding_alone(data):
    trainer = trained(1000, data)
    found = arrived(trainer)
    assert found.kind == "zero"
    rounding = 4 * torch.finfo(torch.float32).eps * data.target.abs().max()
    assert trainer.at(found.step).loss <= rounding**2 < trainer.at(found.step - 1).loss


def test_steps_too_small_to_change_anything_are_said_to_be():
    trainer = trained(2000, line_data(), learning_rate=0.1)
    found = arrived(trainer)
    assert found.kind == "still"
    same = trainer.history.weight == trainer.weight
    assert same[found.step :].all()
    assert trainer.at(found.step - 1).loss != trainer.loss
    assert convergence(trained(2000, line_data(), learning_rate=0.1, bias=False), None).kind == "still"


@pytest.mark.parametrize(
    ("steps", "rate"),
    [(0, 0.5), (20, 0.5), (100, 2.0), (5000, 1e-3)],
    ids=["not_begun", "soon", "diverged", "slow"],
)
def test_a_run_that_is_not_there_has_not_converged(steps, rate):
    for data in (NOISY, line_data()):
        assert arrived(trained(steps, data, learning_rate=rate)) is None


def test_what_came_before_other_data_does_not_count():
    trainer = trained(1000, line_data()).with_data(line_data(noise_std=0.5))
    assert trainer.history.loss[999] < 1e-9
    assert arrived(trainer) is None
    trainer.advance(1000)
    assert arrived(trainer).step > 1000
    faster = trained(1000).with_config(learning_rate=0.3)
    assert arrived(faster).step < 1000
