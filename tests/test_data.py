"""Data to train on: the record, what is made, and what ships with the package."""

import math
import pickle
from importlib.resources import files

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from linear_core import (
    BUILTIN_DATA,
    ConfigError,
    DataError,
    RegressionData,
    ShapeError,
    builtin_data,
    least_squares,
    line_data,
    linear_data,
)

X = torch.tensor([[1.0, 4.0], [2.0, 5.0], [3.0, 9.0]])
TARGET = torch.tensor([[1.0], [0.0], [2.0]])
SOURCES = (files("linear_core.data") / "SOURCES.md").read_text(encoding="utf-8")


def record(x=X, target=TARGET, feature_names=("a", "b"), target_names=("y",), **more):
    return RegressionData(x, target, feature_names, target_names, **more)


def test_a_record_keeps_what_it_was_given():
    units, titles = {"a": "m"}, {"a": "length"}
    names = ["a", "b"]
    data = record(feature_names=names, column_titles=titles, units=units, title="t", source="s")
    names.append("c")
    titles["a"] = units["a"] = "cm"
    assert (data.feature_names, data.target_names) == (("a", "b"), ("y",))
    assert (data.column_titles, data.units) == ({"a": "length"}, {"a": "m"})
    assert (data.n_samples, data.in_features, data.out_features) == (3, 2, 1)
    assert torch.equal(pickle.loads(pickle.dumps(data)).x, X)  # noqa: S301


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"x": [[1.0]]}, DataError, r"expected x to be a torch\.Tensor, but got list"),
        (
            {"x": X[0]},
            ShapeError,
            r"expected x of shape \(n_samples, columns\), both at least 1, but got \(2,\)",
        ),
        (
            {"x": X[:0]},
            ShapeError,
            r"columns\), both at least 1, but got \(0, 2\); pass a matrix with a row for each sample",
        ),
        ({"target": TARGET[:2]}, ShapeError, "expected as many rows in x as in target, but got 3 and 2"),
        ({"x": X.long()}, DataError, r"expected x of a floating-point dtype, but got torch\.int64"),
        (
            {"x": X.double()},
            DataError,
            r"one dtype, but got torch\.float64 and torch\.float32; use target\.to\(x\.dtype\)",
        ),
        ({"feature_names": ("a",)}, ShapeError, "expected as many names as x has columns, 2, but got 1: a"),
        (
            {"feature_names": ("a", "a")},
            DataError,
            "expected a different name for each column, but got 'a' for 2",
        ),
        ({"target_names": ("a",)}, DataError, "expected a different name for each column, but got 'a' for 2"),
        ({"target_names": ("",)}, DataError, "expected names of columns to be non-empty str, but got ''"),
        ({"target_names": (3,)}, DataError, "expected names of columns to be non-empty str, but got 3"),
        (
            {"target": TARGET / 0},
            DataError,
            r"expected finite numbers in target, but got inf in column 'y', row 0 \(rows counted from 0\)",
        ),
        (
            {"true_weight": X},
            ShapeError,
            r"expected true_weight of shape \(1, 2\) for this data, but got \(3, 2\)",
        ),
        ({"true_bias": X}, ShapeError, r"expected true_bias of shape \(1,\) for this data, but got \(3, 2\)"),
        ({"x_std": X}, ShapeError, r"expected x_std of shape \(2,\) for this data, but got \(3, 2\)"),
    ],
)
def test_a_record_that_does_not_fit_together_is_refused(changes, error, words):
    with pytest.raises(error, match=words):
        record(**changes)


@settings(max_examples=20, deadline=None)
@given(in_features=st.integers(1, 4), out_features=st.integers(1, 3), seed=st.integers(0, 1000))
def test_standardized_data_have_mean_0_and_deviation_1_and_the_same_truth(in_features, out_features, seed):
    data = linear_data(in_features, out_features, 20, seed=seed)
    ready = data.standardized()
    assert torch.allclose(ready.x.mean(0), torch.zeros(in_features), atol=1e-6)
    assert torch.allclose(ready.x.std(0, correction=0), torch.ones(in_features), atol=1e-5)
    assert torch.equal(ready.target, data.target)
    prediction = F.linear(ready.x, ready.true_weight, ready.true_bias)
    assert torch.allclose(prediction, data.target, atol=1e-4)
    weight, bias = ready.unstandardize(ready.true_weight, ready.true_bias)
    assert torch.allclose(weight, data.true_weight, atol=1e-5)
    assert torch.allclose(bias, data.true_bias, atol=1e-5)
    assert (weight.dtype, bias.dtype, ready.x.dtype) == (torch.float32,) * 3


