"""What the walk sends to the browser: every number as text, level and place, and few bytes of it."""

import json
import math

import pytest
import torch
from streamlit.testing.v1 import AppTest

from linear_core import trace_forward
from pages._ui.walk import STEPS, VIEWS, numbers


def trace_of(rows, ins, outs, bias=True, seed=1):
    draw = torch.Generator().manual_seed(seed)
    x, weight, some_bias = (
        torch.randn(shape, generator=draw) for shape in [(rows, ins), (outs, ins), (outs,)]
    )
    return trace_forward(x, weight, some_bias if bias else None)


def test_each_list_has_one_entry_for_each_number_that_is_drawn():
    sent = numbers.payload(trace_of(3, 5, 10), "ABC")
    count = {name: len(sent[name]["text"].split()) for name in "xwby"}
    assert count == {"x": 15, "w": 50, "b": 10, "y": 30}
    assert len(sent["products"].split()) == 150
    assert len(sent["sums"].split()) == len(sent["sum_levels"]) == len(sent["places"]) == 30 * 7
    for name in ("totals", "loops", "rounding", "differences"):
        assert len(sent[name].split(" ")) == 30


def test_without_bias_there_is_one_stop_less_and_no_bias_to_draw():
    sent = numbers.payload(trace_of(2, 3, 4, bias=False), "AB")
    assert sent["b"]["text"] == sent["bias_terms"] == ""
    assert len(sent["places"]) == 8 * 4


def test_the_largest_layer_of_the_page_takes_less_than_300_kilobytes():
    assert len(json.dumps(numbers.payload(trace_of(8, 16, 16), "ABCDEFGH"))) < 150_000


def test_the_badge_speaks_of_what_the_check_found():
    sent = numbers.payload(trace_forward(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]])), "A")
    assert sent["match"] == {
        "ok": True,
        "nonfinite": 0,
        "cells": 1,
        "equal": True,
        "difference": "0",
        "tolerance": "3.9 × 10⁻⁶",
    }
    broken = numbers.payload(trace_forward(torch.tensor([[math.inf]]), torch.ones(1, 1)), "A")
    assert not broken["match"]["ok"]
    assert broken["match"]["nonfinite"] == 1


def drawn(view="dot_products", convention="linear", pinned=None, step=3):
    """The data of a walk, as the browser gets them."""

    def script(view, convention, pinned, step):
        import torch

        from linear_core import trace_forward
        from pages._ui.walk import walk

        trace = trace_forward(torch.ones(3, 5), torch.ones(10, 5), torch.ones(10))
        kept = {"view": view, "convention": convention, "pinned": pinned}
        walk(trace, step=step, on_change=lambda step, cell: None, **kept)()

    kwargs = {"view": view, "convention": convention, "pinned": pinned, "step": step}
    app = AppTest.from_function(script, default_timeout=30, kwargs=kwargs).run()
    assert not app.exception
    return json.loads(app.get("bidi_component")[0].proto.json)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("convention", ["linear", "matmul", "addmm", "columns", "kernel"])
def test_every_view_has_a_caption_for_each_step_with_no_field_left_open(view, convention):
    captions = drawn(view, convention)["captions"]
    assert len(captions) == len(STEPS)
    assert not any("{" in caption for caption in captions)


def test_the_convention_turns_the_picture():
    assert drawn(convention="linear")["numbers"]["top"] == "w"
    assert drawn(convention="columns")["numbers"]["top"] == "x"
    assert drawn(convention="kernel")["numbers"]["symbols"]["w"] == "K"


@pytest.mark.parametrize(
    ("pinned", "kept"), [((2, 9), [2, 9]), ((3, 0), None), ((0, 10), None), (None, None)]
)
def test_a_cell_outside_the_output_is_not_pinned(pinned, kept):
    assert drawn(pinned=pinned)["state"]["pinned"] == kept


@pytest.mark.parametrize(("step", "kept"), [(0, 1), (6, 6), (9, 6)])
def test_the_step_stays_within_the_walk(step, kept):
    assert drawn(step=step)["state"]["step"] == kept
