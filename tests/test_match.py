"""The check tells rounding from error, and says plainly where there is nothing to compare."""

import math

import pytest
import torch

from linear_core.layer.spec import DTYPES
from linear_core.passes.forward import trace_forward
from linear_core.passes.match import MAX_PRODUCTS, match_plain_sum


def random(*shape, dtype=torch.float32, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


@pytest.mark.parametrize("dtype", DTYPES.values())
@pytest.mark.parametrize("in_features", [1, 7, 300, 2000])
def test_pytorchs_output_is_within_rounding_of_the_plain_sum(in_features, dtype):
    trace = trace_forward(
        random(5, in_features, dtype=dtype), random(4, in_features, dtype=dtype), random(4, dtype=dtype)
    )
    match = trace.check()
    assert match.ok
    assert match.num_cells == 20
    assert match.num_nonfinite == 0
    assert 0 <= match.max_difference <= match.tolerance < math.inf


def test_difference_is_that_of_a_loop_written_out():
    x, weight, bias = random(3, 50), random(2, 50, seed=1), random(2, seed=2)
    trace = trace_forward(x, weight, bias)
    largest = 0.0
    for row in range(3):
        for out in range(2):
            total = trace.cell(row, out).running_sums[-1] + bias[out]
            largest = max(largest, abs(total.item() - trace.output[row, out].item()))
    assert largest > 0
    assert trace.check().max_difference == largest


@pytest.mark.parametrize("dtype", DTYPES.values())
def test_one_wrong_cell_is_found(dtype):
    x, weight = random(5, 6, dtype=dtype), random(4, 6, dtype=dtype)
    trace = trace_forward(x, weight)
    wrong = trace.output.clone()
    wrong[2, 3] *= 2
    match = match_plain_sum(x, weight, None, wrong)
    assert not match.ok
    assert match.max_difference > match.tolerance


def test_tolerance_is_twice_what_each_side_may_round():
    match = trace_forward(
        torch.tensor([[2.0, 3.0]]), torch.tensor([[-1.0, 1.0]]), torch.tensor([4.0])
    ).check()
    half_spacing = torch.finfo(torch.float32).eps / 2
    assert match.tolerance == pytest.approx(2 * (2 + 1) * half_spacing * (2 + 3 + 4), rel=1e-6)


def test_a_cell_is_held_to_its_own_tolerance():
    x = torch.tensor([[1.0], [1e6]])
    output = torch.tensor([[1.01], [1e6]])  # wrong by far less than the second cell may be
    assert not match_plain_sum(x, torch.ones(1, 1), None, output).ok


def test_a_forgotten_bias_is_found():
    trace = trace_forward(random(3, 4), random(2, 4))
    assert not match_plain_sum(trace.x, trace.weight, torch.ones(2), trace.output).ok


def test_nan_and_infinity_are_counted_and_never_pass():
    x = torch.tensor([[1.0, 2.0], [math.nan, 1.0], [math.inf, 1.0], [math.inf, -math.inf]])
    match = trace_forward(x, torch.ones(2, 2)).check()
    assert (match.num_cells, match.num_nonfinite, match.ok) == (8, 6, False)
    assert match.max_difference == 0.0


def test_a_plain_sum_that_overflows_where_pytorch_does_not_is_counted():
    x = torch.tensor([[300.0, 300.0, -300.0]], dtype=torch.float16)
    weight = torch.tensor([[200.0, 200.0, 200.0]], dtype=torch.float16)
    trace = trace_forward(x, weight)
    match = match_plain_sum(x, weight, None, torch.tensor([[60000.0]], dtype=torch.float16))
    assert (match.num_nonfinite, match.ok) == (1, False)
    assert trace.output.shape == (1, 1)


@pytest.mark.parametrize("shape", [(0, 3, 2), (3, 0, 2), (3, 2, 0), (0, 0, 0)])
def test_a_batch_of_none_matches(shape):
    rows, in_features, outs = shape
    match = trace_forward(torch.zeros(rows, in_features), torch.zeros(outs, in_features)).check()
    assert match.ok
    assert match.num_cells == rows * outs
    assert match.max_difference == 0.0


@pytest.mark.parametrize(
    ("rows", "in_features", "outs"),
    [(2, 64, 40_000), (40_000, 64, 2), (300, 64, 300), (300, 2**14, 300), (1, 1, 2**20), (2**20, 1, 1)],
)
def test_a_large_layer_is_checked_in_bounded_work_at_its_corners_too(rows, in_features, outs):
    x, weight = torch.ones(1, 1).expand(rows, in_features), torch.ones(1, 1).expand(outs, in_features)
    output = torch.full((1, 1), float(in_features)).expand(rows, outs).clone()
    match = match_plain_sum(x, weight, None, output)
    assert match.ok
    assert MAX_PRODUCTS / 2 < match.num_cells * in_features <= MAX_PRODUCTS
    output[-1, -1] = 0
    assert match.num_cells == 1 or not match_plain_sum(x, weight, None, output).ok
