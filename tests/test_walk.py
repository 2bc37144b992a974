"""What a walk sends to the browser: every number as text, level and place, and few bytes of it."""

import json
import math
import re
from types import SimpleNamespace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from linear_core import trace_backward, trace_forward
from linear_core.passes.gradient_products import gradient_products
from pages._ui import session
from pages._ui import walk as walks
from pages._ui.layer.call import MAX_ROWS
from pages._ui.walk import FOLDER, Matrix, Product, numbers
from pages._ui.walk.forward import forward_picture
from pages._ui.walk.forward_words import ORDERS, STEPS


def trace_of(rows, ins, outs, bias=True, seed=1):
    draw = torch.Generator().manual_seed(seed)
    x, weight, some_bias = (
        torch.randn(shape, generator=draw) for shape in [(rows, ins), (outs, ins), (outs,)]
    )
    return trace_forward(x, weight, some_bias if bias else None)


def sent_of(trace, **kwargs):
    return numbers.payload(forward_picture(trace, **kwargs).products[0])


def test_each_list_has_one_entry_for_each_number_that_is_drawn():
    sent = sent_of(trace_of(3, 5, 10))
    count = {name: len(matrix["text"].split()) for name, matrix in sent["matrices"].items()}
    assert count == {"left": 15, "top": 50, "added": 10, "result": 30}
    sums = sent["result"]
    assert len(sums["terms"].split()) == 150
    assert len(sums["sums"].split()) == len(sums["sum_levels"]) == len(sums["places"]) == 30 * 7
    for name in ("totals", "loops", "rounding", "differences"):
        assert len(sums[name].split(" ")) == 30


def test_without_bias_there_is_one_stop_less_and_no_bias_to_draw():
    sent = sent_of(trace_of(2, 3, 4, bias=False))
    assert "added" not in sent["matrices"]
    assert sent["added_terms"] == ""
    assert len(sent["result"]["places"]) == 8 * 4


@pytest.mark.parametrize("convention", ["linear", "columns", "kernel"])
def test_numbers_travel_in_the_order_in_which_they_are_drawn(convention):
    trace = trace_of(2, 3, 4)
    sent = sent_of(trace, convention=convention)
    full = {
        name: [float(text.replace("−", "-")) for text in matrix["full"].split()]
        for name, matrix in sent["matrices"].items()
    }
    left, top, result = trace.x_rows, trace.weight.T, trace.output_rows
    if convention == "columns":
        left, top, result = trace.weight, trace.x_rows.T, trace.output_rows.T
    for name, values in (("left", left), ("top", top), ("result", result)):
        assert torch.equal(torch.tensor(full[name]), values.flatten())
    terms = torch.tensor([float(text.replace("−", "-")) for text in sent["result"]["terms"].split()])
    products = (left[:, None, :] * top.T[None]).flatten()  # (rows, columns, inner)
    assert torch.allclose(terms, products, atol=5e-4)


def test_whoever_adds_up_what_a_short_sum_shows_finds_the_same():
    sent = sent_of(trace_of(3, 5, 10))
    left, top, added = (sent["matrices"][name]["factor"].split() for name in ("left", "top", "added"))
    numbers = [[float(text.replace("−", "-")) for text in texts] for texts in (left, top, added)]
    for place, total in enumerate(sent["result"]["totals"].split()):
        row, column = divmod(place, 10)
        products = [numbers[0][row * 5 + k] * numbers[1][k * 10 + column] for k in range(5)]
        shown = float(total.replace("−", "-"))
        assert sum(products) + numbers[2][column] == pytest.approx(shown, abs=5e-4)


def test_the_largest_layer_of_the_page_takes_less_than_150_kilobytes():
    assert len(json.dumps(sent_of(trace_of(8, 16, 16), show_neurons=True))) < 150_000


def test_the_badge_speaks_of_what_the_check_found():
    sent = sent_of(trace_forward(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]])))
    assert sent["result"]["match"] == {
        "ok": True,
        "nonfinite": 0,
        "cells": 1,
        "equal": True,
        "difference": "0",
        "tolerance": "3.9 × 10⁻⁶",
    }
    broken = sent_of(trace_forward(torch.tensor([[math.inf]]), torch.ones(1, 1)))
    assert not broken["result"]["match"]["ok"]
    assert broken["result"]["match"]["nonfinite"] == 1


