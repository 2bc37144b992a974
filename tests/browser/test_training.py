"""The film in a real browser: pictures and messages are counted, and every number shown is PyTorch's."""

import re

import pytest
import torch
from playwright.sync_api import expect

from linear_core import line_data
from linear_core.charts.axes import ROOM
from linear_core.charts.run_tables import run_tables, scene
from linear_core.exchange.table_link import decode_table
from pages._ui.numbers import reading
from pages._ui.training.points import PADDING
from tests.browser.conftest import open_training, settle
from tests.trained import trained

PHONE = {"width": 390, "height": 844}
# From the press to the end of the film: the frames of the browser, and the different pictures of each chart.
FILMED = """async play => {
  const charts = () => [...document.querySelectorAll('.st-key-film canvas.marks')]
  const pictures = charts().map(() => new Set())
  let frames = 0
  play.click()
  do {
    await new Promise(requestAnimationFrame)
    frames += 1
    charts().forEach((canvas, place) => pictures[place].add(canvas.toDataURL()))
  } while (frames < 9 || play.textContent.trim() === 'Pause') // it says so from the first frames on
  return [frames, pictures.map(each => each.size)]
}"""


@pytest.fixture
def training(app_url, page):
    return lambda query="": open_training(page, app_url, query)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def step(page):
    return int(page.locator(".numbers dd").first.inner_text().replace(",", ""))


def shows(page, trainer, at=None):
    """The numbers on the screen are those of a run: at its end, or at another step."""
    state = trainer.at(trainer.step if at is None else at)
    numbers = map(reading, (state.loss, state.weight.item(), state.bias.item()))
    expect(page.locator(".numbers").first.locator("dd")).to_have_text([f"{state.step:,}", *numbers])


def says(page, text):
    expect(page.locator(".state").first).to_contain_text(text)


def links(page, choice):
    expect(page).to_have_url(re.compile(rf"[?&]{choice}\b"))


def play_on(page):
    """Wait until the film has come to step 100."""
    expect(page.locator(".numbers dd").first).to_have_text(re.compile("..."))


def test_a_press_plays_the_whole_run_and_the_pictures_follow_frame_by_frame(training):
    page = training()
    frames, pictures = page.locator(".play").evaluate(FILMED)
    assert min(pictures) > frames / 3, (frames, pictures)
    shows(page, trained(30_000))
    says(page, "Done: all 30,000 steps. Fast at first, then slow")


def test_playing_what_is_computed_sends_nothing_and_the_place_follows_when_the_hand_lets_go(training, sent):
    page, run = training("steps=3000&at=1"), trained(3000)
    shows(page, run, 1)
    settle(page)
    sent.clear()
    press(page, "Play")
    play_on(page)
    assert not sent
    pace = r"Time-lapse, speeding up: now about [125]0*,?0* steps a second\. The loss has fallen by [\d.]+%\."
    says(page, re.compile(pace))
    press(page, "Pause")
    at = step(page)
    links(page, f"at={at}")
    assert len(sent) == 1
    shows(page, run, at)
    bar = page.locator(".bar").first
    bar.hover(position={"x": 50, "y": 14})
    page.mouse.down()
    for x in (100, 150):
        bar.hover(position={"x": x, "y": 14})
        page.wait_for_timeout(400)  # the hand holds still, and has not let go
    scrubbed = step(page)
    assert len(sent) == 1
    assert scrubbed != at
    page.mouse.up()
    links(page, f"at={scrubbed}")
    assert len(sent) == 2


def test_buttons_keys_and_a_typed_step_lead_to_exact_steps_computed_or_not(training):
    page, run = training(), trained(30_000)
    page.get_by_label("Steps per press").select_option("1000")
    for button, at in (("Step forward", 1000), ("Step back", 0)):
        press(page, button)
        shows(page, run, at)
    for text, at in (("4321", 4321), ("12,345", 12_345), ("99999", 30_000), ("nothing", 30_000)):
        page.get_by_label("Go to step").first.click()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        shows(page, run, at)
        links(page, f"at={at}")
        settle(page)  # what is typed next is not painted over by an answer
    for key, at in (("ArrowLeft", 29_999), ("Home", 0), ("ArrowRight", 1), ("End", 30_000)):
        page.locator(".bar").first.press(key)
        shows(page, run, at)
    for then in ("Pause", "Play"):  # again from the beginning
        page.keyboard.press("Space")
        expect(page.get_by_role("button", name=then, exact=True)).to_be_visible()
    assert step(page) < 30_000


