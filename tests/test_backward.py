"""The gradients are autograd's, and each weight's gradient opens into what every sample adds."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from linear_core.errors import ShapeError
from linear_core.passes.backward import trace_backward


def random(*shape, dtype=torch.float64, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@st.composite
def calls(draw):
    dtype = draw(st.sampled_from([torch.float32, torch.float64]))
    leading = draw(st.lists(st.integers(0, 4), max_size=3))
    in_features, out_features = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    seed = draw(st.integers(0, 10_000))
    x = random(*leading, in_features, dtype=dtype, seed=seed)
    if x.ndim > 2 and draw(st.booleans()):
        x = x.transpose(0, 1)
    weight = random(out_features, in_features, dtype=dtype, seed=seed + 1)
    bias = random(out_features, dtype=dtype, seed=seed + 2) if draw(st.booleans()) else None
    grad_output = random(*x.shape[:-1], out_features, dtype=dtype, seed=seed + 3)
    return grad_output, x, weight, bias


@given(calls())
@settings(max_examples=150, deadline=None)
def test_gradients_are_those_of_autograd(call):
    grad_output, x, weight, bias = call
    trace = trace_backward(grad_output, x, weight, bias)
    leaves = [tensor.clone().requires_grad_() for tensor in (x, weight, bias) if tensor is not None]
    expected = torch.autograd.grad(F.linear(*leaves), leaves, grad_output)
    assert (trace.grad_bias is None) == (bias is None)
    for ours, theirs in zip((trace.grad_x, trace.grad_weight, trace.grad_bias), expected, strict=False):
        torch.testing.assert_close(ours, theirs)


@given(calls(), st.data())
@settings(max_examples=80, deadline=None)
def test_what_the_samples_add_is_the_weights_gradient(call, data):
    grad_output, x, weight, bias = call
    trace = trace_backward(grad_output, x, weight, bias)
    out, in_ = (data.draw(st.integers(0, size - 1)) for size in weight.shape)
    cell = trace.weight_cell(out, in_)
    assert cell.products.shape == (x[..., 0].numel(),)
    assert torch.equal(cell.products, grad_output[..., out].flatten() * x[..., in_].flatten())
    assert cell.value == trace.grad_weight[out, in_]
    torch.testing.assert_close(cell.products.sum(), cell.value, rtol=1e-4, atol=1e-5)


def test_each_sample_adds_its_own_gradient():
    x, weight, grad_output = random(5, 4), random(3, 4, seed=1), random(5, 3, seed=2)
    cell = trace_backward(grad_output, x, weight).weight_cell(2, 1)
    for row in range(5):
        alone = trace_backward(grad_output[row], x[row], weight)
        assert cell.products[row] == alone.grad_weight[2, 1]


def test_parameters_are_traced_without_autograd():
    layer = torch.nn.Linear(4, 3)
    trace = trace_backward(torch.ones(2, 3), torch.ones(2, 4), layer.weight, layer.bias)
    assert not any(grad.requires_grad for grad in (trace.grad_weight, trace.grad_bias, trace.grad_x))
    wanting = torch.ones(2, 3).requires_grad_(), torch.ones(2, 4).requires_grad_()
    trace = trace_backward(*wanting, layer.weight, layer.bias)
    assert not any(grad.requires_grad for grad in (trace.grad_weight, trace.grad_bias, trace.grad_x))
    assert not any(tensor.requires_grad for tensor in (trace.grad_output, trace.x, trace.weight))


def test_a_record_is_frozen_and_is_nobody_but_itself():
    trace, again = (trace_backward(random(2, 3), random(2, 4), random(3, 4)) for _ in range(2))
    for record, other in ((trace, again), (trace.weight_cell(0, 0), again.weight_cell(0, 0))):
        assert record != other
        assert len({record, other}) == 2
        with pytest.raises(AttributeError):
            record.x = random(1)


@pytest.mark.parametrize(
    ("out", "in_", "words"),
    [
        (3, 0, "out .*, but got 3"),
        (-1, 0, "out .*, but got -1"),
        (0, 4, "in_ .*, but got 4"),
        (0, -1, "in_ .*, but got -1"),
    ],
)
def test_a_weight_outside_is_refused(out, in_, words):
    with pytest.raises(IndexError, match=words):
        trace_backward(random(5, 3), random(5, 4), random(3, 4)).weight_cell(out, in_)


@pytest.mark.parametrize(
    ("grad_output", "words"),
    [
        (random(5, 4), r"the output's shape \(5, 3\), but got \(5, 4\)"),
        (random(3), r"the output's shape \(5, 3\), but got \(3,\)"),
        (random(5, 3).float(), r"x's dtype torch.float64, but got torch.float32"),
        ([1.0], "grad_output to be a torch.Tensor, but got list"),
    ],
)
def test_a_gradient_that_does_not_fit_the_output_is_refused(grad_output, words):
    with pytest.raises(ShapeError, match=words):
        trace_backward(grad_output, random(5, 4), random(3, 4))


def test_a_call_that_was_impossible_is_refused():
    with pytest.raises(ShapeError, match=r"in_features=6 .* but got 4"):
        trace_backward(random(5, 3), random(5, 4), random(3, 6))
