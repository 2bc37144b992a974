"""The page "Gradients" in a real browser: the walk back, what it sends, and what it hides."""

import re

import pytest
from playwright.sync_api import Page, expect

from linear_core.charts.digits import fulls, texts
from pages._ui.gradients.call import gradient_call
from pages._ui.gradients.choices import STEPS, Gradients
from tests.browser.walk import cells, go_to, settle

LARGEST = "in_features=16&out_features=16&batch_size=8"


def open_page(page: Page, app_url: str, query: str = "", *, motion: str = "reduce") -> None:
    """Open the page; without motion no step has to play before it rests."""
    page.emulate_media(reduced_motion=motion)
    page.goto(f"{app_url}/Gradients?{query}")
    page.locator(".walk .picture:visible [role=gridcell]").first.wait_for()
    settle(page)


def trace_of(**choices: object):
    return gradient_call(Gradients(lang="en", **choices)).gradients


def test_every_step_shows_autograds_numbers(app_url, page):
    open_page(page, app_url)
    trace = trace_of()
    backward, loss = trace.backward, trace.loss
    expected = {
        1: {"loss": loss.elements, "y": loss.prediction, "target": loss.target},
        2: {"G": loss.grad_output},
        4: {"grad_weight": backward.grad_weight},
        5: {"grad_bias": backward.grad_bias},
        6: {"grad_x": backward.grad_x, "weight": trace.forward.weight},
        7: {"grad_weight": backward.grad_weight},
    }
    for step, matrices in expected.items():
        go_to(page, step)
        expect(page.locator(".walk .picture[hidden] .term").filter(visible=True)).to_have_count(0)
        for name, values in matrices.items():
            found = cells(page, name).evaluate_all("all => all.map((cell) => cell.title)")
            assert found == fulls(values).split(), (step, name)
        if step == 1:
            expect(page.locator(".walk .formula")).to_contain_text("= (0.67 − (−0.4))² = (1.07)² = 1.155")
        expect(page.locator(".walk .badge")).to_have_text(re.compile("^all [0-9]+ equal"))
        expect(page.locator(".walk .gives")).to_have_text(re.compile("^(autograd|PyTorch) gives "))


def test_pointing_lights_a_column_of_each_and_writes_the_sum_over_the_batch(app_url, page):
    open_page(page, app_url, "grad_step=4")
    cells(page, "grad_weight").nth(3 * 5 + 4).hover()
    backward = trace_of().backward
    value = re.escape(texts(backward.grad_weight[3, 4], 4))
    expect(page.locator(".walk .formula")).to_have_text(re.compile(rf"^grad_weight\[3, 4\] = .* = {value}$"))
    expect(page.locator(".walk .formula .summand")).to_have_count(3)
    expect(
        page.locator(".walk .picture:not([hidden]) .left .lit, .walk .picture:not([hidden]) .G .lit")
    ).to_have_count(3)
    expect(page.locator(".walk .picture:not([hidden]) .x .lit")).to_have_count(3)
    cells(page, "grad_bias").nth(2).hover()
    expect(page.locator(".walk .formula")).to_have_text(re.compile(r"^grad_bias\[2\] = "))


def test_the_check_has_a_third_witness_and_is_the_end(app_url, page):
    open_page(page, app_url, "grad_step=7")
    expect(page.locator(".walk .play")).to_have_text("Again")
    assert page.locator(".walk .scrub").evaluate("scrub => scrub.value === scrub.max")
    trace = trace_of()
    for matrix, place, value, measured in (
        ("grad_weight", 7, trace.backward.grad_weight[1, 2], trace.finite_differences.weight[1, 2]),
        ("grad_bias", 3, trace.backward.grad_bias[3], trace.finite_differences.bias[3]),
    ):
        cells(page, matrix).nth(place).hover()
        lines = page.locator(".walk .picture:not([hidden]) .compare p .number")
        expect(lines.nth(1)).to_have_text(fulls(value))
        expect(lines.nth(3)).to_have_text(fulls(measured.float()))


def test_pointing_and_playing_send_nothing(app_url, page, sent):
    open_page(page, app_url, f"{LARGEST}&grad_step=4", motion="no-preference")
    page.locator(".walk .speed").select_option("4")
    sent.clear()
    for place in range(0, 256, 17):
        cells(page, "grad_weight").nth(place).hover()
    page.locator(".walk .play").click()
    page.locator(".walk[data-step='6']").wait_for(timeout=60_000)
    assert sent == []


