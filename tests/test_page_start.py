"""The start page: the animated layer with PyTorch's numbers, three things to try, and a fast start."""

import json
import subprocess
import sys

import pytest
import torch
from streamlit.testing.v1 import AppTest

from linear_core import LayerSpec, build_layer
from pages._ui.layer.choices import Sizes
from pages._ui.registry import PAGES
from pages._ui.start.cards import CARDS, query_of
from pages._ui.start.layer import FIRST, SIZES
from pages._ui.start.numbers import numbers
from pages._ui.start.program import PROGRAM
from tests.programs import output
from tests.visit import ROOT, visit

SAMPLES = torch.tensor([[0.1, 0.2, 0.3, 0.3, 0.3], [0.4, 0.5, 0.6, 0.6, 0.6], [0.7, 0.8, 0.9, 0.9, 0.9]])


def start(**link: str) -> AppTest:
    return visit("", **link)


def drawn(at: AppTest) -> dict:
    """What the component is given."""
    [layer] = [part for part in at.get("bidi_component") if part.proto.component_name.endswith("start_layer")]
    [data] = json.loads(layer.proto.json)
    return data


def number_of(text: str) -> float:
    return float(text.replace("−", "-"))


def test_the_first_screen_has_pytorchs_numbers_and_says_what_each_page_is_for():
    first = json.loads(FIRST.read_text(encoding="utf-8"))
    assert first == numbers(*(Sizes.params()[name].default for name in SIZES))
    output = build_layer(LayerSpec(5, 10))(SAMPLES).flatten().tolist()
    assert [number_of(text) for text in first["totals"].split()] == [round(value, 4) for value in output]
    at = start()
    assert drawn(at)["numbers"] == first
    said = {link.proto.label: link.proto.help for link in at.get("page_link")}
    assert all(said[page.title] == page.caption for page in PAGES)  # what a visitor can do there


def test_other_sizes_bring_their_own_numbers():
    shown = drawn(start(in_features="2", batch_size="7"))
    assert shown["sizes"] == {"in_features": [2, 16], "out_features": [10, 16], "batch_size": [7, 8]}
    assert shown["numbers"] == numbers(2, 10, 7)
    weight = build_layer(LayerSpec(2, 10)).weight.flatten().tolist()
    shown_weight = [number_of(text) for text in shown["numbers"]["w"]["text"].split()]
    assert shown_weight == [round(value, 2) for value in weight]


@pytest.mark.parametrize("value", ["abc", "0", "17"])
def test_a_link_that_does_not_fit_says_so(value):
    at = start(out_features=value)
    assert f"out_features={value}" in at.warning[0].value
    assert drawn(at)["sizes"]["out_features"][0] == 10


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_a_card_leads_to_choices_that_its_page_knows(card):
    pages = {page.url_path: page for page in PAGES}
    if card.url_path not in pages:
        pytest.skip("its page is to come")
    page = pages[card.url_path]
    read = {name: page.state.params()[name].read(text) for name, text in query_of(card, page).items()}
    assert read == dict(card.choices)
    assert page.state(**read).unfit() == {}


def test_the_first_card_shows_the_reference_number():
    at = start()
    [card] = [card for card in CARDS if card.name == "by_hand"]
    at.switch_page("pages/1_Forward_pass.py")
    for name, text in query_of(card, PAGES[0]).items():
        at.query_params[name] = text
    at.run()
    assert "(:violet[1],) = (:blue[2],) @ (:blue[2], :violet[1]) + (:violet[1],)" in [
        part.value for part in at.markdown
    ]
    assert at.session_state["weight"] == "0.1098_-0.5404"
    assert at.session_state["step"] == 0


def test_the_program_is_one():
    assert "Parameter containing" in output(PROGRAM.replace("30_000", "3"))


def test_reading_the_start_page_loads_nothing_heavy():
    """What is heavy is loaded once the page is drawn."""
    code = (
        "import sys; from streamlit.testing.v1 import AppTest; from pages._ui import process\n"
        "process.settle = lambda path: None\n"
        "known = set(sys.modules)\n"
        "at = AppTest.from_file('streamlit_app.py', default_timeout=30).run()\n"
        "assert not at.exception and at.title\n"
        "print(*({'torch', 'altair', 'pandas', 'vl_convert'} & (set(sys.modules) - known)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""