def test_standardized_keeps_an_unknown_truth_unknown():
    assert record().standardized().true_weight is None
    half_known = record(true_weight=torch.ones(1, 2)).standardized()
    assert torch.allclose(half_known.true_weight, X.std(0, correction=0)[None])
    assert half_known.true_bias is None


def test_a_layer_without_bias_gets_one_when_the_mean_comes_back():
    ready = record().standardized()
    own = torch.tensor([[2.0, -1.0]])
    weight, bias = ready.unstandardize(own, None)
    assert torch.allclose(F.linear(X, weight, bias), F.linear(ready.x, own), atol=1e-6)


def test_parameters_of_data_that_is_not_standardized_stay():
    weight = torch.ones(1, 2)
    assert record().unstandardize(weight, None) == (weight, None)


def test_the_test_part_is_standardized_with_the_training_parts_mean():
    train, test = linear_data(2, 1, 20).split(0.25, seed=3)
    ready = train.standardized()
    like = test.standardized(like=ready)
    assert torch.allclose(like.x.double() * ready.x_std + ready.x_mean, test.x.double(), atol=1e-6)
    assert like.x_mean is ready.x_mean


def test_what_cannot_be_standardized_is_refused():
    with pytest.raises(DataError, match="expected features that vary, but got 'b' = 7 in every row"):
        record(x=torch.tensor([[1.0, 7.0], [2.0, 7.0], [3.0, 7.0]])).standardized()
    with pytest.raises(ConfigError, match="expected raw data, but got data that is already standardized"):
        record().standardized().standardized()
    with pytest.raises(ConfigError, match="expected `like` to be standardized, but got raw data"):
        record().standardized(like=record())
    with pytest.raises(ShapeError, match="expected `like` with in_features=2, as this data has, but got 1"):
        record().standardized(like=line_data().standardized())


@settings(max_examples=20, deadline=None)
@given(n=st.integers(2, 30), fraction=st.floats(0.05, 0.95), seed=st.integers(0, 1000))
def test_a_split_gives_every_sample_to_one_part_in_order(n, fraction, seed):
    x = torch.arange(float(n))[:, None]
    data = RegressionData(x, -x, ["a"], ["y"], title="kept")
    if not 0 < round(n * fraction) < n:
        with pytest.raises(
            ConfigError,
            match=r"expected at least one sample in the training set .*, but got a test set of",
        ):
            data.split(fraction, seed)
        return
    train, test = data.split(fraction, seed)
    assert test.n_samples == round(n * fraction)
    assert sorted(train.x.flatten().tolist() + test.x.flatten().tolist()) == x.flatten().tolist()
    for part in (train, test):
        assert part.x.flatten().tolist() == sorted(part.x.flatten().tolist())
        assert torch.equal(part.target, -part.x)
        assert part.title == "kept"
    assert torch.equal(data.split(fraction, seed)[0].x, train.x)


def test_another_seed_splits_otherwise():
    data = line_data()
    assert not torch.equal(data.split(0.5, seed=0)[0].x, data.split(0.5, seed=1)[0].x)
    with pytest.raises(ConfigError, match="expected test_fraction to be a finite number, but got nan"):
        data.split(math.nan, seed=0)


def test_a_line_is_what_a_plain_script_draws():
    generator = torch.Generator().manual_seed(7)
    x = torch.rand((20, 1), generator=generator)
    target = x * 2.0 + -1.0 + 0.5 * torch.randn((20, 1), generator=generator)
    data = line_data(2.0, -1.0, noise_std=0.5, n_samples=20, seed=7)
    assert torch.equal(data.x, x)
    assert torch.equal(data.target, target)
    assert (data.true_weight.tolist(), data.true_bias.tolist()) == ([[2.0]], [-1.0])
    assert (data.feature_names, data.target_names, data.x.dtype) == (("x",), ("y",), torch.float32)


def test_the_reference_program_has_fifty_points_on_its_line():
    data = line_data()
    assert torch.equal(data.target, data.x * 3.0 + 0.8)
    assert data.x.shape == (50, 1)


@pytest.mark.parametrize(("slope", "lift"), [(-5.0, 10.0), (0.1, 2.0)])
def test_outliers_are_lifted_and_the_others_stay(slope, lift):
    plain, lifted = line_data(slope), line_data(slope, outliers=4)
    assert torch.equal(plain.x, lifted.x)
    difference = (lifted.target - plain.target).flatten()
    assert int((difference != 0).sum()) == 4
    assert torch.allclose(difference[difference != 0], torch.tensor(lift))
    assert lifted.true_weight is not None


def test_a_bend_leaves_no_line_true():
    plain, bent = line_data(), line_data(bend=2.0)
    assert torch.allclose(bent.target - plain.target, 2 * plain.x**2, atol=1e-6)
    assert bent.true_weight is None
    assert bent.true_bias is None


