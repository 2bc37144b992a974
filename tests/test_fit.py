"""How well parameters fit: against least squares and against PyTorch."""

import pytest
import torch
import torch.nn.functional as F

from linear_core import (
    LOSSES,
    RegressionData,
    Trainer,
    TrainingConfig,
    builtin_data,
    least_squares,
    linear_data,
)
from linear_core.training import fit as fit_module
from linear_core.training.fit import fit, losses_of, losses_on


def test_the_least_squares_fit_has_the_published_numbers():
    data = builtin_data("cars", dtype=torch.float64)
    best = least_squares(data.x, data.target)
    found = fit(data, best.weight, best.bias)
    assert found.loss == pytest.approx(best.loss)
    assert found.r_squared == pytest.approx(best.r_squared.item())
    assert found.rmse == pytest.approx(best.loss**0.5)


def test_the_mean_explains_nothing_and_worse_is_negative():
    data = builtin_data("cars")
    mean = data.target.mean(dim=0)
    assert fit(data, torch.zeros(1, 1), mean).r_squared == pytest.approx(0, abs=1e-6)
    assert fit(data, torch.zeros(1, 1), mean + 100).r_squared < -1
    assert fit(data, torch.zeros(1, 1)).r_squared < 0


def test_a_target_that_does_not_vary_has_no_r_squared():
    data = RegressionData(torch.tensor([[1.0], [2.0]]), torch.ones(2, 1), ["x"], ["y"])
    assert fit(data, torch.zeros(1, 1)).r_squared is None


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("loss", ["mse", "l1"])
def test_losses_on_other_samples_are_pytorchs(bias, loss):
    train, test = builtin_data("cars").split(0.3, 0)
    trainer = Trainer(train, TrainingConfig(learning_rate=1e-3, bias=bias, loss=loss))
    trainer.advance(1500)
    step, losses = losses_on(test, trainer.history, loss)
    assert len(step) <= 240
    assert (step[0], step[-1]) == (0, 1500)
    assert torch.equal(step, step.unique())
    assert step[:9].tolist() == list(range(9))  # where the loss changes fast, every step
    function = {"mse": F.mse_loss, "l1": F.l1_loss}[loss]
    for place in (0, len(step) // 2, len(step) - 1):
        state = trainer.at(int(step[place]))
        expected = function(F.linear(test.x, state.weight, state.bias), test.target)
        torch.testing.assert_close(losses[place], expected)


def test_losses_on_a_run_without_steps_is_one():
    trainer = Trainer(builtin_data("cars"), TrainingConfig())
    step, losses = losses_on(trainer.data, trainer.history)
    assert step.tolist() == [0]
    torch.testing.assert_close(losses, torch.tensor([trainer.loss]))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("at_once", [1, 100, 2**20])  # elements: one layer, some of them, all
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("loss", LOSSES)
def test_losses_of_many_layers_are_pytorchs_of_each(loss, bias, at_once, dtype, monkeypatch):
    monkeypatch.setattr(fit_module, "MAX_ELEMENTS", at_once)
    data = linear_data(3, 2, n_samples=17, noise_std=0.5, seed=1)
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(7, 2, 3, generator=generator, dtype=dtype)
    biases = torch.randn(7, 2, generator=generator, dtype=dtype) if bias else None
    losses = losses_of(data, weight, biases, loss)
    function = {"mse": F.mse_loss, "l1": F.l1_loss, "huber": F.huber_loss}[loss]
    x, target = data.x.to(dtype), data.target.to(dtype)
    for layer, found in enumerate(losses):
        expected = function(F.linear(x, weight[layer], None if biases is None else biases[layer]), target)
        torch.testing.assert_close(found, expected)
