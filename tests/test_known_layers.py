"""The famous layers have the sizes that their papers and code give."""

import pytest

from linear_core.layer.known_layers import KNOWN_LAYERS


@pytest.mark.parametrize(
    ("name", "num_parameters"),
    [
        ("Mark I Perceptron, responses", 4_096),
        ("LeNet-5, F6", 10_164),
        ("VGG-16, first linear layer", 102_764_544),
        ("ResNet-50, head", 2_049_000),
        ("Transformer base, feed-forward", 1_050_624),
        ("GPT-2, feed-forward", 2_362_368),
        ("Llama 3 8B, feed-forward", 58_720_256),
        ("Llama 3 8B, output", 525_336_576),
    ],
)
def test_known_layers_have_their_published_sizes(name, num_parameters):
    assert KNOWN_LAYERS[name].spec.num_parameters == num_parameters


def test_every_known_layer_names_its_source():
    assert len(KNOWN_LAYERS) == 8
    assert all(layer.source for layer in KNOWN_LAYERS.values())
