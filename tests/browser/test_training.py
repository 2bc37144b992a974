"""The film in a real browser: pictures and messages are counted, and every number shown is PyTorch's."""

import re
from functools import partial
from urllib.parse import parse_qs, urlparse

import pytest
import torch
from playwright.sync_api import expect

from linear_core import Trainer, TrainingConfig, line_data
from linear_core.charts.axes import ROOM
from linear_core.charts.run_tables import run_tables, scene
from linear_core.exchange.table_link import decode_table
from pages._ui.training.points import PADDING
from tests.browser.conftest import open_training, settle

# From the press to the end of the film: the frames of the browser, and the different pictures of each chart.
FILMED = """() => new Promise(resolve => {
  const deep = root => root.querySelector('.play') ?? [...root.querySelectorAll('*')]
    .map(node => node.shadowRoot && deep(node.shadowRoot)).find(Boolean)
  const play = deep(document)
  const charts = () => [...document.querySelectorAll('.st-key-film canvas.marks')]
  const look = canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    let sum = 0
    for (let i = 0; i < data.length; i += 41) sum = (31 * sum + data[i]) | 0
    return sum
  }
  const pictures = charts().map(() => new Set())
  let [playing, frames] = [false, 0]
  const frame = () => {
    frames += 1
    charts().forEach((canvas, place) => pictures[place].add(look(canvas)))
    const label = play.textContent.trim()
    playing ||= label === 'Pause'
    if (playing && label !== 'Pause') resolve([frames, pictures.map(each => each.size)])
    else requestAnimationFrame(frame)
  }
  play.click()
  requestAnimationFrame(frame)
})"""


@pytest.fixture
def training(app_url, page):
    return partial(open_training, page, app_url)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def numbers(page):
    """Step, loss, weight and bias, as shown on the screen."""
    return page.locator(".numbers").first.locator("dd").all_inner_texts()


def step(page):
    return int(numbers(page)[0].replace(",", ""))


def state(page):
    return page.locator(".state").first.inner_text()


def link(page):
    return {key: values[0] for key, values in parse_qs(urlparse(page.url).query).items()}


