"""The charts of a run show its states, and move with one parameter."""

import math
import re
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
import vl_convert

from linear_core import (
    LOSSES,
    RegressionData,
    Trainer,
    TrainingConfig,
    builtin_data,
    least_squares,
    line_data,
    linear_data,
)
from linear_core.charts import palette
from linear_core.charts.film import moving, standing
from linear_core.charts.run_tables import MAX_POINTS, ghost_table, run_tables, scene, state_rows
from linear_core.charts.run_views import RESIDUALS, titles, views
from linear_core.charts.training import training_chart
from linear_core.theory.outlook import outlook, steps_until
from linear_core.training.fit import fit
from linear_core.training.forecast import forecast
from linear_core.training.thinning import drawn_rows


def trained(steps=500, data=None, **config):
    trainer = Trainer(data or line_data(noise_std=0.1), TrainingConfig(**{"learning_rate": 0.05, **config}))
    trainer.advance(steps)
    return trainer


def scene_of(trainer, steps=1000, **options):
    return scene(trainer.data, trainer.start, trainer.config, steps, **options)


def tables_of(trainer, steps=1000, test=None, **options):
    """All tables of all charts, by their names."""
    tables = run_tables(scene_of(trainer, steps, test=test), trainer, **options)
    return {name: pd.DataFrame(table) for each in tables.values() for name, table in each.items()}


def text_of(state, test_loss=None):
    """A state as the player writes it into the charts' input."""
    numbers = [state.loss, state.gradient_norm, 0.0 if state.bias is None else state.bias.item()]
    numbers += state.weight[0].tolist() + ([] if test_loss is None else [test_loss])
    return ",".join([str(state.step), *map(repr, numbers)])


def drawn(trainer, at, name, steps=1000, test=None, **options):
    """One chart as SVG, as it is at a step."""
    chart = views(str, trainer.data.in_features, has_test=test is not None, **options)[name]
    chart = standing(chart.properties(width=400, height=200), text_of(trainer.at(at)))
    tables = run_tables(scene_of(trainer, steps, test=test), trainer)[name]
    chart.datasets = records(tables)
    return svg(chart)


def records(tables):
    """Tables as Vega-Lite reads them."""
    return {name: pd.DataFrame(table).to_dict("records") for name, table in tables.items()}


def svg(chart):
    return vl_convert.vegalite_to_svg(chart.to_dict(validate=False), vl_version="6.4")


# The tables


def test_a_row_is_a_state_as_the_charts_read_it():
    trainer = trained(300)
    rows = state_rows(trainer.states(298))
    state = trainer.at(300)
    assert rows[-1].tolist() == pytest.approx(
        [300, state.loss, state.gradient_norm, state.bias.item(), state.weight.item()]
    )
    assert rows.dtype == torch.float32
    assert state_rows(trained(3, bias=False).states())[:, 3].tolist() == [0.0] * 4


def test_rows_of_a_run_that_diverges_are_finite():
    data = line_data()
    trainer = trained(1000, RegressionData(1e6 * data.x, data.target, ["x"], ["y"]))
    assert trainer.diverged_at is not None
    assert torch.isfinite(state_rows(trainer.states(), line_data(slope=1e18))).all()


def test_table_holds_the_states_that_are_drawn():
    trainer = trained(5000)
    history = tables_of(trainer)["history"]
    assert history["step"].tolist() == trainer.history.step[drawn_rows(trainer.history)].tolist()
    for row in history.iloc[[0, 60, 137, -1]].itertuples():
        state = trainer.at(int(row.step))
        assert (row.weight_0, row.bias) == (state.weight.item(), state.bias.item())
        assert row.loss == state.loss
        assert row.gradient == pytest.approx(state.gradient_norm)


def test_the_same_steps_give_the_same_picture_whatever_follows():
    short, long = trained(100, learning_rate=0.78), trained(20_000, learning_rate=0.78)
    first, whole = (tables_of(trainer, 20_000)["history"] for trainer in (short, long))
    columns = ["step", "loss", "across", "along"]
    assert whole[whole.step <= 100][columns].equals(first[columns])


def test_the_line_leaves_a_trace_after_each_power_of_ten_of_steps():
    trainer = trained(150)
    trail = tables_of(trainer)["trail"]
    assert trail["step"].tolist() == [0, 0, 1, 1, 10, 10, 100, 100]
    for step, x, prediction in trail.itertuples(index=False):
        state = trainer.at(int(step))
        assert prediction == pytest.approx((state.weight * x + state.bias).item(), rel=1e-6)


