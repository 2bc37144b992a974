"""The training page in a real browser: what moves, what does not flicker, and what is sent."""

import re
import time
from functools import partial

import pytest

from tests.browser.conftest import open_training, settle

pytestmark = pytest.mark.browser

# Counts what is taken out of the page, since a picture that is rebuilt loses its drawing; and in each frame
# how many numbers there are.
WATCH = """() => {
  window.rebuilt = 0
  new MutationObserver(changes => {
    for (const change of changes) for (const node of change.removedNodes)
      if (node.nodeName === 'svg' || node.querySelector?.('svg.marks')) window.rebuilt++
  }).observe(document.querySelector('.st-key-stage_place').parentElement, { childList: true, subtree: true })
  window.fewest = Infinity
  window.steps = new Set()
  const count = () => {
    const numbers = document.querySelectorAll('[data-testid=stMetricValue]')
    window.fewest = Math.min(window.fewest, numbers.length)
    window.steps.add(numbers[0]?.innerText)
    requestAnimationFrame(count)
  }
  count()
}"""
SCRUB = """(input, place) => {
  input.value = place
  input.dispatchEvent(new Event('input', { bubbles: true }))
}"""


@pytest.fixture
def training(app_url, page):
    return partial(open_training, page, app_url)


def numbers(page):
    """Step, loss, weight, bias, steps a second, as they stand on the screen."""
    return page.get_by_test_id("stMetricValue").all_inner_texts()


def step(page):
    return int(numbers(page)[0].replace(",", ""))


def reading(page):
    """The numbers in the picture, at the time that the time line shows."""
    return (
        page.locator(".st-key-stage_place svg.marks text")
        .filter(has_text=re.compile(r"step\s+\d"))
        .text_content()
    )


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_thirty_thousand_steps_run_to_the_end_without_flicker(training):
    page = training("speed=1000")
    page.evaluate(WATCH)
    press(page, "Train")
    page.get_by_text("Done: all 30,000 steps are made.").wait_for(timeout=60_000)
    assert abs(float(numbers(page)[2]) - 3) < 0.05
    assert reading(page) == "step  30,000"
    assert page.evaluate("window.steps.size") > 5
    assert page.evaluate("[window.rebuilt, window.fewest]") == [0, 5]


def test_loss_on_the_test_part_goes_along_without_flicker(training):
    page = training("test_percent=20&noise_std=0.3&speed=100")
    page.evaluate(WATCH)
    written = page.locator(".st-key-stage_place svg.marks text").filter(
        has_text=re.compile(r"test loss\s+\d")
    )
    first, seen = written.text_content(), set()
    press(page, "Train")
    wait_until(lambda: seen.add(written.text_content()) or len(seen) > 3)
    press(page, "Pause")
    page.get_by_role("button", name="Train", exact=True).wait_for()
    settle(page)
    assert page.evaluate("[window.rebuilt, window.fewest]") == [0, 5]
    page.locator(".vega-bind input").evaluate(SCRUB, 0)
    wait_until(lambda: written.text_content() == first)


def test_time_line_moves_every_picture_and_sends_nothing(sent, training, page):
    training("noise_std=0.1")
    press(page, "1,000")
    wait_until(lambda: reading(page) == "step  1,000")
    settle(page)
    before = page.locator(".st-key-stage_place svg.marks").screenshot()
    sent.clear()
    page.locator(".vega-bind input").evaluate(SCRUB, 0)
    wait_until(lambda: reading(page) == "step  0")
    assert page.locator(".st-key-stage_place svg.marks").screenshot() != before
    page.locator(".vega-bind input").focus()
    page.keyboard.press("ArrowRight")
    wait_until(lambda: reading(page) != "step  0")
    assert sent == []
    assert step(page) == 1000


def test_pause_answers_at_once_and_stands_still(training):
    page = training("steps=1000000&speed=1000")
    press(page, "Train")
    wait_until(lambda: step(page) > 0)
    press(page, "Pause")
    page.get_by_role("button", name="Train", exact=True).wait_for(timeout=2000)
    settle(page)
    stood = step(page)
    page.wait_for_timeout(500)
    assert step(page) == stood > 0
    assert f"~~{stood}" in page.url


def test_rate_changes_in_mid_run_and_the_run_goes_on(training):
    page = training("steps=1000000&learning_rate=0.001&speed=100")
    press(page, "Train")
    wait_until(lambda: step(page) > 0)
    page.get_by_role("button", name="Use 0.78").click()
    page.get_by_role("button", name="Back to 0.001").wait_for()
    changed_at = step(page)
    wait_until(lambda: step(page) > changed_at + 300)
    press(page, "Pause")
    settle(page)
    assert "~learning_rate~0.78~~" in page.url
    assert float(numbers(page)[2]) == pytest.approx(3, abs=0.01)


