"""Every page opens in a real browser, cold, in both languages and themes, at three widths."""

from itertools import product
from pathlib import Path

import pytest

from pages._ui.registry import PAGES, START
from tests.browser.conftest import settle
from tests.browser.test_access import findings

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
EVERY_PAGE = (START, *PAGES)
PATHS = {page: "" if page is START else page.url_path for page in EVERY_PAGE}
SIZES = ((1400, 900), (1024, 768), (390, 844))
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
GROUND = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
CUT_OFF = """() => {
  const pen = document.createElement("canvas").getContext("2d")
  const isTooLong = (element) => {
    if (element.tagName !== "INPUT") return element.scrollWidth > element.clientWidth + 1
    pen.font = getComputedStyle(element).font
    return pen.measureText(element.value).width > element.clientWidth + 1
  }
  const places = "[data-testid=stSelectbox] input, button p, label p, [data-testid=stMetric] *"
  return [...document.querySelectorAll(places)]
    .filter((element) => !element.children.length && element.clientWidth && isTooLong(element))
    .filter((element) => getComputedStyle(element).overflowX !== "visible")
    .map((element) => element.value ?? element.innerText)
}"""
# The titles in an open list, each with its width in the field that shows the chosen one.
TITLES = """options => {
  const pen = document.createElement("canvas").getContext("2d")
  pen.font = getComputedStyle(document.activeElement).font
  return options.map(option => [option.innerText, pen.measureText(option.innerText).width])
}"""


def look(page, entry, lang):
    """Nothing is wider than the window, no word is cut off, and each theme has a background of its own."""
    SCREENSHOTS.mkdir(exist_ok=True)
    grounds = set()
    for theme, (width, height) in product(("light", "dark"), SIZES):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        page.screenshot(path=SCREENSHOTS / f"{PATHS[entry] or 'start'}-{lang}-{theme}-{width}.png")
        assert page.evaluate(OVERFLOW) <= 0, (theme, width)
        assert page.evaluate(CUT_OFF) == [], width
        grounds.add((theme, page.evaluate(GROUND)))
    assert len(grounds) == 2


@pytest.mark.parametrize("entry", EVERY_PAGE, ids=lambda entry: entry.title)
def test_deep_link_opens_on_a_server_that_nobody_has_visited_and_fits(cold_app, page, entry):
    page.goto(f"{cold_app}/{PATHS[entry]}")
    settle(page)
    assert page.get_by_role("heading", level=1).inner_text() == entry.question
    assert page.locator(".st-key-menu").get_by_role("link").count() == len(EVERY_PAGE)
    assert page.get_by_test_id("stSidebarNav").count() == 0
    names = page.get_by_role("slider").evaluate_all("all => all.map(slider => slider.ariaLabel)")
    assert not [name for name in names if not name or ":" in name], "names as they are read aloud"
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        settle(page)
        assert findings(page) == [], theme
    look(page, entry, "en")


@pytest.mark.parametrize("entry", EVERY_PAGE, ids=lambda entry: entry.title)
def test_page_fits_in_chinese_too(app_url, page, entry):
    page.goto(f"{app_url}/{PATHS[entry]}?lang=zh")
    settle(page)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    look(page, entry, "zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_title_of_a_list_fits_at_every_width(app_url, page, lang):
    page.goto(f"{app_url}/Training?lang={lang}")
    settle(page)
    page.locator(".st-key-more_controls summary").click()
    settle(page)
    lists = page.get_by_test_id("stSelectbox")
    titles = []
    for place in range(lists.count()):
        lists.nth(place).locator("input").click()
        titles.append(page.get_by_role("option").evaluate_all(TITLES))
        page.keyboard.press("Escape")
    assert min(map(len, titles)) > 2
    for width in (390, 641, 768, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        if width == 390:
            page.locator(".st-key-unfold label").click()
        settle(page)
        rooms = [box.evaluate("box => box.querySelector('input').clientWidth") for box in lists.all()]
        for room, entries in zip(rooms, titles, strict=True):
            assert [title for title, wide in entries if wide > room + 1] == [], (width, room)


def test_language_follows_the_browser_and_the_switch_wins(app_url, new_page):
    page = new_page(locale="zh-CN")
    page.goto(app_url)
    settle(page)
    chinese = page.get_by_role("heading", level=1).inner_text()
    assert chinese != START.question
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/?lang=en")
    page.get_by_role("heading", level=1, name=START.question).wait_for()


def test_language_stays_when_the_page_changes(app_url, page):
    page.goto(f"{app_url}/?lang=zh")
    settle(page)
    page.locator(".st-key-menu").get_by_role("link").nth(1).click()
    page.wait_for_url(f"**/{PAGES[0].url_path}?lang=zh")


def test_a_change_of_page_is_one_step_back_and_keeps_what_was_chosen(app_url, page):
    chosen = f"{app_url}/{PAGES[0].url_path}?lang=zh&in_features=7&x=ones"
    page.goto(chosen)
    settle(page)
    length = page.evaluate("history.length")
    for place, page_path in ((0, ""), (1, PAGES[0].url_path)):
        page.locator(".st-key-menu").get_by_role("link").nth(place).click()
        page.wait_for_url(f"{app_url}/{page_path}?**")
        settle(page)
    assert page.url == chosen
    assert page.evaluate("history.length") == length + 2


def test_nonsense_in_a_link_is_named_in_one_line(app_url, page):
    page.goto(f"{app_url}/{PAGES[0].url_path}?in_features=abc&lr=-1")
    settle(page)
    notice = page.get_by_test_id("stAlert")
    assert notice.count() == 1
    assert "in_features=abc" in notice.inner_text()
    assert "lr=-1" in notice.inner_text()


def test_page_that_does_not_exist_opens_the_start_page_and_says_so(app_url, browser):
    page = browser.new_page()  # Streamlit logs the missing page as an error, which fails a page of `new_page`
    page.goto(f"{app_url}/nowhere")
    settle(page)
    assert "not found" in page.locator("body").inner_text().lower()
    assert page.locator("h1", has_text=START.question).count() == 1
    page.close()