def test_contours_are_those_of_the_loss_that_is_trained():
    data = line_data(noise_std=0.1, outliers=8)
    optima = {loss: tables_of(trained(5, data, loss=loss))["optimum"] for loss in LOSSES}
    assert not optima["l1"].equals(optima["mse"])


def test_ten_thousand_samples_are_drawn_as_a_thousand_with_the_extremes():
    data = line_data(n_samples=10_000, noise_std=0.5)
    points, again = (tables_of(trained(1, data))["points"] for _ in range(2))
    assert len(points) <= MAX_POINTS
    assert points.equals(again)
    for column, values in (("x_0", data.x), ("target", data.target)):
        assert points[column].min() == values.min().item()
        assert points[column].max() == values.max().item()


def test_axes_make_room_for_the_whole_path_before_it_is_gone():
    before, after = tables_of(trained(0))["ranges"], tables_of(trained(1000))["ranges"]
    for name in ("x", "y", "step", "across", "along", "parameter"):
        for end in ("min", "max"):
            assert before[f"{name}_{end}"][0] == pytest.approx(after[f"{name}_{end}"][0], rel=1e-3)


def test_axes_do_not_follow_a_run_that_diverges():
    trainer = trained(1000, learning_rate=2.0)
    assert trainer.diverged_at is not None
    ranges = tables_of(trainer)["ranges"]
    assert ranges["across_max"][0] < 100
    assert ranges["parameter_max"][0] < 100
    assert ranges["loss_max"][0] > 1e30


def test_axes_grow_with_a_run_that_theory_does_not_know():
    narrow, wide = (tables_of(trained(steps, optimizer="adam"))["ranges"] for steps in (0, 300))
    assert wide["loss_min"][0] < narrow["loss_min"][0]


def test_path_of_another_loss_stays_in_the_picture():
    tables = tables_of(trained(2000, line_data(noise_std=0.3, outliers=8), loss="l1"), 2000)
    for name, columns in (("across", ["across"]), ("along", ["along"]), ("parameter", ["weight_0", "bias"])):
        values = tables["history"][columns].to_numpy()
        assert tables["ranges"][f"{name}_min"][0] <= values.min()
        assert values.max() <= tables["ranges"][f"{name}_max"][0]


def test_axes_of_many_features_reach_the_optimum_where_the_path_is_unknown():
    trainer = trained(3000, builtin_data("trees"), optimizer="adam", learning_rate=0.1)
    ends = tables_of(trainer, 3000)["ranges"].iloc[0]
    parameters = torch.cat([trainer.weight[0], trainer.bias])
    assert ends.parameter_min < parameters.min() < parameters.max() < ends.parameter_max


@pytest.mark.parametrize("features", [1, 3])
def test_axes_do_not_follow_another_loss_that_diverges(features):
    trainer = trained(3000, linear_data(features, 1, 30, noise_std=0.1), loss="huber", learning_rate=1e6)
    tables = tables_of(trainer, 3000)
    assert tables["ranges"]["across_max"][0] < 100 < tables["history"]["across"].abs().max()


def test_a_path_that_nobody_knows_has_room_where_no_contour_line_closes():
    same = RegressionData(torch.ones(4, 1), torch.arange(4.0)[:, None], ["x"], ["y"])
    trainer = trained(20, same, optimizer="adam")
    tables = tables_of(trainer)
    assert not len(tables["contours"])
    assert tables["ranges"]["across_min"][0] < trainer.start.weight.item() < tables["ranges"]["across_max"][0]


def test_loss_of_exactly_zero_leaves_a_range():
    data = RegressionData(torch.tensor([[-1.0], [1.0]]), torch.zeros(2, 1), ["x"], ["y"])
    trainer = Trainer(data, TrainingConfig(), torch.zeros(1, 1), torch.zeros(1))
    ranges = tables_of(trainer)["ranges"]
    assert (ranges["loss_min"][0], ranges["loss_max"][0]) == (0.1, 1.0)


def test_ghosts_and_a_state_to_come_have_their_tables():
    trainer = trained(200)
    ghost = ghost_table(scene_of(trainer), trainer, 50)
    assert ghost["step"].min() == 50
    future = forecast(trainer, 1_000_000, seconds=0.0).state
    tables = tables_of(trainer, ghosts=[ghost, ghost], future=future)
    assert set(tables["ghosts"]["run"]) == {0, 1}
    assert tables["future"]["step"].tolist() == [1_000_000]
    fitted = least_squares(trainer.data.x, trainer.data.target)
    assert tables["future"]["across"][0] == pytest.approx(fitted.weight.item())


