"""Whoever closes the tab in mid-run leaves no work behind."""

import time

import pytest

from tests.browser.conftest import App, settle
from tests.browser.test_training import press, wait_until


@pytest.fixture
def noted_app(tmp_path):
    """A server of its own and the file in which it notes each time that a run makes steps."""
    notes = tmp_path / "notes"
    app = App(tmp_path / "log.txt", "-m", "tests.browser.step_counter", str(notes))
    yield app.url, notes
    app.stop()


def stands_still(notes, seconds=2.0):
    before = notes.stat().st_size
    time.sleep(seconds)
    return notes.stat().st_size == before


def test_closed_tab_stops_the_work(browser, noted_app):
    url, notes = noted_app
    page = browser.new_page()
    page.goto(f"{url}/Training?steps=1000000&speed=1")  # one step a picture: it would take a day
    settle(page)
    press(page, "Train")
    wait_until(lambda: notes.stat().st_size > 5)
    page.close()
    wait_until(lambda: stands_still(notes))
