"""The frame of every page: one press copies the link, and every word is in the page's language."""

import math
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linear_core import BUILTIN_DATA
from pages._ui.registry import TRAINING
from tests.browser.conftest import open_training, settle

WIDTHS = """() => {
  window.seenWidths = new Set()
  const look = () => {
    document.querySelectorAll('[data-testid=stVegaLiteChart] :is(svg, canvas).marks')
      .forEach((chart) => window.seenWidths.add(Math.round(chart.getBoundingClientRect().width)))
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}"""

TOO_LONG = """(texts) => {
  const list = document.querySelector("[data-testid=stSelectbox] input")
  const pen = document.createElement("canvas").getContext("2d")
  pen.font = getComputedStyle(list).font
  return texts.filter((text) => pen.measureText(text).width > list.clientWidth)
}"""


@pytest.fixture
def copying(new_page: Callable[..., Page]) -> Page:
    return new_page(permissions=["clipboard-read", "clipboard-write"])


def test_one_press_copies_the_link_and_says_what_it_does_not_hold(copying: Page, app_url: str):
    copying.goto(f"{app_url}/{TRAINING.url_path}?section=data&slope=2")
    settle(copying)
    copy = copying.get_by_role("button", name="Copy link")
    size = "it => getComputedStyle(it).fontSize"
    assert copy.evaluate(size) == copying.locator(".st-key-menu a p").first.evaluate(size)
    copy.click()
    expect(copying.get_by_role("button", name="Copied")).to_be_visible()
    copied = copying.evaluate("navigator.clipboard.readText()")
    assert copied == copying.url
    assert "slope=2" in copied
    expect(copy).to_be_visible()
    rows = "\n".join(f"{i},{math.sin(i * i):.9f}" for i in range(2000))
    file = {"name": "long.csv", "mimeType": "text/csv", "buffer": f"a,b\n{rows}\n".encode()}
    copying.locator("input[type=file]").set_input_files(file)
    copying.get_by_role("button", name="Train on these 2,000 rows").click()
    expect(copying.get_by_text("b from a.")).to_be_visible()
    settle(copying)
    copy.click()
    said = copying.get_by_role("status").filter(has_text="it holds neither the table nor the run")
    expect(said).to_be_visible()


def test_the_language_reaches_the_list_of_data_and_what_streamlit_says(page: Page, app_url: str):
    page.goto(f"{app_url}/{TRAINING.url_path}?section=data")
    settle(page)
    chosen = page.get_by_test_id("stSelectbox").first.locator("input")
    expect(chosen).to_be_visible()
    assert page.evaluate(TOO_LONG, [about.title for about in BUILTIN_DATA.values()]) == []
    chosen.click()
    page.get_by_role("option", name="Several features").click()
    expect(page).to_have_url(re.compile("data=features"))
    expect(chosen).to_have_value("Several features")
    page.get_by_role("button", name="中文").click()
    expect(chosen).to_have_value(re.compile("^[\u4e00-\u9fff]+$"))
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    uploader = page.get_by_test_id("stFileUploaderDropzone")
    instructions = uploader.get_by_test_id("stFileUploaderDropzoneInstructions")
    for element, text in (
        (uploader.get_by_role("button").locator("p"), "上传"),
        (instructions.locator("span"), "每个文件不超过 10 MB"),
    ):
        shown = "it => [getComputedStyle(it).fontSize, getComputedStyle(it, '::after').content]"
        assert element.evaluate(shown) == ["0px", f'"{text}"']


@pytest.mark.parametrize("width", [1366, 390])
def test_the_pictures_of_a_run_are_drawn_at_their_width_from_the_first(
    new_page: Callable[..., Page], app_url: str, width: int
):
    page = new_page(viewport={"width": width, "height": 800})
    page.add_init_script(f"({WIDTHS})()")
    open_training(page, app_url)
    settle(page)
    page.wait_for_timeout(300)  # for a second width that arrives late
    seen = page.evaluate("[...window.seenWidths]")
    last = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stVegaLiteChart] :is(svg, canvas).marks')]"
        ".map((chart) => Math.round(chart.getBoundingClientRect().width))"
    )
    assert set(seen) - {0} == set(last)


def test_what_a_press_opens_below_the_screen_comes_into_view(new_page: Callable[..., Page], app_url: str):
    page = new_page(viewport={"width": 1366, "height": 650})
    page.goto(f"{app_url}/{TRAINING.url_path}?section=log")
    settle(page)
    assert page.locator(".st-key-opened_section").bounding_box()["y"] > 600
    page.get_by_text("How many steps?", exact=True).click()
    page.wait_for_function(
        """() => {
          const { top, bottom } = document.querySelector('.st-key-opened_section').getBoundingClientRect()
          return top > 0 && bottom > top + 100 && bottom <= innerHeight + 1
        }"""
    )


@pytest.mark.parametrize("width", [1366, 390])
def test_what_the_words_of_a_page_mean_covers_nothing_that_is_pressed_next(
    new_page: Callable[..., Page], app_url: str, width: int
):
    page = new_page(viewport={"width": width, "height": 800})
    open_training(page, app_url)
    button, terms = page.locator(".terms summary"), page.locator(".terms div")
    title = page.get_by_role("heading", level=1).bounding_box()
    before = button.bounding_box()
    assert title["y"] <= before["y"] <= before["y"] + before["height"] <= title["y"] + title["height"]
    expect(terms).to_be_hidden()
    button.click()
    expect(terms).to_contain_text("learning rate The factor by which the gradient is multiplied")
    below = page.locator(".st-key-unfold" if width == 390 else ".player .play").bounding_box()
    box = terms.bounding_box()
    assert box["y"] + box["height"] <= below["y"] + 16  # the empty edges of both overlap
    assert button.bounding_box() == before
    button.click()
    expect(terms).to_be_hidden()
