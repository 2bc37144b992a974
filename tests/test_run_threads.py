"""A run in the hands of two threads: the page that makes its steps, and the one that replaces it."""

from threading import Event, Thread

import pytest
from pages._ui.choices import TRAINING

from pages._ui.training.run import Run

VALUES = {key: choice.default for key, choice in TRAINING.items()}


@pytest.fixture
def ticking(monkeypatch):
    """A run in the midst of ten steps, and a function that lets them end."""
    run = Run.start(VALUES)
    run.go()
    begun, may_end = Event(), Event()
    advance = run.trainer.advance

    def slow(*given):
        begun.set()
        may_end.wait(10)
        return advance(*given)

    monkeypatch.setattr(run.trainer, "advance", slow)
    thread = Thread(target=run.tick, args=(100, "10", 1.0))
    thread.start()
    begun.wait(10)

    def end():
        may_end.set()
        thread.join(10)

    return run, end


@pytest.mark.parametrize(
    "change",
    [Run.pause, lambda run: run.follow({**VALUES, "learning_rate": 0.5}), lambda run: run.make(1, 100)],
    ids=["pause", "follow", "make"],
)
def test_a_change_waits_for_the_steps_in_hand(ticking, change):
    run, end = ticking
    changing = Thread(target=change, args=(run,))
    changing.start()
    changing.join(0.1)
    assert changing.is_alive()
    assert run.trainer.step == 0
    end()
    changing.join(10)
    assert run.trainer.step in (10, 11)


def test_after_a_pause_a_tick_that_comes_late_makes_no_steps(ticking):
    run, end = ticking
    end()
    run.pause()
    run.tick(100, "10", 1.0)
    assert run.trainer.step == 10
