"""Which states are drawn: never changed by what comes later, and no turn is lost."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core import Trainer, TrainingConfig, TrainingHistory, line_data
from linear_core.training.thinning import ALL_SHOWN, drawn_rows, film_states


def history_of(losses):
    column = losses[:, None]
    return TrainingHistory(torch.arange(len(losses)), losses, losses.double(), column[:, :, None], column)


def random_losses(length, seed):
    return torch.rand(length, generator=torch.Generator().manual_seed(seed)).mul(50).round()


@settings(max_examples=60, deadline=None)
@given(
    length=st.integers(1, 40_000),
    more=st.integers(1, 40_000),
    changes=st.lists(st.integers(0, 80_000), max_size=4),
    seed=st.integers(0, 99),
)
def test_the_same_steps_are_drawn_whatever_follows(length, more, changes, seed):
    losses = random_losses(length + more, seed)
    part = drawn_rows(history_of(losses[:length]), [step for step in changes if step < length])
    whole = drawn_rows(history_of(losses), [step for step in changes if step < length + more])
    since = length - 1 - max([0, *(step for step in changes if step < length)])
    # The last bin of the part is open, and the present state is always drawn.
    open_bin = (
        0 if since < 512 else since - since // 2 ** (since.bit_length() - 6) * 2 ** (since.bit_length() - 6)
    )
    closed = length - 1 - open_bin
    assert torch.equal(part[part < closed], whole[whole < closed])
    assert part[-1] == length - 1
    assert len(part[part >= closed]) <= 3


def test_peaks_dips_and_first_steps_are_drawn():
    losses = random_losses(60_001, seed=0)
    losses[33_333], losses[44_444] = 99.0, -99.0
    rows = drawn_rows(history_of(losses), changes=[20_000]).tolist()
    assert {0, 33_333, 44_444, 60_000} <= set(rows)
    assert set(range(512)) | set(range(20_000, 20_512)) <= set(rows)
    assert rows == sorted(set(rows))


def test_the_number_grows_with_the_logarithm_of_the_steps():
    numbers = [len(drawn_rows(history_of(random_losses(512 * 2**octave, 0)))) for octave in range(11)]
    assert numbers[0] == 512
    assert max(b - a for a, b in pairwise(numbers)) <= 64 + 2


def test_kept_states_of_a_long_run_are_drawn_too():
    history = history_of(random_losses(5000, 0)).rows(torch.tensor([0, 1, 2, 700, 1400, 2800, 4999]))
    assert drawn_rows(history).tolist() == list(range(7))


def test_the_first_hundred_steps_of_a_run_are_drawn_alike_after_100_and_after_30_000():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.78))
    trainer.advance(100)
    before = drawn_rows(trainer.history)
    trainer.advance(29_900)
    assert torch.equal(before, torch.arange(101))
    assert torch.equal(drawn_rows(trainer.history)[:101], before)


@pytest.mark.parametrize("length", [1, 500, ALL_SHOWN, ALL_SHOWN + 1, 150_002, 1_000_001])
def test_a_film_has_as_many_states_as_a_browser_holds_and_a_longer_one_the_same(length):
    history = history_of(torch.zeros(length))
    step = film_states(history).step
    assert len(step) <= 200_000
    assert torch.equal(step[:ALL_SHOWN], history.step[:ALL_SHOWN])
    assert step[-1] == length - 1
    longer = film_states(history_of(torch.zeros(length + 777))).step
    assert torch.isin(step[:-1], longer).all()
    assert torch.equal(film_states(history, length - 1).step, step[-1:])


def test_a_film_shows_of_the_states_that_are_kept_those_from_a_step_on():
    kept = torch.tensor([0, 1, 70_001, 70_002, 131_074, 131_076, 262_145])
    history = history_of(torch.zeros(262_146)).rows(kept)
    assert film_states(history).step.tolist() == [0, 1, 70_002, 131_076, 262_145]
    assert film_states(history, 70_001).step.tolist() == [70_001, 70_002, 131_076, 262_145]
    assert film_states(history, 999_999).step.tolist() == [262_145]
