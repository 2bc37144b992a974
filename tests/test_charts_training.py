import math
import re

import numpy as np
import pytest
import torch
import vl_convert

from linear_core import (
    LOSSES,
    RegressionData,
    Trainer,
    TrainingConfig,
    TrainingHistory,
    builtin_data,
    least_squares,
    line_data,
    linear_data,
)
from linear_core.charts import palette
from linear_core.charts.gauge import gauge, gauge_table
from linear_core.charts.scene import MAX_POINTS, scene
from linear_core.charts.stage import POSITIONS, RESIDUALS, WORDS, stage
from linear_core.charts.training import has_theory, history_table, stage_tables, training_chart
from linear_core.theory.outlook import outlook, steps_to_loss
from linear_core.training.fit import fit
from linear_core.training.forecast import forecast
from linear_core.training.loss_contours import loss_contours


def trained(steps=500, data=None, **config):
    trainer = Trainer(data or line_data(noise_std=0.1), TrainingConfig(**{"learning_rate": 0.05, **config}))
    trainer.advance(steps)
    return trainer


def tables_of(trainer, steps=1000, rate=0.05, **options):
    return stage_tables(scene(trainer.data, trainer.start, rate, steps), trainer.history, **options)


def svg(chart):
    return vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="6.4")


# The tables


@pytest.mark.parametrize("steps", [0, 1, 3, 200, 5000])
def test_time_line_always_has_the_same_places_and_ends_at_the_present(steps):
    history = tables_of(trained(steps))["history"]
    assert history["position"].tolist() == list(range(POSITIONS + 1))
    assert history["step"].iloc[0] == 0
    assert history["step"].iloc[-1] == steps
    assert history["step"].is_monotonic_increasing


def test_table_holds_the_states_of_the_trainer():
    trainer = trained(5000)
    history = tables_of(trainer)["history"]
    for row in history.iloc[[0, 60, 137, POSITIONS]].itertuples():
        state = trainer.at(int(row.step))
        assert (row.weight_0, row.bias) == (state.weight.item(), state.bias.item())
        assert (row.loss, row.gradient) == (state.loss, state.gradient_norm)


def test_no_peak_and_no_dip_of_the_curve_is_lost():
    count = 4000
    loss = torch.full((count,), 1.0)
    loss[1234], loss[3210], loss[7] = 50.0, 0.01, 30.0
    column = torch.arange(float(count))
    history = TrainingHistory(
        torch.arange(count), loss, loss.double(), column.view(-1, 1, 1), column[:, None]
    )
    drawn = history_table(history, loss_contours(line_data(), torch.zeros(1), torch.zeros(())))
    assert {7, 1234, 3210} <= set(drawn["step"])


def test_bowl_is_that_of_the_loss_that_is_trained():
    data = line_data(noise_std=0.1, outliers=8)
    pictures = {loss: scene(data, trained(0, data).start, None, 10, loss) for loss in LOSSES}
    drawn = training_chart(trained(5, data, loss="l1"), 10)
    l1 = pictures["l1"].tables["optimum"].to_dict("records")
    assert drawn.datasets["optimum"] == l1
    assert drawn.datasets["optimum"] != pictures["mse"].tables["optimum"].to_dict("records")


def test_ten_thousand_samples_are_drawn_as_a_thousand_with_the_extremes():
    data = line_data(n_samples=10_000, noise_std=0.5)
    points = tables_of(trained(1, data))["points"]
    again = tables_of(trained(1, data))["points"]
    assert len(points) <= MAX_POINTS
    assert points.equals(again)
    for column, values in (("x_0", data.x), ("target", data.target)):
        assert points[column].min() == values.min().item()
        assert points[column].max() == values.max().item()


def test_axes_make_room_for_the_whole_way_before_it_is_gone():
    before, after = tables_of(trained(0))["ranges"], tables_of(trained(1000))["ranges"]
    for name in ("x", "y", "step", "across", "along", "parameter"):
        for end in ("min", "max"):
            assert before[f"{name}_{end}"][0] == pytest.approx(after[f"{name}_{end}"][0], rel=1e-3)


def test_axes_do_not_follow_a_run_that_diverges():
    trainer = trained(1000, learning_rate=2.0)
    assert trainer.diverged_at is not None
    ranges = tables_of(trainer, rate=2.0)["ranges"]
    assert ranges["across_max"][0] < 100
    assert ranges["parameter_max"][0] < 100
    assert ranges["loss_max"][0] > 1e30