def test_run_diverges_is_explained_and_recovers(training):
    page = training("learning_rate=1.2")
    press(page, "Train")
    page.get_by_text("Diverged: step").wait_for()
    assert page.get_by_text("it diverges").count() == 1
    stood = step(page)
    page.get_by_role("button", name="Use 0.78").click()
    page.get_by_role("button", name="Back to 1.2").wait_for()
    settle(page)
    press(page, "1,000")
    wait_until(lambda: step(page) == stood + 1000)
    assert float(numbers(page)[2]) == pytest.approx(3, abs=0.05)


def test_leaving_the_page_stops_the_work_and_coming_back_finds_the_run(training):
    page = training("steps=1000000&speed=10&noise_std=0.3")
    press(page, "Train")
    wait_until(lambda: step(page) > 0)
    page.get_by_test_id("stPageLink-NavLink").nth(1).click()
    page.get_by_test_id("stMetricValue").first.wait_for(state="detached")
    left_at = time.monotonic()
    page.wait_for_timeout(3000)
    page.get_by_test_id("stPageLink-NavLink").filter(has_text="Training").click()
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    press(page, "Pause")
    page.get_by_role("button", name="Train", exact=True).wait_for()
    settle(page)
    assert 0 < step(page) < (time.monotonic() - left_at) * 100
    assert "noise_std=0.3" in page.url


def test_link_offers_its_run_and_ends_at_the_same_digits(training):
    page = training("noise_std=0.1&learning_rate=0.1")
    press(page, "1,000")
    wait_until(lambda: step(page) == 1000)
    press(page, "Standardise x")
    page.get_by_role("button", name="Undo: x as it came").wait_for()
    settle(page)
    press(page, "100")
    wait_until(lambda: step(page) == 1100)
    settle(page)
    shown, link = numbers(page)[:4], page.url.partition("?")[2]
    training(link)
    assert step(page) == 0
    page.get_by_role("button", name="Replay to step 1,100").click()
    wait_until(lambda: numbers(page)[:4] == shown)


def test_reset_leaves_a_ghost_and_can_be_undone(training):
    page = training()
    press(page, "100")
    wait_until(lambda: step(page) == 100)
    press(page, "Reset")
    press(page, "Undo")
    wait_until(lambda: step(page) == 100)


def test_phone_shows_the_pictures_one_above_the_other(app_url, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{app_url}/Training")
    settle(page)
    page.locator(".vega-bind input").wait_for()
    picture = page.locator(".st-key-stage_place svg.marks")
    # For a moment there is none: the first is as wide as most screens, and gives way to one that fits.
    wait_until(lambda: (box := picture.bounding_box()) is not None and box["width"] <= 390)
    assert page.get_by_role("button", name="Train").bounding_box()["y"] < 844 / 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_phone_has_all_buttons_in_sight_and_nothing_jumps_when_they_change(app_url, new_page, lang):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{app_url}/Training?lang={lang}&steps=1000000&speed=1")
    settle(page)
    buttons = page.locator(".st-key-run_buttons button")
    assert all(box["x"] + box["width"] <= 390 for box in (button.bounding_box() for button in buttons.all()))
    place = page.get_by_test_id("stMetricValue").first.bounding_box()
    page.locator(".st-key-train button").click()
    wait_until(lambda: step(page) > 0)
    assert page.get_by_test_id("stMetricValue").first.bounding_box()["y"] == place["y"]


def test_laptop_shows_all_controls_at_once(training):
    for folded in training().get_by_test_id("stExpander").all():
        box = folded.bounding_box()
        assert box["y"] + box["height"] <= 900


def test_two_visitors_train_at_once_each_on_their_own_line(app_url, new_page):
    slopes = (3, -2)
    visitors = [new_page() for _ in slopes]
    for visitor, slope in zip(visitors, slopes, strict=True):
        open_training(visitor, app_url, f"slope={slope}&learning_rate=0.5&steps=10000")
    for visitor in visitors:
        press(visitor, "Train")
    for visitor, slope in zip(visitors, slopes, strict=True):
        visitor.get_by_text("Done: all 10,000 steps are made.").wait_for()
        assert float(numbers(visitor)[2].replace("−", "-")) == pytest.approx(slope, abs=1e-3)


def test_a_press_on_back_undoes_a_choice_and_offers_the_run_of_before(training):
    page = training()
    press(page, "10")
    page.wait_for_url(re.compile("~~10$"))
    press(page, "Use 0.78")
    page.wait_for_url(re.compile("learning_rate=0.78"))
    settle(page)
    length = page.evaluate("history.length")
    press(page, "100")
    page.wait_for_url(re.compile("~~110$"))
    settle(page)
    assert page.evaluate("history.length") == length + 1
    page.go_back()
    page.wait_for_url(re.compile("0.78~~10$"))
    settle(page)
    page.go_back()
    page.wait_for_url(re.compile("run=0~~10$"))
    slider = page.get_by_role("slider", name="learning_rate")
    wait_until(lambda: slider.get_attribute("aria-valuetext") == "0.001")
    settle(page)
    page.get_by_role("button", name="Replay to step 10", exact=True).click()
    wait_until(lambda: step(page) == 10)
    assert slider.get_attribute("aria-valuetext") == "0.001"
