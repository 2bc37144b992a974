"""The page "Shapes and errors" in a real browser: a failing call is built, repaired, pasted, found again."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settle
from tests.browser.test_access import findings

PHONE = {"viewport": {"width": 390, "height": 844}}
TOPICS = ("Build a call", "Paste your error", "Runs, but wrong", "Chain of layers", "Tables", "In your code")


def open_errors(page: Page, app_url: str, query: str = "") -> Page:
    page.goto(f"{app_url}/Shapes_and_errors?{query}")
    settle(page)
    return page


def topic(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    ).click()
    page.mouse.move(0, 0)  # Streamlit's colors under the pointer are its own


def status(page: Page) -> Locator:
    """PyTorch's answer above the blocks."""
    return page.locator(".blocks .message")


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def test_a_call_is_built_by_dragging_typing_and_keys_and_answers_while_the_hand_moves(
    page: Page, app_url: str
):
    open_errors(page, app_url)
    expect(status(page)).to_have_text(re.compile(r"\(896x28 and 784x10\)$"))
    slider = page.get_by_role("slider", name="in_features")
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.58, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, middle, steps=4)
    expect(status(page)).not_to_have_text(re.compile("784x10"))  # before the button is released
    page.mouse.up()
    field(page, "in_features").fill("28")
    field(page, "in_features").press("Enter")
    expect(status(page)).to_have_text("the call fits: y, (32, 28, 10)")
    expect(page).to_have_url(re.compile("fc_in=28"))
    field(page, "x.shape[2]").press("ArrowUp")
    expect(status(page)).to_have_text(re.compile(r"\(896x29 and 28x10\)$"))
    expect(field(page, "x.shape[2]")).to_have_value("29")
    slider.focus()
    for inner, text in (("29", "fits"), ("30", "896x29 and 30x10"), ("31", "896x29 and 31x10")):
        page.keyboard.press("ArrowRight")  # the focus stays while answers come
        expect(status(page)).to_have_text(re.compile(text))
        expect(field(page, "in_features")).to_have_value(inner)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(status(page)).to_have_text("the call fits: y, (32, 28, 10)")
    field(page, "out_features").fill("-3")
    field(page, "out_features").press("Enter")
    expect(field(page, "out_features")).to_have_class(re.compile("wrong"))
    expect(status(page)).to_have_text("the call fits: y, (32, 28, 10)")


def test_each_number_of_the_message_has_the_hue_of_its_block_and_the_unequal_ones_are_marked(
    page: Page, app_url: str
):
    open_errors(page, app_url)
    numbers = status(page).locator(".blue, .violet")
    assert numbers.all_inner_texts() == ["896", "28", "784", "10"]
    hue = "element => getComputedStyle(element)"
    x_text, x_block = (
        page.locator(".blocks .message .blue").first.evaluate(f"{hue}.color"),
        page.locator(".blocks .size.blue").first.evaluate(f"{hue}.fill"),
    )
    assert x_text == x_block
    assert status(page).locator(".wrong").all_inner_texts() == ["28", "784"]
    assert page.locator(".blocks .size.wrong").all_text_contents()[:1] == ["28"]


def test_a_fix_is_applied_and_back_undoes_it(page: Page, app_url: str):
    open_errors(page, app_url)
    page.get_by_role("button", name="Apply").first.click()
    expect(status(page)).to_have_text("the call fits: y, (32, 10)")
    expect(page).to_have_url(re.compile("x_shape=32%2C784"))
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    page.go_back()
    expect(status(page)).to_have_text(re.compile(r"\(896x28 and 784x10\)$"))


def test_everything_works_by_keyboard(page: Page, app_url: str):
    open_errors(page, app_url)
    page.get_by_role("button", name="Double and Float").focus()
    page.keyboard.press("Enter")
    expect(status(page)).to_have_text(re.compile("must have the same dtype, but got Double and Float"))
    page.get_by_role("button", name="Apply").first.focus()
    page.keyboard.press("Enter")
    expect(status(page)).to_have_text("the call fits: y, (32, 3)")


def test_a_message_is_pasted_and_has_an_address(page: Page, app_url: str):
    open_errors(page, app_url, "topic=paste")
    text = page.get_by_role("textbox", name="The message, or the whole traceback")
    text.fill("loss.py:3: RuntimeError: mat1 and mat2 shapes cannot be multiplied (5760x6 and 128x4)")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".blocks strong")).to_have_text("6 ≠ 128: these two must be equal.")
    expect(page.get_by_text("nn.Flatten(), nn.Linear(1152, 4)")).to_be_visible()
    assert "5760" not in page.url
    open_errors(page, app_url, "topic=paste&message=dtype")
    expect(text).to_have_value(re.compile("must have the same dtype"))


def test_a_silent_mistake_stands_beside_the_right_call(page: Page, app_url: str):
    open_errors(page, app_url, "topic=silent&silent=broadcast_loss")
    expect(page.get_by_text("PyTorch warns:")).to_be_visible()
    page.get_by_text("view instead of transpose").click()
    expect(page.get_by_text("PyTorch says nothing.")).to_be_visible()
    expect(page.get_by_test_id("stTable").first.locator("tr")).to_have_count(3)
    page.get_by_role("slider", name="columns of x").press("ArrowRight")
    expect(page.get_by_test_id("stTable").first.locator("tr")).to_have_count(4)


def test_a_chain_names_its_first_misfit_and_is_repaired(page: Page, app_url: str):
    open_errors(page, app_url, "topic=chain")
    expect(page.get_by_test_id("stAlert")).to_have_text(re.compile("3840x12 and 1440x50"))
    page.get_by_role("button", name=re.compile(r"nn\.Flatten\(\)")).click()
    expect(page.get_by_test_id("stAlert")).to_have_text(re.compile("Every layer fits"))
    expect(page.get_by_role("textbox", name="Layers, one per line")).to_have_value(re.compile("Flatten"))
    expect(page.get_by_text("10 · 12 · 12 = 1440")).to_be_visible()


def test_answer_and_fix_are_in_sight_on_a_laptop(new_page, app_url):
    page = open_errors(new_page(viewport={"width": 1366, "height": 650}), app_url)
    for part in (
        status(page),
        page.locator(".blocks .pictures"),
        page.get_by_role("button", name="Apply").first,
    ):
        expect(part).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_topic_is_free_of_axe_findings_and_fits_a_phone(new_page, app_url, theme):
    page = open_errors(new_page(**PHONE, color_scheme=theme), app_url)
    expect(status(page)).to_be_in_viewport(ratio=1)
    expect(field(page, "in_features")).to_be_hidden()  # the controls are folded
    for name in TOPICS:
        topic(page, name)
        settle(page)
        expect(page.locator("[data-stale=true]")).to_have_count(0)  # faded, then gone
        assert findings(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    topic(page, TOPICS[0])
    page.get_by_text("Show the controls").click()
    expect(field(page, "in_features")).to_be_visible()
