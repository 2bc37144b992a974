"""Scripts are run by a Python that has never seen this package, and print what the package says."""

import ast
import itertools
import json
import math
import re
import subprocess
import sys

import pytest
import torch

from linear_core import (
    INITS,
    LOSSES,
    ConfigError,
    LayerSpec,
    RegressionData,
    ShapeError,
    Trainer,
    TrainingConfig,
    build_layer,
    layer_script,
    line_data,
    linear_data,
    trace_forward,
    training_script,
)
from linear_core.layer.conventions import CONVENTIONS
from linear_core.scripts.data_code import line_data_code, linear_data_code
from linear_core.scripts.literals import tensor_code
from linear_core.scripts.notebook import as_notebook
from linear_core.training.log import log_lines

RUNNER = """
import contextlib, io, json, sys
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(json.loads(line), "script", "exec"), {})
    assert "linear_core" not in sys.modules
    print(json.dumps(out.getvalue().splitlines()), flush=True)
"""


@pytest.fixture(scope="module")
def printed_by():
    """Run a script in a process of its own, in a fresh namespace; give the lines that it prints."""
    command = [sys.executable, "-I", "-W", "error", "-c", RUNNER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def run(script):
            process.stdin.write(json.dumps(script) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            assert line, f"this script failed:\n{script}"
            return json.loads(line)

        yield run
        process.stdin.close()


def values_of(lines):
    """Read the lines ``name value`` back."""
    pairs = (re.fullmatch(r"(output shape|\w+) (.*)", line).groups() for line in lines)
    return {name: ast.literal_eval(value) for name, value in pairs}


OPTIMIZERS = [
    {},
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    {"optimizer": "rmsprop", "momentum": 0.9},
    {"optimizer": "adam"},
    {"optimizer": "adamw", "weight_decay": 0.05},
    {"optimizer": "adamw"},
]


def training_cases():
    line = {"noise_std": 0.1, "seed": 3, "outliers": 2, "bend": 0.5, "slope": -2}
    plane = {"in_features": 5, "out_features": 3, "n_samples": 20, "noise_std": 0.1, "seed": 4}
    double = line_data()
    double = RegressionData(double.x.double(), double.target.double() / 3, ["x"], ["y"])
    data = itertools.cycle(
        [
            (line_data(), line_data_code()),
            (line_data(**line), line_data_code(**line)),
            (linear_data(**plane), linear_data_code(**plane)),
            (linear_data(3, 2, 20), linear_data_code(3, 2, 20)),
            (linear_data(6, 1, 500, 0.1), None),
            (double, None),
        ]
    )
    inits = itertools.cycle(INITS)
    for settings, loss, batch_size in itertools.product(OPTIMIZERS, LOSSES, (None, 7)):
        for bias in (True, False):
            config = TrainingConfig(
                learning_rate=0.01,
                loss=loss,
                batch_size=batch_size,
                bias=bias,
                init=next(inits),
                **settings,
            )
            yield *next(data), config


def test_training_scripts_end_at_the_same_digits(printed_by):
    for data, code, config in training_cases():
        lines = printed_by(training_script(data, config, 45, data_code=code))
        trainer = Trainer(data, config)
        trainer.advance(45)
        assert lines[:2] == list(log_lines(trainer, 45))
        values = values_of(lines[2:])
        bias = {} if trainer.bias is None else {"bias": trainer.bias.tolist()}
        expected = {"step": 45, "loss": trainer.loss, "weight": trainer.weight.tolist(), **bias}
        assert values == expected, config


def test_the_script_of_the_reference_program_ends_at_the_same_digits(printed_by):
    trainer = Trainer(line_data(), TrainingConfig())
    trainer.advance(2000)
    lines = printed_by(training_script(line_data(), TrainingConfig(), 2000, data_code=line_data_code()))
    assert lines[:-4] == list(log_lines(trainer, 2000))
    assert lines[-3] == f"loss {trainer.loss!r}"


def changed_run():
    start = (torch.tensor([[2.5]]), torch.tensor([-1.0]))
    config = TrainingConfig(learning_rate=1.0)
    trainer = Trainer(line_data(), config, *start)
    trainer.advance(13)
    trainer = trainer.with_config(learning_rate=0.1, stop_loss=1e-9).with_config(momentum=0.5)
    trainer.advance(20)
    trainer = trainer.with_config(stop_loss=None)
    trainer.advance(5)
    trainer = trainer.with_config(batch_size=7, seed=3)
    trainer.advance(30)
    trainer = trainer.with_config(optimizer="rmsprop", momentum=0.0)
    trainer.advance(10)
    trainer = trainer.with_config(momentum=0.5)
    trainer.advance(11)
    trainer = trainer.with_data(line_data(slope=1.0, n_samples=30))
    trainer.advance(20)
    return config, start, trainer.with_config(loss="huber")


def test_scripts_make_the_changes_of_a_run_in_their_steps(printed_by):
    config, start, trainer = changed_run()
    for end in (0, 13, 40, trainer.step - 5, trainer.step):
        lines = printed_by(training_script(line_data(), config, end, *start, changes=trainer.changes))
        logged = [line for line in lines if line.startswith("Epoch")]
        values = values_of(lines[len(logged) :])
        state = trainer.at(end)
        assert values["weight"] == state.weight.tolist()
        assert values["bias"] == state.bias.tolist()
        assert values["loss"] == state.loss
        if end == trainer.step:
            assert logged == list(log_lines(trainer, end))


def layer_cases():
    generator = torch.Generator().manual_seed(0)
    for number, init in enumerate(INITS):
        for shape in ((4,), (3, 4), (2, 3, 4), (0, 4)):
            spec = LayerSpec(4, 3, bias=number % 2 == 0, init=init, seed=number)
            yield spec, torch.randn(shape, generator=generator), None, None, None
    x, weight = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.1098, -0.5404]])
    yield LayerSpec(2, 1), x, weight, torch.tensor([-0.4456]), None
    yield LayerSpec(2, 1, bias=False), x, weight, None, "columns"
    yield LayerSpec(2, 1, dtype="float64"), x.double() / 3, None, torch.tensor([1 / 3]).double(), None
    yield LayerSpec(2, 1, dtype="bfloat16"), x.bfloat16() / 3, None, None, None
    yield LayerSpec(2, 1), None, None, None, None
    yield LayerSpec(70, 60), torch.randn(50, 70, generator=generator), torch.randn(60, 70), None, None
    for convention in CONVENTIONS:
        yield LayerSpec(4, 3), torch.randn(2, 4, generator=generator), None, None, convention


