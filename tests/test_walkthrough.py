"""All cells at once are the same as each cell on its own."""

import math

import pytest
import torch

from linear_core import ConfigError, trace_forward
from linear_core.passes.walkthrough import MAX_PRODUCTS, rounding_errors, walkthrough


def random_trace(rows=3, ins=5, outs=4, bias=True, dtype=torch.float32):
    draw = torch.Generator().manual_seed(7)
    x, weight, some_bias = (
        torch.randn(shape, generator=draw, dtype=dtype) for shape in [(rows, ins), (outs, ins), (outs,)]
    )
    return trace_forward(x, weight, some_bias if bias else None)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("bias", [True, False])
def test_each_cell_is_the_one_that_the_trace_opens(dtype, bias):
    trace = random_trace(bias=bias, dtype=dtype)
    walk = walkthrough(trace)
    for row in range(3):
        for out in range(4):
            cell = trace.cell(row, out)
            assert torch.equal(walk.products[row, out], cell.products)
            assert walk.stops[row, out, 0] == 0
            assert torch.equal(walk.stops[row, out, 1:6], cell.running_sums)
    assert walk.stops.shape[-1] == (7 if bias else 6)


def test_the_last_stop_adds_the_bias():
    trace = random_trace()
    walk = walkthrough(trace)
    assert torch.equal(walk.stops[..., -1], walk.stops[..., -2] + trace.bias)


def test_the_last_stop_and_the_difference_give_the_output():
    trace = random_trace(rows=8, ins=16, outs=16)
    walk = walkthrough(trace)
    assert torch.equal(walk.stops[..., -1].double() + walk.difference, trace.output.double())
    assert walk.difference.abs().max() <= trace.check().tolerance


def test_places_keep_the_proportions_of_the_stops():
    places = walkthrough(
        trace_forward(torch.ones(1, 3), torch.tensor([[1.0, 2.0, -4.0]]), torch.tensor([0.0]))
    ).places
    assert places.tolist() == [[[0.25, 0.5, 1.0, 0.0, 0.0]]]


def test_places_of_a_cell_that_stays_at_zero_are_zero():
    walk = walkthrough(trace_forward(torch.zeros(2, 3), torch.ones(1, 3)))
    assert walk.places.tolist() == [[[0.0] * 4], [[0.0] * 4]]


def test_places_of_a_cell_that_is_not_finite_are_zero_and_the_others_keep_theirs():
    walk = walkthrough(trace_forward(torch.tensor([[float("inf")], [2.0]]), torch.ones(1, 1)))
    assert walk.places.tolist() == [[[0.0, 0.0]], [[0.0, 1.0]]]


def test_leading_dims_are_flattened_and_a_single_sample_is_one_row():
    assert walkthrough(trace_forward(torch.ones(2, 3, 4), torch.ones(5, 4))).products.shape == (6, 5, 4)
    assert walkthrough(trace_forward(torch.ones(4), torch.ones(5, 4))).stops.shape == (1, 5, 5)


def test_a_layer_too_large_to_be_shown_whole_is_refused():
    with pytest.raises(ConfigError, match=r"at most 65,536 products, but got 1 × 257 × 256 = 65,792"):
        walkthrough(trace_forward(torch.ones(256), torch.ones(257, 256)))
    assert walkthrough(trace_forward(torch.ones(256), torch.ones(256, 256))).products.numel() == MAX_PRODUCTS


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("with_bias", [True, False])
def test_rounding_errors_are_those_of_the_cells(dtype, with_bias):
    generator = torch.Generator().manual_seed(0)
    x, weight, bias = (torch.randn(size, generator=generator).to(dtype) for size in ((3, 5), (4, 5), (4,)))
    trace = trace_forward(x, weight, bias if with_bias else None)
    cells = [trace.cell(row, out).rounding_error for row in range(3) for out in range(4)]
    assert rounding_errors(trace) == cells


def test_a_rounding_error_that_is_no_number_says_so():
    trace = trace_forward(torch.tensor([[float("inf"), 1.0]]), torch.tensor([[1.0, 1.0]]))
    assert math.isnan(rounding_errors(trace)[0])