def test_only_sums_that_are_long_enough_speak_of_blocks():
    assert "blocks" not in forward_picture(trace_of(2, 2, 3)).words["rounding"]
    assert "blocks" in forward_picture(trace_of(2, 3, 3)).words["rounding"]


def matrix(key, rows, columns, **kwargs):
    names = {"rows": list(map(str, range(rows))), "columns": list(map(str, range(columns)))}
    return Matrix(key, "blue", "", **names, key=key, name=key, label="{value}", **kwargs)


def test_a_walk_backwards_is_drawn_by_the_same_parts():
    """grad_weight stands where the rows of Gᵀ meet the columns of x; grad_bias is the sum of each row."""
    draw = torch.Generator().manual_seed(0)
    x, weight, grad_output = (torch.randn(shape, generator=draw) for shape in [(3, 5), (4, 5), (3, 4)])
    products = gradient_products(trace_backward(grad_output, x, weight, torch.zeros(4)))
    product = Product(
        products.weight,
        left=matrix("G", 4, 3, transposed=True),
        top=matrix("x", 3, 5),
        result=matrix("grad_weight", 4, 5),
        beside=matrix("grad_bias", 4, 1),
        beside_trace=products.bias,
    )
    sent = numbers.payload(product)
    assert sent["result"]["match"]["ok"]
    assert len(sent["result"]["terms"].split()) == 4 * 5 * 3
    assert len(sent["beside"]["terms"].split()) == 4 * 3
    assert len(sent["beside"]["sums"].split()) == 4 * (3 + 1)
    full = [float(text.replace("−", "-")) for text in sent["matrices"]["beside"]["full"].split()]
    assert torch.equal(torch.tensor(full), grad_output.sum(0))
    assert product.frame["inner"] == 3


def drawn(order="dot_products", convention="linear", pinned=None, step=3):
    """The data of a walk, as the browser gets them."""

    def script(order, convention, pinned, step):
        import torch

        from linear_core import trace_forward
        from pages._ui.walk import walk
        from pages._ui.walk.forward import forward_picture

        trace = trace_forward(torch.ones(3, 5), torch.ones(10, 5), torch.ones(10))
        picture = forward_picture(trace, convention=convention, order=order)
        walk(picture, step=step, pinned=pinned, on_change=lambda step, cell: None)

    kwargs = {"order": order, "convention": convention, "pinned": pinned, "step": step}
    app = AppTest.from_function(script, default_timeout=30, kwargs=kwargs).run()
    assert not app.exception
    [data] = json.loads(app.get("bidi_component")[0].proto.json)
    return data


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("convention", ["linear", "matmul", "addmm", "columns", "kernel"])
def test_every_order_has_a_caption_for_each_step_that_leaves_only_its_element_open(order, convention):
    steps = drawn(order, convention)["steps"]
    assert [step["title"] for step in steps] == ["", *STEPS]
    assert not any("{" in step["details"] for step in steps)
    assert all(step["caption"] for step in steps)
    open_fields = [set(re.findall(r"{(\w+)}", step["corner"] + step["caption"])) for step in steps]
    assert set().union(*open_fields) <= {"name", "row", "column"}
    output = "row" if convention == "columns" else "column"
    places = [0, 3, 5, 6] + ([4] if order == "dot_products" else [])
    assert all(output in open_fields[place] for place in places), "the row of weight by its index"


def test_where_there_is_one_element_nothing_speaks_of_others():
    def filling(rows, outs, order="dot_products"):
        return forward_picture(trace_of(rows, 2, outs), order=order).steps[4].caption

    assert filling(1, 1) not in (filling(1, 2), filling(2, 1))
    assert filling(1, 1, "rows") == filling(2, 1, "rows"), "other orders make it from its products"


def test_a_single_sample_is_not_numbered():
    assert forward_picture(trace_of(1, 2, 3), [""]).products[0].about == "x · row {column} of weight"
    assert forward_picture(trace_of(1, 2, 3)).products[0].about == "row {row} of x · row {column} of weight"


