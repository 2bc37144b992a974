"""What a run's files hold comes back to the bit, in PyTorch's own loaders."""

import csv
import io

import pytest
import safetensors.torch
import torch

from linear_core import ConfigError, Trainer, TrainingConfig, linear_data
from linear_core.exchange.parameter_file import read_layers
from linear_core.exchange.run_files import PARAMETER_FORMATS, history_csv, parameter_file

DATA = linear_data(3, 2, 20, 0.1)


@pytest.mark.parametrize("bias", [True, False])
def test_history_comes_back_to_the_bit(bias):
    trainer = Trainer(DATA, TrainingConfig(learning_rate=0.1, bias=bias))
    trainer.advance(9)
    header, *rows = csv.reader(io.StringIO(history_csv(trainer.history, DATA)))
    assert header[3:6] == ["weight[y1, x1]", "weight[y1, x2]", "weight[y1, x3]"]
    assert header[9:] == (["bias[y1]", "bias[y2]"] if bias else [])
    numbers = [[float(cell) for cell in row] for row in rows]
    history = trainer.history
    assert [row[0] for row in numbers] == history.step.tolist()
    assert [row[1] for row in numbers] == history.loss.tolist()
    assert [row[2] for row in numbers] == history.gradient_norm.tolist()
    assert torch.equal(torch.tensor([row[3:9] for row in numbers]), history.weight.flatten(1))
    if bias:
        assert torch.equal(torch.tensor([row[9:] for row in numbers]), history.bias)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_state_dict_loads_into_a_layer(bias, dtype):
    layer = torch.nn.Linear(3, 2, bias=bias, dtype=dtype)
    content = parameter_file(layer.weight, layer.bias, "pt")
    other = torch.nn.Linear(3, 2, bias=bias, dtype=dtype)
    other.load_state_dict(torch.load(io.BytesIO(content), weights_only=True))
    assert torch.equal(other.weight, layer.weight)
    if bias:
        assert torch.equal(other.bias, layer.bias)


@pytest.mark.parametrize("bias", [True, False])
def test_safetensors_is_read_by_its_own_package_and_by_ours(bias):
    layer = torch.nn.Linear(3, 2, bias=bias)
    content = parameter_file(layer.weight, layer.bias, "safetensors")
    loaded = safetensors.torch.load(content)
    assert int.from_bytes(content[:8], "little") % 8 == 0
    assert loaded.keys() == layer.state_dict().keys()
    assert all(torch.equal(loaded[name], value) for name, value in layer.state_dict().items())
    [ours] = read_layers(content, "layer.safetensors")
    assert torch.equal(ours.weight, layer.weight)
    assert (ours.bias is None) is (not bias)
    double = torch.ones(1, 1, dtype=torch.float64)
    assert torch.equal(safetensors.torch.load(parameter_file(double, None, "safetensors"))["weight"], double)


def test_another_format_is_refused_with_those_there_are():
    assert set(PARAMETER_FORMATS) == {"pt", "safetensors"}
    with pytest.raises(ConfigError, match="'pt', 'safetensors'"):
        parameter_file(torch.ones(1, 1), None, "onnx")
