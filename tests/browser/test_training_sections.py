"""The sections of the training page under real hands: files, cells, steps, traps, races, downloads."""

import csv
import io
import re
from functools import partial
from urllib.parse import parse_qs, urlparse

import pytest
import torch
from PIL import Image

from linear_core import Trainer, TrainingConfig, line_data
from linear_core.exchange.table_link import decode_table
from tests.browser.conftest import open_training, settle

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(app_url, page):
    return partial(open_training, page, app_url)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def pick(page, name):
    """One of a row of choices."""
    page.get_by_role("radio", name=name, exact=True).click()
    settle(page)


def upload(page, name, content):
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    settle(page)


def in_link(page, key):
    return parse_qs(urlparse(page.url).query).get(key, [None])[0]


def downloaded(page, name):
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return download.value.path().read_bytes()


def test_bad_file_is_explained_and_a_good_one_is_trained_on_and_travels_in_the_link(visit, new_page):
    page = visit("more=data")
    upload(page, "bad.csv", b"size,rent\n30,500\n50,much\n")
    page.get_by_text("line 3").wait_for()
    press(page, "Step 1")
    upload(page, "rooms.csv", b"size,rent\n30,500\n50,800\n70,990\n")
    page.get_by_role("button", name=re.compile("Learn from these 3 rows")).click()
    page.wait_for_url("**own=*")
    settle(page)
    assert decode_table(in_link(page, "own")).target.tolist() == [[500.0], [800.0], [990.0]]
    press(page, "10")
    other = new_page()
    other.goto(page.url)
    settle(other)
    other.get_by_text("rent from size").wait_for()
    other.get_by_role("button", name=re.compile("Replay to step")).click()
    other.get_by_text("Paused at step 11").wait_for()
    numbers = "[data-testid=stMetricValue]"
    assert other.locator(numbers).all_inner_texts()[:4] == page.locator(numbers).all_inner_texts()[:4]


def test_a_number_typed_into_the_table_moves_its_point_and_undo_brings_it_back(visit):
    page = visit("more=data&data=anscombe_1")
    fit = page.get_by_test_id("stDataFrame").first
    before = page.get_by_test_id("stMetricValue").nth(1).inner_text()
    table = page.get_by_test_id("stDataFrame").last
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = table.bounding_box()
    page.mouse.dblclick(box["x"] + box["width"] - 60, box["y"] + 52)
    page.locator(".gdg-input").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("3e1", delay=60)
    page.wait_for_timeout(400)  # the table takes over what is typed a little later
    page.keyboard.press("Enter")
    page.wait_for_url("**own=*")
    settle(page)
    assert decode_table(in_link(page, "own")).target[0].item() == 30
    assert page.get_by_test_id("stMetricValue").nth(1).inner_text() != before
    assert fit.is_visible()
    press(page, "Undo")
    page.wait_for_url(lambda url: "own=" not in url)
    settle(page)
    assert page.get_by_test_id("stMetricValue").nth(1).inner_text() == before


def test_the_lines_of_pytorch_light_up_stage_by_stage(visit):
    page = visit("more=microscope")
    lit = page.locator(".step-lines .lit")
    for lines in (
        ["prediction = model(x)"],
        ["loss = criterion(prediction, target)"],
        ["optimizer.zero_grad()", "loss.backward()"],
        ["optimizer.step()"],
    ):
        lit.filter(has_text=lines[0]).wait_for()
        assert lit.all_inner_texts() == lines
        if lines != ["optimizer.step()"]:
            press(page, "Next")
    assert in_link(page, "stage_of_step") == "4"
    press(page, "Back")
    lit.filter(has_text="loss.backward()").wait_for()
    page.get_by_label(re.compile("The samples and their predictions")).first.wait_for()


def test_a_trap_shows_what_pytorch_warns_of_and_the_matrix(visit):
    page = visit("more=traps")
    page.get_by_text("PyTorch says nothing").wait_for()
    pick(page, "Target of shape (N,)")
    page.get_by_text("UserWarning: Using a target size (torch.Size([50]))").wait_for()
    page.get_by_text("shape (50, 50)").wait_for()
    pick(page, "Summed loss")
    page.get_by_text("Summed over 50 elements").wait_for()
    assert in_link(page, "trap") == "summed_loss"


def test_a_race_of_two_to_four(visit):
    page = visit("more=race&learning_rate=0.1")
    page.get_by_role("button", name="AdamW", exact=True).last.click()
    settle(page)
    assert in_link(page, "racers") == "SGD_Momentum_Adam_AdamW"
    page.get_by_role("button", name="RMSprop", exact=True).last.click()
    page.get_by_text("Choose from two to four.").wait_for()
    page.get_by_role("button", name="RMSprop", exact=True).last.click()
    settle(page)
    pick(page, "each its own best")
    page.get_by_label(re.compile("The path of each optimizer")).first.wait_for()


def test_what_is_downloaded_has_the_numbers_on_the_screen(visit):
    page = visit("more=take_away&learning_rate=0.1")
    press(page, "100")
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1))
    trainer.advance(100)
    state = torch.load(io.BytesIO(downloaded(page, "state_dict (.pt)")), weights_only=True)
    assert torch.equal(state["weight"], trainer.weight)
    assert torch.equal(state["bias"], trainer.bias)
    rows = list(csv.DictReader(io.StringIO(downloaded(page, "CSV").decode())))
    assert float(rows[-1]["loss"]) == trainer.loss
    assert len(rows) == 101
    assert Image.open(io.BytesIO(downloaded(page, "PNG"))).size[0] > 1000
    page.get_by_role("button", name="Make an animated GIF").click()
    page.get_by_role("button", name="GIF", exact=True).wait_for(timeout=90_000)
    assert Image.open(io.BytesIO(downloaded(page, "GIF"))).n_frames == 30


@pytest.mark.parametrize("section", ["microscope", "traps", "data", "race", "take_away"])
def test_sections_fit_a_phone(app_url, new_page, section):
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto(f"{app_url}/Training?more={section}&data=trees&lang=zh&test_percent=20")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
