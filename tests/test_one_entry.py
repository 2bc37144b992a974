"""One entry is enough: what is added to a registry, in a process of its own, is known everywhere."""

import subprocess
import sys

ADD = """
from types import MappingProxyType
import torch
from torch.nn import functional as F
from linear_core.training import losses, optimizers

def smooth(difference):
    return F.smooth_l1_loss(difference, torch.zeros_like(difference), reduction="none", beta=0.5)

losses.LOSSES = MappingProxyType({
    **losses.LOSSES,
    "smooth_l1": losses.Loss("SmoothL1Loss", smooth, lambda difference: (difference / 0.5).clamp(-1, 1)),
})

def signs(parameter, gradient, memory, settings):
    parameter.add_(gradient.sign(), alpha=-settings.learning_rate)

optimizers.OPTIMIZERS = MappingProxyType({
    **optimizers.OPTIMIZERS, "rprop": optimizers.Optimizer("Rprop", signs, ()),
})
optimizers.OPTIMIZER_CHOICES = MappingProxyType(dict(optimizers._choices()))
"""


def run(code):
    done = subprocess.run([sys.executable, "-c", ADD + code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_new_loss_trains_right_has_its_contours_and_no_theory():
    run("""
from torch import nn
from linear_core import Trainer, TrainingConfig, line_data, loss_surface
from linear_core.charts.training import training_chart
from linear_core.training.forecast import forecast
from linear_core.training.loss_contours import SHARES, loss_contours

data = line_data(noise_std=0.3, outliers=8)
config = TrainingConfig(loss="smooth_l1", learning_rate=0.1)
trainer = Trainer(data, config)
torch.manual_seed(0)
model = nn.Linear(1, 1)
optimizer, criterion = torch.optim.SGD(model.parameters(), lr=0.1), nn.SmoothL1Loss(beta=0.5)
for step in range(200):
    optimizer.zero_grad()
    criterion(model(data.x), data.target).backward()
    optimizer.step()
trainer.advance(200)
torch.testing.assert_close(trainer.weight, model.weight.detach())
torch.testing.assert_close(trainer.bias, model.bias.detach())

assert not config.has_theory and not config.has_closed_form
assert forecast(trainer, 10**9, seconds=0.0).state is None
seen = loss_contours(data, trainer.start.weight[0], trainer.start.bias[0], "smooth_l1")
assert seen.optimum is None
assert len(seen.lines) == len(SHARES)
for level, line in zip(seen.levels, seen.lines):
    prediction = line[:, :1] * data.x[:, 0].double() + line[:, 1:]
    losses = smooth(prediction - data.target[:, 0].double()).mean(1)
    torch.testing.assert_close(losses, level.expand_as(losses), rtol=1e-6, atol=0)
grid = loss_surface(data.x, data.target, (2.0, 4.0), (0.0, 1.0), 3, loss="smooth_l1")
expected = smooth(2.0 * data.x.double() - data.target.double()).mean()
torch.testing.assert_close(grid.loss[0, 0], expected)
training_chart(trainer, 1000).to_dict()
""")


def test_a_new_optimizer_is_known_to_config_race_menu_and_script():
    run("""
from linear_core import TrainingConfig, line_data, race, training_script
assert "Rprop" in optimizers.OPTIMIZER_CHOICES
[result] = race(line_data(), TrainingConfig(learning_rate=0.01), ["Rprop"], 50)
assert result.history.loss[-1] < result.history.loss[0]
config = TrainingConfig(optimizer="rprop")
assert not config.has_theory
assert "torch.optim.Rprop(model.parameters(), lr=0.001)" in training_script(line_data(), config, 10)
""")
