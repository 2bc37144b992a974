"""The fit against NIST's certified values, and against PyTorch's own solver."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core import DataError, ShapeError, builtin_data, least_squares


def digits(value, certified):
    """Return how many digits of the certified values are right, at worst."""
    value = torch.as_tensor(value, dtype=torch.float64).flatten()
    certified = torch.as_tensor(certified, dtype=torch.float64).flatten()
    assert value.shape == certified.shape
    error = ((value - certified) / certified).abs().max().item()
    return 16.0 if error == 0 else -math.log10(error)


def powers(x, highest):
    return torch.stack([x**k for k in range(1, highest + 1)], dim=1)


def random_data(n, in_features, out_features, seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn((n, in_features), generator=generator, dtype=torch.float64)
    return x, torch.randn((n, out_features), generator=generator, dtype=torch.float64)


def test_norris_agrees_with_nist():
    data = builtin_data("norris", dtype=torch.float64)
    fit = least_squares(data.x, data.target)
    assert digits(fit.weight, 1.00211681802045) > 13
    assert digits(fit.bias, -0.262323073774029) > 12
    assert digits(fit.standard_errors.weight, 0.429796848199937e-03) > 12
    assert digits(fit.standard_errors.bias, 0.232818234301152) > 12
    assert digits(fit.residual_std, 0.884796396144373) > 12
    assert digits(fit.r_squared, 0.999993745883712) > 14
    assert fit.loss == pytest.approx(26.6173985294224 / 36, rel=1e-12)


def test_longley_agrees_with_nist():
    data = builtin_data("longley", dtype=torch.float64)
    fit = least_squares(data.x, data.target)
    weight = [15.0618722713733, -0.0358191792925910, -2.02022980381683]
    weight += [-1.03322686717359, -0.0511041056535807, 1829.15146461355]
    errors = [84.9149257747669, 0.0334910077722432, 0.488399681651699]
    errors += [0.214274163161675, 0.226073200069370, 455.478499142212]
    assert digits(fit.weight, weight) > 13
    assert digits(fit.bias, -3482258.63459582) > 13
    assert digits(fit.standard_errors.weight, errors) > 13
    assert digits(fit.standard_errors.bias, 890420.383607373) > 13
    assert digits(fit.residual_std, 304.854073561965) > 13
    assert digits(fit.r_squared, 0.995479004577296) > 13
    assert (fit.rank, fit.degrees_of_freedom, fit.rank_deficient) == (7, 9, False)


def test_wampler1_agrees_with_nist():
    x = powers(torch.arange(21, dtype=torch.float64), 5)
    fit = least_squares(x, 1 + x.sum(dim=1, keepdim=True))
    assert digits(fit.weight, [1.0] * 5) > 9
    assert digits(fit.bias, [1.0]) > 9
    assert fit.residual_std.item() < 1e-9
    assert fit.standard_errors.weight.max().item() < 1e-9
    assert digits(fit.r_squared, [1.0]) > 14


def test_wampler2_agrees_with_nist():
    x = powers(torch.arange(21, dtype=torch.float64), 5)
    rows = [[round(sum((i / 10) ** k for k in range(6)), 5)] for i in range(21)]  # as printed: five decimals
    fit = least_squares(x, torch.tensor(rows, dtype=torch.float64))
    assert digits(fit.weight, [0.1, 0.01, 0.001, 0.0001, 0.00001]) > 12
    assert digits(fit.bias, [1.0]) > 13
    assert fit.residual_std.item() < 1e-13


def test_noint1_agrees_with_nist_and_counts_r_squared_from_zero():
    x = torch.arange(60, 71, dtype=torch.float64)[:, None]
    fit = least_squares(x, x + 70, bias=False)
    assert digits(fit.weight, 2.07438016528926) > 13
    assert digits(fit.standard_errors.weight, 0.0165289256198347) > 13
    assert digits(fit.residual_std, 3.56753034006338) > 13
    assert digits(fit.r_squared, 0.999365492298663) > 13
    assert fit.bias is None
    assert fit.standard_errors.bias is None
    assert fit.degrees_of_freedom == 10


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 9),
    in_features=st.integers(1, 6),
    out_features=st.integers(1, 3),
    bias=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_equals_lstsq_of_pytorch_whatever_the_rank(n, in_features, out_features, bias, seed):
    x, target = random_data(n, in_features, out_features, seed)
    fit = least_squares(x, target, bias=bias)
    x_mean, target_mean = (x.mean(0), target.mean(0)) if bias else (0.0, 0.0)
    oracle = torch.linalg.lstsq(x - x_mean, target - target_mean, driver="gelsd", rcond=1e-10)
    assert torch.allclose(fit.weight, oracle.solution.T, rtol=1e-7, atol=1e-9)
    if bias:
        assert torch.allclose(fit.bias, target_mean - fit.weight @ x_mean, rtol=1e-7, atol=1e-9)
    prediction = torch.nn.functional.linear(x, fit.weight, fit.bias)
    assert fit.loss == pytest.approx(torch.nn.functional.mse_loss(prediction, target).item(), abs=1e-12)
    assert fit.num_parameters == in_features + bias
    assert fit.rank == min(n, in_features + bias)
    assert fit.degrees_of_freedom == n - fit.rank


@settings(max_examples=15, deadline=None)
@given(bias=st.booleans(), out_features=st.integers(1, 3), seed=st.integers(0, 1000))
def test_standard_errors_are_those_of_the_textbook(bias, out_features, seed):
    x, target = random_data(12, 3, out_features, seed)
    fit = least_squares(x, target, bias=bias)
    design = torch.cat([x, torch.ones(12, 1, dtype=torch.float64)], dim=1) if bias else x
    parameters = torch.linalg.lstsq(design, target).solution
    variance = (target - design @ parameters).square().sum(0) / (12 - design.shape[1])
    errors = (torch.linalg.inv(design.T @ design).diagonal()[:, None] * variance).sqrt()  # (p, out)
    assert torch.allclose(fit.standard_errors.weight, errors[:3].T)
    assert torch.allclose(fit.residual_std, variance.sqrt())
    if bias:
        assert torch.allclose(fit.standard_errors.bias, errors[3])


@pytest.mark.parametrize("bias", [True, False])
def test_a_repeated_column_is_told_and_shared_between_both(bias):
    x, target = random_data(9, 2, 1, seed=3)
    alone = least_squares(x, target, bias=bias)
    twice = least_squares(torch.cat([x, x[:, :1]], dim=1), target, bias=bias)
    assert (twice.rank_deficient, twice.rank) == (True, alone.rank)
    assert twice.standard_errors is None
    assert twice.loss == pytest.approx(alone.loss, rel=1e-12)
    assert torch.allclose(twice.residual_std, alone.residual_std)
    assert twice.weight[0, 0].item() == pytest.approx(alone.weight[0, 0].item() / 2)
    assert twice.weight[0, 2].item() == pytest.approx(alone.weight[0, 0].item() / 2)


def test_a_repeated_column_is_told_after_rounding_to_float32():
    x = torch.rand((30, 1), generator=torch.Generator().manual_seed(0))
    fit = least_squares(torch.cat([x, 2.2 * x + 0.1], dim=1), x)
    assert fit.rank_deficient
    assert fit.weight.abs().max().item() < 1


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("bias", [True, False])
def test_a_repeated_column_is_told_whatever_the_arithmetic_adds(seed, bias):
    x, target = random_data(30, 1, 1, seed)
    assert least_squares(torch.cat([x, x / 3], dim=1), target, bias=bias).rank == 1 + bias


def test_a_constant_column_gets_no_weight_beside_a_bias():
    x, target = random_data(7, 1, 1, seed=5)
    fit = least_squares(torch.cat([x, torch.full_like(x, 0.1)], dim=1), target)
    assert fit.rank_deficient
    assert fit.weight[0, 1].item() == 0
    assert torch.allclose(fit.weight[0, 0], least_squares(x, target).weight[0, 0])


def test_columns_of_very_different_sizes_are_all_seen():
    x, target = random_data(20, 3, 1, seed=8)
    scale = torch.tensor([1e-12, 1.0, 1e12], dtype=torch.float64)
    fit = least_squares(x * scale, target)
    assert not fit.rank_deficient
    assert torch.allclose(fit.weight * scale, least_squares(x, target).weight)


def test_as_many_parameters_as_samples_leave_no_standard_error():
    x, target = random_data(3, 2, 1, seed=1)
    fit = least_squares(x, target)
    assert (fit.degrees_of_freedom, fit.residual_std, fit.standard_errors) == (0, None, None)
    assert not fit.rank_deficient
    assert fit.loss < 1e-25


def test_a_constant_target_leaves_nothing_to_explain():
    x, _ = random_data(6, 1, 1, seed=2)
    fit = least_squares(x, torch.full_like(x, 0.1))
    assert fit.r_squared is None
    assert fit.weight.item() == 0
    assert fit.bias.item() == 0.1


def test_float32_data_are_fitted_in_float64():
    data = builtin_data("longley")
    fit = least_squares(data.x, data.target)
    assert fit.weight.dtype == torch.float64
    assert digits(fit.weight[0, 5], 1829.15146461355) > 4
    assert not fit.rank_deficient


def test_what_is_no_pair_of_matrices_is_refused():
    x = torch.ones(3, 1)
    with pytest.raises(
        ShapeError, match=r"expected target of shape \(n_samples, columns\), both at least 1, but got \(3,\)"
    ):
        least_squares(x, torch.ones(3))
    with pytest.raises(ShapeError, match="expected as many rows in x as in target, but got 3 and 2"):
        least_squares(x, torch.ones(2, 1))
    with pytest.raises(
        DataError,
        match=r"expected finite numbers in x, but got nan in row 1, column 0 \(counted from 0\)",
    ):
        least_squares(torch.tensor([[1.0], [math.nan]]), torch.ones(2, 1))
    with pytest.raises(DataError, match=r"whose squares float64 can hold, but got 1e\+200"):
        least_squares(x.double(), torch.full((3, 1), -1e200, dtype=torch.float64))
