"""The page "Forward pass" through the app: what it shows is what PyTorch computes."""

import ast
import re
import subprocess
import sys
from typing import get_args

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from linear_core import INITS, LayerSpec, build_layer, trace_forward
from linear_core.exchange.matrix_link import decode_matrix, encode_matrix
from linear_core.layer.conventions import CONVENTIONS
from linear_core.layer.fills import FILLS
from linear_core.layer.known_layers import KNOWN_LAYERS
from linear_core.layer.numbers import layer_numbers
from pages._ui.forward import files
from pages._ui.forward.choices import SECTIONS, Forward
from pages._ui.forward.choices import VIEWS as VIEW_TITLES
from pages._ui.layer.call import call_of
from pages._ui.walk import Order
from tests.programs import output
from tests.visit import run, visit

PAGE = "pages/1_Forward_pass.py"
SAMPLES = torch.tensor([[0.1, 0.2, 0.3, 0.3, 0.3], [0.4, 0.5, 0.6, 0.6, 0.6], [0.7, 0.8, 0.9, 0.9, 0.9]])


def page(**link: str) -> AppTest:
    """The page as a link opens it, with its script in sight where the link names no other section."""
    return visit(PAGE, **{"part": "script", **link})


def script_of(at: AppTest) -> str:
    [code] = [code.value for code in at.code if "import torch" in code.value]
    return code


def printed(script: str) -> dict[str, object]:
    """What a script prints: names, each with a list or a tuple."""
    lines = (re.match(r"(.+?) ([\[(].*)", line) for line in output(script).splitlines())
    return {line[1]: ast.literal_eval(line[2]) for line in lines if line}


def text_of(at: AppTest) -> str:
    return "\n".join(part.value for part in (*at.markdown, *at.caption))


def press(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click()
    return run(at)


def marked(at: AppTest) -> list[str]:
    return [button.key for button in at.button if button.proto.icon == ":material/check:"]


def pick(at: AppTest, key: str, value: str) -> AppTest:
    at.button_group(key=key).set_value(value)
    return run(at)


def test_the_page_opens_on_the_three_samples():
    at = page()
    assert at.title[0].value == "Where does each number of the output come from?"
    assert "(3, :violet[10]) = (3, :blue[5]) @ (:blue[5], :violet[10]) + (:violet[10],)" in text_of(at)
    assert "60 parameters (5 × 10 + 10)" in text_of(at)
    assert "150 multiply-adds (3 × 5 × 10)" in text_of(at)
    assert "240 bytes in float32 (60 × 4)" in text_of(at)


def test_the_script_prints_what_pytorch_computes_for_the_screen():
    layer = build_layer(LayerSpec(5, 10))
    assert printed(script_of(page()))["output"] == layer(SAMPLES).tolist()


def test_the_script_runs_on_its_own():
    script = script_of(page())
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == f"output {printed(script)['output']}"


def test_by_hand_gives_the_reference_number_and_keeps_the_rank():
    at = page()
    press(at, "presets_by_hand")
    numbers = printed(script_of(at))
    assert numbers["output shape"] == (1,)
    assert round(numbers["output"][0], 4) == -1.4166
    assert "(:violet[1],) = (:blue[2],) @ (:blue[2], :violet[1]) + (:violet[1],)" in text_of(at)
    at.slider(key="batch_size").set_value(2)
    run(at)
    assert "(2, :violet[1]) = (2, :blue[2])" in text_of(at)


def test_one_hot_reads_the_columns_of_the_weight():
    at = page()
    press(at, "presets_one_hot")
    layer = build_layer(LayerSpec(5, 4))
    assert printed(script_of(at))["output"] == layer(torch.eye(5)).tolist()


def test_a_preset_can_be_taken_back_by_another():
    at = page()
    press(at, "presets_by_hand")
    assert marked(at) == ["presets_by_hand"]
    press(at, "presets_samples")
    assert marked(at) == ["presets_samples"]
    assert printed(script_of(at))["output"] == build_layer(LayerSpec(5, 10))(SAMPLES).tolist()


def test_moving_sliders_keeps_the_numbers_that_are_left():
    at = page()
    at.slider(key="in_features").set_value(3)
    at.slider(key="batch_size").set_value(2)
    run(at)
    layer = build_layer(LayerSpec(3, 10))
    assert printed(script_of(at))["output"] == layer(SAMPLES[:2, :3]).tolist()
    assert marked(at) == []


def test_without_bias_the_formula_has_none():
    at = page(bias="false")
    assert "(3, :violet[10]) = (3, :blue[5]) @ (:blue[5], :violet[10])" in text_of(at)
    assert ":orange[$b$]" not in text_of(at)
    assert printed(script_of(at))["output"] == build_layer(LayerSpec(5, 10, bias=False))(SAMPLES).tolist()


def test_a_link_brings_own_matrices_and_the_script_follows():
    weight = torch.tensor([[1.0, 2.0], [3.0, -4.0]])
    at = page(
        x="1_2~0.5_-1",
        weight=encode_matrix(weight),
        b="0_1",
        in_features="2",
        out_features="2",
        batch_size="2",
    )
    expected = torch.nn.functional.linear(
        torch.tensor([[1.0, 2.0], [0.5, -1.0]]), weight, torch.tensor([0.0, 1.0])
    )
    assert printed(script_of(at))["output"] == expected.tolist()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("in_features", "abc"),
        ("in_features", "4.6"),
        ("batch_size", "99"),
        ("x", "1_2~3"),
        ("x", "1_2_3"),
        ("weight", "zzz"),
        ("cell", "a,b"),
        ("cell", "99,99"),
        ("rank", "9"),
    ],
)
def test_a_link_that_does_not_fit_opens_with_defaults_and_says_so(name, value):
    at = page(**{name: value})
    assert any(f"{name}={value}" in warning.value for warning in at.warning)
    assert "(3, :violet[10]) = (3, :blue[5])" in text_of(at)
    assert at.query_params.get(name) not in (value, [value])


