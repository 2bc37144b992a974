"""Update rules against torch.optim, to the bit."""

import pytest
import torch

from linear_core import OPTIMIZERS, TrainingConfig
from linear_core.training.optimizers import OPTIMIZER_CHOICES

SETTINGS = [
    {"optimizer": "sgd"},
    {"optimizer": "sgd", "weight_decay": 0.1},
    {"optimizer": "sgd", "momentum": 0.9, "weight_decay": 0.1},
    {"optimizer": "sgd", "momentum": 0.9, "nesterov": True},
    {"optimizer": "rmsprop"},
    {"optimizer": "rmsprop", "momentum": 0.9, "weight_decay": 0.1},
    {"optimizer": "adam"},
    {"optimizer": "adam", "weight_decay": 0.1},
    {"optimizer": "adamw"},
    {"optimizer": "adamw", "weight_decay": 0.1},
]


def test_every_optimizer_is_tried():
    assert {settings["optimizer"] for settings in SETTINGS} == set(OPTIMIZERS)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_thirty_steps_are_those_of_torch_optim(settings, dtype):
    generator = torch.Generator().manual_seed(3)
    parameter = torch.randn(3, 5, generator=generator, dtype=dtype)
    theirs = parameter.clone().requires_grad_()
    config = TrainingConfig(learning_rate=0.05, **settings)
    optimizer = OPTIMIZERS[config.optimizer]
    options = {name: getattr(config, name) for name in optimizer.options}
    oracle = getattr(torch.optim, optimizer.torch_name)([theirs], lr=config.learning_rate, **options)
    memory = {}
    for _ in range(30):
        theirs.grad = torch.randn(3, 5, generator=generator, dtype=dtype)
        optimizer.update(parameter, theirs.grad.clone(), memory, config)
        oracle.step()
        assert torch.equal(parameter, theirs.detach())


def test_the_gradient_is_left_as_it_was():
    gradient = torch.tensor([2.0])
    for settings in SETTINGS:
        config, memory = TrainingConfig(**settings), {}
        for _ in range(2):
            OPTIMIZERS[config.optimizer].update(torch.tensor([1.0]), gradient, memory, config)
        assert gradient.item() == 2.0


def test_every_choice_of_the_menu_is_a_config_and_undoes_every_other():
    for first in OPTIMIZER_CHOICES.values():
        for second in OPTIMIZER_CHOICES.values():
            changed = TrainingConfig().changed(first).changed(second)
            assert changed == TrainingConfig(**second)
