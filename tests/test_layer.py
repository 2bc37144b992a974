"""A spec says what a layer is; building it gives what a plain PyTorch script gets."""

import math
import threading

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from linear_core.errors import ConfigError
from linear_core.layer.spec import DTYPES, INITS, LayerSpec, build_layer, layer_code

PAIRS = [(init, dtype) for init in INITS for dtype in INITS[init].dtypes]


def run_code(spec: LayerSpec) -> nn.Linear:
    """The layer that the printed code builds; the global state is put back for the other tests."""
    names: dict[str, object] = {"torch": torch, "nn": nn}
    with torch.random.fork_rng(devices=[]):
        exec(layer_code(spec), names)  # noqa: S102  (our own code is what is tested)
    layer = names["layer"]
    assert isinstance(layer, nn.Linear)
    return layer


def assert_same_layer(ours: nn.Linear, theirs: nn.Linear) -> None:
    assert ours.weight.dtype == theirs.weight.dtype
    assert torch.equal(ours.weight, theirs.weight)
    assert (ours.bias is None) == (theirs.bias is None)
    assert ours.bias is None or torch.equal(ours.bias, theirs.bias)
    assert all(parameter.requires_grad for parameter in ours.parameters())
    assert [name for name, _ in ours.named_parameters()] == [name for name, _ in theirs.named_parameters()]


@given(
    in_features=st.integers(1, 70),
    out_features=st.integers(1, 70),
    bias=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from(list(DTYPES)),
)
@settings(max_examples=60, deadline=None)
def test_default_layer_is_the_one_of_a_plain_script(in_features, out_features, bias, seed, dtype):
    layer = build_layer(LayerSpec(in_features, out_features, bias, seed=seed, dtype=dtype))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        plain = nn.Linear(in_features, out_features, bias=bias, dtype=DTYPES[dtype])
    assert_same_layer(layer, plain)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("init", "dtype"), PAIRS)
def test_printed_code_builds_the_same_layer(init, dtype, bias):
    spec = LayerSpec(5, 3, bias=bias, init=init, seed=7, dtype=dtype)
    assert_same_layer(build_layer(spec), run_code(spec))


@pytest.mark.parametrize("init", INITS)
def test_building_leaves_the_global_random_state_alone(init):
    before = torch.random.get_rng_state()
    build_layer(LayerSpec(6, 4, init=init, seed=3))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_layers_built_in_many_threads_do_not_mix_their_streams():
    specs = [LayerSpec(64, 64, seed=seed) for seed in range(8)]
    alone = [build_layer(spec).weight for spec in specs]
    together: dict[int, torch.Tensor] = {}
    threads = [
        threading.Thread(target=lambda spec=spec: together.update({spec.seed: build_layer(spec).weight}))
        for spec in specs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(torch.equal(together[seed], weight) for seed, weight in enumerate(alone))


@pytest.mark.parametrize("init", [name for name, way in INITS.items() if way.bound])
def test_uniform_weights_reach_but_never_pass_their_bound(init):
    spec = LayerSpec(100, 80, init=init)
    largest = build_layer(spec).weight.abs().max().item()
    assert 0.99 * spec.init_bound < largest <= spec.init_bound * (1 + 1e-6)


def test_default_bound_is_one_over_root_in_features_for_the_bias_too():
    spec = LayerSpec(4, 1000)
    assert spec.init_bound == 0.5
    assert 0.49 < build_layer(spec).bias.abs().max().item() <= 0.5


@pytest.mark.parametrize("init", [name for name, way in INITS.items() if not way.bound])
def test_other_inits_have_no_bound(init):
    assert LayerSpec(3, 2, init=init).init_bound is None


def test_kaiming_is_the_one_for_relu():
    weight = build_layer(LayerSpec(400, 300, init="kaiming_normal")).weight
    assert weight.std().item() == pytest.approx(math.sqrt(2 / 400), rel=0.02)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", DTYPES)
def test_counts_are_those_of_the_built_layer(dtype, bias):
    spec = LayerSpec(5, 3, bias=bias, dtype=dtype)
    layer = build_layer(spec)
    assert spec.num_parameters == sum(parameter.numel() for parameter in layer.parameters())
    assert spec.num_bytes == sum(parameter.nbytes for parameter in layer.parameters())
    assert spec.weight_shape == tuple(layer.weight.shape)
    assert spec.bias_shape == (tuple(layer.bias.shape) if bias else None)


def test_multiply_adds_do_not_count_the_bias():
    assert LayerSpec(4, 3).macs(8) == LayerSpec(4, 3, bias=False).macs(8) == 96
    assert LayerSpec(4, 3).macs() == 12
    assert LayerSpec(4, 3).macs(0) == 0


def test_equal_specs_are_one_key():
    assert {LayerSpec(4, 3): "first", LayerSpec(4, 3): "second"} == {LayerSpec(4, 3, seed=0): "second"}
    with pytest.raises(AttributeError):
        LayerSpec(4, 3).seed = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"in_features": 0}, "expected in_features of at least 1, but got 0"),
        ({"out_features": -2}, "expected out_features of at least 1, but got -2"),
        ({"in_features": 2.0}, r"expected in_features to be an integer, but got 2\.0"),
        ({"in_features": True}, "expected in_features to be an integer, but got True"),
        ({"bias": 1}, "expected bias to be True or False, but got 1"),
        ({"seed": -1}, "expected seed from 0 to 4294967295, but got -1"),
        ({"seed": 2**32}, "expected seed from 0 to 4294967295, but got 4294967296"),
        ({"init": "he"}, "expected init to be 'default', 'zeros', .* or 'identity', but got 'he'"),
        ({"dtype": "int8"}, "'float16', 'bfloat16', 'float32' or 'float64', but got 'int8'"),
        (
            {"init": "orthogonal", "dtype": "float16"},
            "dtype 'float32' or 'float64' for init='orthogonal', but got 'float16'",
        ),
    ],
)
def test_impossible_choices_are_refused_in_words(changes, words):
    with pytest.raises(ConfigError, match=words):
        LayerSpec(**{"in_features": 4, "out_features": 3} | changes)


def test_fewer_than_no_samples_are_refused():
    with pytest.raises(ConfigError, match="expected batch_size of at least 0, but got -1"):
        LayerSpec(4, 3).macs(-1)
