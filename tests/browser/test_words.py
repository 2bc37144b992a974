"""No word is cut off: labels, choices and titles fit, in each language, on a wide and a narrow screen."""

import pytest
from playwright.sync_api import Page, expect

from linear_core import BUILTIN_DATA
from pages._ui.language import LANGUAGES
from pages._ui.registry import PAGES
from tests.browser.conftest import settle

SIZES = ((1400, 900), (390, 844))
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
WIDTH = """(texts) => {
  const list = [...document.querySelectorAll("[data-testid=stSelectbox] input")][0]
  const pen = document.createElement("canvas").getContext("2d")
  pen.font = getComputedStyle(list).font
  return texts.filter((text) => pen.measureText(text).width > list.clientWidth)
}"""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_no_word_is_cut_off(page: Page, app_url: str, entry, lang: str):
    page.goto(f"{app_url}/{entry.url_path}?lang={lang}")
    settle(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_titles_of_data_fit_their_list(page: Page, app_url: str):
    page.goto(f"{app_url}/Training?lang=en")
    settle(page)
    assert page.evaluate(WIDTH, [about.title for about in BUILTIN_DATA.values()]) == []


def test_a_chinese_page_says_so_and_what_streamlit_says_on_it_is_chinese_too(page: Page, app_url: str):
    page.goto(f"{app_url}/Training?lang=zh_CN&section=data")
    settle(page)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    uploader = page.get_by_test_id("stFileUploaderDropzone")
    for element, text in (
        (uploader.get_by_role("button").locator("p"), "上传"),
        (
            uploader.get_by_test_id("stFileUploaderDropzoneInstructions").locator("span"),
            "每个文件不超过 10 MB",
        ),
    ):
        shown = element.evaluate(
            "it => [getComputedStyle(it).fontSize, getComputedStyle(it, '::after').content]"
        )
        assert shown == ["0px", f'"{text}"']
