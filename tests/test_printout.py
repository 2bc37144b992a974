"""What is read from a pasted model: its layers by their paths, with their sizes."""

import time

import pytest
import torch
from torch import nn

from linear_core import explain_error
from linear_core.calls import printout
from linear_core.calls.printout import model_of_text


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc, self.act = nn.Linear(8, 8), nn.ReLU()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.blocks = nn.ModuleList(Block() for _ in range(3))
        self.head = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Linear(60, 10, bias=False))
        self.parts = nn.ModuleDict({"a-b": nn.Linear(3, 2)})


CODE = '''
    class Net(nn.Module):
        """A model."""

        def __init__(self, classes):
            super().__init__()
            self.sizes = [1, 2]
            self.fc1 = nn.Linear(784, 128)
            self.fc2 = torch.nn.Linear(in_features=100, out_features=10, bias=False)
            self.last = nn.Linear(10, classes)
            self.net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 2))
            self.more = nn.ModuleList([nn.Linear(6, 7), made_elsewhere])
            count = 3
'''


def layers(model):
    """Return the sizes of all linear layers by their paths."""
    found = {path: module for path, module in model.named_modules() if isinstance(module, nn.Linear)}
    return {path: (m.in_features, m.out_features, m.bias is not None) for path, m in found.items()}


@pytest.mark.parametrize(
    "model", [Net(), nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 2))], ids=["net", "list"]
)
def test_printout_gives_every_layer_back(model):
    assert layers(model_of_text(f"My model:\n{model}\nSize(3)\n")) == layers(model)


def test_code_gives_the_layers_whose_sizes_it_says():
    assert layers(model_of_text(CODE)) == {
        "fc1": (784, 128, True),
        "fc2": (100, 10, False),
        "net.0": (3, 4, True),
        "net.2": (5, 2, True),
        "more.0": (6, 7, True),
    }
    assert layers(model_of_text("model = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 2))")) == {
        "0": (3, 4, True),
        "1": (5, 2, True),
    }


@pytest.mark.parametrize("text", ["", "hello", "x = 1", "ReLU()", "self.fc = nn.Linear(n, 2)", "def f(:"])
def test_text_without_layers_gives_no_model(text):
    assert model_of_text(text) is None


def test_layer_of_a_pasted_model_is_named_with_its_fix():
    model = model_of_text(str(Net()))
    explanation = explain_error("mat1 and mat2 shapes cannot be multiplied (32x64 and 60x10)", model)
    assert explanation.layers == ("head.2",)
    assert explanation.fixes[0].code == "model.head[2] = nn.Linear(64, 10, bias=False)"


def test_nothing_of_code_is_run_and_nothing_large_is_made(monkeypatch):
    model = model_of_text("self.fc = nn.Linear(900_000, 900_000)\nraise SystemExit")
    assert model.fc.weight.untyped_storage().nbytes() == torch.empty(1).nbytes
    monkeypatch.setattr(printout, "MAX_MODULES", 50)
    start = time.perf_counter()
    text = "Net(\n" + "  (0-9999): 10000 x Linear(in_features=1, out_features=1, bias=True)\n" * 1000
    assert model_of_text(text) is None
    assert time.perf_counter() - start < 1
