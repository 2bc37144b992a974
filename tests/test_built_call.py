"""A call built by hand: what PyTorch does with it, and repairs that were run."""

import re

import pytest
import torch
from torch import nn

from linear_core.errors import ShapeError
from linear_core.layer.spec import LayerSpec, build_layer
from linear_core.shapes.built_call import BuiltCall

SHAPES = ((), (5,), (7,), (32, 5), (5, 32), (4, 5, 7), (7, 1, 5), (0, 5))


def run_repair(call, code, device):
    """What the call returns after the lines of a repair were run, with x already on its device."""
    scope = {
        "torch": torch,
        "nn": nn,
        "layer": build_layer(call.spec),
        "x": torch.zeros(call.x_shape, dtype=getattr(torch, call.x_dtype), device=device),
    }
    exec(code, scope)  # noqa: S102 - the lines are the package's own
    return scope["layer"](scope["x"])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_repair_does_what_it_says(shape, dtype):
    call = BuiltCall(LayerSpec(5, 3), shape, dtype)
    repairs = list(call.repairs())
    assert bool(repairs) is (not call.outcome.ok and shape != ())  # one number is no sample of 5 features
    for repair in repairs:
        output = run_repair(call, repair.fix.code, "cpu")
        assert output.shape == repair.call.outcome.output_shape
        assert output.dtype == repair.call.outcome.output_dtype


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_x_on_another_device_is_moved_first_and_whatever_else_is_wrong_then_is_repaired(shape, dtype):
    call = BuiltCall(LayerSpec(5, 3), shape, dtype, "meta")
    repairs = list(call.repairs())
    assert bool(repairs) is (shape != ())
    for repair in repairs:
        move, _end, rest = repair.fix.code.partition("\n")
        assert move == "x = x.to(layer.weight.device)"
        output = run_repair(call, rest, "cpu")  # the move itself would copy numbers that meta has not
        assert output.shape == repair.call.outcome.output_shape


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_x_on_another_device_meets_what_pytorch_says(shape, dtype, bias):
    call = BuiltCall(LayerSpec(5, 3, bias), shape, dtype, "meta")
    layer, x = build_layer(call.spec), torch.empty(shape, dtype=getattr(torch, dtype), device="meta")
    if call.outcome.message is not None:
        with torch.no_grad(), pytest.raises(call.outcome.error_type, match=re.escape(call.outcome.message)):
            layer(x)
    else:
        with torch.no_grad():
            output = layer(x)
        assert (call.outcome.output_shape, call.outcome.output_dtype) == (output.shape, output.dtype)
        assert "A GPU does" in call.outcome.explanation.text


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_a_shape_that_no_tensor_can_have_is_refused(device):
    with pytest.raises(ShapeError, match="expected input_shape that a tensor can have"):
        _ = BuiltCall(LayerSpec(5, 3), (100_000,) * 5, x_device=device).outcome


def test_x_on_another_device_is_explained_with_both_devices():
    found = BuiltCall(LayerSpec(5, 3), (32, 5), x_device="meta").outcome.explanation
    assert found.values == {"x_device": "meta", "device": "cpu"}
