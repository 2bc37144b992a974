"""The walk in a real browser: pointing, playing and scrubbing stay there; choosing reaches the link."""

import re
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser

LARGEST = "in_features=16&out_features=16&batch_size=8"
SECONDS = 2.0

# Points at one cell after another, one in each frame, and gives the times between frames.
POINT = """async ([walk, seconds]) => {
  const cells = walk ? [...walk.querySelectorAll(".grid [role=gridcell]")] : [];
  const gaps = [];
  let last = performance.now();
  const end = last + seconds * 1000;
  await new Promise((done) => {
    const frame = (now) => {
      gaps.push(now - last);
      last = now;
      const cell = cells[(gaps.length * 37) % cells.length];
      cell?.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, composed: true }));
      now < end ? requestAnimationFrame(frame) : done();
    };
    requestAnimationFrame(frame);
  });
  return gaps.slice(1);
}"""


def open_walk(page: Page, app_url: str, query: str = "") -> None:
    page.goto(f"{app_url}/Forward_pass?{query}")
    settle(page)
    page.locator(".walk .y [role=gridcell]").first.wait_for()


def cells(page: Page, matrix: str):
    return page.locator(f".walk .{matrix} [role=gridcell]")


def texts_of(page: Page) -> list[str]:
    return cells(page, "y").all_inner_texts()


def go_to(page: Page, step: str) -> None:
    """Choose a step by its dot and wait until it rests."""
    page.locator(".walk .dots button").filter(has_text=step).click()
    expect(page.locator(".walk .caption")).not_to_be_empty()
    page.wait_for_timeout(1800)
    settle(page)


def scrub(page: Page, moment: int) -> None:
    page.locator(".walk .scrub").evaluate(
        "(range, moment) => { range.value = moment; range.dispatchEvent(new Event('input')); }", moment
    )


def report(name: str, gaps: list[float], capsys: pytest.CaptureFixture[str]) -> float:
    """Print and give the frames per second of the median frame."""
    ordered = sorted(gaps)
    median, late = ordered[len(gaps) // 2], ordered[int(len(gaps) * 0.95)]
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {1000 / median:.0f} frames/s, 95 % of frames within {late:.0f} ms\n")
    return 1000 / median


def test_pointing_at_a_cell_lights_what_feeds_it_and_dims_the_rest(app_url, page, sent):
    open_walk(page, app_url, "in_features=5&out_features=10&batch_size=3")
    sent.clear()
    cells(page, "y").nth(17).hover()
    expect(page.locator(".walk .x .lit")).to_have_count(5)
    expect(page.locator(".walk .w .lit")).to_have_count(5)
    expect(page.locator(".walk .b .lit")).to_have_count(1)
    expect(page.locator(".walk .y .lit")).to_have_count(1)
    expect(page.locator(".walk .formula")).to_contain_text("y[B, 7] = ")
    cells(page, "x").nth(2).hover()
    expect(page.locator(".walk .w .lit")).to_have_count(10)
    expect(page.locator(".walk .y .lit")).to_have_count(10)
    cells(page, "w").nth(4).hover()
    expect(page.locator(".walk .x .lit")).to_have_count(3)
    expect(page.locator(".walk .y .lit")).to_have_count(3)
    cells(page, "b").nth(4).hover()
    expect(page.locator(".walk .y .lit")).to_have_count(3)
    expect(page.locator(".walk .x .lit")).to_have_count(0)
    assert sent == []


def test_the_formula_ends_at_the_value_that_the_line_below_gives(app_url, page):
    open_walk(page, app_url)
    value = page.locator(".walk .gives").inner_text().removeprefix("F.linear gives ")
    assert re.fullmatch(r"−?\d+\.\d{6,}", value), "float32 has at least six digits to show"
    assert page.locator(".walk .formula").inner_text().endswith(f" = {value}")
    assert re.match(r"equal, (within|to)", page.locator(".walk .badge").inner_text())


def test_a_click_pins_a_cell_in_the_link_and_escape_lets_it_go(app_url, page):
    open_walk(page, app_url, "in_features=3&out_features=4&batch_size=2")
    cells(page, "y").nth(6).click()
    page.wait_for_url(re.compile(r"cell=1(,|%2C)2"))
    expect(page.locator(".walk .pinned")).to_have_count(1)
    settle(page)
    page.reload()
    page.locator(".walk .y .pinned").wait_for()
    expect(page.locator(".walk .formula")).to_contain_text("y[B, 2] = ")
    cells(page, "y").nth(6).press("Escape")
    page.wait_for_url(lambda url: "cell=" not in url)
    expect(page.locator(".walk .pinned")).to_have_count(0)


def test_the_keyboard_walks_through_cells_and_pins(app_url, page):
    open_walk(page, app_url, "in_features=3&out_features=4&batch_size=2")
    cells(page, "y").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    focused = page.locator(".walk .y [role=gridcell]:focus")
    assert re.match(r"y sample B output 1, −?\d", focused.get_attribute("aria-label"))
    expect(page.locator(".walk .formula")).to_contain_text("y[B, 1] = ")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"cell=1(,|%2C)1"))


