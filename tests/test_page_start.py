"""The start page: the layer in one formula, shapes that follow, and a way to every page."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.registry import PAGES

APP = Path(__file__).parents[1] / "streamlit_app.py"


def start(**link: str) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=30)
    for name, value in link.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def text_of(at: AppTest) -> str:
    return "\n".join(part.value for part in (*at.markdown, *at.caption))


def test_the_shapes_follow_the_sliders():
    at = start()
    assert "(3, :violet[10]) = (3, :blue[5]) @ (:blue[5], :violet[10]) + (:violet[10],)" in text_of(at)
    at.slider(key="in_features").set_value(2)
    at.slider(key="batch_size").set_value(7)
    at.run()
    assert "(7, :violet[10]) = (7, :blue[2]) @ (:blue[2], :violet[10])" in text_of(at)


def test_every_page_has_a_card_with_its_question():
    at = start()
    shown = text_of(at)
    for page in PAGES:
        assert page.question in shown
        assert page.caption in shown


@pytest.mark.parametrize("value", ["abc", "0", "17"])
def test_a_link_that_does_not_fit_says_so(value):
    at = start(out_features=value)
    assert f"out_features={value}" in at.warning[0].value
    assert "(3, :violet[10])" in text_of(at)
