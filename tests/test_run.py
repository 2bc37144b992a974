"""A run: changes at the film's current step, the way back from each, and the text in a link."""

import math

import pytest
import torch

from pages._ui.training.choices import RUN_KEYS, Training, run_params
from pages._ui.training.recording import Change, decode, encode
from pages._ui.training.run import Run
from tests.trained import trained


def chosen(**values):
    return Training(**values).run_values


def begun(steps=1000, **values):
    run = Run.start(chosen(**values))
    run.compute(steps)
    return run


def same(run, trainer):
    now = run.trainer.at(run.trainer.step)
    return (now.step, now.loss) == (trainer.step, trainer.loss) and torch.equal(now.weight, trainer.weight)


def test_a_change_cuts_the_run_where_the_film_stands():
    run = begun()
    changed = run.follow(chosen(learning_rate=0.1), at=400)
    assert (changed.trainer.step, changed.cut, changed.edition) == (400, 400, run.edition + 1)
    changed.compute(500)
    assert same(changed, trained(400, {"learning_rate": 0.1}, 100))
    assert changed.changes == (Change(400, {"learning_rate": 0.1}),)
    (ghost,) = changed.ghosts
    assert (ghost["step"].min(), ghost["step"].max()) == (400, 1000)


@pytest.mark.parametrize(
    "values",
    [
        {"momentum": 0.9},
        {"optimizer": "adam"},
        {"loss": "l1"},
        {"batch": 8},
        {"slope": -2.0},
        {"n_samples": 10},
    ],
)
def test_whatever_is_changed_the_states_before_stay(values):
    run = begun()
    changed = run.follow(chosen(**values), at=300)
    changed.compute(600)
    assert changed.trainer.step == 600
    assert torch.equal(changed.trainer.states(0, 300).weight, run.trainer.states(0, 300).weight)
    assert not torch.equal(changed.trainer.states(301, 600).weight, run.trainer.states(301, 600).weight)


def test_a_change_before_an_earlier_one_takes_its_place():
    run = begun().follow(chosen(learning_rate=0.1), at=500)
    run.compute(1000)
    again = run.follow(chosen(learning_rate=0.1, momentum=0.5), at=200)
    assert again.changes == (Change(200, {"learning_rate": 0.1, "momentum": 0.5}),)
    again.compute(300)
    assert same(again, trained(200, {"learning_rate": 0.1, "momentum": 0.5}, 100))


def test_two_changes_at_one_step_are_one_and_a_change_back_is_none():
    run = begun().follow(chosen(learning_rate=0.1), at=500)
    both = run.follow(chosen(learning_rate=0.1, momentum=0.5), at=500)
    assert both.changes == (Change(500, {"learning_rate": 0.1, "momentum": 0.5}),)
    assert run.follow(chosen(), at=500).changes == ()


@pytest.mark.parametrize(
    ("before", "tried"),
    [({}, {"slope": -2.0}), ({"momentum": 0.9}, {"optimizer": "adam"}), ({"batch": 10}, {"batch": 20})],
    ids=["data", "the optimizer's memory", "the order of the batches"],
)
def test_what_is_changed_and_changed_back_at_one_step_has_left_nothing(before, tried):
    run = begun(**before)
    back = run.follow(chosen(**{**before, **tried}), at=500)
    back = back.follow(chosen(**before), at=500)
    back.compute(1000)
    assert back.changes == ()
    assert torch.equal(back.trainer.history.weight, run.trainer.history.weight)


def test_each_change_can_be_taken_back_and_the_others_stay():
    run = begun().follow(chosen(learning_rate=0.1), at=300)
    run.compute(1000)
    run = run.follow(chosen(learning_rate=0.1, momentum=0.5), at=600)
    rest = run.without(run.changes[0])
    rest.compute(1000)
    assert same(rest, trained(600, {"momentum": 0.5}, 400))
    assert rest.values == chosen(momentum=0.5)


