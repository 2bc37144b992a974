"""The oracle is PyTorch: each prediction is compared with the real call, to the letter."""

import itertools
import re
import time
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from linear_core.answers.predict import predict_call
from linear_core.calls.fixes import MAX_FIXES, Fix
from linear_core.calls.labels import FLATTEN, FLATTEN_ALL
from linear_core.errors import ConfigError, ShapeError
from linear_core.layer.spec import LayerSpec

COMMON = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.bool]
COMMON += [torch.complex64, torch.uint8]
QUANTIZED = {torch.qint8, torch.qint32, torch.quint8, torch.quint4x2, torch.quint2x4}
# PyTorch warns about every tensor of complex32.
DTYPES = {value for value in vars(torch).values() if isinstance(value, torch.dtype)}
EVERY = sorted(DTYPES - QUANTIZED - {torch.complex32}, key=str)
SIZES = st.integers(0, 4)


def make_layer(in_features, out_features, bias, dtype, bias_dtype=None):
    layer = nn.Linear(1, 1, bias=bias)
    trainable = dtype.is_floating_point or dtype.is_complex
    layer.weight = nn.Parameter(torch.ones(out_features, in_features).to(dtype), requires_grad=trainable)
    if bias:
        layer.bias = nn.Parameter(torch.ones(out_features).to(bias_dtype or dtype), requires_grad=False)
    return layer


def real_call(layer, x):
    try:
        output = layer(x)
    except Exception as error:
        return type(error), str(error)
    return output.shape, output.dtype


def predicted_call(layer, shape, dtype):
    outcome = predict_call(layer, shape, dtype)
    if outcome.ok:
        assert outcome.error_type is outcome.message is None
        assert outcome.fixes == ()
        return outcome.output_shape, outcome.output_dtype
    assert outcome.output_shape is outcome.output_dtype is None
    assert outcome.explanation.fixes == outcome.fixes
    return outcome.error_type, outcome.message


def run_fix(fix: Fix, layer, x):
    scope = {"torch": torch, "nn": nn, "layer": layer, "x": x}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Complex modules are a new feature")
        exec(fix.code, scope)  # noqa: S102 - that it runs is what a fix promises
    return scope["layer"](scope["x"])


@settings(max_examples=300, deadline=None)
@given(
    shape=st.lists(SIZES, max_size=4),
    sizes=st.tuples(SIZES, SIZES),
    bias=st.booleans(),
    dtypes=st.tuples(st.sampled_from(COMMON), st.sampled_from(COMMON)),
    fits=st.booleans(),
    same_dtype=st.booleans(),
)
def test_prediction_is_what_pytorch_does(shape, sizes, bias, dtypes, fits, same_dtype):
    if fits and shape:
        shape = [*shape[:-1], sizes[0]]
    x_dtype = dtypes[0] if same_dtype else dtypes[1]
    layer = make_layer(*sizes, bias, dtypes[0])
    x = torch.ones(shape).to(x_dtype)
    assert predicted_call(layer, shape, x_dtype) == real_call(layer, x)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    "shape", [(), (3,), (5,), (4, 3), (4, 5), (0, 5), (2, 4, 3), (2, 4, 5), (2, 0, 4, 5)], ids=str
)
def test_prediction_holds_for_every_pair_of_dtypes(shape, bias):
    for layer_dtype, x_dtype in itertools.product(COMMON, repeat=2):
        layer = make_layer(3, 2, bias, layer_dtype)
        x = torch.ones(shape).to(x_dtype)
        assert predicted_call(layer, shape, x_dtype) == real_call(layer, x)


@settings(max_examples=150, deadline=None)
@given(
    shape=st.lists(st.integers(0, 6), min_size=0, max_size=4),
    sizes=st.tuples(st.integers(1, 6), st.integers(1, 3)),
    bias=st.booleans(),
    dtypes=st.tuples(st.sampled_from(COMMON), st.sampled_from(COMMON)),
)
def test_every_fix_makes_the_call_succeed(shape, sizes, bias, dtypes):
    outcome = predict_call(make_layer(*sizes, bias, dtypes[0]), shape, dtypes[1])
    assert len(outcome.fixes) <= MAX_FIXES
    assert len({fix.code for fix in outcome.fixes}) == len(outcome.fixes)
    for fix in outcome.fixes:
        run_fix(fix, make_layer(*sizes, bias, dtypes[0]), torch.ones(shape).to(dtypes[1]))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", EVERY, ids=str)
