"""Chains of layers, silent mistakes and tables: every cell is held against PyTorch itself."""

import contextlib
import io
import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from torch import nn

from linear_core import ConfigError, ShapeError
from linear_core.shapes.chain import ChainLayer, trace_chain
from linear_core.shapes.chain_text import chain_script, parse_chain
from linear_core.shapes.silent import SILENT_MISTAKES
from linear_core.shapes.tables import SHAPES, dtype_table, mode_table, relatives_table


def first(output):
    return output[0] if isinstance(output, tuple) else output


CHAINS = {
    "digits": ("Conv2d(1, 10, 5)\nMaxPool2d(2)\nReLU()\nFlatten()\nLinear(1440, 50)", (4, 1, 28, 28)),
    "words": ("Embedding(100, 8)\nLSTM(8, 6, batch_first=True)\nLinear(6, 2)", (3, 7)),
    "signal": (
        "Conv1d(2, 4, 3, padding=1, dilation=2, stride=2)\nFlatten()\nUnflatten(1, (4, 9))",
        (2, 2, 20),
    ),
    "image": ("Conv2d(3, 4, 3, padding=1)\nAdaptiveAvgPool2d(2)\nFlatten(2)\nLinear(4, 5)", (2, 3, 9, 7)),
}


@pytest.mark.parametrize("name", CHAINS)
def test_the_shapes_of_a_chain_are_those_that_pytorch_gives(name):
    text, shape = CHAINS[name]
    x = torch.zeros(shape, dtype=torch.long if name == "words" else torch.float32)
    for step in trace_chain(parse_chain(text), shape):
        x = first(step.layer.build("cpu")(x))
        assert step.output_shape == tuple(x.shape)


def test_the_arithmetic_of_a_chain_ends_at_its_sizes():
    layers = parse_chain("Conv2d(1, 10, 5, stride=3, padding=2)\nMaxPool2d(3)\nFlatten()")
    conv, pool, flat = trace_chain(layers, (1, 1, 28, 30))
    assert (
        conv.arithmetic == "(28 + 2·2 − 5) / 3 + 1 = 10; (30 + 2·2 − 5) / 3 + 1 = 10.6667, rounded down = 10"
    )
    assert pool.arithmetic == "(10 + 2·0 − 3) / 3 + 1 = 3.33333, rounded down = 3"
    assert flat.arithmetic == "10 · 3 · 3 = 90"


@given(
    some.integers(5, 40), some.integers(1, 5), some.integers(1, 3), some.integers(0, 2), some.integers(1, 2)
)
def test_the_written_sum_of_any_convolution_is_its_size(size, kernel, stride, padding, dilation):
    layer = ChainLayer(
        "Conv1d", (1, 1, kernel), (("stride", stride), ("padding", padding), ("dilation", dilation))
    )
    [step] = trace_chain([layer], (1, 1, size))
    if step.output_shape is not None:
        assert step.arithmetic.rpartition("= ")[2] == str(step.output_shape[-1])


def test_the_first_layer_that_does_not_fit_ends_the_chain_with_pytorchs_words():
    layers = parse_chain("Conv2d(1, 10, 5)\nMaxPool2d(2)\nLinear(1440, 50)\nLinear(50, 10)")
    steps = trace_chain(layers, (4, 1, 28, 28))
    assert len(steps) == 3
    with pytest.raises(RuntimeError) as caught:
        nn.Linear(1440, 50)(torch.zeros(4, 10, 12, 12))
    assert steps[-1].message == str(caught.value)
    assert [layer.code for layer in steps[-1].repairs[0]] == ["nn.Flatten()", "nn.Linear(1440, 50)"]


def test_a_message_of_a_convolution_is_that_of_the_cpu():
    [step] = trace_chain(parse_chain("nn.Conv2d(3, 8, 3)"), (2, 1, 9, 9))
    with pytest.raises(RuntimeError) as caught:
        nn.Conv2d(3, 8, 3)(torch.zeros(2, 1, 9, 9))
    assert step.message == str(caught.value)
    assert step.repairs[0][0].code == "nn.Conv2d(1, 8, 3)"


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Linear(7, 2)", (4, 3)),
        ("Linear(in_features=7, out_features=2)", (4, 3)),
        ("Linear(9, 2)", (4, 3, 3)),
        ("Linear(8, 2)", (4, 2, 3, 3)),
        ("LSTM(5, 2)", (4, 3, 6)),
        ("Conv1d(2, 2, 3)", (4, 3, 6)),
    ],
)
def test_every_repair_runs(text, shape):
    [step] = trace_chain(parse_chain(text), shape)
    assert step.repairs
    for repair in step.repairs:
        x = torch.zeros(shape)
        for layer in repair:
            x = first(layer.build("cpu")(x))


def test_layers_of_any_size_are_told_at_once_and_take_no_memory():
    steps = trace_chain(parse_chain("Linear(1000000, 1000000)\nLinear(3, 2)"), (8, 1_000_000))
    assert steps[0].output_shape == (8, 1_000_000)
    assert steps[1].message == "mat1 and mat2 shapes cannot be multiplied (8x1000000 and 3x2)"