def test_a_change_that_no_longer_fits_without_an_earlier_one_is_left_out():
    run = begun(n_samples=4).follow(chosen(n_samples=50), at=100)
    run.compute(1000)
    run = run.follow(chosen(n_samples=50, outliers=9), at=200)
    run.compute(1000)
    rest = run.without(run.changes[0])
    rest.compute(1000)
    assert rest.values == chosen(n_samples=4)
    assert torch.equal(rest.trainer.history.weight, begun(n_samples=4).trainer.history.weight)


def test_at_the_start_a_change_begins_anew():
    run = begun().follow(chosen(learning_rate=0.1, start_seed=3), at=0)
    assert (run.trainer.step, run.changes) == (0, ())
    run.compute(50)
    assert same(run, trained(50, learning_rate=0.1, seed=3))


def test_initialization_waits_for_a_new_start_and_the_script_follows():
    run = begun()
    waiting = chosen(init="zeros")
    assert run.follow(waiting, at=500) is run
    assert run.waiting(waiting) == ["init"]
    assert run.fresh(waiting).trainer.weight.item() == 0


def test_data_of_other_sizes_need_a_new_layer():
    run = begun().follow(chosen(data="trees"), at=500)
    assert run.is_new_layer
    assert run.trainer.weight.shape == (1, 2)


def test_a_change_that_cannot_be_followed_is_said_and_the_run_stays():
    run = begun()
    assert run.follow(chosen(outliers=9, n_samples=4), at=500) is run
    assert "outliers" in str(run.refused[1])
    assert run.follow(chosen(), at=500).refused is None


def test_choices_that_do_not_go_together_begin_with_the_defaults():
    run = Run.start(chosen(outliers=9, n_samples=4))
    assert run.refused is not None
    assert same(run, trained())


def test_a_run_is_shortened_with_its_changes():
    run = begun().follow(chosen(learning_rate=0.1), at=600)
    run.compute(1000)
    short = run.planned(300)
    assert (short.trainer.step, short.changes) == (300, ())
    assert run.planned(5000) is run


def test_what_cannot_go_on_and_was_changed_at_its_end_wants_a_new_start():
    run = begun().planned(1000).follow(chosen(learning_rate=0.1), at=1000)
    assert run.ends_with_change
    assert not run.planned(2000).ends_with_change


@pytest.mark.parametrize("at_once", [True, False])
def test_a_recorded_run_is_the_same_again(at_once):
    run = begun(noise_std=0.2).follow(chosen(noise_std=0.2, learning_rate=0.1), at=500)
    run.compute(700)
    values = chosen(noise_std=0.2, learning_rate=0.1, slope=1.0)
    run = run.follow(values, at=700)
    run.compute(900)
    again = Run.start(*decode(run.text(values), run_params()))
    while again.trainer.step < 900:
        again.compute(900, math.inf if at_once else 0.0)
    assert same(again, run.trainer)
    assert again.values == values


def test_a_run_without_changes_needs_no_text():
    assert begun().text(chosen()) == ""
    assert Run.start(chosen()).text(chosen()) == ""


def test_a_recording_reads_back_as_it_was():
    changes = (Change(5, {"optimizer": "adam", "standardize": True}), Change(90, {"own": ".1_2__3_4"}))
    origin = chosen(data="own", own=".1_2__3_4", learning_rate=2.5e-6)
    assert decode(encode(origin, changes, run_params()), run_params()) == (origin, changes)


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "x",
        "0~nonsense~1",
        "0~learning_rate",
        "0~learning_rate~nan",
        "0~~9~steps~3",
        "0~~9~slope~1~~5~slope~2",
        "0~~-1~slope~1",
        "0~~99999999~slope~1",
        "0~own~@0123",
    ],
)
def test_nonsense_is_no_run(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any refusal will do
        decode(text, run_params())


def test_every_choice_that_decides_a_run_is_in_its_recording():
    assert set(RUN_KEYS) <= set(Training.params())