def test_what_does_not_fit_is_no_markdown():
    at = page(**{"*a`b*": "$c$`d`"})
    assert "ignored: `*ab*=$c$d`." in at.warning[0].value


def test_the_example_by_hand_is_one_sample_in_the_control_too():
    at = press(page(), "presets_by_hand")
    assert at.slider(key="batch_size").value == 1


def test_the_name_of_a_file_is_no_markdown():
    at = page(part="numbers")
    at.file_uploader(key="file").set_value(("$a`b$.csv", b"1,2\n3,4\n", "text/csv"))
    assert any("`$ab$.csv`" in button.label for button in run(at).button)


def test_a_pinned_cell_outside_a_smaller_layer_is_no_longer_pinned():
    at = page(cell="2,9", out_features="4")
    assert not at.exception


@pytest.mark.parametrize("part", SECTIONS)
@pytest.mark.parametrize("link", [{}, {"rank": "1", "bias": "false"}, {"rank": "4", "in_features": "1"}])
def test_every_section_opens_for_every_rank(part, link):
    if part == "large":
        link = {**link, "large_in": "40", "large_out": "30", "large_batch": "2"}
    page(part=part, **link)


NONSENSE = [
    {"in_features": "5" * 4301, "seed": "٣", "step": "1_2"},
    {"x": "[" * 30_000, "weight": "1_2_3", "b": "nan", "cell": "99,99"},
    {"x": "1_2_3~4", "lang": "xx", "part": "🙂", "rank": "4", "batch_size": "8", "lead": "3", "outer": "3"},
    {"x": "inf_nan", "weight": "1e39_-1e39", "in_features": "2", "out_features": "1", "batch_size": "1"},
    {"x": "3e38_3e38", "weight": "3e38_3e38", "in_features": "2", "out_features": "1", "batch_size": "1"},
    {"part": "large", "large_in": "16384", "large_out": "16384", "large_row": "16383", "cell": "0,0"},
    {"part": "large", "large_in": "1", "large_out": "1", "large_batch": "1", "large_matrix": "output"},
    {"bias": "false", "b": "1", "init": "orthogonal", "in_features": "1", "convention": "kernel"},
    {"rank": "1", "cell": "0,0", "convention": "columns", "view": "outer_products", "nodes": "1"},
]


