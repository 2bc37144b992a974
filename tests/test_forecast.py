"""A future state: computed where there is time, else predicted, with a bound that holds."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core import (
    ConfigError,
    RegressionData,
    Trainer,
    TrainingConfig,
    line_data,
    linear_data,
    stability,
)
from linear_core.training.forecast import forecast


def farthest(state, trainer):
    """The largest difference of a parameter."""
    differences = [(state.weight - trainer.weight.double()).abs().max()]
    if trainer.bias is not None:
        differences.append((state.bias - trainer.bias.double()).abs().max())
    return max(differences).item()


def test_what_a_second_can_compute_is_that_of_the_run_to_the_bit():
    trainer = Trainer(line_data(), TrainingConfig())
    trainer.advance(30_000)
    seen = forecast(trainer, 33_800, seconds=60.0)
    assert trainer.step == 30_000
    trainer.advance(3800)
    assert (seen.is_computed, seen.tolerance, seen.state.step) == (True, 0.0, 33_800)
    assert torch.equal(seen.state.weight, trainer.weight)
    assert seen.state.loss == trainer.loss


def test_a_step_made_is_looked_up():
    trainer = Trainer(line_data(), TrainingConfig(optimizer="adam"))
    trainer.advance(100)
    seen = forecast(trainer, 40, seconds=0.0)
    assert seen.is_computed
    assert seen.state.loss == trainer.at(40).loss


@settings(max_examples=15, deadline=None)
@given(
    share=st.floats(0.001, 0.99),
    shape=st.sampled_from([(1, 1, 50), (3, 2, 30), (2, 1, 3), (4, 1, 3)]),
    bias=st.booleans(),
    offset=st.sampled_from([0.0, 30.0]),
)
def test_the_run_stays_within_the_tolerance(share, shape, bias, offset):
    in_features, out_features, n_samples = shape
    data = linear_data(in_features, out_features, n_samples, noise_std=0.3, seed=1)
    data = RegressionData(data.x + offset, data.target, data.feature_names, data.target_names)
    rate = share * stability(data.x, bias, out_features).max_learning_rate
    trainer = Trainer(data, TrainingConfig(learning_rate=rate, bias=bias))
    seen = forecast(trainer, 4000, seconds=0.0)
    assert not seen.is_computed
    trainer.advance(4000)
    assert farthest(seen.state, trainer) <= seen.tolerance < math.inf


def test_the_tolerance_says_something():
    trainer = Trainer(line_data(), TrainingConfig())
    seen = forecast(trainer, 33_800, seconds=0.0)
    trainer.advance(33_800)
    assert farthest(seen.state, trainer) < seen.tolerance < 0.01


def test_what_is_foretold_is_where_a_float64_run_arrives():
    data = line_data(noise_std=0.1)
    double = RegressionData(data.x.double(), data.target.double(), ["x"], ["y"])
    trainer = Trainer(double, TrainingConfig(learning_rate=0.3))
    seen = forecast(trainer, 600, seconds=0.0)
    trainer.advance(600)
    assert not seen.is_computed
    assert farthest(seen.state, trainer) <= seen.tolerance < 1e-9
    assert seen.state.loss == pytest.approx(trainer.loss)
    assert seen.state.gradient_norm == pytest.approx(trainer.gradient_norm, abs=1e-9)


def test_a_run_that_will_diverge_has_no_tolerance_and_in_the_end_no_state():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.83))
    trainer.advance(10)
    near, far = forecast(trainer, 3500, seconds=0.0), forecast(trainer, 1_000_000, seconds=0.0)
    assert (near.is_computed, near.tolerance, far.state, far.tolerance) == (False, math.inf, None, math.inf)
    assert near.state.loss > 1e6 * trainer.loss


@pytest.mark.parametrize(("config", "step"), [({"learning_rate": 10.0}, 50), ({"stop_step": 7}, 7)])
def test_a_run_that_ends_before_says_where(config, step):
    trainer = Trainer(line_data(), TrainingConfig(**config))
    seen = forecast(trainer, 1_000_000, seconds=60.0)
    assert seen.is_computed
    assert seen.state.step <= step


@pytest.mark.parametrize(
    "config", [{"optimizer": "adam"}, {"loss": "l1"}, {"momentum": 0.5}, {"batch_size": 7}]
)
def test_without_a_closed_form_nothing_is_foretold(config):
    seen = forecast(Trainer(line_data(), TrainingConfig(**config)), 1_000_000, seconds=0.0)
    assert (seen.state, seen.is_computed, seen.tolerance) == (None, False, math.inf)


def test_a_step_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="expected step of at least 0, but got -1"):
        forecast(Trainer(line_data(), TrainingConfig()), -1)
