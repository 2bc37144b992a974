"""Hints for new visitors: one on a page, dismissed for good with one press, and none after a link."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle


def test_a_hint_is_dismissed_for_good_with_one_press(page: Page, app_url: str):
    page.goto(app_url)
    settle(page)
    hints = page.get_by_role("note")
    expect(hints).to_contain_text("Begin with the first card")
    page.get_by_role("button", name="Got it").click()
    expect(hints).to_have_count(0)
    page.reload()
    settle(page)
    expect(hints).to_have_count(0)
    page.get_by_role("link", name="Forward pass").first.click()
    expect(hints).to_contain_text("Press Play")


def test_a_hint_speaks_of_the_finger_that_reads_it(new_page: Callable[..., Page], app_url: str):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{app_url}/Forward_pass")
    settle(page)
    expect(page.get_by_role("note")).to_contain_text("Double-tap a number")


def test_who_comes_by_a_link_is_not_interrupted(page: Page, app_url: str):
    page.goto(f"{app_url}/Forward_pass?in_features=2")
    settle(page)
    expect(page.get_by_role("note")).to_have_count(0)
