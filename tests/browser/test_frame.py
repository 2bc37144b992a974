"""What stands around every page: one press copies the link, and the language reaches every word."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pages._ui.registry import FORWARD, TRAINING
from tests.browser.conftest import settle

WIDTHS = """() => {
  window.seenWidths = new Set()
  const look = () => {
    document.querySelectorAll('[data-testid=stVegaLiteChart] :is(svg, canvas).marks')
      .forEach((chart) => window.seenWidths.add(Math.round(chart.getBoundingClientRect().width)))
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}"""


@pytest.fixture
def copying(new_page: Callable[..., Page]) -> Page:
    return new_page(permissions=["clipboard-read", "clipboard-write"])


def test_one_press_copies_the_link_and_says_so(copying: Page, app_url: str):
    copying.goto(f"{app_url}/{FORWARD.url_path}?in_features=2&x=1_2~3_4~5_6")
    settle(copying)
    copying.get_by_role("button", name="Copy link").click()
    expect(copying.get_by_role("button", name="Copied")).to_be_visible()
    copied = copying.evaluate("navigator.clipboard.readText()")
    assert copied == copying.url
    assert "x=1_2~3_4~5_6" in copied
    expect(copying.get_by_role("button", name="Copy link")).to_be_visible()


def test_the_language_reaches_a_list_that_was_chosen_from(page: Page, app_url: str):
    page.goto(f"{app_url}/{TRAINING.url_path}?data=features")
    settle(page)
    chosen = page.get_by_test_id("stSelectbox").first
    assert re.fullmatch(r"[A-Za-z ,]+", chosen.inner_text().splitlines()[-1])
    page.get_by_role("button", name="中文").click()
    settle(page)
    expect(chosen).to_contain_text(re.compile("[\u4e00-\u9fff]"))
    assert not re.search("Several", chosen.inner_text())
    assert page.locator("html").get_attribute("lang") == "zh-CN"


@pytest.mark.parametrize("width", [1366, 390])
def test_the_pictures_of_a_run_are_drawn_at_their_width_from_the_first(
    new_page: Callable[..., Page], app_url: str, width: int
):
    page = new_page(viewport={"width": width, "height": 800})
    page.add_init_script(f"({WIDTHS})()")
    page.goto(f"{app_url}/{TRAINING.url_path}")
    settle(page)
    page.wait_for_timeout(500)
    seen = page.evaluate("[...window.seenWidths]")
    last = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stVegaLiteChart] :is(svg, canvas).marks')]"
        ".map((chart) => Math.round(chart.getBoundingClientRect().width))"
    )
    assert set(seen) - {0} == set(last)
