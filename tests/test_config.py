"""A training config refuses what is not possible and says what is."""

import pytest

from linear_core import LOSSES, ConfigError, TrainingConfig

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"learning_rate": 0}, "greater than 0"),
        ({"learning_rate": -1e-3}, "greater than 0"),
        ({"learning_rate": NAN}, "greater than 0"),
        ({"learning_rate": INF}, "greater than 0"),
        ({"learning_rate": "fast"}, "'fast'"),
        ({"learning_rate": True}, "True"),
        ({"momentum": 1.01}, "from 0 to 1"),
        ({"momentum": -0.1}, "from 0 to 1"),
        ({"weight_decay": -0.1}, "at least 0"),
        ({"optimizer": "lbfgs"}, "'sgd', 'rmsprop', 'adam', 'adamw'"),
        ({"loss": "hinge"}, "'mse', 'l1', 'huber'"),
        ({"batch_size": 0}, "at least 1"),
        ({"batch_size": 2.0}, "an integer"),
        ({"batch_size": True}, "an integer"),
        ({"seed": -1}, "expected seed to be an integer from 0 to 4294967295, but got -1"),
        ({"seed": 2**32}, "expected seed to be an integer from 0 to 4294967295, but got 4294967296"),
        ({"nesterov": 1, "momentum": 0.9}, "True or False"),
        ({"bias": None}, "True or False"),
        ({"nesterov": True}, "momentum greater than 0"),
        ({"optimizer": "adam", "momentum": 0.9}, "'sgd' or 'rmsprop'"),
        ({"optimizer": "rmsprop", "momentum": 0.9, "nesterov": True}, "choose 'sgd'"),
        ({"stop_step": -1}, "at least 0"),
        ({"stop_patience": 0}, "at least 1"),
        ({"stop_loss": NAN}, "or None"),
        ({"stop_gradient_norm": -1}, "or None"),
    ],
    ids=str,
)
def test_what_is_not_possible_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        TrainingConfig(**settings)


def test_limits_themselves_are_possible():
    TrainingConfig(momentum=1, batch_size=1, seed=2**32 - 1, stop_step=0, stop_loss=0, stop_patience=1)


def test_an_unknown_field_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"expected a field of the training config.*but got 'lr'"):
        TrainingConfig().changed({"lr": 0.1})


def test_equal_choices_are_equal_configs():
    assert TrainingConfig(learning_rate=0.1) == TrainingConfig().changed({"learning_rate": 0.1})
    assert len({TrainingConfig(), TrainingConfig(seed=0)}) == 1


@pytest.mark.parametrize("loss", LOSSES)
def test_theory_speaks_of_the_squared_error_alone(loss):
    assert TrainingConfig(loss=loss).has_theory == (loss == "mse")