def test_linear_data_follow_the_layer_that_made_them():
    data = linear_data(3, 2, 10, seed=1)
    assert torch.equal(data.target, F.linear(data.x, data.true_weight, data.true_bias))
    assert (data.feature_names, data.target_names) == (("x1", "x2", "x3"), ("y1", "y2"))
    noisy = linear_data(3, 2, 10, noise_std=0.1, seed=1)
    assert torch.equal(noisy.x, data.x)
    assert 0.02 < (noisy.target - data.target).std().item() < 0.3
    assert torch.equal(linear_data(3, 2, 99, seed=1).true_weight, data.true_weight)
    assert not torch.equal(linear_data(3, 2, 10, seed=2).x, data.x)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"slope": math.nan}, "expected slope to be a finite number, but got nan"),
        ({"slope": "3"}, "expected slope to be a finite number, but got '3'"),
        ({"intercept": math.inf}, "expected intercept to be a finite number, but got inf"),
        ({"bend": True}, "expected bend to be a finite number, but got True"),
        ({"slope": 1e31}, r"expected slope from -1e\+30 to 1e\+30, but got 1e\+31"),
        ({"noise_std": -0.1}, r"expected noise_std from 0 to 1e\+30, but got -0\.1"),
        ({"n_samples": 0}, "expected n_samples of at least 1, but got 0"),
        ({"n_samples": 2.0}, r"expected n_samples to be an integer, but got 2\.0"),
        ({"n_samples": 3, "outliers": 4}, "expected outliers from 0 to 3, but got 4"),
        ({"seed": -1}, "expected seed from 0 to 9223372036854775807, but got -1"),
        ({"seed": True}, "expected seed to be an integer, but got True"),
    ],
)
def test_a_line_that_cannot_be_made_is_refused(changes, words):
    with pytest.raises(ConfigError, match=words):
        line_data(**changes)


def test_linear_data_that_cannot_be_made_are_refused():
    with pytest.raises(ConfigError, match="expected out_features of at least 1, but got 0"):
        linear_data(1, 0, 5)
    with pytest.raises(ConfigError, match="expected noise_std to be a finite number, but got nan"):
        linear_data(1, 1, 5, noise_std=math.nan)


def test_the_global_random_state_stays():
    before = torch.random.get_rng_state()
    line_data(noise_std=1.0, outliers=2).split(0.5, seed=1)
    linear_data(2, 2, 5, noise_std=1.0)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("name", BUILTIN_DATA)
def test_each_built_in_set_is_whole_and_tells_its_source(name):
    about, data = BUILTIN_DATA[name], builtin_data(name)
    assert (data.feature_names, data.target_names) == (about.features, about.target)
    assert (data.title, data.source, data.units) == (about.title, about.source, about.units)
    columns = {*about.features, *about.target}
    assert data.column_titles == about.titles
    assert set(about.titles) == columns - {"x", "y"}
    assert set(about.units) <= columns
    assert about.license
    assert data.x.dtype == torch.float32
    assert f"`{name}.csv`" in SOURCES or name.startswith("anscombe")


def test_anscombes_four_sets_share_their_line():
    for number in range(1, 5):
        data = builtin_data(f"anscombe_{number}", dtype=torch.float64)
        fit = least_squares(data.x, data.target)
        assert (data.x.mean().item(), data.x.var().item()) == (9.0, 11.0)
        assert data.target.mean().item() == pytest.approx(7.50, abs=0.002)
        assert data.target.var().item() == pytest.approx(4.125, abs=0.003)
        assert (fit.weight.item(), fit.bias.item()) == pytest.approx((0.5, 3.0), abs=0.003)


@pytest.mark.parametrize(
    ("name", "num_samples", "weight", "bias"),
    [
        ("cars", 50, [3.932409], -17.579095),
        ("galton", 928, [0.646291], 23.941530),
        ("forbes", 17, [0.522892], -81.063727),
        ("trees", 31, [4.708161, 0.339251], -57.987659),
    ],
)
def test_built_in_sets_give_their_well_known_fits(name, num_samples, weight, bias):
    data = builtin_data(name, dtype=torch.float64)
    fit = least_squares(data.x, data.target)
    assert data.n_samples == num_samples
    assert fit.weight.flatten().tolist() == pytest.approx(weight, abs=1e-6)
    assert fit.bias.item() == pytest.approx(bias, abs=1e-6)


def test_an_unknown_set_is_refused_with_the_list():
    with pytest.raises(ConfigError, match=r"expected name to be one of 'norris', 'galton',.*but got 'iris'"):
        builtin_data("iris")