@pytest.mark.parametrize("link", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_in_a_link_draws_the_page(link):
    at = page(**link)
    assert run(at).title


CHOICES = {
    "rank": "1234",
    "lead": "123",
    "outer": "123",
    "in_features": range(1, 17),
    "out_features": range(1, 17),
    "batch_size": range(1, 9),
    "x": ["seeded", *FILLS, "1_2", "1~2~3", "3e38"],
    "weight": ["seeded", *FILLS, "1_2", "1_2~3_4"],
    "b": ["seeded", *FILLS, "1_2", "7"],
    "cell": [None, (0, 0), (71, 15), (12, 3)],
    "init": tuple(INITS),
    "bias": [True, False],
    "convention": tuple(CONVENTIONS),
}


@given(st.fixed_dictionaries({name: st.sampled_from(list(some)) for name, some in CHOICES.items()}))
@settings(max_examples=400, deadline=None)
def test_every_state_has_its_call_whose_numbers_are_those_of_pytorch(values):
    state = Forward(**values)
    state = state.changed(**state.unfit())
    assert state.unfit() == {}
    call = call_of(state, state.pinned)
    trace = call.trace
    expected = torch.nn.functional.linear(trace.x, trace.weight, trace.bias)
    assert torch.equal(trace.output.nan_to_num(), expected.nan_to_num())
    assert tuple(trace.output.shape) == (*state.leading, state.out_features)
    assert call.seen.output_rows.shape[0] == len(call.seen_names) <= 12
    assert call.seen_cell is None or call.seen_cell[0] < len(call.seen_names)
    assert compile(call.script(state.convention), "script.py", "exec")


# Your numbers


def test_pasted_numbers_are_taken_and_sizes_follow():
    at = page(part="numbers")
    at.text_area(key="pasted").set_value("tensor([[1., 2.], [3., 4.]])")
    at.button(key="FormSubmitter:paste-Use these numbers").click()
    run(at)
    assert (at.session_state["batch_size"], at.session_state["in_features"]) == (2, 2)
    assert decode_matrix(at.session_state["x"]).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    at.button(key="undo_numbers").click()
    run(at)
    assert (at.session_state["batch_size"], at.session_state["in_features"]) == (3, 5)


def test_a_change_can_be_undone_beside_the_picture_or_in_its_open_section():
    at = page()
    assert "undo_numbers" not in [button.key for button in at.button]
    before = at.session_state["x"]
    for _ in range(2):  # the second press changes nothing, and leaves nothing to take back
        press(at, "presets_one_hot")
        assert at.session_state["x"] == "one_hot"
    press(at, "undo_numbers")
    assert at.session_state["x"] == before
    assert "undo_numbers" not in [button.key for button in at.button]


def paste(at: AppTest, text: str) -> AppTest:
    at.text_area(key="pasted").set_value(text)
    at.button(key="FormSubmitter:paste-Use these numbers").click()
    return run(at)


def test_one_bracket_is_one_sample_without_a_batch():
    at = paste(page(part="numbers"), "[1, 2, 3]")
    assert "(:blue[3],)" in text_of(at)
    assert "(1, :blue[3])" in text_of(paste(at, "[[1, 2, 3]]"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2\n3 x", "row 1, column 1"),
        ("[[1, 2], [3]]", "length 1 in row 1"),
        (" ".join(["1"] * 17), "in_features of at most 16 on this page, but got 17"),
        ("\n".join(["1"] * 9), "batch_size of at most 8 on this page, but got 9"),
    ],
)
def test_a_wrong_paste_is_refused_at_the_control_and_the_picture_stays(text, words):
    at = page(part="numbers")
    before = text_of(at)
    paste(at, text)
    assert any(words in error.value for error in at.error), [error.value for error in at.error]
    assert text_of(at) == before
    paste(at, "1 2")
    assert not at.error


@pytest.mark.parametrize(
    ("text", "words", "english"),
    [
        ("1 2\n3 x", "第 1 行第 1 列", "row 1, column 1"),
        (
            "\n".join(["1"] * 9),
            "batch_size 最大为 8",
            "batch_size of at most 8",
        ),
    ],
)
def test_a_wrong_paste_is_refused_in_the_visitors_language(text, words, english):
    at = page(part="numbers", lang="zh")
    at.text_area(key="pasted").set_value(text)
    at.button(key="FormSubmitter:paste-使用这些数值").click()
    (error,) = run(at).error
    assert words in error.value
    at.session_state["lang"] = "en"
    (error,) = run(at).error
    assert english in error.value


def test_a_bias_is_one_row():
    at = pick(page(part="numbers"), "matrix", "b")
    paste(at, "1\n2")
    assert any("one row" in error.value for error in at.error)
    paste(at, "1 2 3")
    assert at.session_state["out_features"] == 3


@pytest.mark.parametrize("fill", FILLS)
def test_every_fill_fills_the_weight(fill):
    at = pick(page(part="numbers"), "matrix", "weight")
    press(at, f"fills_{fill}")
    assert at.session_state["weight"] == fill
    spec = LayerSpec(5, 10)
    shown = layer_numbers(spec, (3,), weight=fill)[1]
    pick(at, "part", "script")
    assert printed(script_of(at))["weight"] == shown.tolist()


def test_reset_goes_back_to_the_seed():
    at = page(part="numbers", weight="1_2", b="3")
    at.button(key="reset_numbers").click()
    run(at)
    assert [at.session_state[name] for name in ("x", "weight", "b")] == ["seeded"] * 3


def test_the_largest_edited_set_fits_a_link():
    generator = torch.Generator().manual_seed(0)
    sizes = {"weight": (16, 16), "x": (8, 16), "b": (1, 16)}
    texts = [encode_matrix(torch.randn(*shape, generator=generator)) for shape in sizes.values()]
    assert sum(map(len, texts)) < 7000


# N dimensions, large layers, ledger, conventions


def test_an_x_of_four_dims_is_flattened_and_multiply_adds_grow_while_parameters_stay():
    at = page(part="dimensions", rank="4", outer="3", lead="2")
    assert "(3, 2, 3, :violet[10]) = (3, 2, 3, :blue[5])" in text_of(at)
    assert "900 = 3 × 2 × 3 × 5 × 10" in text_of(at)
    assert "60 (5 × 10 + 10)" in text_of(at)
    pick(at, "part", "script")
    assert printed(script_of(at))["output shape"] == (3, 2, 3, 10)


def test_rank_is_chosen_in_its_section_and_stays_when_it_is_left():
    at = page(part="dimensions")
    pick(at, "rank", "3")
    assert "(2, 3, :violet[10])" in text_of(at)
    pick(at, "part", "costs")
    assert "(2, 3, :violet[10])" in text_of(at)


def test_a_layer_that_is_too_large_gets_the_arithmetic_and_its_ledger():
    at = page(part="large", large_in="16384", large_out="4096")
    assert any("16,384 × 4,096 = 67,108,864" in error.value for error in at.error)
    assert "Parameters: 67,112,960" in text_of(at)
    assert not at.get("vega_lite_chart")


def sent(at: AppTest) -> int:
    """Bytes of all pictures on the page."""
    size = 0
    for chart in at.get("vega_lite_chart"):
        size += chart.proto.ByteSize()
    return size


def test_what_a_large_layer_sends_does_not_grow_with_it():
    sizes = [
        sent(page(part="large", large_in=size, large_out=size, large_batch="2")) for size in ("200", "2000")
    ]
    assert sizes[1] < 300_000
    assert sizes[1] < 1.3 * sizes[0]


def test_a_window_and_a_cell_move_over_a_large_layer():
    at = page(part="large", large_in="300", large_out="200", large_batch="2")
    at.number_input(key="large_row").set_value(190)
    at.number_input(key="large_output").set_value(150)
    run(at)
    assert at.number_input(key="large_row").value == 190
    layer, x = (
        build_layer(LayerSpec(300, 200)),
        torch.randn(2, 300, generator=torch.Generator().manual_seed(1)),
    )
    value = f"{layer(x)[0, 150].item():.6f}"[:8].replace("-", "−")
    assert value[:7] in text_of(at)


def test_a_place_beyond_a_large_layer_gives_way_to_the_last_one_there_is():
    at = page(part="large", large_in="40", large_out="30", large_batch="2", large_row="25")
    assert at.number_input(key="large_row").value == 20
    assert any("large_row=25" in warning.value for warning in at.warning)
    at.number_input(key="large_out").set_value(5)
    assert run(at).number_input(key="large_row").value == 0


def test_the_ledger_lists_this_layer_and_the_known_ones():
    frame = page(part="costs").dataframe[0].value
    assert list(frame["layer"]) == ["this layer", *KNOWN_LAYERS]
    assert frame["parameters"][0] == "60 = 5 × 10 + 10"
    assert frame["multiply-adds"][0] == "150 = 3 × 5 × 10"
    head = frame[frame["layer"] == "ResNet-50, head"].iloc[0]
    assert head["parameters"] == "2,049,000 = 2,048 × 1,000 + 1,000"


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_convention_changes_formula_and_script_but_no_number(name):
    at = page(part="conventions", convention=name)
    assert any(CONVENTIONS[name].code() == code.value for code in at.code)
    pick(at, "part", "script")
    shown = torch.tensor(printed(script_of(at))["output"])
    # Another order of adding rounds differently in the last digit.
    assert torch.allclose(shown, build_layer(LayerSpec(5, 10))(SAMPLES), atol=1e-6)


def test_the_picture_to_take_away_is_the_one_on_the_screen():
    shown = Forward(
        rank="4", outer="3", lead="1", batch_size=8, x="seeded", convention="columns", cell=(13, 4)
    )
    call = call_of(shown, shown.pinned)
    trace = call.trace
    assert torch.equal(trace.output, trace_forward(*layer_numbers(LayerSpec(5, 10), (3, 1, 8))).output)
    _title, make = files.pictures(shown, call)["forward_pass"]
    drawn = make().to_dict()
    assert drawn["description"] == "y (10, 12) = W (10, 5) @ x (5, 12) + b (10, 1)"
    [cells] = [rows for rows in drawn["datasets"].values() if rows and rows[0].get("name") == "y[0, 1,0,4]"]
    outputs = [number_of(cell["full"]) for cell in cells]
    assert torch.equal(torch.tensor(outputs).reshape(10, 12), trace.output_rows[12:].T)


def number_of(text: str) -> float:
    return float(text.replace("−", "-"))


def test_the_choices_name_what_the_package_offers():
    assert tuple(VIEW_TITLES) == get_args(Order)
    assert Forward.convention.options == tuple(CONVENTIONS)
    assert Forward.init.options == tuple(INITS)


def test_many_rows_are_shown_a_screenful_at_a_time():
    at = page(part="dimensions", rank="3", lead="3", batch_size="8")
    assert "Rows 0 to 11 of 24" in text_of(at)
    at.button(key="later_rows").click()
    run(at)
    assert at.session_state["cell"] == (12, 0)
    assert "Rows 12 to 23 of 24" in text_of(at)
    at.button(key="earlier_rows").click()
    assert "Rows 0 to 11 of 24" in text_of(run(at))


def test_samples_as_columns_flatten_their_leading_dims():
    assert "(:violet[10], 6) = (:violet[10], :blue[5]) @ (:blue[5], 6) + (:violet[10], 1)" in text_of(
        page(convention="columns", rank="3")
    )
    assert "(:violet[10],) = (:violet[10], :blue[5]) @ (:blue[5],) + (:violet[10],)" in text_of(
        page(convention="columns", rank="1")
    )


def test_no_section_is_drawn_before_somebody_opens_one():
    at = visit(PAGE)
    assert not at.code
    pick(at, "part", "script")
    assert script_of(at)
    pick(at, "part", None)
    assert not at.code
    assert "part" not in at.query_params
