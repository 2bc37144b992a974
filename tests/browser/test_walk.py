"""The walk in a real browser: pointing and playing stay there; choices and edits reach the server."""

import re

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch.nn import functional as F

from linear_core import LayerSpec
from linear_core.charts.digits import fulls, texts
from linear_core.exchange.layer_link import linked_numbers
from tests.browser.conftest import READY
from tests.browser.walk import cells, go_to, settle

LARGEST = "in_features=16&out_features=16&batch_size=8"
SMALL = "in_features=3&out_features=4&batch_size=2"
STEPS = range(1, 7)
DEFAULTS = ("seeded", "seeded", "seeded")
WIDTHS = (1366, 1024, 390)

# Where the parts of the walk are in each of its steps.
TOPS = """walk => [...walk.querySelectorAll(".dots button")].map(step => {
  step.click()
  if (step.ariaCurrent !== "step") return "not chosen"
  return [".x", ".y", ".play", ".formula"].map(part => walk.querySelector(part).offsetTop)
})"""


def open_walk(page: Page, app_url: str, query: str = "") -> None:
    page.goto(f"{app_url}/Forward_pass?{query}")
    page.locator(".walk .y [role=gridcell]").first.wait_for()
    settle(page)


def formula(page: Page) -> Locator:
    return page.locator(".walk .formula")


def texts_of(page: Page) -> list[str]:
    return cells(page, "y").all_inner_texts()


def scrub(page: Page, moment: int) -> None:
    page.locator(".walk .scrub").evaluate(
        "(range, moment) => { range.value = moment; range.dispatchEvent(new Event('input')); }", moment
    )


def type_into(cell: Locator, text: str) -> None:
    cell.focus()
    cell.page.keyboard.type(text)
    cell.page.keyboard.press("Enter")


def drag(cell: Locator, *ups: int) -> None:
    """Press on a cell and move the pointer up, pixel by pixel; it is not let go."""
    cell.hover()  # waits until it stands still
    page, box = cell.page, cell.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for up in ups:
        page.mouse.move(x, y - up)


