"""Lines that are shown are the lines that run: accumulation, failures, the script; and what they lead to."""

import warnings

import pytest
import torch
from hypothesis import given, settings
from torch import nn

from linear_core import backward_script, trace_gradients
from linear_core.gradients.accumulation import ACCUMULATIONS
from linear_core.gradients.failures import FAILURES, run_failure
from linear_core.gradients.loss import loss_module
from tests.programs import output
from tests.test_gradients import batches, random


def batch_of(n=4, out=3, bias=True, loss="mse", reduction="mean"):
    bias = random(out, seed=2) if bias else None
    return random(n, 5), random(out, 5, seed=1), bias, random(n, out, seed=3), loss, reduction


@pytest.mark.parametrize("loss", ["mse", "l1", "huber"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("bias", [True, False])
def test_gradients_accumulate_and_micro_batches_add_up(loss, reduction, bias):
    trace = trace_gradients(*batch_of(4, 3, bias, loss, reduction))
    forgotten = 4.0 if reduction == "mean" else 1.0
    times = {
        "once": 1.0,
        "twice": 2.0,
        "zeroed": 1.0,
        "micro_batches": forgotten,
        "divided": forgotten / 4,
        "set_to_zero": 0.0,
    }
    for name, factor in times.items():
        layer = ACCUMULATIONS[name].run(trace)
        torch.testing.assert_close(layer.weight.grad, trace.backward.grad_weight * factor)
        assert (layer.bias is None) == (not bias)
        if bias:
            torch.testing.assert_close(layer.bias.grad, trace.backward.grad_bias * factor)
    assert ACCUMULATIONS["set_to_none"].run(trace).weight.grad is None
    assert set(times) | {"set_to_none"} == set(ACCUMULATIONS)


@given(batches())
@settings(max_examples=20, deadline=None)
def test_a_recipe_leaves_the_trace_alone(batch):
    trace = trace_gradients(*batch)
    before = [tensor.clone() for tensor in (trace.forward.x, trace.forward.weight, trace.loss.target)]
    for recipe in (*ACCUMULATIONS.values(), FAILURES["frozen_weight"], FAILURES["x_without_grad"]):
        recipe.run(trace)
    run_failure(FAILURES["in_place"], trace)
    for tensor, kept in zip((trace.forward.x, trace.forward.weight, trace.loss.target), before, strict=True):
        assert torch.equal(tensor, kept)
        assert not tensor.requires_grad


@pytest.mark.parametrize("name", [*ACCUMULATIONS, *FAILURES])
def test_the_code_shown_does_what_was_run(name):
    recipe = {**ACCUMULATIONS, **FAILURES}[name]
    trace = trace_gradients(*batch_of())
    layer = nn.Linear(5, 3, dtype=torch.float64)
    # Not copied in place, which would count as a version of its own.
    layer.load_state_dict({"weight": trace.forward.weight.clone(), "bias": trace.forward.bias}, assign=True)
    layer.requires_grad_()
    known = {"layer": layer, "loss_fn": nn.MSELoss(), "x": random(4, 5), "target": random(4, 3, seed=3)}
    expected = run_failure(recipe, trace).message
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        said = None
        try:
            exec(recipe.code, {"torch": torch, **known})  # noqa: S102 - the very text that a page shows
        except RuntimeError as error:
            said = str(error)
    assert (said or (str(caught[0].message) if caught else None)) == expected


MESSAGES = {
    "non_scalar": ("RuntimeError", "grad can be implicitly created only for scalar outputs"),
    "twice": ("RuntimeError", "backward through the graph a second time"),
    "no_grad": ("RuntimeError", "does not require grad and does not have a grad_fn"),
    "detached": ("RuntimeError", "does not require grad and does not have a grad_fn"),
    "in_place": ("RuntimeError", "is at version 1; expected version 0"),
    "target_shape": ("UserWarning", "Using a target size"),
    "frozen_weight": (None, None),
    "x_without_grad": (None, None),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("bias", [True, False])
def test_pytorch_says_what_is_wrong_and_it_is_explained(name, bias):
    failure = run_failure(FAILURES[name], trace_gradients(*batch_of(bias=bias)))
    error_type, words = MESSAGES[name]
    assert failure.error_type == error_type
    assert (failure.message is None) == (failure.explanation is None) == (words is None)
    if words:
        assert words in failure.message
        assert failure.explanation.text


def test_the_in_place_message_names_the_shape_of_the_transpose():
    message = run_failure(FAILURES["in_place"], trace_gradients(*batch_of())).message
    assert "[torch.DoubleTensor [5, 3]]" in message


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_the_script_prints_the_same_numbers(bias, loss):
    trace = trace_gradients(*batch_of(2, 3, bias, loss, "sum"))
    numbers = dict(line.split(" ", 1) for line in output(backward_script(trace)).splitlines())
    expected = {
        "loss": trace.loss.value.item(),
        "G": trace.loss.grad_output.tolist(),
        "grad_weight": trace.backward.grad_weight.tolist(),
        **({"grad_bias": trace.backward.grad_bias.tolist()} if bias else {}),
        "grad_x": trace.backward.grad_x.tolist(),
    }
    assert numbers == {name: str(value) for name, value in expected.items()}


def test_the_module_of_a_loss_reduces_as_asked():
    assert loss_module("l1", "sum")(torch.ones(3), torch.zeros(3)) == 3