def test_the_place_survives_another_page_and_a_reload(training):
    page, run = training("steps=3000&at=1234"), trained(1234)
    shows(page, run)
    page.get_by_role("link", name="Forward pass").first.click()
    settle(page)
    page.get_by_role("link", name="Training").first.click()
    shows(page, run)
    page.reload()
    shows(page, run)


def test_a_change_applies_where_the_film_stands_and_can_be_taken_back(training):
    page = training("at=500")
    shows(page, trained(500))
    press(page, "Use 0.78")
    expect(page.get_by_text("From step 500: learning rate 0.001 → 0.78")).to_be_visible()
    shows(page, trained(500))
    page.locator(".bar").first.press("ArrowRight")
    shows(page, trained(500, {"learning_rate": 0.78}, 1))
    links(page, "run=0~~500~learning_rate~0.78")
    press(page, "Undo")
    expect(page.get_by_text("From step 500:")).to_have_count(0)
    shows(page, trained(501))


def test_a_change_while_it_plays_cuts_the_run_at_the_place_on_the_screen(training):
    page = training()
    press(page, "Train")
    play_on(page)
    typed = page.locator(".typed")
    for refused in ("1e9", "nan"):
        typed.fill(refused)
        typed.press("Enter")
        assert typed.evaluate("field => field.validationMessage") == "Type a number from 1e-06 to 1000."
    typed.fill("0.01")
    typed.press("Enter")
    links(page, r"run=0~~\d+~learning_rate~0\.01")
    at = int(re.search(r"run=0~~(\d+)", page.url)[1])
    press(page, "Pause")
    now = step(page)
    assert now >= at > 0
    shows(page, trained(at, {"learning_rate": 0.01}, now - at))


def test_a_diverging_run_says_so_and_goes_on_from_there_or_from_before_it(training):
    page = training("learning_rate=2&steps=1000")
    page.locator(".speed").first.select_option("0")  # at once: to play takes six seconds of a processor
    press(page, "Train")
    expect(page.locator(".alarm").first).to_be_visible()
    says(page, "Diverged: step ")
    assert page.locator(".bar").first.input_value() == "1"  # the film ends where the run ends
    last = step(page)
    press(page, "Go on with 0.78")
    says(page, "Done: all 1,000 steps.")
    expect(page.locator(".remedy").first).to_be_hidden()
    expect(page.get_by_text(f"From step {last}: learning rate 2 → 0.78")).to_be_visible()
    press(page, "Undo")
    expect(page.locator(".alarm").first).to_be_visible()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.locator(".bar").first.press(key)
    links(page, "at=3")
    press(page, "Use 0.78")
    expect(page.get_by_text("From step 3: learning rate 2 → 0.78")).to_be_visible()
    press(page, "Play")
    says(page, "Done: all 1,000 steps.")


def test_a_change_at_the_end_offers_to_train_again_and_a_reset_can_be_taken_back(training):
    page, changed = training("steps=200&at=200"), trained(200, learning_rate=0.78)
    shows(page, trained(200))
    page.locator(".speed").first.select_option("0")  # at once: to play takes six seconds of a processor
    press(page, "Use 0.78")
    says(page, "Changed at the last step: “Train again” applies it from step 0")
    press(page, "Train again")
    shows(page, changed)
    press(page, "Reset")
    says(page, "Ready. Weight and bias have random initial values.")
    press(page, "Undo reset")
    shows(page, changed)


def test_with_reduced_motion_training_ends_without_playing(new_page, app_url):
    page = open_training(new_page(reduced_motion="reduce"), app_url)
    press(page, "Train")
    says(page, "Done: all 30,000 steps.")
    expect(page.locator(".speed").first).to_have_value("0")


def test_a_run_that_is_paused_asks_for_nothing(training, sent):
    page = training("steps=1000000&optimizer=adam")
    press(page, "Train")
    play_on(page)
    page.locator(".player .bar").dispatch_event("pointerdown")  # where the bar stands, as anywhere on it
    expect(page.locator(".player .play")).to_have_text("Play")
    links(page, f"at={step(page)}")
    settle(page)
    sent.clear()
    page.wait_for_timeout(800)  # more than an answer takes, and what would follow it
    assert not sent
    page.locator(".player .bar").click(position={"x": 3, "y": 14})
    expect(page.locator(".player .bar")).to_have_attribute("aria-valuetext", re.compile(r"step 0 of"))


