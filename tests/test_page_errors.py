"""The page "Shapes and errors" through the app: what it shows is what PyTorch says and does."""

import json
import re
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from linear_core.calls.meanings import MEANINGS
from linear_core.shapes.silent import SILENT_MISTAKES
from pages._ui.errors.build import TRIES
from tests.visit import run, visit

PAGE = "pages/2_Shapes_and_errors.py"


def page(**link: str) -> AppTest:
    """The page as a link opens it."""
    return visit(PAGE, **link)


def text_of(at: AppTest) -> str:
    parts = (*at.markdown, *at.caption, *at.error, *at.success, *at.code)
    return "\n".join(part.value for part in parts)


def blocks_of(at: AppTest) -> dict[str, Any]:
    """What is drawn of the call."""
    [drawn] = [part for part in at.get("bidi_component") if part.proto.component_name.endswith("call_blocks")]
    return dict(json.loads(drawn.proto.json))


def shown(at: AppTest) -> dict[str, object]:
    """What the link says."""
    return {name: value if isinstance(value, str) else value[0] for name, value in at.query_params.items()}


def test_a_forgotten_flatten_is_explained_in_pytorchs_words():
    at = page()
    assert at.title[0].value == "Why does this call fail, and what fixes it?"
    assert "x = x.flatten(1)" in text_of(at)
    assert ":green-badge[likeliest]" in text_of(at)
    assert "output (32, 10)" in text_of(at)


@pytest.mark.parametrize("name", TRIES)
def test_applying_the_likeliest_fix_makes_the_call_fit(name):
    at = page()
    at.button(key=f"tries_{name}").click()
    run(at)
    at.button(key="apply_0").click()
    run(at)
    assert not [button for button in at.button if button.key == "apply_0"]


def test_sizes_that_no_tensor_can_have_are_refused_on_the_page():
    at = page(x_shape="100000,100000,100000,100000,100000")
    assert "that a tensor can have, but got" in at.error[0].value


def test_a_dim_can_be_added_and_taken_away():
    at = page()
    at.button(key="more_dims").click()
    assert shown(run(at))["x_shape"] == "4,32,28,28"
    at.button(key="fewer_dims").click()
    assert "x_shape" not in shown(run(at))


def test_a_double_is_refused_and_the_layer_can_follow():
    at = page(x_shape="4,3", fc_in="3", x_dtype="float64")
    with pytest.raises(RuntimeError) as caught:
        nn.Linear(3, 10)(torch.zeros(4, 3, dtype=torch.float64))
    assert "Double" in str(caught.value)
    assert "x = x.to(torch.float32)" in text_of(at)


@pytest.mark.parametrize("slug", [slug for slug, meaning in MEANINGS.items() if meaning.example])
def test_every_message_has_an_address(slug):
    at = page(topic="paste", message=slug)
    assert at.text_area(key="pasted_error").value == MEANINGS[slug].example
    assert "This message is not known here" not in text_of(at)


def test_a_pasted_traceback_is_explained_and_an_unknown_one_is_not():
    at = page(topic="paste")
    text = (
        'Traceback (most recent call last):\n  File "a.py", line 3\nRuntimeError: mat1 and mat2 shapes cannot'
    )
    at.text_area(key="pasted_error").set_value(f"{text} be multiplied (5760x6 and 128x4)")
    run(at)
    assert "in_features is 128" in blocks_of(at)["text"]
    assert [blocks_of(at)[name] for name in ("rows", "ins", "outs")] == [5760, 128, 4]
    assert "nn.Linear(1152, 4)" in text_of(at)
    at.text_area(key="pasted_error").set_value("ZeroDivisionError: division by zero")
    run(at)
    assert "This message is not known here" in at.info[0].value


@pytest.mark.parametrize("name", SILENT_MISTAKES)
def test_a_silent_mistake_stands_beside_the_right_call(name):
    at = page(topic="silent", silent=name)
    mistake = SILENT_MISTAKES[name]
    codes = [code.value for code in at.code]
    assert mistake.wrong_code in codes
    assert mistake.right_code in codes


def test_a_chain_names_its_first_misfit_and_can_be_repaired():
    at = page(topic="chain")
    assert "mat1 and mat2 shapes cannot be multiplied (3840x12 and 1440x50)" in text_of(at)
    at.button(key="repair_0").click()
    assert "(32, 50)" in run(at).success[0].value


def test_what_is_no_chain_is_refused_where_it_was_typed():
    at = page(topic="chain")
    at.text_area(key="chain").set_value("Linear(2)")
    assert "expected arguments that nn.Linear accepts" in run(at).error[0].value
    at.text_area(key="chain").set_value("import os")
    assert "line 1: expected one of" in run(at).error[0].value


def test_the_shape_of_a_chain_is_read_with_spaces_and_wide_commas_and_refused_with_its_bounds():
    at = page(topic="chain", chain="ReLU()")
    for text in ("2, 3", " 2，3 "):  # noqa: RUF001
        at.text_input(key="chain_input").set_value(text)
        assert "(2, 3)" in run(at).success[0].value
    for text in ("2 3", "2.5,3", "1,2,3,4,5,6", "100001"):
        at.text_input(key="chain_input").set_value(text)
        assert (
            f"at most 5 whole sizes up to 100,000, such as 32,1,28,28, but got '{text}'"
            in run(at).error[0].value
        )


@pytest.mark.parametrize("table", ["dtypes", "modes", "relatives"])
def test_the_tables_open(table):
    at = page(topic="tables", table=table)
    assert at.dataframe or at.table


def test_each_message_of_the_dtypes_is_written_once():
    table = page(topic="tables").table[0].value
    row = table[table["bias"] == "False"].set_index("dtype of x").loc["float64"]
    assert list(row)[1:5] == [":red[✗]"] * 4
    assert row["message"] == ":small[expected m1 and m2 to have the same dtype, but got: double != float]"


def test_the_script_of_ones_own_code_prints_a_note():
    assert "Layer: 2, which is Linear(in_features=490" in text_of(page(topic="code"))


@pytest.mark.parametrize(
    "link",
    [
        {"x_shape": "1,2,3,4,5,6"},
        {"x_shape": "-1"},
        {"fc_in": "0"},
        {"message": "nothing"},
        {"chain": "os.system"},
    ],
)
def test_a_link_that_does_not_fit_says_so(link):
    [(name, value)] = link.items()
    assert re.escape(f"{name}={value}") in re.escape(page(**link).warning[0].value)


def test_message_that_is_looked_up_takes_the_place_of_the_last():
    at = page(topic="paste", message="other-layer")
    assert at.text_area(key="pasted_error").value == MEANINGS["other-layer"].example
    at.selectbox(key="message:en").select(MEANINGS["not-scalar"].example)
    run(at)
    assert at.text_area(key="pasted_error").value == MEANINGS["not-scalar"].example
    at.text_area(key="pasted_error").input("mat1 and mat2 shapes cannot be multiplied (32x4 and 5x2)")
    at.text_area(key="pasted_model").input(str(nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 2))))
    run(at)
    assert at.text_area(key="pasted_error").value.startswith("mat1")
    assert "message" not in shown(at)
    assert "In your model: `1`" in text_of(at)
    assert "model[1] = nn.Linear(4, 2)" in text_of(at)
    at.text_area(key="pasted_model").input("nothing")
    at.text_area(key="pasted_error").input("")
    run(at)
    assert at.text_area(key="pasted_error").value == ""
    assert "names no linear layer" in text_of(at)
