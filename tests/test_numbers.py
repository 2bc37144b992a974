import pytest
import torch

from linear_core import ConfigError, DataError, LayerSpec, ShapeError, build_layer
from linear_core.charts.labels import fixed
from linear_core.exchange.layer_link import linked_numbers
from linear_core.exchange.matrix_link import encode_matrix
from linear_core.layer.numbers import layer_numbers
from linear_core.layer.spec import DTYPES

SPEC = LayerSpec(5, 4, seed=7)


def test_seeded_parameters_are_those_of_the_layer():
    _, weight, bias = layer_numbers(SPEC, (3,))
    layer = build_layer(SPEC)
    assert torch.equal(weight, layer.weight)
    assert torch.equal(bias, layer.bias)
    assert not weight.requires_grad


def test_seeded_x_is_in_tenths_and_depends_on_the_seed():
    x, _, _ = layer_numbers(SPEC, (3,))
    assert torch.equal(x, (x * 10).round() / 10)
    assert not (x == 0).logical_and(x.signbit()).any()
    other, _, _ = layer_numbers(LayerSpec(5, 4, seed=8), (3,))
    assert not torch.equal(x, other)


def test_x_and_weight_are_not_correlated():
    x, weight, bias = layer_numbers(LayerSpec(2000, 1, seed=3), (1,))
    assert abs(torch.corrcoef(torch.cat([x, weight]))[0, 1]) < 0.1
    x, weight, bias = layer_numbers(LayerSpec(4, 4), (4,), "random", "random", "random")
    assert not torch.equal(x, weight)
    assert not torch.equal(bias, weight[0])


@pytest.mark.parametrize("leading", [(), (3,), (2, 3), (2, 2, 3)])
def test_x_has_the_leading_dims_that_are_asked_for(leading):
    x, _, _ = layer_numbers(SPEC, leading)
    assert x.shape == (*leading, 5)


def test_without_a_bias_there_is_none():
    assert layer_numbers(LayerSpec(2, 2, bias=False), (1,))[2] is None


def test_a_fill_follows_the_size():
    x, _, _ = layer_numbers(SPEC, (3,), "one_hot")
    assert torch.equal(x, torch.eye(3, 5))


def test_tensors_are_used_as_they_are():
    given = torch.randn(2, 3, 5), torch.randn(4, 5), torch.randn(4)
    assert all(map(torch.equal, layer_numbers(SPEC, (2, 3), *given), given))


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [("x", (1, 3), (3, 5)), ("x", (15,), (3, 5)), ("weight", (5, 4), (4, 5)), ("bias", (1, 4), (4,))],
)
def test_tensor_of_another_shape_is_refused_with_both_shapes(name, shape, expected):
    with pytest.raises(ShapeError) as refusal:
        layer_numbers(SPEC, (3,), **{name: torch.zeros(shape)})
    assert refusal.value.values == {"name": name, "expected": expected, "shape": shape}


def test_unknown_name_is_refused():
    with pytest.raises(ConfigError, match=r"weight .* 'seeded' or one of random, .* but got 'abc'"):
        layer_numbers(SPEC, (3,), weight="abc")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["seeded", "random"])
def test_all_numbers_have_the_dtype_of_the_layer(dtype, name):
    numbers = layer_numbers(LayerSpec(3, 2, dtype=dtype), (2,), name, name, name)
    assert {tensor.dtype for tensor in numbers} == {DTYPES[dtype]}


def test_linked_matrix_keeps_its_numbers_where_a_size_grows_or_shrinks():
    own = torch.tensor([[0.5, 0.25], [1.5, 2.5]])
    linked = (encode_matrix(own), "seeded", "seeded")
    grown, _, _ = linked_numbers(LayerSpec(3, 1), (4,), *linked)
    seeded, _, _ = layer_numbers(LayerSpec(3, 1), (4,))
    assert torch.equal(grown[:2, :2], own)
    assert torch.equal(grown[2:], seeded[2:])
    cut, _, _ = linked_numbers(LayerSpec(1, 1), (1,), *linked)
    assert torch.equal(cut, own[:1, :1])


def test_linked_rows_are_those_of_all_leading_dims():
    own = torch.arange(12.0).reshape(4, 3)
    x, _, _ = linked_numbers(LayerSpec(3, 1), (2, 2), encode_matrix(own), "ones", "seeded")
    assert torch.equal(x, own.reshape(2, 2, 3))


def test_linked_bias_is_laid_over_the_seeded_one():
    _, _, bias = linked_numbers(SPEC, (1,), "seeded", "seeded", "2_-3")
    assert bias[:2].tolist() == [2.0, -3.0]
    assert torch.equal(bias[2:], build_layer(SPEC).bias[2:])


def test_linked_bias_of_a_layer_without_one_is_not_read():
    assert linked_numbers(LayerSpec(2, 2, bias=False), (1,), "seeded", "zeros", "abc")[2] is None


def test_linked_text_that_is_no_matrix_is_refused():
    with pytest.raises(DataError):
        linked_numbers(SPEC, (3,), "abc", "seeded", "seeded")


def test_the_reference_layer_gives_the_reference_output():
    x, weight, bias = linked_numbers(LayerSpec(2, 1), (), "1_2", "0.1098_-0.5404", "-0.4456")
    assert fixed(torch.nn.functional.linear(x, weight, bias).item(), 4) == "−1.4166"
