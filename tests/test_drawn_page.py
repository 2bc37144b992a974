"""A tick that comes too soon after a page has it drawn once more, and only once."""

from threading import Thread
from types import SimpleNamespace

import pytest

from pages._ui.training import drawn_page
from pages._ui.training.drawn_page import SENT_AFTER, DrawnPage


@pytest.fixture
def now(monkeypatch):
    """A page's session, its clock, and how often it was drawn anew."""
    now = SimpleNamespace(time=100.0, session_state={}, reruns=0)
    now.rerun = lambda: setattr(now, "reruns", now.reruns + 1)
    monkeypatch.setattr(drawn_page, "st", now)
    monkeypatch.setattr(drawn_page, "monotonic", lambda: now.time)
    return now


def ticked(page):
    tick = Thread(target=page.redraw_if_cut)
    tick.start()
    tick.join()


def test_a_tick_just_after_the_page_has_it_drawn_once_more_but_not_twice_in_a_row(now):
    for reruns in (1, 1, 2):
        page = DrawnPage()
        page.end()
        now.time += SENT_AFTER / 2
        ticked(page)
        assert now.reruns == reruns


def test_a_tick_in_time_or_one_that_waited_for_the_page_or_came_in_its_midst_does_nothing(now):
    page = DrawnPage()
    ticked(page)
    page.end()
    page.redraw_if_cut()
    now.time += 2 * SENT_AFTER
    ticked(page)
    assert now.reruns == 0