def test_axes_grow_with_a_run_that_theory_does_not_know():
    trainer = trained(300, optimizer="adam")
    narrow = tables_of(trained(0, optimizer="adam"), rate=None)["ranges"]
    wide = tables_of(trainer, rate=None)["ranges"]
    assert wide["loss_min"][0] < narrow["loss_min"][0]


def test_path_of_another_loss_stays_in_the_picture():
    trainer = trained(2000, line_data(noise_std=0.3, outliers=8), loss="l1")
    pictures = scene(trainer.data, trainer.start, None, 2000, "l1")
    tables = stage_tables(pictures, trainer.history)
    for name, columns in (("across", ["across"]), ("along", ["along"]), ("parameter", ["weight_0", "bias"])):
        values = tables["history"][columns].to_numpy()
        assert tables["ranges"][f"{name}_min"][0] <= values.min()
        assert values.max() <= tables["ranges"][f"{name}_max"][0]


def test_axes_of_many_features_reach_the_optimum_where_the_way_is_unknown():
    trainer = Trainer(builtin_data("trees"), TrainingConfig(optimizer="adam", learning_rate=0.1))
    trainer.advance(3000)
    pictures = scene(trainer.data, trainer.start, None, steps=3000)
    ends = stage_tables(pictures, trainer.history)["ranges"].iloc[0]
    parameters = torch.cat([trainer.weight[0], trainer.bias])
    assert ends.parameter_min < parameters.min() < parameters.max() < ends.parameter_max


@pytest.mark.parametrize("features", [1, 3])
def test_axes_do_not_follow_another_loss_that_diverges(features):
    data = linear_data(features, 1, 30, noise_std=0.1)
    trainer = trained(3000, data, loss="huber", learning_rate=1e6)
    tables = stage_tables(scene(data, trainer.start, None, 3000, "huber"), trainer.history)
    assert tables["ranges"]["across_max"][0] < 100 < tables["history"]["across"].abs().max()


def test_loss_of_exactly_zero_leaves_a_range():
    data = RegressionData(torch.tensor([[-1.0], [1.0]]), torch.zeros(2, 1), ["x"], ["y"])
    trainer = Trainer(data, TrainingConfig(), torch.zeros(1, 1), torch.zeros(1))
    ranges = tables_of(trainer)["ranges"]
    assert (ranges["loss_min"][0], ranges["loss_max"][0]) == (0.1, 1.0)


def test_ghosts_and_a_state_to_come_have_their_tables():
    trainer = trained(200)
    pictures = scene(trainer.data, trainer.start, 0.05, 1000)
    ghost = history_table(trainer.history, pictures.bowl)
    future = forecast(trainer, 1_000_000, seconds=0.0).state
    tables = stage_tables(pictures, trainer.history, ghosts=[ghost, ghost], future=future)
    assert set(tables["ghosts"]["run"]) == {0, 1}
    assert len(tables["ghosts"]) <= 2 * POSITIONS
    assert tables["future"]["step"].tolist() == [1_000_000]
    fit = least_squares(trainer.data.x, trainer.data.target)
    assert tables["future"]["weight_0"][0] == pytest.approx(fit.weight.item())


def test_layer_without_bias_is_drawn_at_bias_zero():
    trainer = trained(20, bias=False)
    future = forecast(trainer, 500).state
    tables = tables_of(trainer, future=future)
    assert (tables["history"]["bias"] == 0).all()
    assert tables["future"]["bias"][0] == 0


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, True),
        ({"optimizer": "adam"}, False),
        ({"momentum": 0.9}, False),
        ({"weight_decay": 0.1}, False),
        ({"loss": "l1"}, False),
        ({"batch_size": 8}, False),
    ],
)
def test_theory_knows_plain_gradient_descent_only(changes, known):
    assert has_theory(TrainingConfig(**changes)) is known


# The pictures


@pytest.mark.parametrize("loss_scale", ["log", "linear"])
def test_specification_knows_nothing_of_the_run(loss_scale):
    specification = stage(900, loss_scale=loss_scale).to_dict()
    assert specification == stage(900, loss_scale=loss_scale).to_dict()
    assert "datasets" not in specification
    chart = training_chart(trained(50), 1000, width=900, loss_scale=loss_scale).to_dict()
    del chart["datasets"]
    assert chart == specification


