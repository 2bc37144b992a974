"""Well-known layers, for a sense of scale: how many parameters, multiply-adds and bytes they have."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linear_core.layer.spec import LayerSpec


@dataclass(frozen=True, slots=True)
class KnownLayer:
    """A layer that people know by name, and where its sizes are written down."""

    name: str
    spec: LayerSpec
    source: str


_LAYERS = (
    KnownLayer(
        "Mark I Perceptron, responses",
        LayerSpec(512, 8, bias=False),
        "Hay, Lynch, Smith, “Mark I Perceptron Operators’ Manual”, 1960: 512 A-units, 8 R-units",
    ),
    KnownLayer(
        "LeNet-5, F6",
        LayerSpec(120, 84),
        "LeCun, Bottou, Bengio, Haffner, “Gradient-based learning applied to document recognition”, 1998",
    ),
    KnownLayer(
        "VGG-16, first linear layer",
        LayerSpec(512 * 7 * 7, 4096),
        "Simonyan, Zisserman, arXiv:1409.1556; torchvision, vgg16().classifier[0]",
    ),
    KnownLayer(
        "ResNet-50, head",
        LayerSpec(2048, 1000),
        "He, Zhang, Ren, Sun, arXiv:1512.03385; torchvision, resnet50().fc",
    ),
    KnownLayer(
        "Transformer base, feed-forward",
        LayerSpec(512, 2048),
        "Vaswani and others, arXiv:1706.03762, section 3.3",
    ),
    KnownLayer(
        "GPT-2, feed-forward",
        LayerSpec(768, 3072),
        "Radford and others, 2019; openai/gpt-2, src/model.py, c_fc (stored there as (in, out))",
    ),
    KnownLayer(
        "Llama 3 8B, feed-forward",
        LayerSpec(4096, 14336, bias=False, dtype="bfloat16"),
        "Grattafiori and others, arXiv:2407.21783, table 3; Meta-Llama-3-8B, config.json",
    ),
    KnownLayer(
        "Llama 3 8B, output",
        LayerSpec(4096, 128256, bias=False, dtype="bfloat16"),
        "Grattafiori and others, arXiv:2407.21783, table 3; Meta-Llama-3-8B, config.json",
    ),
)

KNOWN_LAYERS: Mapping[str, KnownLayer] = MappingProxyType({layer.name: layer for layer in _LAYERS})