def test_a_pinned_element_is_in_the_link_and_belongs_to_its_tensor(app_url, page):
    open_page(page, app_url, "grad_step=4")
    cells(page, "grad_weight").nth(2 * 5 + 1).click()
    expect(page).to_have_url(re.compile(r"grad_cell=2%2C1|grad_cell=2,1"))
    page.reload()
    settle(page)
    expect(page.locator(".walk .pinned")).to_have_count(1)
    expect(page.locator(".walk .formula")).to_have_text(re.compile(r"^grad_weight\[2, 1\] = "))
    page.keyboard.press("Escape")
    go_to(page, 6)
    expect(page).not_to_have_url(re.compile("grad_cell"))


def test_the_keyboard_walks_through_a_gradient(app_url, page):
    open_page(page, app_url, "grad_step=6")
    cells(page, "grad_x").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".walk .formula")).to_have_text(re.compile(r"^grad_x\[1, 1\] = "))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("grad_cell=1(,|%2C)1"))


def test_each_view_fills_grad_weight_in_its_own_order(app_url, page):
    open_page(page, app_url, "grad_step=4")
    moments = {"samples": 3, "rows": 12, "columns": 15, "dot products": 19}
    for view, count in moments.items():
        page.get_by_text(view, exact=True).click()
        expect(page.locator(".walk .scrub")).to_have_attribute("max", str(count))
        settle(page)


def test_a_target_edited_where_it_stands_changes_every_gradient(app_url, page):
    open_page(page, app_url, "grad_step=1")
    cell = cells(page, "target").nth(5)
    cell.focus()
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("title", "2.5")
    expect(page).to_have_url(re.compile("target="))
    target = trace_of().loss.target.clone()
    target[1, 1] = 2.5
    text = "~".join("_".join(f"{value:.1f}" for value in row) for row in target.tolist())
    go_to(page, 4)
    found = cells(page, "grad_weight").evaluate_all("all => all.map((cell) => cell.title)")
    assert found == fulls(trace_of(target=text).backward.grad_weight).split()


def test_the_element_to_predict_is_hidden_until_it_is_typed(app_url, page):
    open_page(page, app_url, "grad_step=3&learn=predict")
    asked = cells(page, "grad_weight").nth(1 * 5 + 2)
    value = trace_of().backward.grad_weight[1, 2].item()
    expect(asked).to_have_text("?")
    assert asked.get_attribute("title") == "?"
    for step in (3, 4, 7):
        go_to(page, step)
        asked.hover()
        expect(page.locator(".walk .formula")).to_have_text("grad_weight[1, 2] = ?")
        expect(page.locator(".walk .panel.sum .term.shown")).to_have_count(0)
    go_to(page, 3)
    answer(page, f"{value / 2:.4f}")
    expect(page.get_by_text("The factor 2 of the square's derivative is missing.")).to_be_visible()
    expect(asked).to_have_text("?")
    answer(page, f"{value:.3f}")
    expect(page.get_by_text("Right:")).to_be_visible()
    expect(asked).to_have_text(f"{value:.2f}")
    expect(asked).to_have_attribute("title", fulls(trace_of().backward.grad_weight[1, 2]))


def answer(page: Page, text: str) -> None:
    page.get_by_label("Your prediction").fill(text)
    page.get_by_test_id("stBaseButton-primaryFormSubmit").click()
    settle(page)


def test_a_scene_that_fails_is_one_press_away(app_url, page):
    open_page(page, app_url, "grad_part=failures")
    page.get_by_text("Changed in place", exact=True).click()
    expect(page.get_by_text("is at version 1; expected version 0")).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_question_controls_picture_and_play_are_one_screenful(app_url, new_page, lang):
    page = new_page(viewport={"width": 1366, "height": 650})
    open_page(page, app_url, f"lang={lang}")
    for step in range(1, len(STEPS)):
        go_to(page, step)
        for part in (".play", ".caption", ".picture:visible", ".formula", ".gives"):
            box = page.locator(f".walk {part}").first.bounding_box()
            assert box["y"] + box["height"] <= 650, (step, part)
        assert page.locator(".walk .dots").bounding_box()["height"] < 40
        assert page.locator(".walk .frame").evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    assert page.get_by_text("G = 2 (y − target)").bounding_box()["y"] < 650
    if lang == "zh":
        return  # sizes have no language
    open_page(page, app_url, LARGEST)
    frame = page.locator(".walk .frame")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth"), "grad_bias is in sight too"
    assert frame.bounding_box()["height"] < 450, "pictures that wait leave no gap"


def test_on_a_phone_the_controls_are_folded_and_nothing_is_wider_than_the_screen(app_url, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    open_page(page, app_url, "grad_step=1")
    expect(page.get_by_text("reduction", exact=True).first).to_be_hidden()
    assert page.locator(".walk .picture:visible").first.bounding_box()["y"] < 422
    for step in (1, 2, 4, 6):
        go_to(page, step)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