def expect_value(page: Page, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> None:
    """The formula on the screen ends at what PyTorch computes, and the line below says it in full."""
    value = F.linear(x, weight, bias)
    expect(page.locator(".walk .gives")).to_have_text(f"F.linear gives {fulls(value)} (float32)")
    expect(formula(page)).to_have_text(re.compile(rf" = {re.escape(texts(value, 4))}$"))


def test_the_formula_follows_each_of_a_hundred_changes(app_url, page):
    """Also where the new numbers have as many digits as the old ones."""
    open_walk(page, app_url, "in_features=2&out_features=1&batch_size=1")
    chance = torch.Generator().manual_seed(0)
    page.get_by_text("Bias, seed, initialization").click()
    seed = page.get_by_role("spinbutton", name="seed")
    for _ in range(40):
        spec = LayerSpec(2, 1, seed=int(torch.randint(10_000, (), generator=chance)))
        seed.fill(str(spec.seed))
        seed.press("Enter")
        expect_value(page, *linked_numbers(spec, (1,), *DEFAULTS))
    numbers = dict(zip(("x", "weight", "b"), linked_numbers(spec, (1,), *DEFAULTS), strict=True))
    for _ in range(60):
        matrix = ("x", "weight", "b")[int(torch.randint(3, (), generator=chance))]
        column = int(torch.randint(numbers[matrix].numel(), (), generator=chance))
        text = str(int(torch.randint(1, 10, (), generator=chance)))
        type_into(cells(page, matrix).nth(column), text)
        page.mouse.move(0, 0)
        cells(page, matrix).nth(column).evaluate("cell => cell.blur()")
        numbers[matrix].view(-1)[column] = float(text)
        expect_value(page, *numbers.values())


def test_pointing_at_a_cell_lights_what_feeds_it_and_dims_the_rest(app_url, page, sent):
    open_walk(page, app_url, "in_features=5&out_features=10&batch_size=3")
    sent.clear()
    cells(page, "y").nth(17).hover()
    expect(page.locator(".walk .x .lit")).to_have_count(5)
    expect(page.locator(".walk .weight .lit")).to_have_count(5)
    expect(page.locator(".walk .b .lit")).to_have_count(1)
    expect(page.locator(".walk .y .lit")).to_have_count(1)
    expect(formula(page)).to_contain_text("y[1, 7] = ")
    expect(page.locator(".walk .corner-title")).to_have_text("row 1 of x · row 7 of weight")
    row = "y[1, 7] takes row 1 of x and row 7 of weight (column 7 of Wᵀ)"
    expect(page.locator(".walk .caption")).to_contain_text(row)
    cells(page, "x").nth(2).hover()
    expect(page.locator(".walk .weight .lit")).to_have_count(10)
    expect(page.locator(".walk .y .lit")).to_have_count(10)
    cells(page, "weight").nth(4).hover()
    expect(page.locator(".walk .x .lit")).to_have_count(3)
    expect(page.locator(".walk .y .lit")).to_have_count(3)
    cells(page, "b").nth(4).hover()
    expect(page.locator(".walk .y .lit")).to_have_count(3)
    expect(page.locator(".walk .x .lit")).to_have_count(0)
    assert sent == []


def test_the_formula_ends_with_its_own_digits_at_the_value_that_the_line_below_gives(app_url, page):
    open_walk(page, app_url)
    value = re.search(r"−?\d\.\d+", page.locator(".walk .gives").inner_text())[0]
    assert len(value) >= 8, "float32 has at least six digits to show"
    assert formula(page).inner_text().endswith(f" = {float(value.replace('−', '-')):.4f}".replace("-", "−"))
    assert re.match(r"all 30 equal, (within|to)", page.locator(".walk .badge").inner_text())


def test_what_a_beginner_does_not_need_is_one_press_away(app_url, page):
    open_walk(page, app_url, f"{SMALL}&step=6")
    for fine in (page.locator(".walk .why"), page.locator(".walk .compare .memory")):
        expect(fine).to_be_hidden()
    page.get_by_role("button", name="Details").click()
    expect(page.locator(".walk .why")).to_contain_text("exact sum")
    expect(page.locator(".walk .compare .fine").first).to_be_visible()
    go_to(page, 2)
    expect(page.locator(".walk .why")).to_contain_text("strides")
    page.get_by_role("button", name="Details").click()
    expect(page.locator(".walk .why")).to_be_hidden()


def test_a_click_pins_a_cell_in_the_link_and_escape_lets_it_go(app_url, page):
    open_walk(page, app_url, SMALL)
    cells(page, "y").nth(6).click()
    page.wait_for_url(re.compile(r"cell=1(,|%2C)2"))
    expect(page.locator(".walk .pinned")).to_have_count(1)
    settle(page)
    page.reload()
    page.locator(".walk .y .pinned").wait_for()
    expect(formula(page)).to_contain_text("y[1, 2] = ")
    cells(page, "y").nth(6).press("Escape")
    page.wait_for_url(lambda url: "cell=" not in url)
    expect(page.locator(".walk .pinned")).to_have_count(0)


def test_the_keyboard_walks_through_cells_and_pins(app_url, page):
    open_walk(page, app_url, SMALL)
    cells(page, "y").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    focused = page.locator(".walk .y [role=gridcell]:focus")
    assert re.match(r"y sample 1 output 1, −?\d", focused.get_attribute("aria-label"))
    expect(formula(page)).to_contain_text("y[1, 1] = ")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"cell=1(,|%2C)1"))


def test_play_begins_at_the_first_step_and_gives_nothing_away_before_its_step(app_url, page, sent):
    open_walk(page, app_url, SMALL)
    whole = texts_of(page)
    result = re.search(r"−?\d\.\d+", page.locator(".walk .gives").inner_text())[0]
    assert page.locator(".walk .dots .now").count() == 0
    page.locator(".walk .speed").select_option("4")
    sent.clear()
    page.locator(".walk .play").click()
    page.locator(".walk[data-step='1']").wait_for()
    assert texts_of(page) == [""] * 8
    page.locator(".walk[data-step='3']").wait_for()
    assert sent == []
    page.locator(".walk .scrub").dispatch_event("pointerdown")  # a press on the very place where it stands
    expect(page.locator(".walk .play")).to_have_text("Play")
    expect(page).to_have_url(re.compile(r"\bstep=\d"))
    settle(page)
    assert sent != []
    for step in STEPS[:4]:
        go_to(page, step)
        expect(page.locator(".walk .gives")).to_be_hidden()
        assert result not in formula(page).inner_text()
    assert "" not in texts_of(page)
    assert texts_of(page) != whole, "the sums do not have the bias yet"
    go_to(page, 5)
    assert texts_of(page) == whole
    expect(page.locator(".walk .gives")).to_contain_text(result)


