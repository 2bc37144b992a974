"""Pictures and numbers of pages, each written in one way."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui import numbers


def draw() -> None:
    import altair as alt
    import pandas as pd

    from pages._ui.figure import figure

    spec = {"mark": "point", "data": {"name": "points"}, "description": "Points.", "encoding": {}}
    figure(spec, "first", tables={"points": [{"x": 1}]})
    chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x:Q")
    figure(chart, "second", scrolls=True, alt="One point.")


def test_a_specification_gets_its_tables_and_says_what_it_shows():
    at = AppTest.from_function(draw, default_timeout=30).run()
    assert not at.exception
    first, second = at.get("vega_lite_chart")
    assert [table.name for table in first.proto.datasets] == ["points"]
    assert json.loads(first.proto.spec)["description"] == "Points."
    assert second.proto.alt == "One point."


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (numbers.short(-1.41659999), "−1.417"),
        (numbers.short(1.8e-7), "1.8e−7"),
        (numbers.short(float("-inf")), "−∞"),
        (numbers.full(-0.10000000149011612), "−0.1"),
        (numbers.fixed(-0.44561), "−0.4456"),
        (numbers.count(30_000), "30,000"),
    ],
)
def test_numbers_have_a_real_minus_and_no_digits_too_many(written, text):
    assert written == text
