import io
import json

import pytest
import torch
from torch import nn

from linear_core import DataError
from linear_core.exchange.parameter_file import MAX_FILE_BYTES, read_layers


def saved(thing) -> bytes:
    file = io.BytesIO()
    torch.save(thing, file)
    return file.getvalue()


def safetensors(tensors: dict, **changes) -> bytes:
    """The format written out: length, header, numbers."""
    names = {torch.float32: "F32", torch.float64: "F64", torch.bfloat16: "BF16", torch.int64: "I64"}
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().view(torch.uint8).numpy().tobytes() if tensor.numel() else b""
        offsets = [len(body), len(body) + len(raw)]
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": offsets}
        header[name].update(changes)
        body += raw
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


MODEL = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2, bias=False), nn.LayerNorm(2))


@pytest.mark.parametrize(
    ("data", "name"),
    [(saved(MODEL.state_dict()), "model.pt"), (safetensors(MODEL.state_dict()), "m.safetensors")],
)
def test_every_linear_layer_is_found_with_its_own_numbers(data, name):
    first, second = read_layers(data, name)
    assert (first.name, second.name) == ("0", "2")
    assert torch.equal(first.weight, MODEL[0].weight)
    assert torch.equal(first.bias, MODEL[0].bias)
    assert torch.equal(second.weight, MODEL[2].weight)
    assert second.bias is None


def test_other_floating_types_become_float32():
    weight = torch.randn(2, 3, generator=torch.Generator().manual_seed(0))
    tensors = {
        "weight": weight.double(),
        "fc.weight": weight.bfloat16(),
        "ids.weight": torch.ones(2, 2).long(),
    }
    first, second = read_layers(safetensors(tensors), "a.safetensors")
    assert torch.equal(first.weight, weight)
    assert torch.equal(second.weight, weight.bfloat16().float())


def test_a_bias_that_does_not_fit_is_left_out():
    [layer] = read_layers(saved({"weight": torch.ones(2, 3), "bias": torch.ones(3)}), "a.pth")
    assert layer.bias is None


class Runs:
    def __reduce__(self):
        return (print, ("this would have run",))


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (saved(Runs()), "a.pt", "could run code"),
        (b"nothing", "a.pt", "damaged"),
        (saved([torch.ones(2, 2)]), "a.pt", "holds a list"),
        (saved({"weight": torch.ones(3)}), "a.pt", "no linear layer"),
        (safetensors({"weight": torch.empty(0, 3)}), "a.safetensors", "no linear layer"),
        (b"nothing", "a.safetensors", "no safetensors"),
        (b"\x02" + b"\0" * 7 + b"[]", "a.safetensors", "no safetensors"),
        (safetensors({"weight": torch.ones(2, 2)}, shape=[2, 3]), "a.safetensors", "no safetensors"),
        (safetensors({"weight": torch.ones(2, 2)}, data_offsets=[0, 99]), "a.safetensors", "no safetensors"),
        (b"", "a.onnx", "ends neither"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data, name, words, capsys):
    with pytest.raises(DataError, match=words):
        read_layers(data, name)
    assert capsys.readouterr().out == ""


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(DataError, match="at most"):
        read_layers(bytes(MAX_FILE_BYTES + 1), "a.pt")