def test_layer_without_bias_is_drawn_at_bias_zero():
    trainer = trained(20, bias=False)
    tables = tables_of(trainer, future=forecast(trainer, 500).state)
    assert (tables["history"]["bias"] == 0).all()
    assert tables["future"]["along"][0] == 0


def test_what_comes_back_from_far_away_begins_a_line_of_its_own():
    back = trained(200, learning_rate=5.0).with_config(learning_rate=0.5)
    back.advance(2000)
    states = tables_of(back, 2000)["history"]
    for side in ("near_surface", "near_parameters"):
        stretches = states[side]
        assert stretches.min() == 0
        assert 0 < stretches.iloc[0] < stretches.iloc[-1]
        assert (stretches[states["step"] > 1000] == stretches.iloc[-1]).all()


@pytest.mark.parametrize("loss", ["mse", "l1", "huber"])
@pytest.mark.parametrize("bias", [True, False])
def test_loss_on_the_test_set_is_drawn_for_every_state(loss, bias):
    train, test = line_data(noise_std=0.1).split(0.2, 0)
    trainer = trained(3000, train, loss=loss, bias=bias)
    tables = tables_of(trainer, 3000, test)
    for row in tables["history"].iloc[[0, 60, 137, -1]].itertuples():
        state = trainer.at(int(row.step))
        assert row.test_loss == pytest.approx(fit(test, state.weight, state.bias, loss).loss, rel=1e-5)
    assert len(tables["test_points"]) == test.n_samples
    assert tables["ranges"]["loss_max"][0] > tables["history"]["test_loss"].max()


def test_loss_axis_of_points_that_fit_exactly_ends_where_rounding_begins():
    x = torch.tensor([[0.0], [1.0]])
    trainer = Trainer(RegressionData(x, 2 * x, ["x"], ["y"]), TrainingConfig(learning_rate=0.5))
    assert math.log10(tables_of(trainer, 30_000)["ranges"]["loss_min"][0]) == pytest.approx(-14)


def test_a_loss_that_grew_over_many_powers_of_ten_keeps_its_mark_off_the_frame():
    trainer = trained(1000, line_data(), learning_rate=1.0)
    low, high = (math.log10(tables_of(trainer)["ranges"][f"loss_{end}"][0]) for end in ("min", "max"))
    assert high - math.log10(trainer.loss) > 0.04 * (high - low)


def test_a_path_that_oscillates_is_thin():
    smooth, swinging = (trained(9, learning_rate=rate) for rate in (0.3, 0.8))
    assert tables_of(swinging)["ranges"]["path_width"][0] < tables_of(smooth)["ranges"]["path_width"][0]


def test_axes_make_room_for_the_test_set():
    train, test = RegressionData(torch.tensor([[0.0], [1.0]]), torch.zeros(2, 1), ["x"], ["y"]), line_data()
    far = RegressionData(10 * test.x, 100 * test.target, ["x"], ["y"])
    trainer = Trainer(train, TrainingConfig())
    ends = tables_of(trainer, 100, far)["ranges"].iloc[0]
    assert ends.x_max > far.x.max()
    assert min(ends.y_max, ends.match_max) > far.target.max()
    assert ends.loss_max > fit(far, trainer.weight, trainer.bias).loss


def test_test_loss_that_overflows_does_not_break_the_axes():
    train, test = line_data(noise_std=0.1).split(0.2, 0)
    far = RegressionData(test.x * 1e15, test.target, ["x"], ["y"])
    trainer = trained(2000, train, learning_rate=2.0)
    assert trainer.diverged_at is not None
    tables = tables_of(trainer, 2000, far)
    assert np.isfinite(tables["history"]["test_loss"]).all()
    assert np.isfinite(tables["ranges"].to_numpy()).all()


# The charts


@pytest.mark.parametrize("loss_scale", ["log", "linear"])
def test_specification_knows_nothing_of_the_run(loss_scale):
    first, second = (
        {name: moving(chart).to_dict(validate=False) for name, chart in views(loss_scale=loss_scale).items()}
        for _ in range(2)
    )
    assert first == second
    assert "datasets" not in first["loss"]


def paths(picture, color, width):
    """The lines of a color and a width, each as its points."""
    found = re.findall(rf'd="([^"]*)"[^>]*stroke="{color}" stroke-width="{width}"', picture)
    return [re.findall(r"-?[\d.]+(?:e-?\d+)?,-?[\d.]+(?:e-?\d+)?", path) for path in found]


def test_lines_go_as_far_as_the_moment():
    trainer = trained(1000)
    thin, early, late = (
        len(paths(drawn(trainer, at, "loss"), palette.OUTPUT, width)[0])
        for at, width in ((200, "1.5"), (200, "3"), (1000, "3"))
    )
    assert early == 201
    assert late == thin > 500


