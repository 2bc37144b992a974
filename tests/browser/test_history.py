"""Back and Forward move the controls, not the address alone: what `races.is_back_or_forward` is for."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle


def open_forward(page: Page, app_url: str, query: str = "") -> None:
    page.goto(f"{app_url}/Forward_pass?{query}")
    settle(page)


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()
    settle(page)


def press_right(page: Page, name: str, value: str) -> None:
    slider = page.get_by_role("slider", name=name)
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"{name}={value}"))
    settle(page)


def test_back_and_forward_move_the_control(page: Page, app_url: str):
    open_forward(page, app_url)
    slider = page.get_by_role("slider", name="in_features")
    press_right(page, "in_features", "6")
    press_right(page, "in_features", "7")
    page.go_back()
    expect(slider).to_have_value("6")
    page.go_back()
    expect(slider).to_have_value("5")
    page.go_forward()
    expect(slider).to_have_value("6")
    expect(page).to_have_url(re.compile("in_features=6&"))


def test_two_presses_on_back_in_quick_succession_end_at_the_first(page: Page, app_url: str):
    open_forward(page, app_url)
    press_right(page, "in_features", "6")
    press_right(page, "out_features", "11")
    page.evaluate("history.back()")
    page.evaluate("history.back()")
    expect(page.get_by_role("slider", name="out_features")).to_have_value("10")
    expect(page.get_by_role("slider", name="in_features")).to_have_value("5")
    settle(page)
    assert page.url.partition("?")[2] == ""


def test_back_leads_to_a_section_whose_controls_were_gone(page: Page, app_url: str):
    open_forward(page, app_url, "part=large&large_in=40&large_out=30&large_batch=2&large_row=15")
    choose(page, "Parameters and cost")
    page.get_by_text("Bias, seed, initialization").click()
    for seed in ("1", "2"):
        page.get_by_role("spinbutton", name="seed").press("ArrowUp")
        page.get_by_role("spinbutton", name="seed").press("Enter")
        expect(page).to_have_url(re.compile(f"seed={seed}"))
        settle(page)
    for _ in range(3):
        page.go_back()
        settle(page)
    expect(page.get_by_role("spinbutton", name="first row")).to_have_value("15")
    expect(page).to_have_url(re.compile("large_row=15"))


def test_back_to_the_page_before_and_forward_again_keep_the_choices_of_each(page: Page, app_url: str):
    page.goto(app_url)
    settle(page)
    page.get_by_role("link", name="Forward pass").first.click()
    expect(page).to_have_url(re.compile("Forward_pass"))
    settle(page)
    press_right(page, "in_features", "6")
    page.go_back()
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("What does one linear layer do?")
    settle(page)
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Where does each number")
    settle(page)
    page.go_forward()
    expect(page.get_by_role("slider", name="in_features")).to_have_value("6")


def test_the_language_is_a_step_back_too(page: Page, app_url: str):
    open_forward(page, app_url)
    english = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="中文").click()
    expect(page).to_have_url(re.compile("lang=zh"))
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(english)
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_link_follows_two_presses_in_one_moment(page: Page, app_url: str):
    page.goto(f"{app_url}/Training?steps=20000")
    settle(page)
    slider = page.get_by_role("slider", name="steps")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page).to_have_url(re.compile("steps=15000"))
    settle(page)
    slider.press("ArrowLeft")
    slider.press("ArrowRight")
    settle(page)
    expect(page).to_have_url(re.compile("steps=15000"))
