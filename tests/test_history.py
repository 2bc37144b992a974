"""What is kept of a run: every state up to a stated size; beyond it few, by a rule of the step alone."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import linear_core.training.history
import linear_core.training.run_history
from linear_core import ConfigError, Trainer, TrainingConfig, line_data, linear_data
from linear_core.training.engine import Snapshot
from linear_core.training.history import StateStore
from linear_core.training.log import log_lines
from linear_core.training.run_history import Checkpoints

LINE_BYTES = 28  # of one state of a line: weight, bias and loss, the norm in float64, the step in int64


def same(history, other):
    pairs = zip(vars(history).values(), vars(other).values(), strict=True)
    return all(a is b is None or torch.equal(a, b) for a, b in pairs)


def few_states(monkeypatch, num_rows):
    monkeypatch.setattr(linear_core.training.history, "STATES_BYTES", 2 * num_rows * LINE_BYTES)


def test_every_state_of_a_million_steps_of_a_line_is_kept():
    trainer = Trainer(line_data(), TrainingConfig())
    assert trainer.all_kept_until >= 1_000_000
    trainer.advance(20_000)
    assert torch.equal(trainer.history.step, torch.arange(20_001))


def test_states_are_views_and_forks_share_them():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1))
    trainer.advance(5000)
    changed = trainer.with_config(learning_rate=0.2)
    assert trainer.states(7, 90).loss.data_ptr() == trainer.history.loss[7:].data_ptr()
    assert changed.states(7, 90).loss.data_ptr() == trainer.history.loss[7:].data_ptr()
    assert same(changed.states(4990, 4999), trainer.states(4990, 4999))


@settings(max_examples=10, deadline=None)
@given(first=st.integers(0, 2000), length=st.integers(0, 1500), changed_at=st.integers(1, 1999))
def test_states_that_are_not_kept_are_computed_again(first, length, changed_at):
    config = TrainingConfig(optimizer="adam", batch_size=20)
    runs = []
    for num_rows in (10_000, 70):
        with pytest.MonkeyPatch.context() as monkeypatch:
            few_states(monkeypatch, num_rows)
            trainer = Trainer(line_data(), config)
        trainer.advance(changed_at)
        trainer = trainer.with_config(loss="l1")
        trainer.advance(2000 - changed_at)
        runs.append(trainer)
    whole, thinned = runs
    assert len(whole.history) == 2001
    assert len(thinned.history) < 2 * 70
    last = min(2000, first + length)
    assert same(whole.states(first, last), thinned.states(first, last))
    assert whole.at(first).loss == thinned.at(first).loss
    assert torch.equal(whole.at(first).weight, thinned.at(first).weight)


@pytest.mark.parametrize("num_rows", [1, 33, 100, 1000])
def test_what_is_kept_depends_on_the_step_alone_and_is_bounded(num_rows, monkeypatch):
    few_states(monkeypatch, num_rows)
    kept = []
    for sizes in ([20_000], [1, 5, 700, 19_294], [1111] * 18):
        trainer = Trainer(line_data(), TrainingConfig())
        for size in sizes:
            trainer.advance(size)
        steps = trainer.history.step
        assert (steps[0], steps[-1]) == (0, trainer.step)
        assert torch.equal(steps, steps.unique())
        assert len(steps) <= 2 * num_rows + 32
        assert set(range(num_rows)) <= set(steps.tolist())
        kept.append([step for step in steps.tolist() if step < 19_000])
    assert kept[0] == kept[1] == kept[2]


def test_a_layer_with_many_parameters_stays_within_the_size():
    store = StateStore(bytes_per_state=40 * 2**20)
    assert store.interval(0) == 1
    kept = [step for step in range(1, 5000) if step % store.interval(step) == 0]
    assert kept == [2**octave for octave in range(13)]
    trainer = Trainer(linear_data(100, 90, 2), TrainingConfig(learning_rate=1e-4))
    trainer.advance(1200)
    history = trainer.history
    assert history.weight.nbytes < 64 * 2**20
    assert (history.step[0], history.step[-1]) == (0, 1200)


def test_reading_twice_gives_the_same():
    trainer = Trainer(line_data(), TrainingConfig(bias=False))
    trainer.advance(10)
    first, second = trainer.history, trainer.history
    assert torch.equal(first.step, second.step)
    assert first.bias is None


def test_checkpoints_double_their_distance_and_stay_few(monkeypatch):
    monkeypatch.setattr(linear_core.training.run_history, "MAX_CHECKPOINTS", 8)
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
    monkeypatch.setattr(linear_core.training.run_history, "MAX_CHECKPOINTS", 8)
    config = TrainingConfig(optimizer="adam", batch_size=20)
    trainer, other = Trainer(line_data(), config), Trainer(line_data(), config)
    trainer.advance(5000)
    other.advance(3210)
    assert torch.equal(trainer.at(3210).weight, other.weight)
    assert trainer.at(3210).loss == other.loss


def printed_by_a_script(trainer, num_steps, every=20):
    losses = trainer.states().loss.tolist()
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
    runs = []
    for num_rows in (10_000, 50):
        few_states(monkeypatch, num_rows)
        trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1, batch_size=30))
        trainer.advance(300)
        trainer = trainer.with_config(learning_rate=0.01)
        trainer.advance(700)
        runs.append(list(log_lines(trainer, 1000, every=7)))
    assert runs[0] == runs[1] == printed_by_a_script(trainer, 1000, every=7)
    assert list(log_lines(trainer, 1000, every=7, last=5)) == runs[0][-5:]


def test_log_lines_of_nothing_are_refused():
    trainer = Trainer(line_data(), TrainingConfig())
    for arguments in ({"every": 0}, {"last": 0}):
        with pytest.raises(ConfigError, match="at least 1"):
            log_lines(trainer, 10, **arguments)


def test_a_condition_holds_since_the_step_after_it_was_last_missed():
    trainer = Trainer(line_data(), TrainingConfig())
    trainer.advance(3)
    found = [
        trainer.history.since(torch.tensor(met) > 0) for met in ([1, 0, 1, 1], [1, 1, 1, 1], [1, 1, 1, 0])
    ]
    assert found == [2, 0, None]


def test_a_store_without_states_has_none():
    assert StateStore(20).between(0, 5) is None