def written(value):
    """A number as the player writes it."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.4f}".replace("-", "−")
    digits, _, power = f"{value:.2e}".partition("e")
    return f"{digits}e{int(power)}".replace("-", "−")


def at_once(page):
    """Have the film at its end without playing it, which takes six seconds of a processor."""
    page.locator(".speed").first.select_option("0")


def expected(trainer, at):
    state = trainer.at(at)
    return [f"{at:,}", *map(written, (state.loss, state.weight.item(), state.bias.item()))]


def trained(steps=30_000, **config):
    trainer = Trainer(line_data(), TrainingConfig(**config))
    trainer.advance(steps)
    return trainer


def play_on(page, at):
    """Wait until the film has come to a step."""
    page.wait_for_function(
        """([step]) => {
          const deep = root => root.querySelector('.numbers dd') ?? [...root.querySelectorAll('*')]
            .map(node => node.shadowRoot && deep(node.shadowRoot)).find(Boolean)
          const now = Number(deep(document).innerText.replaceAll(',', ''))
          return now >= step && now < 30_000
        }""",
        arg=[at],
    )


def test_a_press_plays_the_whole_run_and_the_pictures_follow_frame_by_frame(training):
    page = training()
    frames, pictures = page.evaluate(FILMED)
    assert min(pictures) > frames / 3, (frames, pictures)
    assert numbers(page) == expected(trained(), 30_000)
    assert state(page).startswith("Done: all 30,000 steps. Fast at first, then slow")


def test_playing_what_is_computed_sends_nothing_and_the_place_follows_when_the_hand_lets_go(training, sent):
    page = training("at=30000")
    expect(page.get_by_role("button", name="Play again", exact=True)).to_be_visible()
    settle(page)
    sent.clear()
    press(page, "Play again")
    play_on(page, 100)
    assert not sent
    assert re.fullmatch(
        r"Time-lapse, speeding up: now about [125]0*,?0* steps a second\. The loss has fallen by [\d.]+%\.",
        state(page),
    )
    press(page, "Pause")
    at = step(page)
    expect(page).to_have_url(re.compile(rf"at={at}\b"))
    assert len(sent) == 1
    assert numbers(page) == expected(trained(), at)
    box = page.locator(".bar").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.mouse.down()
    for part in (2, 3):
        page.mouse.move(box["x"] + box["width"] * part / 5, box["y"] + box["height"] / 2)
        page.wait_for_timeout(400)  # the hand holds still, and has not let go
    scrubbed = step(page)
    assert len(sent) == 1
    assert scrubbed != at
    page.mouse.up()
    expect(page).to_have_url(re.compile(rf"at={scrubbed}\b"))
    assert len(sent) == 2


def test_keys_move_by_single_exact_steps_and_a_step_can_be_typed(training):
    page = training("at=30000")
    expect(page.get_by_role("button", name="Play again", exact=True)).to_be_visible()
    page.locator(".bar").first.focus()
    made = trained()
    for key, at in (("ArrowLeft", 29_999), ("Home", 0), ("ArrowRight", 1), ("End", 30_000)):
        page.keyboard.press(key)
        assert numbers(page) == expected(made, at)
    field = page.get_by_label("Go to step").first
    for text, at in (("12,345", 12_345), ("nothing", 12_345), ("7", 7), ("99999", 30_000)):
        field.click()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        assert numbers(page) == expected(made, at)
    expect(page).to_have_url(re.compile(r"at=30000\b"))


def test_steps_go_forwards_into_what_is_not_computed_and_back(training):
    page = training()
    page.get_by_label("Steps per press").select_option("1000")
    press(page, "Step forward")
    expect(page.locator(".numbers dd").first).to_have_text("1,000")
    press(page, "Step back")
    assert numbers(page) == expected(trained(1000), 0)
    page.get_by_label("Go to step").first.fill("4321")
    page.keyboard.press("Enter")
    expect(page.locator(".numbers dd").first).to_have_text("4,321")
    assert numbers(page) == expected(trained(4321), 4321)


def test_the_space_bar_plays_and_pauses(training):
    page = training("at=30000")
    expect(page.get_by_role("button", name="Play again", exact=True)).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_finished_run_by_link_opens_finished_and_plays_from_the_beginning(training):
    page = training("at=30000&learning_rate=0.1")
    expect(page.locator(".state").first).to_contain_text("Done: all 30,000 steps.")
    assert numbers(page) == expected(trained(learning_rate=0.1), 30_000)
    press(page, "Play again")
    expect(page.locator(".numbers dd").first).not_to_have_text("30,000")
    assert step(page) < 30_000


def test_the_place_survives_another_page_and_a_reload(training, app_url):
    page = training("at=12345")
    expect(page.locator(".numbers dd").first).to_have_text("12,345")
    page.get_by_role("link", name="Forward pass").first.click()
    settle(page)
    page.get_by_role("link", name="Training").first.click()
    expect(page.locator(".numbers dd").first).to_have_text("12,345")
    assert numbers(page) == expected(trained(), 12_345)
    page.reload()
    expect(page.locator(".numbers dd").first).to_have_text("12,345")


def test_a_change_applies_where_the_film_stands_and_can_be_taken_back(training):
    page = training("at=500")
    expect(page.locator(".numbers dd").first).to_have_text("500")
    press(page, "Use 0.78")
    expect(page.get_by_text("From step 500: learning rate 0.001 → 0.78")).to_be_visible()
    assert numbers(page) == expected(trained(), 500)
    page.locator(".bar").first.focus()
    page.keyboard.press("ArrowRight")
    changed = trained(500).with_config(learning_rate=0.78)
    changed.advance(1)
    expect(page.locator(".numbers dd").first).to_have_text("501")
    assert numbers(page) == expected(changed, 501)
    assert link(page)["run"] == "0~~500~learning_rate~0.78"
    page.get_by_role("button", name="Undo", exact=True).last.click()
    expect(page.get_by_text("From step 500:")).to_have_count(0)
    expect(page.locator(".numbers dd").first).to_have_text("501")
    assert numbers(page) == expected(trained(), 501)


def test_a_change_while_it_plays_cuts_the_run_at_the_place_on_the_screen(training):
    page = training()
    press(page, "Train")
    play_on(page, 300)
    typed = page.locator(".typed")
    for refused in ("1e9", "nan"):
        typed.fill(refused)
        typed.press("Enter")
        assert typed.evaluate("field => field.validationMessage") == "Type a number from 1e-06 to 1000."
    typed.fill("0.01")
    typed.press("Enter")
    said = page.get_by_text(re.compile(r"From step [\d,]+: learning rate 0.001 → 0.01"))
    expect(said).to_be_visible()
    at = int(re.search(r"step ([\d,]+):", said.inner_text())[1].replace(",", ""))
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    press(page, "Pause")
    now = step(page)
    assert now >= at > 0
    changed = trained(at).with_config(learning_rate=0.01)
    changed.advance(now - at)
    assert numbers(page) == expected(changed, now)


def test_a_diverging_run_says_so_and_goes_on_from_there_or_from_before_it(training):
    page = training("learning_rate=2&steps=1000")
    at_once(page)
    press(page, "Train")
    expect(page.locator(".alarm").first).to_be_visible()
    assert state(page).startswith("Diverged: step ")
    assert page.locator(".bar").first.input_value() == "1"  # the film ends where the run ends
    last = step(page)
    press(page, "Go on with 0.78")
    expect(page.locator(".state").first).to_contain_text("Done: all 1,000 steps.")
    expect(page.locator(".remedy").first).to_be_hidden()
    expect(page.get_by_text(f"From step {last}: learning rate 2 → 0.78")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).last.click()
    expect(page.locator(".alarm").first).to_be_visible()
    page.locator(".bar").first.focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"at=3\b"))
    press(page, "Use 0.78")
    expect(page.get_by_text("From step 3: learning rate 2 → 0.78")).to_be_visible()
    press(page, "Play")
    expect(page.locator(".state").first).to_contain_text("Done: all 1,000 steps.")
    assert last < 1000


def test_a_change_at_the_end_offers_to_train_again(training):
    page = training("steps=200&at=200")
    expect(page.locator(".state").first).to_contain_text("Done: all 200 steps.")
    at_once(page)
    press(page, "Use 0.78")
    press(page, "Train again")
    expect(page.locator(".state").first).to_contain_text("Done: all 200 steps.")
    assert numbers(page) == expected(trained(200, learning_rate=0.78), 200)


def test_fewer_steps_than_were_made_end_the_film_there(training):
    page = training("at=30000")
    expect(page.locator(".state").first).to_contain_text("Done: all 30,000 steps.")
    page.get_by_role("slider", name="steps").last.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".state").first).to_contain_text("Done: all 25,000 steps.")
    assert numbers(page) == expected(trained(), 25_000)


def test_reset_begins_anew_and_can_be_taken_back(training):
    page = training("steps=200&at=200")
    expect(page.locator(".state").first).to_contain_text("Done: all 200 steps.")
    press(page, "Reset")
    expect(page.locator(".state").first).to_have_text("Ready. Weight and bias have random initial values.")
    assert step(page) == 0
    press(page, "Undo reset")
    expect(page.locator(".numbers dd").first).to_have_text("200")


def test_with_reduced_motion_training_ends_without_playing(new_page, app_url):
    page = open_training(new_page(reduced_motion="reduce"), app_url)
    press(page, "Train")
    expect(page.locator(".state").first).to_contain_text("Done: all 30,000 steps.")


def test_a_run_that_is_paused_asks_for_nothing(training, sent):
    page = training("steps=1000000&optimizer=adam")
    press(page, "Train")
    play_on(page, 100)
    page.locator(".player .bar").dispatch_event("pointerdown")  # where the bar stands, as anywhere on it
    expect(page.locator(".player .play")).to_have_text("Play")
    expect(page).to_have_url(re.compile(rf"at={step(page)}\b"))
    settle(page)
    sent.clear()
    page.wait_for_timeout(800)  # more than an answer takes, and what would follow it
    assert not sent
    page.locator(".player .bar").click(position={"x": 3, "y": 14})
    expect(page.locator(".player .bar")).to_have_attribute("aria-valuetext", re.compile(r"step 0 of"))


def test_optimizers_race_on_one_time_line(training):
    page = training("section=race&race_steps=100&at=1")
    bar = page.locator(".bar").last
    bar.scroll_into_view_if_needed()
    bar.focus()
    page.keyboard.press("Home")
    shown = page.locator(".numbers").last.locator("dd")
    expect(shown.first).to_have_text("0")
    page.keyboard.press("ArrowRight")
    sgd = trained(1)
    assert shown.all_inner_texts()[:2] == ["1", written(sgd.loss)]
    inputs = page.locator(".st-key-race_pictures .vega-bind input")
    assert [value.split(",")[0] for value in (each.input_value() for each in inputs.all())] == ["1", "1"]


def test_on_a_phone_player_alarm_and_first_picture_are_in_sight(new_page, app_url):
    phone = new_page(viewport={"width": 390, "height": 844})
    page = open_training(phone, app_url, "learning_rate=2&steps=1000&at=1000")
    expect(page.locator(".remedy").first).to_be_visible()
    for selector in (".typed", ".play", ".bar", ".state", ".remedy", ".st-key-film canvas.marks"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + box["height"] <= 844, selector
        assert box["x"] + box["width"] <= 390, selector


def test_on_a_laptop_all_that_matters_is_in_sight(new_page, app_url):
    page = open_training(new_page(viewport={"width": 1366, "height": 650}), app_url)
    for place in (
        page.locator(".play"),
        page.locator(".rate"),
        page.locator(".st-key-film canvas.marks").last,
    ):
        box = place.bounding_box()
        assert box["y"] + box["height"] <= 650
    page.get_by_role("button", name="axes").click()
    page.get_by_text("linear", exact=True).click()
    expect(page).to_have_url(re.compile("loss_scale=linear"))


def place_of_sample(page, row):
    """Where the picture of the data has a sample of the line after 300 steps, in pixels of the window."""
    data, trainer = line_data(), trained(300)
    ends = run_tables(scene(data, trainer.start, trainer.config, 300), trainer)["data"]["ranges"]
    ends = {name: column.item() for name, column in ends.items()}
    box = page.locator(".st-key-picture_data canvas.marks").bounding_box()
    width = box["width"] - ROOM["left"] - PADDING["left"] - PADDING["right"]
    height = box["height"] - ROOM["bottom"] - PADDING["bottom"]
    x, y = data.x[row].item(), data.target[row].item()
    right = width * (ends["x_max"] - x) / (ends["x_max"] - ends["x_min"])
    down = height * (ends["y_max"] - y) / (ends["y_max"] - ends["y_min"])
    return box["x"] + box["width"] - PADDING["right"] - right, box["y"] + down


def rows_in_link(page, count):
    """The samples that the link holds, once there are so many."""
    page.wait_for_url(lambda url: "own=" in url and len(decode_table(link(page)["own"]).rows) == count)
    settle(page)
    return decode_table(link(page)["own"]).rows


def test_a_sample_is_where_the_pointer_finds_it(training):
    page = training("at=300&steps=300")
    x, y = place_of_sample(page, 10)
    page.mouse.move(x, y)
    page.mouse.move(x + 1, y)
    expect(page.locator("#vg-tooltip-element")).to_contain_text("0.3489")


def test_a_sample_is_dragged_in_the_picture_and_added_and_removed_by_double_clicks(training):
    page = training("at=300&steps=300")
    x, y = place_of_sample(page, 10)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 5, y - 30)
    page.mouse.move(x + 10, y - 60)
    shown = [float(text) for text in page.locator(".dot").get_attribute("data-at").split(", ")]
    page.mouse.up()
    page.wait_for_url(re.compile("data=own"))
    moved, before = rows_in_link(page, 50), line_data().rows
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
    size = {"width": 390, "height": 844}
    page = open_training(new_page(viewport=size, has_touch=True), app_url, "at=300&steps=300")
    x, y = place_of_sample(page, 10)
    hand = page.context.new_cdp_session(page)

    def touch(kind, *points):
        places = [{"x": across, "y": down} for across, down in points]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (x, y))
    for way in (10, 30, 60):
        touch("touchMove", (x, y - way))
    touch("touchEnd")
    page.wait_for_url(re.compile("data=own"))
    assert rows_in_link(page, 50)[10, 1] > line_data().rows[10, 1]


def test_a_drag_that_escape_ends_changes_nothing(training):
    page = training("at=300&steps=300")
    x, y = place_of_sample(page, 10)
    before = page.url
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y - 60)
    page.keyboard.press("Escape")
    page.mouse.up()
    settle(page)
    assert page.url == before
