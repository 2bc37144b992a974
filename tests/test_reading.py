"""Pasted texts: any length, any form, read in time linear in their length; nothing is executed."""

import random
import string
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from linear_core import explain_error
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.paste import plain_lines
from linear_core.calls.wordings import WORDINGS, read_message

FILLED = {
    "x_dtype": "Double",
    "dtype": "Float",
    "bias_dtype": "Half",
    "kind": "list",
    "key": "fc.weight",
    "name": "weight",
    "function": "addmm_impl_cpu_",
    "device": "cuda:0",
    "x_device": "cpu",
    "given": "3, 2",
    "expected": "2, 3",
    "prediction": "8, 1",
    "target": "8",
    "sizes": "4, 5",
    "any": "1",
}


def text_of(wording):
    numbers = dict.fromkeys(
        ("rows", "features", "in_features", "out_features", "a", "b", "dim", "number"), "7"
    )
    return wording.text.format(**{**numbers, "in_features": "5", **FILLED})


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.text[:60])
def test_each_wording_is_found_in_its_own_text(wording):
    reading = read_message(f"RuntimeError: {text_of(wording)} (and more)")
    assert reading is not None
    assert reading.slug == wording.slug or reading.wording in WORDINGS[: WORDINGS.index(wording)]


def test_no_two_fields_of_a_wording_touch():
    # All ways to share a text between them would be tried: a minute for a pasted log.
    assert [wording.text for wording in WORDINGS if "}{" in wording.text] == []


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.text[:60])
def test_each_wording_is_explained_in_both_languages(wording):
    for model in (None, nn.Sequential(nn.Linear(5, 7), nn.Linear(4, 2))):
        explanation = explain_error(text_of(wording), model)
        assert explanation.is_known
        assert explanation.slug in MEANINGS
        for lang in ("en", "zh"):
            assert "{" not in explanation.describe(lang)
            for fix in explanation.fixes:
                assert "{" not in fix.describe(lang)
                compile(fix.code, "fix", "exec")
        assert explanation.describe("zh") != explanation.describe("en")


ALPHABET = string.ascii_letters + string.digits + " \n\t()[]{}'\":,.x·_-<>|\\\x1b（：\u200b"  # noqa: RUF001
PIECES = [wording.text.partition("{")[0] for wording in WORDINGS] + [
    "[rank0]: ",
    "torch.Size([",
    "\\n",
    "&quot;",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.text(ALPHABET, max_size=20), st.sampled_from(PIECES)), max_size=30))
def test_any_text_gets_an_answer(parts):
    explanation = explain_error("".join(parts), nn.Linear(3, 2))
    assert "{" not in explanation.template or explanation.text
    assert explanation.describe("zh")


def seconds(text):
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        explain_error(text)
        best = min(best, time.process_time() - start)
    return best