def test_playing_and_scrubbing_send_nothing_and_pausing_sends_the_step(app_url, page, sent):
    open_walk(page, app_url, "step=1")
    page.locator(".walk .speed").select_option("4")
    sent.clear()
    page.locator(".walk .play").click()
    page.locator(".walk .dots .now").filter(has_text="One cell").wait_for()
    assert sent == []
    page.locator(".walk .play").click()
    settle(page)
    assert sent != []
    sent.clear()
    scrub(page, 2)
    scrub(page, 1)
    page.wait_for_timeout(300)
    assert sent == []


def test_a_slider_that_moves_meanwhile_does_not_stop_play(app_url, page):
    open_walk(page, app_url, "step=1")
    page.locator(".walk .play").click()
    page.locator(".walk .dots .now").filter(has_text="One cell").wait_for()
    page.get_by_role("slider", name="out_features").press("ArrowLeft")
    expect(cells(page, "y")).to_have_count(27)
    settle(page)
    expect(page.locator(".walk .play")).to_have_text("Pause")
    assert int(page.locator(".walk .dots .now .number").inner_text()) >= 3
    page.go_back()
    expect(cells(page, "y")).to_have_count(30)
    expect(page.locator(".walk .play")).to_have_text("Pause")


def test_next_and_the_dots_choose_a_step_of_the_link(app_url, page):
    open_walk(page, app_url, "step=1")
    expect(page.locator(".walk .back")).to_be_disabled()
    page.locator(".walk .next").click()
    page.wait_for_url(re.compile("step=2"))
    go_to(page, "Whole")
    page.wait_for_url(re.compile("step=6"))
    expect(page.locator(".walk .next")).to_be_disabled()


@pytest.mark.parametrize("view", ["dot_products", "rows", "columns", "outer_products"])
def test_each_view_fills_y_part_by_part_and_ends_at_the_same_output(app_url, page, view):
    open_walk(page, app_url, f"in_features=3&out_features=4&batch_size=2&step=5&view={view}")
    output = texts_of(page)
    moments = {"dot_products": 8, "rows": 6, "columns": 12, "outer_products": 3}[view]
    assert page.locator(".walk .scrub").get_attribute("max") == str(moments)
    scrub(page, 0)
    assert texts_of(page) == [""] * 8
    scrub(page, moments - 1)
    assert texts_of(page) != output
    scrub(page, moments)
    assert texts_of(page) == output


def test_the_columns_of_the_transpose_come_from_the_rows_of_the_weight(app_url, page):
    open_walk(page, app_url, "in_features=3&out_features=4&batch_size=2&step=2")
    stored = page.locator(".walk .stored .cell").all_inner_texts()
    turned = cells(page, "w").all_inner_texts()
    assert [stored[o * 3 + i] for i in range(3) for o in range(4)] == turned
    scrub(page, 1)
    expect(page.locator(".walk .w .away")).to_have_count(9)


def test_one_cell_grows_product_by_product(app_url, page):
    open_walk(page, app_url, "in_features=3&out_features=4&batch_size=2&step=3")
    expect(page.locator(".walk .term.shown")).to_have_count(5)
    scrub(page, 2)
    expect(page.locator(".walk .term.shown")).to_have_count(2)
    expect(page.locator(".walk .x .hot")).to_have_count(1)
    expect(page.locator(".walk .w .hot")).to_have_count(1)


@pytest.mark.parametrize(
    "query", ["", "lang=zh", "in_features=2&out_features=1&rank=1", "rank=4", "bias=false", LARGEST]
)
@pytest.mark.parametrize("width", [1400, 1024, 390])
def test_nothing_moves_up_or_down_from_step_to_step(app_url, new_page, query, width):
    page = new_page(reduced_motion="reduce", viewport={"width": width, "height": 900})
    open_walk(page, app_url, query)
    tops = set()
    for step in page.locator(".walk .dots button").all():
        step.click()
        expect(step).to_have_attribute("aria-current", "step")
        parts = (page.locator(f".walk {part}").first for part in (".grid.x", ".grid.y", ".play", ".caption"))
        tops.add(tuple(part.evaluate("part => part.offsetTop") for part in parts))
    assert len(tops) == 1, tops


def test_long_numbers_have_room_in_their_cells(app_url, page):
    open_walk(page, app_url, f"{LARGEST}&x=1e30_-1e30_3~1e-30_-123456_2&weight=-12345_2")
    wide = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.textContent)"
    assert page.locator(".walk .grid .cell").evaluate_all(wide) == []


def test_a_single_sample_has_no_index_of_its_own(app_url, page):
    open_walk(page, app_url, "in_features=2&out_features=1&rank=1")
    expect(page.locator(".walk .formula")).to_contain_text("y[0] = ")
    cells(page, "x").nth(1).hover()
    expect(page.locator(".walk .formula")).to_contain_text("x[1] = ")