@pytest.mark.parametrize("at", [0, 17, 1000])
def test_line_among_the_points_is_that_of_the_moment(at):
    trainer = trained(1000, line_data())
    picture, state = drawn(trainer, at, "data"), trainer.at(at)
    ends = tables_of(trainer)["ranges"].iloc[0]
    (points,) = paths(picture, palette.OUTPUT, "3")
    heights = [float(point.split(",")[1]) for point in (points[0], points[-1])]
    for height, x in zip(heights, (ends.x_min, ends.x_max), strict=True):
        share = (state.weight.item() * x + state.bias.item() - ends.y_min) / (ends.y_max - ends.y_min)
        assert height == pytest.approx(200 * (1 - share), abs=0.01)


@pytest.mark.parametrize("residuals", RESIDUALS)
def test_every_sample_is_drawn(residuals):
    picture = drawn(trained(100), 100, "data", residuals=residuals)
    assert picture.count(f'fill="{palette.TARGET}"') == 50


def sides(picture):
    """Width and height of every residual's square."""
    path = rf'd="M[^"h]*h(-?[\d.e-]+)v(-?[\d.e-]+)h[^"]*Z" fill="{palette.MUTED}"'
    return [(abs(float(width)), abs(float(height))) for width, height in re.findall(path, picture)]


@pytest.mark.parametrize("name", ["data", "surface", "parameters"])
def test_what_leaves_the_chart_is_said_with_the_way_that_it_went(name):
    trainer = trained(40, line_data(), learning_rate=1.0)
    signs = ["↑" if trainer.at(step).bias > 0 else "↓" for step in (39, 40)]
    assert set(signs) == {"↑", "↓"}
    assert "off the chart" not in drawn(trainer, 0, name)
    for step, sign in zip((39, 40), signs, strict=True):
        assert f"{sign} off the chart" in drawn(trainer, step, name)


def test_predictions_that_leave_the_chart_are_counted_with_the_way_that_they_went():
    trainer = trained(20, linear_data(8, 1, 50, 0.1, 0), learning_rate=1.0)
    low, high = (tables_of(trainer)["ranges"][f"match_{end}"][0] for end in ("min", "max"))
    assert "off the chart" not in drawn(trainer, 0, "data")
    picture, state = drawn(trainer, 20, "data"), trainer.at(20)
    prediction = trainer.data.x @ state.weight.T + state.bias
    for arrow, gone in (("↑", prediction > high), ("↓", prediction < low)):
        assert gone.any()
        assert f"{arrow} points off the chart: {int(gone.sum())}<" in picture


def test_of_an_earlier_run_too_only_the_line_out_of_the_surface_is_drawn():
    trainer = trained(40, line_data(), learning_rate=5.0)
    now = trained(40, line_data())
    tables = run_tables(scene_of(now), now, ghosts=[ghost_table(scene_of(trainer), trainer)])
    near = tables["surface"]["ghosts"]["near_surface"]
    assert 0 < near.count_nonzero() < 5 < len(near)


def test_a_line_that_leaves_in_one_step_is_drawn_up_to_the_frame():
    states = tables_of(trained(40, line_data(), learning_rate=20.0))["history"]
    for side in ("near_surface", "near_parameters"):
        assert states[side].tolist()[:3] == [1, 1, 0]


def test_what_leaves_the_surface_at_a_side_is_said_too():
    trainer = Trainer(line_data(), TrainingConfig(), torch.tensor([[0.0]]), torch.tensor([0.5]))
    moments = {"→": "9,1,1,0.8,1e6", "←": "9,1,1,0.8,-1e6"}
    chart = views()["surface"].properties(width=400, height=200)
    tables = run_tables(scene_of(trainer), trainer)["surface"]
    for arrow, text in moments.items():
        standing_there = standing(chart, text)
        standing_there.datasets = records(tables)
        assert f"{arrow} off the chart" in svg(standing_there)


@pytest.mark.parametrize("at", [0, 40])
def test_squares_of_the_residuals_are_square(at):
    trainer = trained(40, line_data(5.0, -3.0, noise_std=0.3))
    squares = sides(drawn(trainer, at, "data", residuals="squares"))
    assert len(squares) == trainer.data.n_samples
    assert max(height for _width, height in squares) > 20
    for wide, high in squares:
        assert wide == pytest.approx(high, abs=0.01)