def test_scrubbing_sends_nothing(app_url, page, sent):
    open_walk(page, app_url, f"{SMALL}&step=3")
    sent.clear()
    scrub(page, 2)
    expect(page.locator(".walk .term.shown")).to_have_count(2)
    expect(page.locator(".walk .x .hot")).to_have_count(1)
    expect(page.locator(".walk .weight .hot")).to_have_count(1)
    slider = page.get_by_label("Progress in step 3")
    expect(slider).to_have_attribute("aria-valuetext", "2 of 3")
    width = slider.bounding_box()["width"]
    slider.click(position={"x": width - 3, "y": 5})
    expect(page.locator(".walk .term.shown")).to_have_count(3)
    assert sent == []


def test_a_slider_that_moves_meanwhile_does_not_stop_play(app_url, page):
    open_walk(page, app_url, "step=1")
    page.locator(".walk .play").click()
    page.locator(".walk[data-step='3']").wait_for()
    page.get_by_role("slider", name="out_features").press("ArrowLeft")
    expect(cells(page, "y")).to_have_count(27)
    page.wait_for_selector(READY)
    expect(page.locator(".walk .play")).to_have_text("Pause")
    assert int(page.locator(".walk .dots .now .number").inner_text()) >= 3
    page.go_back()
    expect(cells(page, "y")).to_have_count(30)
    expect(page.locator(".walk .play")).to_have_text("Pause")


def test_next_and_the_dots_choose_a_step_of_the_link(app_url, page):
    open_walk(page, app_url)
    expect(page.locator(".walk .back")).to_be_disabled()
    page.locator(".walk .next").click()
    page.wait_for_url(re.compile("step=1"))
    go_to(page, 6)
    page.wait_for_url(re.compile("step=6"))
    expect(page.locator(".walk .next")).to_be_disabled()


def test_the_order_that_is_chosen_fills_y_part_by_part_up_to_the_same_sums(app_url, new_page):
    page = new_page(reduced_motion="reduce")
    open_walk(page, app_url, f"{SMALL}&step=4")
    sums = texts_of(page)
    for order, moments in {"outer products": 3, "columns": 12, "rows": 6, "dot products": 7}.items():
        page.get_by_text(order, exact=True).click()
        expect(page.locator(".walk .scrub")).to_have_attribute("max", str(moments))
        scrub(page, moments - 1)
        assert texts_of(page) != sums
        scrub(page, moments)
        assert texts_of(page) == sums


def test_the_columns_of_the_transpose_come_from_the_rows_of_the_weight(app_url, page):
    open_walk(page, app_url, f"{SMALL}&step=2")
    stored = page.locator(".walk .stored .cell").all_inner_texts()
    drawn = cells(page, "weight").all_inner_texts()
    assert [stored[o * 3 + i] for i in range(3) for o in range(4)] == drawn
    cells(page, "y").nth(6).hover()
    expect(page.locator(".walk .stored .line-name.lit")).to_have_text("2")
    assert page.locator(".walk .stored .cell.lit").all_inner_texts() == stored[6:9]
    expect(formula(page)).to_contain_text("row 2 of weight")
    page.mouse.move(0, 0)
    scrub(page, 1)
    expect(page.locator(".walk .weight .away")).to_have_count(9)


def test_a_number_is_edited_where_it_stands(app_url, page):
    open_walk(page, app_url, SMALL)
    cell = cells(page, "weight").nth(1)  # drawn at row 0, column 1: weight[1, 0]
    cell.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("−12.5")
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("title", "−12.5")
    x, weight, bias = linked_numbers(LayerSpec(3, 4), (2,), "seeded", "seeded", "seeded")
    weight[1, 0] = -12.5
    for place, value in enumerate(fulls(F.linear(x, weight, bias)).split()):
        expect(cells(page, "y").nth(place)).to_have_attribute("title", value)
    page.reload()
    cells(page, "y").first.wait_for()
    expect(cells(page, "weight").nth(1)).to_have_attribute("title", "−12.5")


def test_what_is_no_number_is_refused_at_the_cell_and_the_old_one_stays(app_url, page, sent):
    open_walk(page, app_url, SMALL)
    cell = cells(page, "x").last
    old = cell.get_attribute("title")
    sent.clear()
    type_into(cell, "1")
    settle(page)
    cell.press("Enter")
    page.keyboard.type("a.b")
    page.keyboard.press("Enter")
    refusal = page.get_by_role("alert").filter(has_text="expected a number")
    expect(refusal).to_contain_text("“a.b”")
    note, frame = refusal.bounding_box(), page.locator(".walk .frame").bounding_box()
    assert frame["y"] <= note["y"]
    assert note["y"] + note["height"] <= frame["y"] + frame["height"]
    page.keyboard.press("Escape")
    expect(refusal).to_have_count(0)
    expect(cell).to_have_attribute("title", "1")
    assert old != "1"


