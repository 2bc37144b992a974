"""A visitor far from the server, whose answers take longer than the next press."""

import re

import pytest

from tests.browser.conftest import settle

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
    assert arrived(far, "out_features=11").startswith("in_features=6&out_features=11&x=0.1_0.2_0.3_0.3_0.3_")
