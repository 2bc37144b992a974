"""The pictures of traps, races, a step and a film show the numbers they are made of."""

import io
import re
from dataclasses import replace
from operator import sub

import pytest
import torch
import torch.nn.functional as F
import vl_convert
from PIL import Image, ImageColor

from linear_core import (
    TRAPS,
    ConfigError,
    RegressionData,
    Trainer,
    TrainingConfig,
    TrainingHistory,
    builtin_data,
    line_data,
    linear_data,
    race,
)
from linear_core.charts import palette
from linear_core.charts.film import standing
from linear_core.charts.microscope import step_chart
from linear_core.charts.side_by_side import (
    COLORS,
    film_rows,
    film_tables,
    lines_view,
    losses_view,
    paths_view,
)
from linear_core.charts.training import training_gif
from linear_core.charts.traps import differences_chart

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


def test_the_matrix_of_differences_shows_its_own_cells_at_most_forty_each_way():
    result = TRAPS["target_shape"].run(DATA, CONFIG, 20)
    table = table_with(differences_chart(result.differences), "sign")
    assert len(table) == 40 * 40
    for cell in (table[0], table[77], table[-1]):
        value = result.differences[cell["row"], cell["column"]].item()
        assert float(cell["value"].replace("−", "-")) == pytest.approx(value)
        assert cell["strength"] <= 1
    assert len(table_with(differences_chart(torch.zeros(2, 2)), "sign")) == 4


def both(bias=True, steps=30):
    runs = race(DATA, replace(CONFIG, bias=bias), ["SGD", "Adam"], steps)
    return {run.name: run.history for run in runs}


@pytest.mark.parametrize("bias", [True, False])
def test_runs_side_by_side_are_their_histories(bias):
    runs = both(bias)
    rows = film_rows(runs)
    assert rows[:, 0].tolist() == list(range(31))
    adam = rows[:, 5:9]
    assert adam[:, 0].tolist() == runs["Adam"].loss.tolist()
    assert adam[:, 2].tolist() == (runs["Adam"].bias[:, 0].tolist() if bias else [0.0] * 31)
    assert adam[:, 3].tolist() == runs["Adam"].weight[:, 0, 0].tolist()
    paths = film_tables(runs, DATA)["paths"]["paths"]
    assert paths[paths.run == "Adam"].weight.tolist() == runs["Adam"].weight[:, 0, 0].tolist()


def test_a_run_that_has_ended_stays_at_its_last_state():
    result = TRAPS["rate_over_limit"].run(DATA, replace(CONFIG, learning_rate=30.0), 200)
    runs = both(steps=200)
    short = TrainingHistory(
        result.wrong.step, result.wrong.loss, result.wrong.loss, result.wrong.weight, None
    )
    rows = film_rows({"short": short.rows(slice(0, 5)), "SGD": runs["SGD"]})
    assert len(rows) == 201
    assert rows[200, 1] == short.loss[4]
    assert torch.isfinite(rows).all()


def test_a_path_that_runs_away_does_not_shrink_the_others():
    data = builtin_data("cars")
    runs = {
        run.name: run.history for run in race(data, TrainingConfig(learning_rate=0.01), ["SGD", "Adam"], 50)
    }
    ends = film_tables(runs, data)["paths"]["ranges"].iloc[0]
    assert max(abs(ends[f"{name}_{end}"]) for name in ("weight", "bias") for end in ("min", "max")) < 100


@pytest.mark.parametrize("view", [losses_view, paths_view, lines_view])
def test_each_view_of_several_runs_is_drawn_at_the_moment(view):
    picture = drawn_side_by_side(view, both(), 20)
    for color in COLORS[:2]:
        assert color in picture


def test_a_sample_beside_the_lines_of_several_runs_says_its_numbers():
    samples = lines_view(["a", "b"], x="speed").to_dict(validate=False)["layer"][1]
    assert [(each["field"], each["title"]) for each in samples["encoding"]["tooltip"]] == [
        ("x_0", "speed"),
        ("target", "target"),
    ]


def drawn_side_by_side(view, runs, step):
    chart = standing(view(list(runs)).properties(width=300, height=200), row_text(runs, step))
    name = view.__name__.removesuffix("_view")
    chart.datasets = {key: table.to_dict("records") for key, table in film_tables(runs, DATA)[name].items()}
    return vl_convert.vegalite_to_svg(chart.to_dict(validate=False), vl_version="6.4")


@pytest.mark.parametrize("view", [paths_view, lines_view])
def test_a_run_that_leaves_the_chart_is_said_in_its_color(view):
    raced = race(DATA, replace(CONFIG, learning_rate=1.0), ["Adam", "SGD"], 300)
    runs = {run.name: run.history for run in raced}
    assert "off the chart" not in drawn_side_by_side(view, runs, 0)
    picture = drawn_side_by_side(view, runs, 300)
    assert re.findall(r'fill="(#\w+)">[↑↓] off the chart<', picture) == [COLORS[1]]


def test_a_constant_target_still_has_a_picture():
    flat = replace(DATA, target=torch.ones_like(DATA.target), true_weight=None, true_bias=None)
    runs = {run.name: run.history for run in race(flat, CONFIG, ["SGD", "Adam"], 3)}
    ends = film_tables(runs, flat)["lines"]["ranges"].iloc[0]
    assert ends.y_min < 1 < ends.y_max


def row_text(runs, step):
    return ",".join(map(str, film_rows(runs)[step].tolist()))


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
        shown = picture.convert("RGB")
        frames.append(shown.tobytes())
        for hue in (palette.WEIGHT, palette.BIAS, palette.OUTPUT):
            wanted = ImageColor.getrgb(hue)
            nearest = min(max(map(abs, map(sub, color, wanted))) for _, color in shown.getcolors())
            assert nearest < 25, (frame, hue)
    assert len(set(frames)) == 3
    assert Image.open(io.BytesIO(training_gif(trainer, 50, 300, num_frames=2))).n_frames == 2
    for count in (1, 61):
        with pytest.raises(ConfigError, match=str(count)):
            training_gif(trainer, 50, num_frames=count)
