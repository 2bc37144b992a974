"""The closed forms against autograd's Hessian and a plain loop of gradient descent."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from linear_core import (
    ConfigError,
    DataError,
    ShapeError,
    descent_path,
    least_squares,
    line_data,
    linear_data,
    loss_surface,
    stability,
)

REFERENCE = line_data()  # 50 points on y = 3x + 0.8


def random_start(data, bias, seed=0):
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn((data.out_features, data.in_features), generator=generator)
    return weight, torch.randn((data.out_features,), generator=generator) if bias else None


def looped_descent(x, target, weight, bias, learning_rate, num_steps):
    """Return weight, bias and loss after ``num_steps`` of autograd, in float64."""
    x, target = x.double(), target.double()
    parameters = [p.double().clone().requires_grad_() for p in (weight, bias) if p is not None]
    for _ in range(num_steps):
        grads = torch.autograd.grad(F.mse_loss(F.linear(x, *parameters), target), parameters)
        with torch.no_grad():
            for parameter, grad in zip(parameters, grads, strict=True):
                parameter -= learning_rate * grad
    loss = F.mse_loss(F.linear(x, *parameters), target).item()
    return [p.detach() for p in parameters], loss


@settings(max_examples=20, deadline=None)
@given(
    n=st.integers(1, 8),
    in_features=st.integers(1, 4),
    out_features=st.integers(1, 3),
    bias=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_eigenvalues_are_those_of_autograds_hessian(n, in_features, out_features, bias, seed):
    data = linear_data(in_features, out_features, n, seed=seed)
    x, target = data.x.double(), data.target.double()
    width = in_features + bias

    def loss(flat):
        parameters = flat.reshape(out_features, width)
        own_bias = parameters[:, -1] if bias else None
        return F.mse_loss(F.linear(x, parameters[:, :in_features], own_bias), target)

    start = torch.zeros(out_features * width, dtype=torch.float64)
    hessian = torch.func.jacrev(torch.func.grad(loss))(start)
    surface = stability(data.x, bias=bias, out_features=out_features)
    # Each output has the same loss surface, so the whole Hessian has every eigenvalue out_features times.
    expected = torch.linalg.eigvalsh(hessian).flip(0)[::out_features]
    assert torch.allclose(surface.eigenvalues, expected, rtol=1e-9, atol=1e-12)
    assert surface.flat_directions == width - min(n, width)


def test_the_limit_is_two_over_the_largest_eigenvalue_and_the_best_rate_balances_both_ends():
    surface = stability(REFERENCE.x)
    largest, smallest = surface.eigenvalues.tolist()
    assert surface.max_learning_rate == 2 / largest
    assert surface.best_learning_rate == 2 / (largest + smallest)
    assert surface.condition_number == largest / smallest
    assert 1 - surface.best_learning_rate * smallest == pytest.approx(
        surface.best_learning_rate * largest - 1
    )


@pytest.mark.parametrize(("share", "converges"), [(0.99, True), (1.01, False)])
def test_descent_converges_just_below_the_limit_and_explodes_just_above(share, converges):
    rate = share * stability(REFERENCE.x).max_learning_rate
    start = torch.zeros(1, 1), torch.zeros(1)
    _, loss = looped_descent(REFERENCE.x, REFERENCE.target, *start, rate, 1500)
    assert (loss < 1e-3) if converges else (loss > 1e3)


def test_half_lives_of_the_reference_program():
    surface = stability(REFERENCE.x)
    assert surface.steps_to(0.5, learning_rate=0.001) == 5381
    assert surface.steps_to(0.5, learning_rate=0.75) == 7


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.999])
def test_steps_to_counts_the_steps_of_the_slowest_error(share):
    surface = stability(REFERENCE.x)
    rate = share * surface.max_learning_rate
    left = max(abs(1 - rate * value) for value in surface.eigenvalues.tolist())
    steps = surface.steps_to(0.01, learning_rate=rate)
    assert left**steps <= 0.01 < left ** (steps - 1)


def test_steps_to_is_infinite_where_nothing_shrinks():
    surface = stability(torch.tensor([[-2.0], [2.0]]))
    assert surface.steps_to(0.5, learning_rate=0.0) == math.inf
    assert surface.steps_to(0.5, learning_rate=0.26) == math.inf
    assert surface.steps_to(0.5, learning_rate=1e30) == math.inf


def test_a_round_loss_surface_is_left_in_one_step():
    surface = stability(torch.tensor([[2.0], [2.0]]), bias=False)
    assert surface.best_learning_rate == pytest.approx(0.125)
    assert surface.steps_to(0.5, learning_rate=0.125) == 1


def test_steps_to_is_exact_for_tiny_rates():
    surface = stability(torch.tensor([[1.0]]), bias=False)
    assert surface.steps_to(0.5, learning_rate=1e-20) == pytest.approx(math.log(2) / 2e-20)


def test_flat_directions_do_not_count():
    x = torch.tensor([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    surface = stability(x)
    assert surface.flat_directions == 1
    steepest, flattest, nothing = surface.eigenvalues.tolist()
    assert nothing == 0
    assert surface.best_learning_rate == pytest.approx(2 / (steepest + flattest))
    assert surface.condition_number == pytest.approx(steepest / flattest)


@pytest.mark.parametrize("factor", [0.0, 1.0, 2.0])
def test_a_factor_that_does_not_shrink_is_refused(factor):
    with pytest.raises(ConfigError, match=f"expected factor to be between 0 and 1, but got {factor}"):
        stability(REFERENCE.x).steps_to(factor, learning_rate=0.1)


def test_x_that_says_nothing_is_refused():
    with pytest.raises(DataError, match="no learning rate changes the output"):
        stability(torch.zeros(3, 1), bias=False)
    assert stability(torch.zeros(3, 1)).eigenvalues.tolist() == [pytest.approx(2.0), 0.0]
    with pytest.raises(
        ShapeError, match=r"expected x of shape \(n_samples, columns\), both at least 1, but got \(3,\)"
    ):
        stability(torch.zeros(3))
    with pytest.raises(ConfigError, match="expected out_features of at least 1, but got 0"):
        stability(REFERENCE.x, out_features=0)


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 8),
    in_features=st.integers(1, 4),
    out_features=st.integers(1, 3),
    bias=st.booleans(),
    share=st.sampled_from([0.0, 0.05, 0.5, 0.8, 1.0, 1.05]),
    num_steps=st.integers(0, 40),
    seed=st.integers(0, 1000),
)
def test_the_path_is_that_of_a_plain_loop(n, in_features, out_features, bias, share, num_steps, seed):
    data = linear_data(in_features, out_features, n, noise_std=0.3, seed=seed)
    rate = share * stability(data.x, bias=bias, out_features=out_features).max_learning_rate
    start = random_start(data, bias, seed)
    path = descent_path(data.x, data.target, *start, rate, [num_steps])
    parameters, loss = looped_descent(data.x, data.target, *start, rate, num_steps)
    assert torch.allclose(path.weight[0], parameters[0], rtol=1e-8, atol=1e-9)
    assert path.loss.item() == pytest.approx(loss, rel=1e-8, abs=1e-12)
    assert path.step.tolist() == [num_steps]
    assert path.overflow_at is None
    if bias:
        assert torch.allclose(path.bias[0], parameters[1], rtol=1e-8, atol=1e-9)
    else:
        assert path.bias is None


def test_an_int_asks_for_all_states_and_a_list_for_some_in_its_order():
    start = random_start(REFERENCE, bias=True)
    every = descent_path(REFERENCE.x, REFERENCE.target, *start, 0.3, 1000)
    some = descent_path(REFERENCE.x, REFERENCE.target, *start, 0.3, torch.tensor([1000, 0, 7]))
    assert torch.equal(every.step, torch.arange(1001))
    for of_every, of_some in [(every.weight, some.weight), (every.bias, some.bias), (every.loss, some.loss)]:
        assert torch.allclose(of_every[[1000, 0, 7]], of_some, rtol=1e-12, atol=1e-30)
    assert torch.equal(some.weight[1], start[0].double())
    assert torch.equal(some.bias[1], start[1].double())


def test_far_away_steps_end_at_the_least_squares_fit():
    data = line_data(noise_std=0.2)
    fit = least_squares(data.x, data.target)
    path = descent_path(data.x, data.target, *random_start(data, bias=True), 0.001, [10**9])
    assert torch.allclose(path.weight[0], fit.weight, rtol=1e-12)
    assert torch.allclose(path.bias[0], fit.bias, rtol=1e-12)
    assert path.loss.item() == pytest.approx(fit.loss, rel=1e-12)


def test_the_rate_that_arrives_in_one_step_arrives_in_one_step():
    one = torch.ones(1, 1)
    path = descent_path(one, 0 * one, one, None, 0.5, 2)  # 1 − learning_rate · eigenvalue is exactly 0
    assert path.weight.flatten().tolist() == [1.0, 0.0, 0.0]
    assert path.loss.tolist() == [1.0, 0.0, 0.0]


def test_a_flat_direction_is_never_entered():
    x = torch.tensor([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    weight = torch.tensor([[5.0, -5.0]])
    path = descent_path(x, x[:, :1], weight, torch.zeros(1), 0.05, [0, 10**6])
    difference = path.weight[:, 0, 0] - path.weight[:, 0, 1]
    assert difference.tolist() == pytest.approx([10.0, 10.0])


def test_past_the_largest_float_the_path_ends_and_says_where():
    start = torch.zeros(1, 1), torch.zeros(1)
    path = descent_path(REFERENCE.x, REFERENCE.target, *start, 1.2, 5000)
    assert path.overflow_at == len(path.step)
    assert 0 < path.overflow_at < 5000
    for values in (path.weight, path.bias, path.loss):
        assert bool(values.isfinite().all())
    late = descent_path(REFERENCE.x, REFERENCE.target, *start, 1.2, [4000, 3000])
    assert (late.overflow_at, late.step.tolist(), late.weight.shape) == (3000, [], (0, 1, 1))
    at_once = descent_path(REFERENCE.x, REFERENCE.target, *start, 1e30, [0, 1, 99])
    assert (at_once.step.tolist(), at_once.overflow_at) == ([0, 1], 99)


def test_a_start_at_the_optimum_stays_there_at_any_rate():
    x = torch.tensor([[1.0], [2.0]])
    path = descent_path(x, 0 * x, torch.zeros(1, 1), None, 1e6, [0, 10**6])
    assert path.weight.flatten().tolist() == [0.0, 0.0]
    assert path.loss.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (-1, "expected steps from 0 to 10000000, but got -1"),
        (True, "expected steps to be an integer, but got True"),
        (10**9, "expected steps from 0 to 10000000, but got 1000000000"),
        ([0.5], r"torch.float32 of shape \(1,\)"),
        ([True], r"torch.bool of shape \(1,\)"),
        ([1j], "complex"),
        ([], r"an int or a non-empty 1-D list of ints, but got torch\.float32 of shape \(0,\)"),
        (torch.tensor([], dtype=torch.int64), r"torch.int64 of shape \(0,\)"),
        ([[1]], r"of shape \(1, 1\)"),
        ([3, -2], "expected steps from 0 to 9007199254740992, but got -2 to 3"),
        (
            [2**60],
            "expected steps from 0 to 9007199254740992, but got 1152921504606846976 to 1152921504606846976",
        ),
    ],
)
def test_steps_that_cannot_be_are_refused(steps, words):
    with pytest.raises(ConfigError, match=words):
        descent_path(REFERENCE.x, REFERENCE.target, torch.zeros(1, 1), None, 0.1, steps)


def test_a_start_of_the_wrong_shape_is_refused():
    with pytest.raises(
        ShapeError,
        match=r"expected weight of shape \(1, 1\), \(out_features, in_features\), for this data, but",
    ):
        descent_path(REFERENCE.x, REFERENCE.target, torch.zeros(1, 2), None, 0.1, 3)
    with pytest.raises(ShapeError, match=r"expected bias of shape \(1,\) for this data, but got \(2,\)"):
        descent_path(REFERENCE.x, REFERENCE.target, torch.zeros(1, 1), torch.zeros(2), 0.1, 3)
    with pytest.raises(
        DataError,
        match=r"expected finite numbers in bias, but got inf in row 0, column 0 \(counted from 0\)",
    ):
        descent_path(REFERENCE.x, REFERENCE.target, torch.zeros(1, 1), torch.tensor([math.inf]), 0.1, 3)
    with pytest.raises(ConfigError, match=r"expected learning_rate from 0 .*but got -0\.1"):
        descent_path(REFERENCE.x, REFERENCE.target, torch.zeros(1, 1), None, -0.1, 3)


@settings(max_examples=15, deadline=None)
@given(
    in_features=st.integers(1, 3),
    out_features=st.integers(1, 3),
    seed=st.integers(0, 1000),
    loss=st.sampled_from([("mse", F.mse_loss), ("l1", F.l1_loss), ("huber", F.huber_loss)]),
)
def test_each_cell_of_the_surface_is_the_loss_of_its_parameters(in_features, out_features, seed, loss):
    data = linear_data(in_features, out_features, 9, noise_std=0.5, seed=seed)
    weight, bias = random_start(data, bias=True, seed=seed)
    feature, output = in_features - 1, out_features - 1
    name, oracle = loss
    surface = loss_surface(
        data.x,
        data.target,
        (-2, 3),
        (-1.0, 4.0),
        4,
        loss=name,
        weight=weight,
        bias=bias,
        feature=feature,
        output=output,
    )
    for i, b in enumerate(surface.bias.tolist()):
        for j, w in enumerate(surface.weight.tolist()):
            own_weight, own_bias = weight.double(), bias.double()
            own_weight[output, feature], own_bias[output] = w, b
            expected = oracle(F.linear(data.x.double(), own_weight, own_bias), data.target.double())
            assert surface.loss[i, j].item() == pytest.approx(expected.item(), rel=1e-10)


def test_the_grid_of_a_surface_reaches_from_end_to_end():
    data = line_data(noise_std=0.3)
    surface = loss_surface(data.x, data.target, (0.0, 6.0), (-2.0, 3.0), 5)
    assert surface.weight.tolist() == [0.0, 1.5, 3.0, 4.5, 6.0]
    assert surface.loss.min().item() >= least_squares(data.x, data.target).loss


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        (
            {"weight_range": (1.0, 1.0)},
            ConfigError,
            r"to be \(low, high\), but got \(1\.0, 1\.0\); pass two different numbers, the lower",
        ),
        (
            {"bias_range": (0.0, math.nan)},
            ConfigError,
            "expected bias_range to be a finite number, but got nan",
        ),
        ({"loss": "mae"}, ConfigError, r"expected loss to be one of .*, but got 'mae'"),
        ({"resolution": 1}, ConfigError, "expected resolution from 2 to 2000, but got 1"),
        ({"feature": 2}, ConfigError, "expected feature from 0 to 1, but got 2"),
        ({"output": -1}, ConfigError, "expected output from 0 to 1, but got -1"),
        (
            {"weight": None},
            ConfigError,
            "expected `weight` for data with several features or targets, of which the grid varies only one",
        ),
        (
            {"bias": None},
            ConfigError,
            "expected `bias` for data with several features or targets, of which the grid varies only one",
        ),
        (
            {"weight": torch.zeros(3, 2)},
            ShapeError,
            r"expected weight of shape \(2, 2\) for this data, but got \(3, 2\)",
        ),
        (
            {"bias": torch.zeros(1, 2)},
            ShapeError,
            r"expected bias of shape \(2,\) for this data, but got \(1, 2\)",
        ),
    ],
)
def test_a_surface_that_cannot_be_is_refused(changes, error, words):
    data = linear_data(2, 2, 5)
    arguments = {
        "weight_range": (-1.0, 1.0),
        "bias_range": (-1.0, 1.0),
        "resolution": 3,
        "weight": data.true_weight,
        "bias": data.true_bias,
    }
    with pytest.raises(error, match=words):
        loss_surface(data.x, data.target, **(arguments | changes))
