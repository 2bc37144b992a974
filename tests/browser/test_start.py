"""The start page in a real browser: the layer plays, follows the pointer, and each card is a link."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settle


def open_start(page: Page, app_url: str, query: str = "") -> None:
    page.goto(f"{app_url}/?{query}")
    settle(page)
    cells(page, "y").first.wait_for()


def cells(page: Page, matrix: str) -> Locator:
    return page.locator(f".layer .{matrix} > span")


def test_the_layer_plays_by_itself_and_ends_filled(page: Page, app_url: str):
    page.goto(app_url)
    expect(page.locator(".layer .unmade").first).to_be_attached()
    expect(page.locator(".layer .unmade")).to_have_count(0)
    expect(page.locator(".layer .total")).to_have_text("y[1, 3] = 0.0177")
    assert cells(page, "y").nth(13).inner_text() == "0.02"


def test_with_reduced_motion_the_last_picture_stands_at_once(new_page: Callable[..., Page], app_url: str):
    page = new_page(reduced_motion="reduce")
    open_start(page, app_url)
    assert page.locator(".layer .unmade").count() == 0
    expect(page.locator(".layer .total")).to_have_text("y[1, 3] = 0.0177")


def test_shapes_follow_while_a_slider_is_dragged_and_numbers_when_it_is_let_go_of(
    new_page: Callable[..., Page], app_url: str
):
    page = new_page(reduced_motion="reduce")
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_start(page, app_url)
    box = page.get_by_role("slider", name=re.compile("in_features")).bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    below = page.locator(".layer .hint").bounding_box()
    sent.clear()
    page.mouse.move(box["x"] + box["width"] * 4 / 15, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5 / 15, middle, steps=5)
    expect(page.locator(".layer .shapes")).to_have_text(re.compile(r"\(3, 10\) = \(3, [12]\) @"))
    assert cells(page, "w").count() in (10, 20)
    assert page.locator(".layer .hint").bounding_box()["y"] == below["y"]
    assert not sent
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"in_features=[12]"))
    expect(cells(page, "w").first).not_to_be_empty()
    assert sent


def test_pointing_at_an_element_of_y_lights_what_makes_it(new_page: Callable[..., Page], app_url: str):
    page = new_page(reduced_motion="reduce")
    open_start(page, app_url)
    cells(page, "y").nth(21).hover()
    expect(page.locator(".layer .total")).to_contain_text("y[2, 1] = ")
    assert page.locator(".layer .x .lit").count() == page.locator(".layer .w .lit").count() == 5
    said = page.locator(".layer .about-one")
    expect(said).to_have_text("y[2, 1]: row 2 of x · row 1 of weight = column 1 of Wᵀ")


# How strong the faintest colors of weights are that are not zero.
FAINTEST = """all => Math.min(...all
  .filter((cell) => cell.style.getPropertyValue("--share") > 0)
  .map((cell) => Number(getComputedStyle(cell).backgroundColor.match(/[0-9.]+(?=[)])/)[0])))"""


def test_the_largest_layer_has_colors_to_see_and_takes_no_more_room(
    new_page: Callable[..., Page], app_url: str
):
    for width, height in ((1366, 650), (390, 844)):
        page = new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
        heights = set()
        for ins, outs in ((5, 10), (1, 1), (16, 16)):
            open_start(page, app_url, f"in_features={ins}&out_features={outs}&batch_size=8")
            heights.add(page.locator(".layer .picture").bounding_box()["height"])
        assert len(heights) == 1, width
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert cells(page, "w").evaluate_all(FAINTEST) > 0.15, width


def test_a_card_leads_on_wherever_it_is_pressed_even_after_other_choices(page: Page, app_url: str):
    page.goto(f"{app_url}/Forward_pass?bias=false&step=6")
    settle(page)
    page.get_by_role("link", name="Inside nn.Linear").click()
    cells(page, "y").first.wait_for()
    settle(page)
    box = page.locator(".st-key-card_by_hand").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 20, box["y"] + box["height"] - 12)
    expect(page).to_have_url(re.compile("Forward_pass"))
    expect(page.get_by_text("−1.4166").first).to_be_visible()
    expect(page.locator(".st-key-presets button").filter(has_text="by hand")).to_contain_text("check")


def test_on_a_phone_the_numbers_are_there_and_the_hint_speaks_of_touch(
    new_page: Callable[..., Page], app_url: str
):
    size = {"width": 390, "height": 844}
    page = new_page(viewport=size, has_touch=True, is_mobile=True, reduced_motion="reduce")
    open_start(page, app_url)
    for part in (".sum", ".x", ".w", ".y"):
        box = page.locator(f".layer {part}").bounding_box()
        assert box is not None
        assert 15 <= box["x"] < box["x"] + box["width"] <= 375, part
    assert page.locator(".layer .bare").count() == 0
    expect(page.locator(".layer .hint")).to_contain_text("Tap an element of y")
    cells(page, "y").nth(21).tap()
    assert page.locator(".layer .y .lit").count() == 1
