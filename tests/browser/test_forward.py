"""The page "Forward pass" in a real browser: presets, own numbers, links, and pictures that answer alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settle
from tests.browser.walk import cells

SAMPLES = "0.1_0.2_0.3_0.3_0.3~0.4_0.5_0.6_0.6_0.6~0.7_0.8_0.9_0.9_0.9"
BY_HAND = "in_features=2&out_features=1&batch_size=1&rank=1&x=1_2&weight=0.1098_-0.5404&b=-0.4456"


def open_page(page: Page, app_url: str, query: str = "") -> None:
    page.goto(f"{app_url}/Forward_pass?{query}")
    settle(page)
    cells(page, "y").first.wait_for()


def radio(page: Page, name: str) -> Locator:
    return page.get_by_role("radio", name=name, exact=True)


def choose(page: Page, name: str) -> None:
    radio(page, name).click()
    settle(page)


def preset(page: Page, name: str) -> Locator:
    return page.locator(".st-key-presets button").filter(has_text=name)


def start_from(page: Page, name: str) -> None:
    preset(page, name).click()
    settle(page)


def open_table(page: Page, app_url: str) -> None:
    """Open the numbers of x as a table and select the cell in row 1, column 1."""
    open_page(page, app_url, "part=numbers")
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 240, box["y"] + 88)
    table.locator("[role=gridcell][aria-selected=true]").first.wait_for(state="attached")


def write(page: Page, text: str) -> None:
    """Open the selected cell of the table and write over it."""
    page.keyboard.press("Enter")
    editor = page.locator("#portal textarea")
    editor.fill(text)
    editor.press("Enter")


def in_link(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))


def test_a_deep_link_opens_on_the_reference_layer(page: Page, app_url: str):
    open_page(page, app_url, BY_HAND)
    expect(page.get_by_text("−1.4166").first).to_be_visible()
    expect(preset(page, "2 → 1 by hand")).to_contain_text("check")
    assert cells(page, "x").all_inner_texts() == ["1", "2"]


def test_presets_change_the_picture_and_the_link(page: Page, app_url: str):
    open_page(page, app_url)
    expect(preset(page, "three samples")).to_contain_text("check")
    assert cells(page, "y").count() == 30
    start_from(page, "one-hot")
    expect(cells(page, "y")).to_have_count(20)
    expect(page).to_have_url(in_link("x=one_hot"))
    start_from(page, "2 → 1 by hand")
    expect(cells(page, "y")).to_have_count(1)
    expect(page).to_have_url(in_link("weight=0.1098_-0.5404"))
    start_from(page, "three samples")
    expect(cells(page, "y")).to_have_count(30)
    assert "x=" not in page.url


def test_a_slider_changes_the_picture(page: Page, app_url: str):
    open_page(page, app_url)
    slider = page.get_by_role("slider", name="out_features")
    label = page.locator(".st-key-out_features label p")
    expect(label).to_have_css("color", "rgb(115, 56, 200)")  # that of weight
    box, handle = label.bounding_box(), page.locator(".st-key-out_features [role=group]").bounding_box()
    assert box["x"] + box["width"] < handle["x"]
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(cells(page, "y")).to_have_count(27)
    expect(page).to_have_url(in_link("out_features=9"))
    expect(page.get_by_text("54 parameters (5 × 9 + 9)")).to_be_visible()


def test_back_and_forward_go_through_the_sections_and_leave_the_rest(page: Page, app_url: str):
    open_page(page, app_url)
    page.get_by_role("slider", name="out_features").focus()
    page.keyboard.press("ArrowLeft")
    expect(cells(page, "y")).to_have_count(27)
    choose(page, "Parameters and cost")
    expect(page).to_have_url(in_link("part=costs"))
    page.go_back()
    expect(radio(page, "Parameters and cost")).not_to_be_checked()
    expect(cells(page, "y")).to_have_count(27)
    page.go_forward()
    expect(radio(page, "Parameters and cost")).to_be_checked()
    choose(page, "Parameters and cost")
    expect(radio(page, "Parameters and cost")).not_to_be_checked()
    expect(page).not_to_have_url(in_link("part="))


def test_a_preset_is_one_step_back(page: Page, app_url: str):
    open_page(page, app_url, "out_features=7&seed=3")
    before, length = page.url, page.evaluate("history.length")
    numbers = cells(page, "y").all_inner_texts()
    start_from(page, "2 → 1 by hand")
    expect(cells(page, "y")).to_have_count(1)
    expect(page).to_have_url(in_link("in_features=2"))
    settle(page)
    assert page.evaluate("history.length") == length + 1
    page.go_back()
    expect(cells(page, "y")).to_have_count(21)
    expect(page).to_have_url(before)
    assert cells(page, "y").all_inner_texts() == numbers
    expect(page.get_by_role("slider", name="out_features")).to_have_value("7")
    page.go_forward()
    expect(cells(page, "y")).to_have_count(1)
    expect(preset(page, "2 → 1 by hand")).to_contain_text("check")


def test_sizes_and_numbers_go_along_from_page_to_page(page: Page, app_url: str):
    page.goto(app_url)
    settle(page)
    page.get_by_role("slider", name="in_features").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(in_link("in_features=6"))
    settle(page)
    menu = page.locator(".st-key-menu").get_by_role("link")
    menu.filter(has_text="Forward pass").click()
    expect(cells(page, "x")).to_have_count(18)
    expect(page).to_have_url(in_link("Forward_pass?in_features=6"))
    settle(page)
    menu.filter(has_text="Inside nn.Linear").click()
    expect(page).to_have_url(in_link("/?in_features=6"))
    settle(page)
    menu.filter(has_text="Forward pass").click()
    expect(cells(page, "x")).to_have_count(18)


def test_a_cell_typed_into_the_table_reaches_picture_and_link_and_can_be_taken_back(page: Page, app_url: str):
    open_table(page, app_url)
    write(page, "9.5")
    expect(page).to_have_url(in_link(SAMPLES.replace("0.4_0.5", "0.4_9.5")))
    expect(cells(page, "x").nth(6)).to_have_text("9.5")
    write(page, "7")  # Enter moved on to the next row
    expect(page).to_have_url(in_link("0.4_9.5_0.6_0.6_0.6~0.7_7_"))
    expect(cells(page, "x").nth(11)).to_have_text("7.0")
    page.get_by_role("button", name="Undo").click()
    expect(cells(page, "x").nth(11)).to_have_text("0.8")
    settle(page)
    page.get_by_role("button", name="Undo").click()
    expect(cells(page, "x").nth(6)).to_have_text("0.5")


def test_what_is_typed_into_the_table_is_read_as_it_was_written_or_refused(page: Page, app_url: str):
    open_table(page, app_url)
    write(page, "1e3")
    expect(cells(page, "x").nth(6)).to_have_text("1000")
    write(page, "1,5")
    refused = page.get_by_text("expected a number in row 2, column 1 (counted from 0), but got '1,5'")
    expect(refused).to_be_visible()
    expect(cells(page, "x").nth(11)).to_have_text("0.8")
    page.get_by_role("textbox", name="Paste numbers for x").fill("1 2\n3")
    page.get_by_role("button", name="Use these numbers").click()
    expect(page.get_by_text("but got length 1 in row 1 and 2 in row 0")).to_be_visible()
    expect(refused).to_be_visible()
    choose(page, "weight")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_a_wrong_paste_is_named_and_the_picture_stays(page: Page, app_url: str):
    open_page(page, app_url, "part=numbers")
    before = cells(page, "y").all_inner_texts()
    page.get_by_role("textbox", name="Paste numbers for x").fill("1 2\n3 x")
    page.get_by_role("button", name="Use these numbers").click()
    expect(page.get_by_text("row 1, column 1")).to_be_visible()
    assert cells(page, "y").all_inner_texts() == before
    page.get_by_role("textbox", name="Paste numbers for x").fill("[[1, 2], [3, 4]]")
    page.get_by_role("button", name="Use these numbers").click()
    expect(cells(page, "x")).to_have_count(4)
    expect(page.get_by_text("row 1, column 1")).to_have_count(0)


def test_neurons_light_up_without_a_message(page: Page, app_url: str, sent: list[object]):
    open_page(page, app_url, "part=neurons")
    picture = page.get_by_test_id("stVegaLiteChart").first
    picture.scroll_into_view_if_needed()
    picture.locator("canvas, svg").first.wait_for()
    settle(page)
    before = picture.screenshot()
    sent.clear()
    box = picture.bounding_box()
    page.mouse.move(box["x"] + 490, box["y"] + 150, steps=6)
    for _ in range(50):  # a canvas has no event for having been drawn
        page.wait_for_timeout(20)
        if picture.screenshot() != before:
            break
    else:
        pytest.fail("the neurons stayed as they were")
    assert not sent


def test_a_picture_is_made_when_its_button_is_pressed(page: Page, app_url: str):
    open_page(page, app_url, "part=script")
    for button, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("Vega-Lite", b"{")):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).first.click()
        assert download.value.path().read_bytes().startswith(start)


def test_every_picture_of_a_large_layer_can_be_taken_away(page: Page, app_url: str):
    open_page(page, app_url, "part=large&large_in=40&large_out=30&large_batch=2")
    names = set()
    for button, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("Vega-Lite", b"{")):
        rows = page.get_by_test_id("stDownloadButton").filter(has_text=button)
        expect(rows).to_have_count(3)
        for row in rows.all():
            with page.expect_download() as download:
                row.get_by_role("button").click()
            assert download.value.path().read_bytes().startswith(start)
            names.add(download.value.suggested_filename.partition(".")[0])
    assert names == {"large_weight", "large_weight_window", "large_cell"}


@pytest.mark.parametrize("width", [390, 1024])
def test_nothing_makes_the_page_scroll_sideways(new_page: Callable[..., Page], app_url: str, width: int):
    page = new_page(viewport={"width": width, "height": 844})
    for part in ("numbers", "neurons", "large", "dimensions&rank=4", "script"):
        open_page(page, app_url, f"in_features=16&out_features=16&batch_size=8&part={part}&large_in=99")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= width, part
        outside = page.evaluate(
            """width => [...document.querySelectorAll('.stMain [data-testid]')]
                .filter(e => e.getBoundingClientRect().right > width + 1)
                .filter(e => !e.closest('.walk, [data-testid=stDataFrame], [class*=st-key-scrolls_]'))
                .map(e => e.dataset.testid)""",
            width,
        )
        assert not outside, (part, outside)
