"""The pictures of traps, races, a step and a film show the numbers they are made of."""

import io
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from linear_core import (
    TRAPS,
    ConfigError,
    RegressionData,
    Trainer,
    TrainingConfig,
    builtin_data,
    line_data,
    linear_data,
    race,
)
from linear_core.charts.animation import training_gif
from linear_core.charts.curves import curve_table, curves_chart
from linear_core.charts.microscope import step_chart
from linear_core.charts.race import paths_chart
from linear_core.charts.traps import differences_chart, lines_chart

DATA = line_data(noise_std=0.1)
CONFIG = TrainingConfig(learning_rate=0.1)


def rows_of(chart):
    """The tables of a chart, by their columns."""
    tables = chart.to_dict()["datasets"].values()
    return {tuple(table[0]): table for table in tables if table}


def table_with(chart, column):
    return next(table for columns, table in rows_of(chart).items() if column in columns)


def traced(data=DATA, **config):
    trainer = Trainer(data, TrainingConfig(learning_rate=0.1, **config))
    trainer.advance(3)
    return trainer.trace_step()


@pytest.mark.parametrize("stage", [1, 2, 3, 4])
@pytest.mark.parametrize("data", [DATA, linear_data(3, 2, 400, 0.1)])
def test_each_stage_of_a_step_draws_its_own_numbers(stage, data):
    trace = traced(data)
    chart = step_chart(trace, stage)
    table = table_with(chart, "pull")
    assert len(table) == min(data.n_samples, 300)
    assert table[0]["target"] == trace.target[0, 0].item()
    last = table[-1]
    assert last["prediction"] == trace.prediction[-1, 0].item()
    after = F.linear(trace.x, trace.new_weight, trace.new_bias)[-1, 0].item()
    assert last["after"] == pytest.approx(after, rel=1e-5)
    drawn = str(chart.to_dict())
    assert ("pull" in drawn.partition("datasets")[0]) is (stage == 3)
    largest = max(table, key=lambda row: abs(row["grad"]))
    assert abs(largest["pull"] - largest["prediction"]) <= trace.residual[:, 0].abs().max().item() * 1.001


def test_axes_are_the_same_in_all_stages_of_a_step_and_a_layer_without_bias_is_drawn():
    trace = traced(bias=False)
    encodings = []
    for stage in (1, 2, 3, 4):
        layers = step_chart(trace, stage).to_dict()["layer"]
        encodings.append({str(layer["encoding"]["y"].get("scale")) for layer in layers})
    assert all(each == encodings[0] for each in encodings)
    flat = RegressionData(torch.tensor([[0.0], [0.0]]), torch.zeros(2, 1), ["x"], ["y"])
    trainer = Trainer(flat, TrainingConfig(bias=False))
    assert step_chart(trainer.trace_step(), 3).to_dict()


@pytest.mark.parametrize("name", ["rate_over_limit", "no_bias"])
def test_both_lines_of_a_trap_are_those_of_its_runs(name):
    result = TRAPS[name].run(DATA, CONFIG, 20)
    table = table_with(lines_chart(result, "good", "bad"), "run")
    for run, label in ((result.right, "good"), (result.wrong, "bad")):
        first = next(row for row in table if row["run"] == label)
        bias = 0 if run.bias is None else run.bias[-1].item()
        assert first["target"] == pytest.approx(run.weight[-1].item() * first["x"] + bias)


def test_a_constant_target_still_has_a_picture():
    flat = replace(DATA, target=torch.ones_like(DATA.target), true_weight=None, true_bias=None)
    assert lines_chart(TRAPS["no_bias"].run(flat, CONFIG, 3)).to_dict()


def test_the_matrix_of_differences_shows_its_own_cells_at_most_forty_each_way():
    result = TRAPS["target_shape"].run(DATA, CONFIG, 20)
    table = table_with(differences_chart(result.differences), "sign")
    assert len(table) == 40 * 40
    for cell in (table[0], table[77], table[-1]):
        value = result.differences[cell["row"], cell["column"]].item()
        assert float(cell["value"].replace("−", "-")) == pytest.approx(value)
        assert cell["strength"] <= 1
    assert len(table_with(differences_chart(torch.zeros(2, 2)), "sign")) == 4


def test_curves_keep_their_ends_and_extremes_however_long_they_are():
    loss = torch.rand(5000, generator=torch.Generator().manual_seed(0)) + 1
    loss[3333], loss[4444] = 50.0, 0.01
    short = torch.tensor([3.0, 2.0])
    table = curve_table({"long": (torch.arange(5000), loss), "short": (torch.arange(2), short)})
    long = table[table.run == "long"]
    assert len(long) <= 510
    assert {0, 3333, 4444, 4999} <= set(long.step)
    assert table[table.run == "short"].loss.tolist() == [3.0, 2.0]
    chart = curves_chart(["long", "short"], "Schritt", "Verlust")
    assert "datasets" not in chart
    assert "Schritt" in str(chart)


@pytest.mark.parametrize("bias", [True, False])
def test_paths_of_a_race_are_its_histories(bias):
    runs = race(DATA, replace(CONFIG, bias=bias), ["SGD", "Adam"], 30)
    chart = paths_chart(DATA, runs)
    table = table_with(chart, "run")
    adam = [row for row in table if row["run"] == "Adam"]
    assert [row["weight"] for row in adam] == runs[1].history.weight[:, 0, 0].tolist()
    expected = runs[1].history.bias[:, 0].tolist() if bias else [0.0] * 31
    assert [row["bias"] for row in adam] == expected


def test_a_path_that_runs_away_does_not_shrink_the_others():
    data = builtin_data("cars")
    runs = race(data, TrainingConfig(learning_rate=0.01), ["SGD", "Adam"], 50)
    domains = [
        layer["encoding"]["x"]["scale"]["domain"] for layer in paths_chart(data, runs).to_dict()["layer"]
    ]
    assert max(abs(end) for domain in domains for end in domain) < 30


def test_a_film_has_its_frames_and_tells_how_far_it_is():
    trainer = Trainer(DATA, CONFIG)
    trainer.advance(50)
    shares = []
    film = training_gif(trainer, 50, 300, num_frames=3, on_progress=shares.append)
    picture = Image.open(io.BytesIO(film))
    assert picture.n_frames == 3
    assert shares == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1]
    frames = []
    for frame in range(3):
        picture.seek(frame)
        frames.append(picture.convert("RGB").tobytes())
    assert len(set(frames)) == 3
    assert Image.open(io.BytesIO(training_gif(trainer, 50, 300, num_frames=2))).n_frames == 2
    for count in (1, 41):
        with pytest.raises(ConfigError, match=str(count)):
            training_gif(trainer, 50, num_frames=count)