@pytest.mark.parametrize("num_features", [1, 3])
def test_test_set_is_drawn_hollow(num_features):
    data = line_data(noise_std=0.1) if num_features == 1 else linear_data(3, 1, 50, noise_std=0.1, seed=0)
    train, test = data.split(0.2, 0)
    trainer = trained(100, train)
    hue = palette.TARGET if num_features == 1 else palette.OUTPUT
    picture = drawn(trainer, 100, "data", test=test)
    assert len(re.findall(rf'stroke="{hue}" stroke-width="1.5" opacity="0.9"', picture)) == test.n_samples


def test_without_a_test_set_nothing_of_it_is_drawn():
    for name, chart in views().items():
        assert not re.search("test_(loss|points)", str(chart.to_dict(validate=False))), name
    assert "test_loss" in str(views(has_test=True)["loss"].to_dict(validate=False))


def test_several_features_show_prediction_against_target():
    trainer = trained(100, linear_data(3, 1, n_samples=30, noise_std=0.1, seed=0))
    assert ">prediction</text>" in drawn(trainer, 100, "data")
    assert "along the flattest direction" in drawn(trainer, 100, "surface")


def test_point_on_the_surface_is_the_projection_of_the_moment():
    trainer = trained(100, linear_data(3, 1, n_samples=30, noise_std=0.1, seed=0))
    pictures = scene_of(trainer)
    plane, state = pd.DataFrame(pictures.tables["plane"]).iloc[0], trainer.at(70)
    parameters = {"bias": state.bias.item()} | {
        f"weight_{i}": w for i, w in enumerate(state.weight[0].tolist())
    }
    for side, place in zip(
        ("across", "along"), pictures.surface.place(state.weight, state.bias)[0], strict=True
    ):
        value = plane[f"{side}_offset"] + sum(plane[f"{side}_{name}"] * p for name, p in parameters.items())
        assert value == pytest.approx(place.item(), abs=1e-5)


def test_a_notebook_has_all_four_with_a_slider():
    trainer = trained(1234)
    chart = training_chart(trainer, 2000)
    picture = svg(chart)
    for title in titles().values():
        assert title in picture
    assert chart.to_dict()["datasets"]["moments"][-1]["text"].startswith("1234,")
    numbers = [float(number) for number in chart.to_dict()["datasets"]["moments"][-1]["text"].split(",")]
    assert numbers == pytest.approx([float(number) for number in text_of(trainer.at(1234)).split(",")])


# The outlook


def is_close(states):
    return ((states.weight - 3).abs() <= 0.03).flatten(1).all(dim=1)


def test_steps_to_a_loss_are_those_that_the_trainer_needs():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.5))
    at_most = partial(steps_until, lambda path: path.loss <= 1e-5)
    steps = at_most(trainer.data, trainer.weight, trainer.bias, 0.5)
    trainer.advance(steps)
    assert trainer.at(steps).loss <= 1e-5 < trainer.at(steps - 1).loss


def test_steps_to_a_weight_are_those_that_the_trainer_needs():
    trainer = Trainer(line_data(), TrainingConfig())
    steps = steps_until(is_close, trainer.data, trainer.weight, trainer.bias, 1e-3)
    trainer.advance(40_000)
    made = (trainer.history.weight[:, 0, 0] >= 2.97).nonzero()[0].item()
    assert steps == pytest.approx(made, rel=1e-3)  # the run is rounded at each step


@pytest.mark.parametrize("rate", [0.78, 0.8, 0.81])
def test_a_goal_that_an_oscillation_passes_through_is_met_only_from_where_it_stays_met(rate):
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=rate))
    steps = steps_until(is_close, trainer.data, trainer.weight, trainer.bias, rate)
    trainer.advance(1000)
    close = is_close(trainer.history)
    assert close[:steps].any()
    assert steps == close.logical_not().nonzero()[-1].item() + 1


def test_goal_that_is_reached_already_takes_no_step():
    start = torch.tensor([[3.0]]), torch.tensor([0.8])
    assert steps_until(lambda path: path.loss <= 1e-5, line_data(), *start, 0.5) == 0


@pytest.mark.parametrize(("rate", "loss"), [(0.5, 1e-9), (2.0, 1e-3)])
def test_goal_out_of_reach_is_never(rate, loss):
    data = line_data(noise_std=0.1)
    start = torch.zeros(1, 1), torch.zeros(1)
    assert steps_until(lambda path: path.loss <= loss, data, *start, rate) is None


def test_outlook_says_when_the_rate_is_beyond_the_limit():
    ahead = outlook(line_data(), 1.0)
    assert ahead.share_of_limit > 1
    assert math.isinf(ahead.half_life)
    assert ahead.best_rate < ahead.max_rate
