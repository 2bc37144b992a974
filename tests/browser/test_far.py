"""A visitor far from the server, whose answers take longer than the next press."""

import re

import pytest

from tests.browser.conftest import open_training, settle

FAR = """() => {
  window.WebSocket = class extends window.WebSocket {
    send(message) { setTimeout(() => super.send(message), 400) }
  }
}"""


@pytest.fixture
def far(page):
    page.add_init_script(f"({FAR})()")
    return page


def press_right(page, name):
    """Move a slider, once the server has had the time to work on the press before."""
    page.wait_for_timeout(200)
    slider = page.get_by_role("slider", name=re.compile(name)).first
    slider.focus()
    page.keyboard.press("ArrowRight")
    return slider.get_attribute("aria-valuetext")


def arrived(page, text):
    page.wait_for_url(f"**{text}**")
    settle(page)
    return page.url.partition("?")[2]


def test_two_choices_in_quick_succession_both_stay(far, app_url):
    far.goto(f"{app_url}/Forward_pass")
    settle(far)
    assert (press_right(far, "in_features"), press_right(far, "out_features")) == ("6", "11")
    assert arrived(far, "out_features=11") == "in_features=6&out_features=11"


def test_a_preset_stays_whole_when_a_slider_follows_at_once(far, app_url):
    far.goto(f"{app_url}/Forward_pass")
    settle(far)
    far.get_by_text("2 → 1 by hand").click()
    press_right(far, "batch_size")
    link = arrived(far, "batch_size=4")
    assert link.startswith("in_features=2&out_features=1&batch_size=4&x=1_2&weight=0.1098_-0.5404")


def test_the_best_rate_stays_when_the_run_is_begun_at_once(far, app_url):
    open_training(far, app_url, "steps=200&speed=100")
    far.get_by_role("button", name="Use 0.78").click()
    far.get_by_role("button", name="Train", exact=True).click()
    far.get_by_text("Done: all 200 steps are made.").wait_for()
    assert arrived(far, "~~200") == "learning_rate=0.78&steps=200&speed=100&run=0~learning_rate~0.78~~200"
