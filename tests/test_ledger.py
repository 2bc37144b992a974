import pytest
import torch

from linear_core import LayerSpec, build_layer
from linear_core.layer.known_layers import KNOWN_LAYERS
from linear_core.layer.ledger import ledger


@pytest.mark.parametrize("bias", [True, False])
def test_parameters_are_those_that_pytorch_counts(bias):
    spec = LayerSpec(5, 10, bias=bias)
    costs = ledger(spec, (3,))
    parameters = list(build_layer(spec).parameters())
    assert costs.parameters == sum(p.numel() for p in parameters)
    assert costs.num_bytes == sum(p.numel() * p.element_size() for p in parameters)


def value(sum_text: str) -> int:
    """What a sum such as ``5 × 10 + 10`` comes to."""
    total = 0
    for summand in sum_text.replace(",", "").split(" + "):
        product = 1
        for factor in summand.split(" × "):
            product *= int(factor)
        total += product
    return total


@pytest.mark.parametrize("leading", [(), (3,), (2, 3, 4)])
@pytest.mark.parametrize("spec", [LayerSpec(5, 10), *(known.spec for known in KNOWN_LAYERS.values())])
def test_every_number_is_what_its_arithmetic_gives(spec, leading):
    costs = ledger(spec, leading)
    assert value(costs.parameters_sum) == costs.parameters
    assert value(costs.macs_sum) == costs.macs
    assert value(costs.bytes_sum) == costs.num_bytes


def test_leading_dims_leave_parameters_alone_and_multiply_the_work():
    spec = LayerSpec(5, 10)
    assert ledger(spec, (2, 3)).parameters == ledger(spec, ()).parameters
    assert ledger(spec, (2, 3)).macs == 6 * ledger(spec, ()).macs
    assert torch.nn.functional.linear(torch.zeros(2, 3, 5), build_layer(spec).weight).shape == (2, 3, 10)
