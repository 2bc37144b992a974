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


def test_numbers_have_as_few_decimals_as_lose_nothing():
    assert numbers.texts([1.0, 2.0, -3.0], 4) == "1 2 −3"
    assert numbers.texts([0.5, 0.25], 4) == "0.50 0.25"
    assert numbers.texts([0.1098, -0.5404], 4) == "0.1098 −0.5404"
    assert numbers.texts([1 / 3, 2.0], 2) == "0.33 2.00"


def test_larger_numbers_have_fewer_decimals_and_the_largest_an_exponent():
    assert numbers.texts([12.345, 1.234], 2) == "12.3 1.2"
    assert numbers.texts([1234.5, 0.4], 2) == "1234 0"
    assert numbers.texts([123456.0, 0.0], 2) == "1.2e5 0"
    assert numbers.texts([0.0001, -0.0002], 2) == "1.0e−4 −2.0e−4"


def test_compact_numbers_fit_four_characters():
    assert numbers.texts([0.404, -0.291, -1.163, 2.0], 2, compact=True) == ".40 −.29 −1.2 2.0"
    assert numbers.texts([0.999, 0.25], 2, compact=True) == "1.0 .25"


def test_a_number_that_rounds_to_zero_has_no_sign():
    assert numbers.texts([-0.001, -0.001, 0.25], 2) == "0.00 0.00 0.25"


def test_what_is_not_finite_is_named():
    assert numbers.texts([math.nan, math.inf, -math.inf, 0.5], 2) == "NaN ∞ −∞ 0.5"
    assert numbers.levels([math.nan, math.inf, 1.0], 2.0) == [0, 0, 10]
    assert numbers.power(math.nan) == "NaN"


@pytest.mark.parametrize("seed", range(3))
def test_full_values_read_back_as_the_same_float32(seed):
    values = torch.randn(50, generator=torch.Generator().manual_seed(seed))
    read = [float(text.replace("−", "-")) for text in numbers.fulls(values.tolist()).split()]
    assert torch.equal(torch.tensor(read), values)


def test_full_values_of_float64_keep_all_their_digits():
    assert numbers.full(0.1 + 0.2) == "0.30000000000000004"
    assert numbers.full(float(torch.tensor(0.8642081))) == "0.8642081"
    assert numbers.full(math.nan) == "nan"


def test_powers_of_ten_are_written_as_mathematics_does():
    assert numbers.power(5.96e-8) == "6.0 × 10⁻⁸"
    assert numbers.power(-0.0) == "0"
    assert numbers.scaled([6e-8, -3e-8, 0.0]) == ("60 −30 0", "10⁻⁹")
    assert numbers.scaled([0.0]) == ("0", "")


def test_the_scale_ends_at_a_round_number_and_has_zero_in_its_middle():
    assert [numbers.nice_ceiling(value) for value in (0.0, 1.0, 1.09, 3.3, 73.0)] == [
        1.0,
        1.0,
        1.2,
        4.0,
        80.0,
    ]
    assert numbers.levels([-3.0, -1.0, 0.0, 1.0, 3.0], 2.0) == [-20, -10, 0, 10, 20]


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
        walk(trace, step=step, on_change=lambda step, cell: None, **kept)

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
