import contextlib
import io
import json
import random

import pytest
import torch
from safetensors.torch import save
from torch import nn

from linear_core import DataError
from linear_core.exchange.parameter_file import MAX_FILE_BYTES, read_layers


def saved(thing) -> bytes:
    file = io.BytesIO()
    torch.save(thing, file)
    return file.getvalue()


def safetensors(tensors: dict, **changes) -> bytes:
    """Write a file with the library, and change what its header says of the first tensor."""
    written = save(tensors)
    length = int.from_bytes(written[:8], "little")
    header = json.loads(written[8 : 8 + length])
    next(iter(header.values())).update(changes)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + written[8 + length :]


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
    found = {layer.name: layer.weight for layer in read_layers(safetensors(tensors), "a.safetensors")}
    assert found.keys() == {"", "fc"}
    assert torch.equal(found[""], weight)
    assert torch.equal(found["fc"], weight.bfloat16().float())


def test_layers_are_counted_as_people_do():
    tensors = {f"net.{place}.weight": torch.ones(1, 1) for place in (10, 2, 0)}
    names = [layer.name for layer in read_layers(safetensors(tensors), "a.safetensors")]
    assert names == ["net.0", "net.2", "net.10"]


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
        (saved([torch.ones(2, 2)]), "a.pt", "expected a state_dict in the file, but got list;"),
        (
            saved({"weight": torch.ones(3)}),
            "a.pt",
            r"two-dimensional tensor.*; save the state_dict\(\) of a model with a linear layer",
        ),
        (
            safetensors({"weight": torch.empty(0, 3)}),
            "a.safetensors",
            r"expected a linear layer in the file, but got.*no two-dimensional tensor called 'weight'",
        ),
        (
            b"nothing",
            "a.safetensors",
            "expected a safetensors file, but got one that is damaged or of another kind",
        ),
        (
            b"\x02" + b"\0" * 7 + b"[]",
            "a.safetensors",
            "expected a safetensors file, but got one that is damaged or of another kind",
        ),
        (
            safetensors({"weight": torch.ones(2, 2)}, shape=[2, 3]),
            "a.safetensors",
            "expected a safetensors file, but got one that is damaged or of another kind",
        ),
        (
            safetensors({"weight": torch.ones(2, 2)}, data_offsets=[0, 99]),
            "a.safetensors",
            "expected a safetensors file, but got one that is damaged or of another kind",
        ),
        (
            safetensors({"weight": torch.ones(2, 2)}, dtype="F99"),
            "a.safetensors",
            "expected a safetensors file, but got one that is damaged or of another kind",
        ),
        (
            safetensors({"weight": torch.ones(2, 2)})[:-4],
            "a.safetensors",
            "expected a safetensors file, but got one that is damaged or of another kind",
        ),
        (
            b"\xff" * 8 + b"{}",
            "a.safetensors",
            "expected a safetensors file, but got one that is damaged or of another kind",
        ),
        (b"", "a.safetensors", "expected a safetensors file, but got one that is damaged or of another kind"),
        (
            b"\xd0\x07" + bytes(6) + b"[" * 2000,
            "a.safetensors",
            "expected a safetensors file, but got one that is damaged or of another kind",
        ),
        (b"", "a.pt", "damaged"),
        (b"", "a.onnx", "expected a file that ends in"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data, name, words, capsys):
    with pytest.raises(DataError, match=words):
        read_layers(data, name)
    assert capsys.readouterr().out == ""


def test_thousands_of_damaged_files_are_layers_or_data_errors():
    chance = random.Random(0)  # noqa: S311 - the same damage each time
    files = {"a.safetensors": safetensors(MODEL.state_dict()), "a.pt": saved(MODEL.state_dict())}
    for trial in range(2000):
        name = "a.pt" if trial % 8 == 0 else "a.safetensors"
        data = bytearray(files[name])
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(min(len(data), 400))] = chance.randrange(256)
        with contextlib.suppress(DataError):
            read_layers(bytes(data[: chance.choice([len(data), chance.randrange(len(data))])]), name)


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(DataError, match="at most"):
        read_layers(bytes(MAX_FILE_BYTES + 1), "a.pt")
