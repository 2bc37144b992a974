"""Each trap does what it says, with PyTorch's own numbers."""

import string

import pytest
import torch
import torch.nn.functional as F

from linear_core import TRAPS, ConfigError, Trainer, TrainingConfig, line_data, linear_data, stability
from linear_core.training.traps import TRAP_TEMPLATES, TRAP_TITLES

DATA = line_data(noise_std=0.1)
CONFIG = TrainingConfig(learning_rate=0.1, optimizer="adam", batch_size=5)


@pytest.fixture(scope="module")
def results():
    return {name: trap.run(DATA, CONFIG, 150) for name, trap in TRAPS.items()}


@pytest.mark.parametrize("name", TRAPS)
def test_every_trap_tells_its_consequence_and_starts_both_runs_at_one_place(name, results):
    result = results[name]
    fields = {field for _, field, _, _ in string.Formatter().parse(result.template) if field}
    assert fields == set(result.values)
    assert result.text
    assert result.template in TRAP_TEMPLATES
    assert TRAPS[name].title in TRAP_TITLES
    assert torch.equal(result.right.weight[0], result.wrong.weight[0])
    for run in (result.right, result.wrong):
        assert torch.equal(run.step, torch.arange(len(run.loss)))
        assert torch.isfinite(run.loss).all()
        assert torch.isfinite(run.weight).all()
        assert run.diverged_at == (None if len(run.step) == 151 else len(run.step))


@pytest.mark.parametrize("name", TRAPS)
def test_after_one_step_a_trap_does_not_say_steps(name):
    assert "1 steps" not in TRAPS[name].run(DATA, CONFIG, 1).text


def test_every_trap_works_for_several_targets():
    for trap in TRAPS.values():
        assert trap.run(linear_data(3, 2, 20, 0.1), TrainingConfig(bias=False), 5).text


def test_the_right_run_is_plain_descent(results):
    trainer = Trainer(DATA, TrainingConfig(learning_rate=0.1))
    trainer.advance(150)
    right = results["no_zero_grad"].right
    assert torch.equal(right.weight, trainer.history.weight)
    assert torch.equal(right.printed_loss, trainer.history.loss)


def test_forgotten_zero_grad_is_momentum_one_to_the_bit(results):
    result = results["no_zero_grad"]
    trainer = Trainer(DATA, TrainingConfig(learning_rate=0.1, momentum=1.0))
    trainer.advance(150)
    assert torch.equal(result.wrong.weight, trainer.history.weight)
    assert result.values["difference"] == "0"
    assert result.wrong.loss[-1] > 10 * result.right.loss[-1]


def test_a_flat_target_trains_to_its_mean_and_pytorch_says_so(results):
    result = TRAPS["target_shape"].run(DATA, CONFIG, 2000)
    flat = DATA.target[:, 0]
    assert result.wrong.weight[-1].abs() < 1e-2
    torch.testing.assert_close(result.wrong.bias[-1], flat.mean()[None], rtol=0, atol=1e-2)
    torch.testing.assert_close(result.wrong.printed_loss[-1], flat.var(correction=0), rtol=1e-3, atol=0)
    assert f"their variance, {flat.var(correction=0):.4g}" in result.text
    assert result.differences.shape == (50, 50)
    with pytest.warns(UserWarning, match="Using a target size") as caught:
        F.mse_loss(torch.zeros(50, 1), flat)
    assert result.warning == str(caught[0].message)
    assert results["no_bias"].warning is None


def test_large_data_are_cut_for_the_matrix_of_differences():
    result = TRAPS["target_shape"].run(line_data(n_samples=500), CONFIG, 3)
    assert result.differences.shape == (200, 200)
    assert result.right_data.n_samples == 200


def test_above_the_limit_the_loss_grows(results):
    result = results["rate_over_limit"]
    assert float(result.values["limit"]) == pytest.approx(stability(DATA.x).max_learning_rate, rel=1e-3)
    assert result.wrong.loss[-1] > result.wrong.loss[0] > result.right.loss[-1]
    assert f"the loss is {result.wrong.loss[-1]:.4g}.".replace("e+", "e") in result.text, "no padded exponent"


def test_unscaled_features_converge_slowly(results):
    result = results["unscaled"]
    assert result.wrong.loss[-1] > 10 * result.right.loss[-1]
    again = TRAPS["unscaled"].run(DATA.standardized(), CONFIG, 150)
    assert torch.equal(again.right.loss, result.right.loss)


def test_without_bias_the_best_is_worse(results):
    result = results["no_bias"]
    assert result.wrong.bias is None
    assert float(result.values["wrong_best"]) > float(result.values["right_best"])


def test_a_summed_loss_is_a_rate_as_many_times_as_large(results):
    result = TRAPS["summed_loss"].run(DATA, TrainingConfig(learning_rate=1e-3), 50)
    trainer = Trainer(DATA, TrainingConfig(learning_rate=0.05))
    trainer.advance(50)
    torch.testing.assert_close(result.wrong.weight[-1], trainer.weight)
    torch.testing.assert_close(result.wrong.printed_loss, 50 * result.wrong.loss)
    assert results["summed_loss"].wrong.diverged_at == len(results["summed_loss"].wrong.step)


@pytest.mark.parametrize(
    ("num_steps", "words"), [(0, "from 1 to 2000"), (2001, "from 1 to 2000"), (1.5, "to be an integer")]
)
def test_the_number_of_steps_is_bounded(num_steps, words):
    with pytest.raises(ConfigError, match=words):
        TRAPS["no_bias"].run(DATA, CONFIG, num_steps)