@pytest.mark.parametrize("residuals", RESIDUALS)
def test_pictures_are_drawn_with_the_present_numbers(residuals):
    trainer = trained(1234)
    picture = svg(training_chart(trainer, 2000, residuals=residuals))
    assert "step  1,234" in picture
    assert f"weight  {trainer.weight.item():.4f}" in picture
    assert picture.count(f'fill="{palette.TARGET}"') >= trainer.data.n_samples


def sides(picture):
    """Width and height of every residual's square."""
    path = rf'd="M[^"h]*h(-?[\d.e-]+)v(-?[\d.e-]+)h[^"]*Z" fill="{palette.MUTED}"'
    return [(abs(float(width)), abs(float(height))) for width, height in re.findall(path, picture)]


@pytest.mark.parametrize("steps", [0, 40])
@pytest.mark.parametrize("width", [360, 720, 1040])
def test_squares_of_the_residuals_are_square(width, steps):
    trainer = trained(steps, line_data(5.0, -3.0, noise_std=0.3))
    squares = sides(svg(training_chart(trainer, 1000, width, residuals="squares")))
    assert len(squares) == trainer.data.n_samples
    assert max(height for _width, height in squares) > 20
    for wide, high in squares:
        assert wide == pytest.approx(high, abs=0.01)


def test_what_comes_back_from_far_away_begins_a_line_of_its_own():
    diverged = trained(200, learning_rate=5.0)
    back = diverged.with_config(learning_rate=0.5)
    back.advance(2000)
    states = tables_of(back, 2000, 0.5)["history"]
    for side in ("near_bowl", "near_parameters"):
        stretches = states[side]
        assert stretches.min() == 0
        assert 0 < stretches.iloc[0] < stretches.iloc[-1]
        assert (stretches[states["step"] > 1000] == stretches.iloc[-1]).all()
    lines = re.findall(
        rf'<path [^>]*stroke="{palette.WEIGHT}" stroke-width="2.5"', svg(training_chart(back, 2000))
    )
    assert len(lines) == states["near_parameters"].nunique() - 1


@pytest.mark.parametrize("loss", ["mse", "l1", "huber"])
@pytest.mark.parametrize("bias", [True, False])
def test_loss_on_the_test_part_is_drawn_for_every_state(loss, bias):
    train, test = line_data(noise_std=0.1).split(0.2, 0)
    trainer = trained(3000, train, loss=loss, bias=bias)
    pictures = scene(train, trainer.start, None, 3000, test=test, loss=loss)
    tables = stage_tables(pictures, trainer.history)
    for row in tables["history"].iloc[[0, 60, 137, POSITIONS]].itertuples():
        state = trainer.at(int(row.step))
        assert row.test_loss == pytest.approx(fit(test, state.weight, state.bias, loss).loss, rel=1e-5)
    assert len(tables["test_points"]) == test.n_samples
    assert tables["ranges"]["loss_max"][0] > tables["history"]["test_loss"].max()


def test_loss_axis_of_points_that_fit_exactly_ends_where_rounding_begins():
    x = torch.tensor([[0.0], [1.0]])
    trainer = Trainer(RegressionData(x, 2 * x, ["x"], ["y"]), TrainingConfig(learning_rate=0.5))
    ranges = tables_of(trainer, 30_000, 0.5)["ranges"]
    assert math.log10(ranges["loss_min"][0]) == pytest.approx(-13.5)


def test_axes_make_room_for_the_test_part():
    train, test = RegressionData(torch.tensor([[0.0], [1.0]]), torch.zeros(2, 1), ["x"], ["y"]), line_data()
    far = RegressionData(10 * test.x, 100 * test.target, ["x"], ["y"])
    start = Trainer(train, TrainingConfig()).start
    pictures = scene(train, start, 0.1, 100, test=far)
    assert pictures.x[1] > far.x.max()
    assert pictures.y[1] > far.target.max()
    assert pictures.match[1] > far.target.max()
    losses = pictures.expected["test_loss"]
    assert losses[0] == pytest.approx(fit(far, start.weight, start.bias).loss)