def test_layer_scripts_print_the_layer_and_its_output(printed_by):
    for case in layer_cases():
        spec, x, weight, bias, convention = case
        lines = printed_by(layer_script(*case))
        layer = build_layer(spec)
        weight = layer.weight.detach() if weight is None else weight
        bias = layer.bias if bias is None else bias
        values = values_of(lines)
        assert values["weight"] == weight.tolist()
        assert values.get("bias") == (None if bias is None else bias.tolist())
        if x is None:
            assert "output" not in values
            continue
        output = trace_forward(x, weight, None if bias is None else bias.detach()).output
        assert f"output shape {tuple(output.shape)}" in lines
        if convention is None:
            assert values["output"] == output.tolist()
        else:
            torch.testing.assert_close(torch.tensor(values["output"]), output)
            assert sum(line.startswith("output [") for line in lines) == 2


def test_a_layer_script_without_numbers_to_show_is_refused():
    spec = LayerSpec(2, 1)
    x = torch.zeros(1, 2)
    for arguments, error in (
        ((torch.zeros(1, 3),), ShapeError),
        ((torch.tensor(1.0),), ShapeError),
        ((x.double(),), ConfigError),
        ((x, torch.zeros(2, 1)), ShapeError),
        ((x, None, torch.zeros(2)), ShapeError),
        ((x, None, None, "rows"), ConfigError),
        ((None, None, None, "columns"), ShapeError),
        ((torch.zeros(2), None, None, "columns"), ShapeError),
    ):
        with pytest.raises(error):
            layer_script(spec, *arguments)
    with pytest.raises(ShapeError, match=r"got shape \(1, 3\); pass an x with that many features"):
        layer_script(spec, torch.zeros(1, 3))
    with pytest.raises(ShapeError, match=r"expected bias of shape None, but got \(1,\)"):
        layer_script(LayerSpec(2, 1, bias=False), x, None, torch.zeros(1))


def test_a_start_that_does_not_fit_is_refused():
    with pytest.raises(ShapeError):
        training_script(line_data(), TrainingConfig(), 10, torch.zeros(2, 2))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (3, 0), (7,), (40, 3), (2, 3, 4), (30, 100), (300,)])
def test_literals_lead_back_to_the_same_bits(dtype, shape):
    generator = torch.Generator().manual_seed(1)
    tensor = torch.randn(shape, generator=generator, dtype=torch.float64).mul(100).to(dtype)
    namespace = {"torch": torch, "base64": __import__("base64")}
    again = eval(tensor_code(tensor), namespace)  # noqa: S307  the code under test
    assert again.dtype == tensor.dtype
    assert again.shape == tensor.shape
    assert torch.equal(again, tensor)


def test_literals_keep_what_is_not_a_usual_number_and_are_short():
    tensor = torch.tensor([math.inf, -math.inf, math.nan, -0.0, 1e-45, 3.4028235e38])
    again = eval(tensor_code(tensor))  # noqa: S307  the code under test
    assert torch.equal(again.view(torch.int32)[[0, 1, 3, 4, 5]], tensor.view(torch.int32)[[0, 1, 3, 4, 5]])
    assert math.isnan(again[2])
    assert tensor_code(torch.tensor([0.1, 1 / 3])) == "torch.tensor([0.1, 0.33333334])"


def test_a_notebook_holds_the_script_and_is_valid(printed_by):
    nbformat = pytest.importorskip("nbformat")
    script = training_script(line_data(), TrainingConfig(), 20)
    notebook = nbformat.reads(as_notebook(script, "A run"), as_version=4)
    nbformat.validate(notebook)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    headings = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert headings[0] == "# A run"
    assert headings[-1] == "## 4. The result"
    assert printed_by("\n\n".join(code)) == printed_by(script)