def test_the_browser_is_given_every_word_that_it_asks_for():
    source = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js"))
    asked = set(re.findall(r"words\.(\w+)", source)) | {"name_feature", "why_feature", "name_output"}
    assert asked - set(drawn()["words"]) == set()


def test_the_convention_turns_the_picture():
    def letters(convention):
        matrices = drawn(convention=convention)["frames"][0]["matrices"]
        return matrices["left"]["symbol"], matrices["top"]["symbol"]

    assert letters("linear") == ("x", "Wᵀ")
    assert letters("columns") == ("W", "x")
    assert letters("kernel") == ("x", "K")


def test_where_samples_are_columns_one_sample_at_a_time_is_one_column_at_a_time():
    assert drawn("rows", "linear")["steps"][4]["order"] == "rows"
    assert drawn("rows", "columns")["steps"][4]["order"] == "columns"
    assert drawn("outer_products", "columns")["steps"][4]["order"] == "outer_products"


@pytest.mark.parametrize(
    ("pinned", "kept"), [((2, 9), [2, 9]), ((3, 0), None), ((0, 10), None), (None, None)]
)
def test_an_element_outside_the_output_is_not_pinned(pinned, kept):
    assert drawn(pinned=pinned)["state"]["pinned"] == kept


def test_a_pinned_element_is_found_where_the_picture_is_turned():
    assert drawn(pinned=(2, 9), convention="columns")["state"]["pinned"] == [9, 2]


@pytest.mark.parametrize(("step", "kept"), [(-1, 0), (0, 0), (6, 6), (9, 6)])
def test_the_step_stays_within_the_walk(step, kept):
    assert drawn(step=step)["state"]["step"] == kept


def test_places_are_told_as_the_tensors_have_them():
    picture = forward_picture(trace_of(3, 5, 10))
    drawn_matrices = picture.products[0].drawn
    assert drawn_matrices["left"].stored(2, 4) == (2, 4)
    assert drawn_matrices["top"].stored(4, 9) == (9, 4), "weight is stored (out, in)"
    assert drawn_matrices["added"].stored(0, 9) == (0, 9)
    upright = forward_picture(trace_of(3, 5, 10), convention="columns").products[0].drawn
    assert upright["left"].stored(9, 4) == (9, 4)
    assert upright["top"].stored(4, 2) == (2, 4)
    assert upright["added"].stored(9, 0) == (0, 9)
    assert upright["result"].stored(9, 2) == (2, 9)


def test_the_limit_of_rows_is_the_one_that_is_documented():
    assert f"{MAX_ROWS} rows fit a screen" in forward_picture.__doc__


def test_edits_that_reach_the_server_together_all_count_once(monkeypatch):
    """What comes while the server works is seen as one message; a browser that starts again repeats none."""
    state, drawn, taken = {}, {}, []
    monkeypatch.setattr(session, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(walks, "_COMPONENT", lambda **options: drawn.update(options))

    def send(*edits):
        names = ("turn", "gesture", "place", "row", "column", "text", "isCanceled")
        state["walk"] = {"edits": [{"product": 0, **dict(zip(names, edit, strict=True))} for edit in edits]}
        drawn["on_edits_change"]()
        walks.walk(picture, step=0, on_change=print, on_edit=lambda *edit: taken.append(edit))
        return drawn["data"][0]["state"]["edited"]["turn"]

    picture = forward_picture(trace_of(2, 3, 4))
    walks.walk(picture, step=0, on_change=print, on_edit=lambda *edit: taken.append(edit))
    typed, moved = (1, 1, "left", 1, 2, "5", False), (4, 3, "top", 0, 3, "7", False)
    assert send(typed, moved) == 4
    assert taken == [("x", 1, 2, "5", False), ("weight", 3, 0, "7", False)]
    assert send(typed, (6, 3, "top", 0, 3, "8", False)) == 6
    assert taken[2:] == [("weight", 3, 0, "8", True)]
    never_seen = (9, 8, "added", 0, 1, "1", True)
    assert send((7, 3, "top", 0, 3, "2", True), never_seen) == 9
    assert taken[3:] == [("weight", 3, 0, None, True)]