def test_test_loss_beyond_all_bounds_does_not_break_the_axes():
    train, test = line_data(noise_std=0.1).split(0.2, 0)
    far = RegressionData(test.x * 1e15, test.target, ["x"], ["y"])
    trainer = trained(2000, train, learning_rate=2.0)
    assert trainer.diverged_at is not None
    tables = stage_tables(scene(train, trainer.start, None, 2000, test=far), trainer.history)
    assert np.isfinite(tables["history"]["test_loss"]).all()
    assert np.isfinite(tables["ranges"].to_numpy()).all()


@pytest.mark.parametrize("num_features", [1, 3])
def test_test_part_is_drawn_hollow_and_named(num_features):
    data = line_data(noise_std=0.1) if num_features == 1 else linear_data(3, 1, 50, noise_std=0.1, seed=0)
    train, test = data.split(0.2, 0)
    trainer = trained(100, train)
    picture = svg(training_chart(trainer, 1000, test=test))
    hue = palette.TARGET if num_features == 1 else palette.OUTPUT
    hollow = re.findall(rf'stroke="{hue}" stroke-width="1.5" opacity="0.9"', picture)
    assert len(hollow) == test.n_samples
    assert f"— {WORDS['test_loss']}" in picture
    assert WORDS["test_hint"] in picture
    expected = f"{fit(test, trainer.weight, trainer.bias).loss:.4g}"
    assert f"{WORDS['test_loss']}  {expected}" in picture


def test_without_a_test_part_nothing_of_it_is_drawn():
    assert "test" not in str(stage(900).to_dict())
    assert "test" in str(stage(900, has_test=True).to_dict())


def test_narrow_place_puts_the_numbers_in_several_lines():
    wide, narrow = (stage(width, has_test=True).to_dict()["vconcat"][1]["height"] for width in (1200, 340))
    assert narrow == 3 * wide


def test_several_features_show_prediction_against_target():
    trainer = trained(100, linear_data(3, 1, n_samples=30, noise_std=0.1, seed=0))
    picture = svg(training_chart(trainer, 1000, width=1200))
    assert WORDS["match"] in picture
    assert WORDS["flattest"] in picture
    assert WORDS["data"] not in picture


def test_narrow_place_stacks_the_pictures_and_leaves_out_hints():
    wide, narrow = stage(1200).to_dict(), stage(340).to_dict()
    assert wide["vconcat"][0]["columns"] == 2
    assert narrow["vconcat"][0]["columns"] == 1
    assert WORDS["bowl_hint"] in str(wide)
    assert WORDS["bowl_hint"] not in str(narrow)


def test_renderer_can_be_a_canvas():
    assert stage(900, canvas=True).to_dict()["usermeta"]["embedOptions"]["renderer"] == "canvas"


def test_ruler_shows_yours_best_and_limit():
    chart = gauge().to_dict()
    chart["datasets"] = {"gauge": gauge_table(outlook(line_data(), 0.001)).to_dict("records")}
    picture = vl_convert.vegalite_to_svg({**chart, "width": 500}, vl_version="6.4")
    for text in ("yours 0.001", "best 0.78", "limit 0.82"):
        assert text in picture


@pytest.mark.parametrize("rate", [1e-9, 0.5, 1e3])
def test_chosen_rate_is_always_on_the_ruler(rate):
    table = gauge_table(outlook(line_data(), rate))
    assert table["low"][0] < rate < table["high"][0]


# The outlook


def test_steps_to_a_loss_are_those_that_the_trainer_needs():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.5))
    steps = steps_to_loss(trainer.data, trainer.weight, trainer.bias, 0.5, 1e-5)
    trainer.advance(steps)
    assert trainer.at(steps).loss <= 1e-5 < trainer.at(steps - 1).loss


def test_goal_that_is_reached_already_takes_no_step():
    assert steps_to_loss(line_data(), torch.tensor([[3.0]]), torch.tensor([0.8]), 0.5, 1e-5) == 0


@pytest.mark.parametrize(("rate", "loss"), [(0.5, 1e-9), (2.0, 1e-3)])
def test_goal_out_of_reach_is_never(rate, loss):
    data = line_data(noise_std=0.1)
    assert steps_to_loss(data, torch.zeros(1, 1), torch.zeros(1), rate, loss) is None


def test_outlook_says_when_the_rate_is_beyond_the_limit():
    ahead = outlook(line_data(), 1.0)
    assert ahead.share_of_limit > 1
    assert math.isinf(ahead.half_life)
    assert ahead.best_rate < ahead.max_rate