@pytest.mark.parametrize("shape", [(4, 3), (1, 3), (3,), (2, 2, 3), (0, 3), (4, 5)], ids=str)
def test_prediction_holds_for_every_dtype(dtype, bias, shape):
    x = torch.empty(shape, dtype=dtype)
    for layer_dtype in (dtype, torch.float32):
        layer = nn.Linear(3, 2, bias=bias).requires_grad_(False)
        layer.weight.data = torch.empty(2, 3, dtype=layer_dtype)
        if bias:
            layer.bias.data = torch.empty(2, dtype=layer_dtype)
        assert predicted_call(layer, shape, dtype) == real_call(layer, x)


@pytest.mark.parametrize("shape", [(4, 3), (3,), (2, 4, 3), (4, 5)], ids=str)
@pytest.mark.parametrize("bias_dtype", [torch.float64, torch.float16, torch.int64], ids=str)
def test_bias_of_another_dtype_is_noticed(shape, bias_dtype):
    layer = make_layer(3, 2, True, torch.float32, bias_dtype)
    outcome = predict_call(layer, shape)
    assert (outcome.error_type, outcome.message) == real_call(layer, torch.ones(shape))
    assert "one layer has one dtype" in outcome.explanation.text
    for fix in outcome.fixes:
        run_fix(fix, make_layer(3, 2, True, torch.float32, bias_dtype), torch.ones(shape))


def test_both_orders_of_the_checks_are_pytorchs():
    wrong_twice = ((4, 5), torch.float64)
    with_bias = predict_call(nn.Linear(3, 2), *wrong_twice)
    without = predict_call(nn.Linear(3, 2, bias=False), *wrong_twice)
    assert with_bias.message == "mat1 and mat2 must have the same dtype, but got Double and Float"
    assert without.message == "mat1 and mat2 shapes cannot be multiplied (4x5 and 3x2)"
    # Whichever is reported first, a fix for only one of the two would not be one.
    assert run_fix(with_bias.fixes[0], nn.Linear(3, 2), torch.ones(4, 5).double()).shape == (4, 2)
    assert run_fix(without.fixes[0], nn.Linear(3, 2), torch.ones(4, 5).double()).shape == (4, 2)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("shape", "rows"),
    [
        ((10_000_000, 4095), 10_000_000),
        ((3_000_000_000, 4095), 3_000_000_000),
        ((100_000, 100_000, 4095), 10_000_000_000),
        ((4095,), 1),
        ((2**40, 0), 2**40),
    ],
    ids=str,
)
def test_huge_mismatch_names_the_true_sizes(shape, rows, bias):
    outcome = predict_call(LayerSpec(4096, 64, bias=bias), shape)
    expected = f"mat1 and mat2 shapes cannot be multiplied ({rows}x{shape[-1]} and 4096x64)"
    assert outcome.message == expected


def test_huge_call_that_fits_is_answered_at_once():
    start = time.perf_counter()
    outcome = predict_call(LayerSpec(4096, 64), (10_000_000, 4096))
    assert time.perf_counter() - start < 0.1
    assert outcome.output_shape == (10_000_000, 64)
    assert outcome.output_dtype == torch.float32
    assert "number of samples: 10000000" in outcome.explanation.text


@pytest.mark.parametrize("in_features", [1, 2, 5])
@pytest.mark.parametrize(
    "shape", [(), (1,), (1, 1), (1, 5), (5, 1), (1, 2), (1, 1, 2), (1, 4), (1, 1, 5)], ids=str
)
def test_one_of_a_kind_is_never_said_in_the_plural(shape, in_features):
    told = predict_call(LayerSpec(in_features, 1), shape).explanation
    texts = [told.text, *(said.describe() for said in (*told.fixes, *told.pitfalls, *told.guesses))]
    assert not [text for text in texts if re.search(r"\b1 (?!is\b|has\b|becomes\b)[a-z]+s\b", text)]


def test_output_beyond_all_addresses_is_foreseen():
    layer = make_layer(0, 0, False, torch.float32)
    layer.weight = nn.Parameter(torch.empty(2**40, 0))  # no memory: in_features is 0
    x = torch.empty(2**40, 0)
    assert predicted_call(layer, x.shape, x.dtype) == real_call(layer, x)


@pytest.mark.parametrize("shape", [(-1, 3), (2**62, 2**62), (2**64,), (2.0, 3)], ids=str)
def test_impossible_shapes_are_refused(shape):
    words = r"expected input_shape that a tensor can have, but got \(.* that are not too large$"
    with pytest.raises(ShapeError, match=words):
        predict_call(nn.Linear(3, 2), shape)