def long_texts():
    pick = random.Random(0)  # noqa: S311 - no secret
    message = "mat1 and mat2 shapes cannot be multiplied (4x5 and 3x2)"
    frame = '  File "/usr/lib/python3/site-packages/torch/nn/modules/linear.py", line 125, in forward\n'
    yield "traceback", frame * 2000 + message
    yield "noise", "".join(pick.choices(ALPHABET, k=200_000))
    yield "one line", "a" * 200_000
    yield "many messages", (message + "\n") * 3500
    yield "openings", "".join(pick.choices(PIECES, k=6000))
    yield "prefixes", "[rank0]: " * 22_000
    yield "spaces", " " * 200_000
    yield "brackets", "(" * 100_000 + "[" * 100_000
    yield "keys", 'Missing key(s) in state_dict: "a.b", ' * 5400
    yield "digits", "size mismatch, m1: [" + "1" * 200_000


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in long_texts()])
def test_long_text_is_read_at_once_and_in_linear_time(text):
    text = text[:200_000]
    whole, half = seconds(text), seconds(text[: len(text) // 2])
    # A debugger or the measuring of coverage takes its own time.
    assert whole < (0.2 if sys.gettrace() is None else 2)
    # Twice the text takes twice the time; four times would be quadratic.
    assert whole < 3 * half + 0.02


@pytest.mark.parametrize(
    ("pasted", "plain"),
    [
        ("[rank0]: RuntimeError: x", "RuntimeError: x"),
        ("2024-05-01 12:00:00,123 - ERROR - RuntimeError: x", "RuntimeError: x"),
        ("(RayWorker pid=123, ip=10.0.0.1) RuntimeError: x", "RuntimeError: x"),
        ("E   RuntimeError: x", "RuntimeError: x"),
        ("> > RuntimeError: x", "RuntimeError: x"),
        ("\x1b[31mRuntimeError\x1b[0m: x", "RuntimeError: x"),
        ("`RuntimeError`: **x**", "RuntimeError: x"),
        ("RuntimeError：（4×5）", "RuntimeError:(4x5)"),  # noqa: RUF001
        ("│ RuntimeError: x and   │\n│ y                     │", "RuntimeError: x and\n y"),
        ("web-1  | RuntimeError: x", "RuntimeError: x"),
        ("2024-05-01T12:00:00.123456789Z stderr F RuntimeError: x", "RuntimeError: x"),
        ("ERROR:root:RuntimeError: x", "RuntimeError: x"),
        ("can&#39;t", "can't"),
        ("(torch.nn.Parameter or None expected)", "(torch.nn.Parameter or None expected)"),
        ("[4, 5] X [3, 2]", "[4, 5] X [3, 2]"),
    ],
)
def test_what_logs_and_forums_add_is_taken_away(pasted, plain):
    assert plain_lines(pasted).strip() == plain


def test_attribute_of_a_list_is_a_matter_of_tensors_only_where_torch_is():
    line = "AttributeError: 'list' object has no attribute 'shape'"
    frame = 'Traceback (most recent call last):\n  File "{}", line 7, in f\n    x.shape\n'
    assert explain_error(line).is_known
    assert not explain_error(frame.format("table.py") + line).is_known
    assert explain_error(frame.format("site-packages/torch/nn/modules/linear.py") + line).is_known


def test_message_broken_in_mid_word_is_put_together():
    text = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (512x4096 and 2048x3072)"
    broken = "\n".join(text[start : start + 17] for start in range(0, len(text), 17))
    assert explain_error(broken).values == explain_error(text).values


def test_number_broken_over_two_lines_is_put_together():
    explanation = explain_error("mat1 and mat2 shapes cannot be multiplied (512x40\n96 and 2048x3072)")
    assert explanation.values["features"] == "4096"


@pytest.mark.parametrize(
    ("text", "slug", "values"),
    [
        (
            "a and b must have same reduction dim, but got [4*s77, 30] X [28, 128]",
            "mat1-mat2",
            {"features": "30", "in_features": "28"},
        ),
        ("mat1 and mat2 shapes can not be multiplied (5x4 and 3x2)", "mat1-mat2", {"features": "4"}),
        ("mat1 and mat2 shapes cannot be multiplied (5 x 4 and 3 x 2)", "mat1-mat2", {"features": "4"}),
        (
            "Expected object of scalar type Long but got scalar type Float for argument #2 'target'",
            "index-dtype",
            {"x_dtype": "Float"},
        ),
        (
            "addmm_ received an invalid combination of arguments - got (int, int, torch.cuda.FloatTensor, "
            "torch.FloatTensor), but expected one of",
            "device",
            {},
        ),
        ("mat1和mat2必须具有相同的数据类型，但得到Half和Float", "dtype", {"x_dtype": "Half"}),  # noqa: RUF001
        ("mat1 和 mat2 必须具有相同的 dtype，但得到 Half 和 Float", "dtype", {"dtype": "Float"}),  # noqa: RUF001
        ("预期所有张量都在同一设备上，但找到至少两个设备，cuda:0 和 cpu！", "device", {"device": "cpu"}),  # noqa: RUF001
        (
            "empty(): argument 'size' failed to unpack the object at pos 2 with error \"Overflow when",
            "address",
            {},
        ),
        ("Could not run 'aten::addmm.out' with arguments from the 'Meta' backend", "backend", {}),
    ],
)
def test_siblings_of_a_wording_are_told_apart(text, slug, values):
    explanation = explain_error(text)
    assert explanation.slug == slug
    assert values.items() <= explanation.values.items()


def test_shapes_that_do_not_match_may_have_as_many_elements():
    text = explain_error("input and target shapes do not match: input [8 x 1], target [8]").text
    assert text == "Prediction and target must have the same shape, but their shapes differ."