def test_dragging_changes_a_number_while_everything_follows(app_url, page):
    open_walk(page, app_url, SMALL)
    cell = cells(page, "b").nth(2)
    old, y = cell.get_attribute("title"), cells(page, "y").nth(6)
    before = y.get_attribute("title")
    drag(cell, *range(0, 61, 2))
    expect(y).not_to_have_attribute("title", before)
    page.mouse.up()
    settle(page)
    expect(cell).not_to_have_attribute("title", old)
    dragged = round(float(old.replace("−", "-")) + 0.2, 2)  # 60 pixels are 20 steps of 0.01
    expect(cell).to_have_attribute("title", f"{dragged:g}".replace("-", "−"))
    settle(page)
    changed = cell.get_attribute("title")
    drag(cell, 0, 20, 40)
    expect(cell).not_to_have_text(re.compile(re.escape(changed[:4])))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(cell).to_have_attribute("title", changed)
    weight = cells(page, "weight").first
    seeded = weight.get_attribute("title")
    drag(weight, *range(0, 40, 2))
    expect(weight).not_to_have_attribute("title", seeded)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(weight).to_have_attribute("title", seeded)
    page.wait_for_url(lambda url: "weight=" not in url)


def test_one_undo_takes_a_whole_drag_back(app_url, page):
    open_walk(page, app_url, f"{SMALL}&part=numbers")
    cell = cells(page, "b").nth(2)
    old = cell.get_attribute("title")
    drag(cell, *range(0, 61, 1))
    page.mouse.up()
    expect(cell).not_to_have_attribute("title", old)
    settle(page)
    page.get_by_role("button", name="Undo").click()
    expect(cell).to_have_attribute("title", old)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


@pytest.mark.parametrize(
    "query", ["", "lang=zh", "in_features=2&out_features=1&rank=1", "rank=4", "bias=false", LARGEST]
)
def test_nothing_moves_up_or_down_from_step_to_step(app_url, new_page, query):
    page = new_page(reduced_motion="reduce", viewport={"width": 1366, "height": 900})
    open_walk(page, app_url, query)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        tops = page.locator(".walk").evaluate(TOPS)
        assert len(tops) == len(STEPS)
        assert all(each == tops[0] for each in tops), (width, tops)


def test_picture_caption_and_play_are_seen_together_on_a_laptop(app_url, new_page):
    """The page's head takes what it takes; from Play to the last row fits what is left of 650 pixels."""
    page = new_page(reduced_motion="reduce", viewport={"width": 1366, "height": 650})
    for query, high in {"": 500, "convention=columns": 520, "bias=false": 500, LARGEST: 540}.items():
        open_walk(page, app_url, query)
        top = page.locator(".walk .play").bounding_box()["y"]
        for step in STEPS:
            go_to(page, step)
            below = [
                page.locator(f".walk {part}").first.bounding_box()
                for part in (".caption", ".x", ".y", ".gives")[: 3 if query == LARGEST else 4]
            ]
            assert max(box["y"] + box["height"] for box in below) - top <= high, (query, step)
        assert page.locator(".walk .frame").evaluate("(frame) => frame.scrollWidth <= frame.clientWidth")
        height = cells(page, "y").first.bounding_box()["height"]
        size = cells(page, "y").first.evaluate("(cell) => parseFloat(getComputedStyle(cell).fontSize)")
        assert 10 <= size < height


