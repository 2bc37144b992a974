"""What is kept of a long run: little, but the beginning, the present, and every peak and dip."""

import pytest
import torch

import linear_core.training.history
from linear_core import ConfigError, Trainer, TrainingConfig, line_data, linear_data
from linear_core.training.engine import Rows, Snapshot
from linear_core.training.history import Checkpoints, HistoryRecorder
from linear_core.training.log import log_lines


def rows_of(losses):
    column = losses[:, None].clone()
    return Rows(losses, losses.double(), column, column)


def recorded(losses, sizes, changes=()):
    recorder, first = HistoryRecorder(num_parameters=2), 0
    for size in sizes:
        if first in changes:
            recorder.change(first)
        recorder.add(first, rows_of(losses[first : first + size]), size)
        first += size
    return recorder.read(len(losses) - 1, rows_of(losses[-1:]), (1, 1))


def test_a_short_run_is_kept_whole():
    losses = torch.rand(4000, generator=torch.Generator().manual_seed(0))
    history = recorded(losses, [3999])
    assert torch.equal(history.step, torch.arange(4000))
    assert torch.equal(history.loss, losses)


def test_a_long_run_keeps_first_last_and_the_extremes_of_each_stretch():
    losses = torch.rand(50_001, generator=torch.Generator().manual_seed(0))
    losses[33_333], losses[44_444], losses[0] = 9.0, -9.0, 0.5
    history = recorded(losses, [50_000])
    assert len(history.step) <= 4096 + 1024 + 1
    steps = history.step.tolist()
    assert steps == sorted(set(steps))
    assert {0, 33_333, 44_444, 50_000} <= set(steps)
    assert torch.equal(history.loss, losses[history.step])
    assert torch.equal(history.weight.flatten(), losses[history.step])
    stretches = losses[:50_000].split(32)
    assert all(stretch.max() in history.loss and stretch.min() in history.loss for stretch in stretches[::97])


def test_the_history_does_not_depend_on_how_it_came_in():
    losses = torch.rand(20_001, generator=torch.Generator().manual_seed(1)).mul(50).round()
    whole, pieces = recorded(losses, [20_000]), recorded(losses, [1, 999, 7000, 17, 11_983])
    assert torch.equal(whole.step, pieces.step)


def test_what_comes_first_in_a_run_and_after_a_change_is_kept_step_by_step():
    losses = torch.linspace(1, 0, 100_001)
    changes = [5000, 5010, 60_000]
    steps = recorded(losses, [5000, 10, 54_990, 40_000], changes).step.tolist()
    assert steps[:1024] == list(range(1024))
    for change in changes:
        assert set(range(change, change + 64)) <= set(steps)
    assert not set(range(5080, 5100)) <= set(steps)
    assert steps == sorted(set(steps))


def test_many_changes_take_bounded_memory_and_the_latest_are_kept():
    losses, changes = torch.rand(300_001), range(2000, 300_000, 500)
    history = recorded(losses, [2000, *[500] * 596], changes)
    assert len(history.step) <= 4096 + 1024 + 32 * 64 + 1
    steps = set(history.step.tolist())
    assert all(set(range(change, change + 64)) <= steps for change in changes[-32:])


def test_change_in_mid_run_is_kept_in_the_steps_that_follow():
    trainer = Trainer(line_data(noise_std=0.1), TrainingConfig(learning_rate=0.1))
    trainer.advance(5000)
    changed = trainer.with_config(learning_rate=0.2, momentum=0.9)
    changed.advance(45_000)
    history, other = changed.history, trainer.with_config(momentum=0.5).history
    for step in range(5000, 5064):
        position = (history.step == step).nonzero().item()
        assert history.loss[position].item() == changed.at(step).loss
    assert other.step[-1] == 5000


def test_many_parameters_are_kept_at_fewer_steps():
    trainer = Trainer(linear_data(100, 90, 2), TrainingConfig(learning_rate=1e-4))
    trainer.advance(1200)
    history = trainer.history
    assert history.weight.nbytes < 16 * 2**20
    assert (history.step[0], history.step[-1]) == (0, 1200)


def test_reading_twice_gives_the_same():
    trainer = Trainer(line_data(), TrainingConfig(bias=False))
    trainer.advance(10)
    first, second = trainer.history, trainer.history
    assert torch.equal(first.step, second.step)
    assert first.bias is None


def test_checkpoints_double_their_distance_and_stay_few(monkeypatch):
    monkeypatch.setattr(linear_core.training.history, "MAX_CHECKPOINTS", 8)
    checkpoints, weight = Checkpoints(), torch.zeros(1, 1)
    step = 0
    for _ in range(40):
        step += checkpoints.steps_until_next(step)
        checkpoints.add(Snapshot(step, weight, None, ({}, {}), None))
    kept = [
        checkpoints.latest(-1, until).step for until in range(256, step, 256) if checkpoints.latest(-1, until)
    ]
    assert len(set(kept)) <= 8
    assert kept[-1] > 10_000
    distance = checkpoints.steps_until_next(0)
    assert distance in [256 * 2**doubled for doubled in range(1, 10)]
    assert all(kept_step % distance == 0 for kept_step in kept)
    checkpoints.add(Snapshot(step + 1, weight, None, ({}, {}), None))
    assert checkpoints.latest(step, step + 1) is None


def test_any_step_is_exact_when_checkpoints_were_thinned(monkeypatch):
    monkeypatch.setattr(linear_core.training.history, "MAX_CHECKPOINTS", 8)
    config = TrainingConfig(optimizer="adam", batch_size=20)
    trainer, other = Trainer(line_data(), config), Trainer(line_data(), config)
    trainer.advance(5000)
    other.advance(3210)
    assert torch.equal(trainer.at(3210).weight, other.weight)
    assert trainer.at(3210).loss == other.loss


def printed_by_a_script(trainer, num_steps, every=20):
    losses = trainer.history.loss.tolist()
    return [
        f"Epoch[{i}/{num_steps}], loss: {losses[i]:.6f}" for i in range(trainer.step) if (i + 1) % every == 0
    ]


@pytest.mark.parametrize("num_steps", [0, 19, 20, 21, 39, 40, 700])
def test_log_lines_are_those_of_a_script(num_steps):
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1))
    trainer.advance(num_steps)
    expected = printed_by_a_script(trainer, 30_000)
    assert list(log_lines(trainer, 30_000)) == expected
    assert list(log_lines(trainer, 30_000, last=3)) == expected[-3:]


def test_log_lines_are_the_same_from_memory_and_computed_again(monkeypatch):
    monkeypatch.setattr(linear_core.training.history, "RECENT", 100)
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1, batch_size=30))
    trainer.advance(300)
    trainer = trainer.with_config(learning_rate=0.01)
    trainer.advance(700)
    assert trainer._past._recent.since(0) is None
    lines = list(log_lines(trainer, 1000, every=7))
    assert lines == printed_by_a_script(trainer, 1000, every=7)
    assert list(log_lines(trainer, 1000, every=7, last=5)) == lines[-5:]


def test_log_lines_of_nothing_are_refused():
    trainer = Trainer(line_data(), TrainingConfig())
    for arguments in ({"every": 0}, {"last": 0}):
        with pytest.raises(ConfigError, match="at least 1"):
            log_lines(trainer, 10, **arguments)