@pytest.mark.parametrize("dtype", [torch.qint8, "float32", np.float32], ids=str)
def test_dtypes_that_no_call_can_have_are_refused(dtype):
    with pytest.raises(ConfigError, match=re.escape(repr(dtype))):
        predict_call(nn.Linear(3, 2), (4, 3), dtype)


def test_lazy_layer_takes_any_number_of_features():
    assert predict_call(nn.LazyLinear(2), (4, 7)).output_shape == (4, 2)
    assert predict_call(nn.LazyLinear(2), (4, 7), torch.float64).error_type is RuntimeError
    with pytest.raises(ShapeError, match="at least one dimension"):
        predict_call(nn.LazyLinear(2), ())


def test_layer_and_random_state_are_left_alone():
    layer = nn.Linear(3, 2)
    before = layer.weight.clone(), torch.get_rng_state()
    predict_call(layer, (4, 5))
    assert torch.equal(layer.weight, before[0])
    assert torch.equal(torch.get_rng_state(), before[1])
    assert not layer._forward_pre_hooks


@pytest.mark.parametrize(
    ("in_features", "shape", "codes"),
    [
        (3, (4, 5), ["layer = nn.Linear(5, 2)"]),
        (4, (4, 5), ["x = x.T", "layer = nn.Linear(5, 2)"]),
        (784, (64, 28, 28), ["x = x.flatten(1)", "layer = nn.Linear(28, 2)"]),
        (784, (1, 28, 28), ["x = x.flatten(1)", "layer = nn.Linear(28, 2)"]),
        (784, (28, 28), ["x = x.flatten(0)", "layer = nn.Linear(28, 2)"]),
        (3, (8, 3, 32, 32), ["x = x.movedim(1, -1)", "layer = nn.Linear(32, 2)"]),
        (1, (4, 5), ["layer = nn.Linear(5, 2)", "x = x.unsqueeze(-1)"]),
        (1, (50,), ["x = x.unsqueeze(-1)", "layer = nn.Linear(50, 2)"]),
        (1, (), ["x = x.unsqueeze(-1)"]),
        (3, (), []),
        (3, (4, 0), []),
        (5, (3,), ["layer = nn.Linear(3, 2)"]),
    ],
    ids=str,
)
def test_shape_fixes_are_those_that_would_work(in_features, shape, codes):
    outcome = predict_call(LayerSpec(in_features, 2), shape)
    assert [fix.code for fix in outcome.fixes] == codes


def test_a_number_without_dimensions_fits_no_weight_of_one_dimension():
    layer = torch.nn.Linear(2, 1)
    layer.weight = torch.nn.Parameter(torch.tensor([2.0, 3.0]))
    outcome = predict_call(layer, ())
    with pytest.raises(RuntimeError) as caught:
        layer(torch.tensor(1.0))
    assert outcome.message == str(caught.value)
    assert outcome.fixes == ()


@pytest.mark.parametrize(
    ("layer_dtype", "x_dtype", "codes"),
    [
        ("float32", torch.float64, ["x = x.to(torch.float32)", "layer.to(torch.float64)"]),
        ("float32", torch.int64, ["x = x.to(torch.float32)"]),
        ("float32", torch.complex64, ["x = x.real.to(torch.float32)", "layer.to(torch.complex64)"]),
        ("float16", torch.float32, ["x = x.to(torch.float16)", "layer.to(torch.float32)"]),
        ("float32", torch.bits8, []),
        (
            "float16",
            torch.float64,
            [
                "x = x.to(torch.float16)",
                "layer.to(torch.float64)",
                "layer.to(torch.float32)\nx = x.to(torch.float32)",
            ],
        ),
    ],
    ids=str,
)
def test_dtype_fixes_drop_no_part_unsaid(layer_dtype, x_dtype, codes):
    outcome = predict_call(LayerSpec(3, 2, dtype=layer_dtype), (4, 3), x_dtype)
    assert [fix.code for fix in outcome.fixes] == codes


def test_flattening_says_whether_a_batch_is_left():
    batch, single = (predict_call(LayerSpec(784, 2), shape).fixes[0] for shape in [(64, 28, 28), (28, 28)])
    assert (batch.label, single.label) == (FLATTEN, FLATTEN_ALL)


def test_no_layer_without_outputs_is_offered():
    assert predict_call(make_layer(3, 0, True, torch.float32), (4, 5)).fixes == ()


def test_new_layer_keeps_bias_and_dtype():
    outcome = predict_call(LayerSpec(3, 2, bias=False, dtype="float64"), (4, 5), torch.float64)
    assert outcome.fixes[0].code == "layer = nn.Linear(5, 2, bias=False, dtype=torch.float64)"
