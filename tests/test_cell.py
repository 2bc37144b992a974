"""A cell's products, running sums and rounding error are what a plain loop and exact arithmetic give."""

import math
from fractions import Fraction

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core.errors import ConfigError
from linear_core.layer.spec import DTYPES
from linear_core.passes.cell import CellTrace
from linear_core.passes.forward import trace_forward


def random_cell(in_features, dtype=torch.float32, seed=0, bias=True):
    generator = torch.Generator().manual_seed(seed)
    x, weight = torch.randn(2, in_features, generator=generator, dtype=torch.float64).to(dtype)
    constant = torch.randn(1, generator=generator, dtype=torch.float64).to(dtype) if bias else None
    return trace_forward(x, weight[None], constant).cell(0, 0)


@given(st.integers(0, 300), st.sampled_from(list(DTYPES.values())), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_running_sums_are_those_of_a_plain_loop(in_features, dtype, seed):
    cell = random_cell(in_features, dtype, seed)
    total = torch.zeros((), dtype=dtype)
    assert cell.running_sums.shape == (in_features,)
    assert cell.running_sums.dtype == dtype
    for product, running_sum in zip(cell.products, cell.running_sums, strict=True):
        total = total + product
        assert running_sum == total


@given(st.integers(1, 60), st.sampled_from(list(DTYPES.values())), st.integers(0, 10_000), st.booleans())
@settings(max_examples=60, deadline=None)
def test_rounding_error_is_exact(in_features, dtype, seed, bias):
    cell = random_cell(in_features, dtype, seed, bias)
    products = [
        Fraction(x) * Fraction(weight)
        for x, weight in zip(cell.x.tolist(), cell.weight.tolist(), strict=True)
    ]
    exact = sum(products) + (Fraction(cell.bias.item()) if bias else 0)
    assert cell.rounding_error == float(Fraction(cell.value.item()) - exact)


def test_rounding_error_has_the_sign_of_value_minus_exact():
    one = torch.ones(1)
    assert CellTrace(one, one, None, value=torch.tensor(1.5)).rounding_error == 0.5


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("x", [[math.nan, 1.0], [math.inf, 1.0], [math.inf, -math.inf]])
def test_nan_and_infinity_are_reported_as_nan(x, dtype):
    x = torch.tensor(x, dtype=dtype)
    cell = trace_forward(x, torch.ones(1, 2, dtype=dtype)).cell(0, 0)
    assert math.isnan(cell.rounding_error)
    assert not cell.running_sums[-1].isfinite()


def test_a_value_that_overflows_its_dtype_is_infinitely_wrong():
    x = torch.tensor([300.0], dtype=torch.float16)
    assert trace_forward(x, x[None]).cell(0, 0).rounding_error == math.inf


def test_a_sum_too_large_on_the_way_is_reported_as_nan():
    x = torch.tensor([1e300, 1e300, -1e300, -1e300], dtype=torch.float64)
    weight = torch.full((4,), 1.5e8, dtype=torch.float64)
    cell = CellTrace(x, weight, None, value=torch.tensor(0.0, dtype=torch.float64))
    assert math.isnan(cell.rounding_error)


def test_largest_products_come_first_and_the_rest_adds_up():
    x = torch.tensor([1.0, -5.0, 3.0, 5.0])
    cell = trace_forward(x, torch.ones(1, 4)).cell(0, 0)
    top = cell.top(3)
    assert top.indices == (1, 3, 2)
    assert top.products.tolist() == [-5.0, 5.0, 3.0]
    assert top.rest == 1.0
    assert cell.top(0).rest == 4.0
    assert cell.top(9).indices == (1, 3, 2, 0)
    assert cell.top(9).rest == 0.0


def test_ties_keep_the_order_of_the_features():
    cell = trace_forward(torch.ones(500), torch.ones(1, 500)).cell(0, 0)
    assert cell.top(500).indices == tuple(range(500))


def test_the_rest_is_added_with_more_digits_than_float32_has():
    cell = trace_forward(torch.tensor([2.0**24, 1.0]), torch.ones(1, 2)).cell(0, 0)
    assert cell.top(0).rest == 2**24 + 1


def test_fewer_than_no_products_are_refused():
    with pytest.raises(ConfigError, match="expected k of at least 0, but got -1"):
        random_cell(3).top(-1)
