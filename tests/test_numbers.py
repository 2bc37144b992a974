import pytest
import torch

from linear_core import DataError, LayerSpec, build_layer
from linear_core.charts.labels import fixed
from linear_core.exchange.matrix_link import encode_matrix
from linear_core.layer.numbers import layer_numbers

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


def test_x_and_weight_do_not_go_up_and_down_together():
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


def test_own_numbers_stay_where_a_size_grows_or_shrinks():
    own = torch.tensor([[0.5, 0.25], [1.5, 2.5]])
    text = encode_matrix(own)
    grown, _, _ = layer_numbers(LayerSpec(3, 1), (4,), text)
    seeded, _, _ = layer_numbers(LayerSpec(3, 1), (4,))
    assert torch.equal(grown[:2, :2], own)
    assert torch.equal(grown[2:], seeded[2:])
    cut, _, _ = layer_numbers(LayerSpec(1, 1), (1,), text)
    assert torch.equal(cut, own[:1, :1])


def test_own_bias_is_laid_over_the_seeded_one():
    _, _, bias = layer_numbers(SPEC, (1,), bias="2_-3")
    assert bias[:2].tolist() == [2.0, -3.0]
    assert torch.equal(bias[2:], build_layer(SPEC).bias[2:])


def test_a_text_that_is_no_matrix_is_refused():
    with pytest.raises(DataError):
        layer_numbers(SPEC, (3,), "abc")


def test_the_reference_layer_gives_the_reference_output():
    x, weight, bias = layer_numbers(LayerSpec(2, 1), (), "1_2", "0.1098_-0.5404", "-0.4456")
    assert fixed(torch.nn.functional.linear(x, weight, bias).item(), 4) == "−1.4166"