def test_on_a_phone_the_matrices_scroll_in_their_own_frame_with_a_hint_that_there_is_more(app_url, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    for query in ("", "rank=4&lead=2&outer=2", LARGEST):
        open_walk(page, app_url, query)
        frame = page.locator(".walk .frame")
        expect(frame).to_have_class(re.compile("beyond"))
        expect(page.locator(".walk .swipe")).to_be_visible()
        assert frame.evaluate("frame => frame.scrollLeft") == 0, "the first column comes first"
        seen = frame.bounding_box()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        caption, panel = (
            page.locator(".walk .caption").bounding_box(),
            page.locator(".walk .panel.shown").bounding_box(),
        )
        assert caption["y"] + caption["height"] <= panel["y"] < 844
        assert seen["x"] <= panel["x"]
        assert panel["y"] + panel["height"] <= page.locator(".walk .grid.x").bounding_box()["y"]
        for name in page.locator(".walk .before .indices.down span").all():
            assert name.bounding_box()["x"] >= seen["x"]
        frame.dispatch_event("wheel")
        frame.evaluate("frame => { frame.scrollLeft = 10000 }")
        expect(frame).not_to_have_class(re.compile("beyond"))
        expect(page.locator(".walk .swipe")).not_to_be_visible()


def test_on_a_phone_the_frame_follows_the_column_that_is_made_until_somebody_scrolls(app_url, new_page):
    page = new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    open_walk(page, app_url, "cell=1,8&step=4")
    frame, y = page.locator(".walk .frame"), cells(page, "y")
    seen = frame.bounding_box()

    def is_in_sight(place):
        box = y.nth(place).bounding_box()
        names = page.locator(".walk .above .indices.down").bounding_box()
        is_behind = box["x"] < names["x"] + names["width"]
        return not is_behind and box["x"] + box["width"] <= seen["x"] + seen["width"] - 6

    assert is_in_sight(18), "the element that is held on to"
    for moment, place in {1: 10, 6: 15, 9: 19, 11: 1}.items():
        scrub(page, moment)
        assert is_in_sight(place), moment
    frame.dispatch_event("wheel")
    scrub(page, 19)
    assert is_in_sight(1)
    assert not is_in_sight(9)
    go_to(page, 5)
    assert is_in_sight(18)
    assert page.evaluate("scrollY") == 0


def test_long_numbers_have_room_in_their_cells(app_url, page):
    open_walk(page, app_url, f"{LARGEST}&x=1e30_-1e30_3~1e-30_-123456_2&weight=-12345_2")
    wide = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.textContent)"
    assert page.locator(".walk .grid .cell").evaluate_all(wide) == []


def test_a_single_sample_has_no_index_of_its_own(app_url, page):
    open_walk(page, app_url, "in_features=2&out_features=1&rank=1")
    expect(formula(page)).to_contain_text("y[0] = ")
    cells(page, "x").nth(1).hover()
    expect(formula(page)).to_contain_text("x[1] = ")
    type_into(cells(page, "x").nth(1), "3")
    expect(cells(page, "x").nth(1)).to_have_attribute("title", "3")


def test_sums_that_overflow_are_counted_and_no_equality_is_claimed(app_url, page):
    sizes = "in_features=2&out_features=2&batch_size=2"
    open_walk(page, app_url, f"{sizes}&x=3e38_3e38~1_1&weight=3_3~1_1&step=6")
    expect(page.locator(".walk .compare .note")).to_have_text("not finite: 2 of 4")
    assert page.locator(".walk .compare .memory .cell").all_inner_texts() == ["NaN", "NaN", "0", "0"]


def test_without_bias_nothing_is_left_of_it(app_url, page):
    open_walk(page, app_url, "bias=false")
    expect(cells(page, "b")).to_have_count(0)
    expect(page.locator(".walk .term.plus")).to_have_count(0)


@pytest.mark.parametrize("convention", ["linear", "columns"])
def test_neurons_and_matrices_light_each_other(app_url, page, convention):
    open_walk(page, app_url, f"{SMALL}&nodes=true&convention={convention}")
    page.locator(".walk .node.y").nth(2).hover()
    expect(page.locator(".walk .edge.lit")).to_have_count(4)
    expect(page.locator(".walk .weight .lit")).to_have_count(3)
    cells(page, "weight").nth(0).hover()
    expect(page.locator(".walk .edge.lit")).to_have_count(1)


def test_with_reduced_motion_a_step_is_complete_at_once(app_url, new_page):
    page = new_page(reduced_motion="reduce")
    open_walk(page, app_url, "in_features=5&out_features=10&batch_size=3")
    page.locator(".walk .dots button").filter(has_text="Transpose").click()
    assert page.locator(".walk .weight .away").count() == 0
    assert page.locator(".walk .scrub").input_value() == "10"


def test_rows_of_more_dims_have_their_whole_index_as_name_and_are_edited_there(app_url, page):
    open_walk(page, app_url, "in_features=16&out_features=16&batch_size=8&rank=4&lead=3&outer=3")
    assert page.locator(".walk .before .indices.down span").all_inner_texts()[9] == "0,1,1"
    cell = cells(page, "x").nth(9 * 16)
    assert re.match(r"x sample 0,1,1 feature 0, ", cell.get_attribute("aria-label"))
    assert page.locator(".walk .frame").evaluate("(frame) => frame.scrollWidth <= frame.clientWidth")