def test_a_printed_model_is_read_like_code():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(2704, 10, bias=False))
    layers = parse_chain(str(model))
    shapes = [step.output_shape for step in trace_chain(layers, (2, 1, 28, 28))]
    assert shapes[-1] == tuple(model(torch.zeros(2, 1, 28, 28)).shape)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Linear",
        "Dropout(0.5)",
        "Linear(__import__('os').getcwd(), 2)",
        "Linear(2, 3); Linear(3, 4)",
        "Linear(99999999999, 2)",
        "Linear(2)",
        "\n".join(["ReLU()"] * 9),
    ],
)
def test_what_is_no_chain_is_refused(text):
    with pytest.raises(ConfigError):
        trace_chain(parse_chain(text), (1, 2))


def test_an_impossible_input_is_refused():
    for shape in ((-1, 2), (10**9, 10**9)):
        with pytest.raises(ShapeError):
            trace_chain(parse_chain("ReLU()"), shape)


@pytest.mark.parametrize("name", CHAINS)
def test_the_script_prints_the_shapes_of_the_chain(name):
    text, shape = CHAINS[name]
    layers, out = parse_chain(text), io.StringIO()
    with contextlib.redirect_stdout(out), torch.random.fork_rng():
        exec(chain_script(layers, shape), {})  # noqa: S102 - the script is our own
    printed = re.findall(r"\w+ (\(.*\))", out.getvalue())
    assert printed == [str(step.output_shape) for step in trace_chain(layers, shape)]


@pytest.mark.parametrize("name", SILENT_MISTAKES)
@pytest.mark.parametrize("size", [2, 3, 8])
def test_a_silent_mistake_runs_and_is_wrong(name, size):
    result = SILENT_MISTAKES[name].run(size)
    assert result.wrong.shape != result.right.shape or not torch.equal(result.wrong, result.right)


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("name", SILENT_MISTAKES)
def test_the_code_on_the_screen_is_the_code_that_ran(name):
    mistake = SILENT_MISTAKES[name]
    result = mistake.run(4)
    for code, expected in ((mistake.wrong_code, result.wrong), (mistake.right_code, result.right)):
        scope = {**result.inputs, "F": nn.functional}
        exec(code, scope)  # noqa: S102 - the code is our own
        assert torch.equal(scope["y"], expected)


def test_only_mse_loss_warns_of_a_silent_mistake():
    warned = {name for name, mistake in SILENT_MISTAKES.items() if mistake.run(3).warning}
    assert warned == {"broadcast_loss"}


def test_the_dtype_table_says_what_the_calls_do():
    for row in dtype_table():
        layer = nn.Linear(3, 2, bias=row.bias)
        for shape, outcome, ok in zip(SHAPES, row.outcomes, row.oks, strict=True):
            x = torch.zeros(shape, dtype=getattr(torch, row.dtype))
            if ok:
                assert outcome.startswith(str(tuple(layer(x).shape)))
            else:
                with pytest.raises((RuntimeError, IndexError, TypeError), match=re.escape(outcome[:40])):
                    layer(x)


def test_no_mode_changes_the_numbers():
    rows = mode_table()
    assert all(row.is_equal for row in rows)
    assert all(compile(row.code, "", "exec") and "\n" not in row.code for row in rows)  # as a cell shows it
    assert [row.backward == "" for row in rows] == [row.requires_grad for row in rows]


def test_every_relative_computes_what_the_layer_does():
    for row in relatives_table(5, 4, 3):
        assert row.largest_difference < 1e-6, row
        assert row.output_shape == (3, 4), row


def test_the_global_random_state_is_left_alone():
    before = torch.get_rng_state()
    relatives_table(), mode_table(), dtype_table()
    for mistake in SILENT_MISTAKES.values():
        mistake.run(3)
    trace_chain(parse_chain("Conv2d(3, 8, 3)\nLinear(3, 2)"), (2, 1, 9, 9))
    assert torch.equal(torch.get_rng_state(), before)


def test_padding_that_keeps_the_size_needs_no_arithmetic():
    [step] = trace_chain(parse_chain('Conv1d(2, 4, 3, padding="same")'), (5, 2, 20))
    assert (step.output_shape, step.arithmetic) == ((5, 4, 20), "")


@pytest.mark.parametrize(
    ("layer", "shape", "repaired"),
    [("Conv2d(1, 10, 5)", (32, 28, 28), (32, 10, 24, 24)), ("Conv1d(1, 4, 3)", (6, 20), (6, 4, 18))],
)
def test_a_batch_without_channels_is_given_one(layer, shape, repaired):
    [layer] = parse_chain(layer)
    [step] = trace_chain([layer], shape)
    x = torch.zeros(shape)
    with pytest.raises(RuntimeError) as caught:
        layer.build("cpu")(x)
    assert step.message == str(caught.value)
    [repair] = step.repairs
    assert [one.kind for one in repair] == ["Unflatten", layer.kind]
    assert trace_chain(repair, shape)[-1].output_shape == repaired


def test_a_layer_too_large_to_be_made_is_refused_in_the_words_of_the_meta_device():
    [layer] = parse_chain("Conv2d(10000, 10000, 5)")
    [step] = trace_chain([layer], (1, 3, 28, 28))
    with pytest.raises(RuntimeError) as caught:
        layer.build("meta")(torch.empty(1, 3, 28, 28, device="meta"))
    assert step.message == str(caught.value)


def test_a_shape_that_no_layer_repairs_gets_no_repair():
    [step] = trace_chain(parse_chain("Conv2d(1, 10, 5)"), (7,))
    assert step.message
    assert step.repairs == ()