def test_sums_that_overflow_are_counted_and_no_equality_is_claimed(app_url, page):
    sizes = "in_features=2&out_features=2&batch_size=2"
    open_walk(page, app_url, f"{sizes}&x=3e38_3e38~1_1&weight=3_3~1_1&step=6")
    expect(page.locator(".walk .whole .note")).to_have_text("not finite: 2 of 4 cells")
    assert page.locator(".walk .whole .memory .cell").all_inner_texts() == ["NaN", "NaN", "0", "0"]


def test_without_bias_nothing_is_left_of_it(app_url, page):
    open_walk(page, app_url, "bias=false")
    expect(cells(page, "b")).to_have_count(0)
    expect(page.locator(".walk .term.bias")).to_have_count(0)


def test_neurons_and_matrices_light_each_other(app_url, page):
    open_walk(page, app_url, "in_features=3&out_features=4&batch_size=2&nodes=on")
    page.locator(".walk .node.y").nth(2).hover()
    expect(page.locator(".walk .edge.lit")).to_have_count(4)
    expect(page.locator(".walk .w .lit")).to_have_count(3)
    cells(page, "w").nth(0).hover()
    expect(page.locator(".walk .edge.lit")).to_have_count(1)


def test_with_reduced_motion_a_step_is_complete_at_once(app_url, new_page):
    page = new_page(reduced_motion="reduce")
    open_walk(page, app_url, "in_features=5&out_features=10&batch_size=3")
    page.locator(".walk .dots button").filter(has_text="Transpose").click()
    assert page.locator(".walk .w .away").count() == 0
    assert page.locator(".walk .scrub").input_value() == "10"


@pytest.mark.parametrize("convention", ["linear", "columns", "kernel"])
def test_the_largest_picture_is_on_one_screen_with_its_controls_and_caption(app_url, new_page, convention):
    page = new_page(reduced_motion="reduce")
    open_walk(page, app_url, f"{LARGEST}&convention={convention}")
    for step in page.locator(".walk .dots button").all():
        step.click()
        expect(step).to_have_attribute("aria-current", "step")
        caption = page.locator(".walk .caption").bounding_box()
        assert caption["y"] + caption["height"] <= 900
    assert page.locator(".walk .frame").evaluate("(frame) => frame.scrollWidth <= frame.clientWidth")
    height = cells(page, "y").first.bounding_box()["height"]
    size = cells(page, "y").first.evaluate("(cell) => parseFloat(getComputedStyle(cell).fontSize)")
    assert 10 <= size < height


def test_on_a_phone_the_matrices_scroll_in_their_own_frame(app_url, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    open_walk(page, app_url, LARGEST)
    scrolled = page.locator(".walk .frame").evaluate("(frame) => frame.scrollLeft")
    assert scrolled > 0, "the frame scrolls to the cell that the picture is about"
    box = page.locator(".walk .y .lit").bounding_box()
    assert 0 <= box["x"] < box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("query", ["", "rank=4&lead=2&outer=2", LARGEST])
def test_on_a_phone_the_sum_stands_beside_the_weight_and_rows_keep_their_names(app_url, new_page, query):
    page = new_page(viewport={"width": 390, "height": 844})
    open_walk(page, app_url, query)
    frame, panel, weight, x = (
        page.locator(f".walk {part}").first.bounding_box()
        for part in (".frame", ".panel.shown", ".grid.w", ".grid.x")
    )
    assert frame["x"] <= panel["x"] < panel["x"] + panel["width"] <= weight["x"]
    assert panel["y"] + panel["height"] <= x["y"]
    for name in page.locator(".walk .left .indices.down span").all():
        assert name.bounding_box()["x"] >= frame["x"]


def test_rows_of_more_dims_have_their_whole_index_as_name(app_url, page):
    open_walk(page, app_url, "in_features=16&out_features=16&batch_size=8&rank=4&lead=3&outer=3")
    assert page.locator(".walk .left .indices.down span").all_inner_texts()[9] == "0,1,1"
    assert re.match(r"x sample 0,1,1 feature 0, ", cells(page, "x").nth(9 * 16).get_attribute("aria-label"))
    assert page.locator(".walk .frame").evaluate("(frame) => frame.scrollWidth <= frame.clientWidth")


def test_the_largest_picture_stays_above_30_frames_a_second(app_url, page, sent, capsys):
    open_walk(page, app_url, LARGEST)
    walk = page.locator(".walk").element_handle()
    page.wait_for_timeout(500)
    sent.clear()
    pointing = report("pointing at 16×16×8", page.evaluate(POINT, [walk, SECONDS]), capsys)
    page.locator(".walk .play").click()
    playing = report("playing 16×16×8", page.evaluate(POINT, [None, SECONDS]), capsys)
    assert sent == []
    assert min(pointing, playing) >= 30