def test_optimizers_race_on_one_time_line(training):
    page = training("section=race&race_steps=100&at=1")
    shown = page.locator(".numbers").last.locator("dd")
    page.locator(".bar").last.press("Home")
    page.locator(".bar").last.press("ArrowRight")
    assert shown.all_inner_texts()[:2] == ["1", reading(trained(1).loss)]
    inputs = page.locator(".st-key-race_pictures .vega-bind input").all()
    assert [each.input_value().split(",")[0] for each in inputs] == ["1", "1"]


def test_on_a_phone_player_alarm_and_first_picture_are_in_sight(new_page, app_url):
    page = open_training(new_page(viewport=PHONE), app_url, "learning_rate=2&steps=1000&at=1000")
    expect(page.locator(".remedy").first).to_be_visible()
    for place in (".typed", ".play", ".bar", ".state", ".remedy", ".st-key-picture_data canvas.marks"):
        expect(page.locator(place).first).to_be_in_viewport(ratio=1)


def test_on_a_laptop_all_that_matters_is_in_sight(new_page, app_url):
    page = open_training(new_page(viewport={"width": 1366, "height": 650}), app_url)
    for place in (".play", ".rate", ".st-key-picture_parameters canvas.marks"):
        expect(page.locator(place).first).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="axes").click()
    page.get_by_text("linear", exact=True).click()
    links(page, "loss_scale=linear")


def place_of_sample(page):
    """Where the picture of the data has sample 10 of the line after 300 steps, in pixels of the window."""
    data, run = line_data(), trained(300)
    ends = run_tables(scene(data, run.start, run.config, 300), run)["data"]["ranges"]
    left, right, bottom, top = (ends[name].item() for name in ("x_min", "x_max", "y_min", "y_max"))
    box = page.locator(".st-key-picture_data canvas.marks").bounding_box()
    width = box["width"] - ROOM["left"] - PADDING["left"] - PADDING["right"]
    height = box["height"] - ROOM["bottom"] - PADDING["bottom"]
    x, y = data.rows[10].tolist()
    across = ROOM["left"] + PADDING["left"] + width * (x - left) / (right - left)
    return box["x"] + across, box["y"] + height * (top - y) / (top - bottom)


def rows_in_link(page, count):
    """The samples that the link holds, once there are so many."""

    def rows(url):
        return decode_table(re.search("own=([^&]+)|$", url)[1] or ".0_0").rows

    page.wait_for_url(lambda url: len(rows(url)) == count)
    settle(page)
    return rows(page.url)


def test_a_sample_is_where_the_pointer_finds_it_and_stays_there_after_escape(training):
    page = training("at=300&steps=300")
    before = page.url
    x, y = place_of_sample(page)
    page.mouse.move(x, y)
    page.mouse.move(x + 1, y)
    expect(page.locator("#vg-tooltip-element")).to_contain_text("0.3489")
    page.mouse.down()
    page.mouse.move(x + 10, y - 60)
    page.keyboard.press("Escape")
    page.mouse.up()
    settle(page)
    assert page.url == before


def test_a_sample_is_dragged_in_the_picture_and_added_and_removed_by_double_clicks(training):
    page = training("at=300&steps=300")
    x, y = place_of_sample(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y - 60, steps=2)
    shown = [float(text) for text in page.locator(".dot").get_attribute("data-at").split(", ")]
    page.mouse.up()
    moved, before = rows_in_link(page, 50), line_data().rows
    links(page, "data=own")
    assert moved[10].tolist() == pytest.approx(shown)
    assert torch.equal(torch.cat([moved[:10], moved[11:]]), torch.cat([before[:10], before[11:]]))
    page.mouse.dblclick(x + 10, y - 60)
    rows_in_link(page, 49)
    page.mouse.dblclick(x + 40, y - 50)
    rows_in_link(page, 50)
    page.go_back()
    rows_in_link(page, 49)
    for right in (40, 80):  # the second before the first is answered
        page.mouse.dblclick(x + right, y - 50)
    rows_in_link(page, 51)


def test_a_finger_drags_a_sample_and_does_not_scroll_the_page(new_page, app_url):
    page = open_training(new_page(viewport=PHONE, has_touch=True), app_url, "at=300&steps=300")
    x, y = place_of_sample(page)
    hand = page.context.new_cdp_session(page)

    def touch(kind, **place):
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place] if place else []})

    touch("touchStart", x=x, y=y)
    for way in (10, 30, 60):
        touch("touchMove", x=x, y=y - way)
    touch("touchEnd")
    assert rows_in_link(page, 50)[10, 1] > line_data().rows[10, 1]
