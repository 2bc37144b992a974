"""The training page: its controls, its sections, and the film that each link and change leads to."""

import csv
import io
import json
import math

import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from linear_core import (
    OPTIMIZERS,
    TRAPS,
    RegressionData,
    Trainer,
    TrainingConfig,
    builtin_data,
    least_squares,
    line_data,
    linear_data,
)
from linear_core.exchange.table_link import decode_table, encode_table
from linear_core.theory.outlook import outlook
from linear_core.training import thinning
from linear_core.training.fit import fit
from linear_core.training.optimizers import OPTIMIZER_CHOICES
from pages._ui import link
from pages._ui.numbers import reading
from pages._ui.rate import names_of
from pages._ui.training import export, film, samples
from pages._ui.training.choices import SECTIONS, Training
from tests.programs import output

PAGE = "pages/4_Training.py"


def open_page(**query):
    app = AppTest.from_file("../streamlit_app.py", default_timeout=60)
    app.run()
    for key, value in query.items():
        app.query_params[key] = str(value)
    return fine(app.switch_page(PAGE).run())


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A link may take long: speed is not what is tested here."""
    monkeypatch.setattr(film, "AT_ONCE", 60.0)


def fine(app):
    assert not app.exception
    return app


def run_of(app):
    return app.session_state["training_run"]


def press(app, key):
    return fine(app.button(key=key).click().run())


def texts(app):
    return [each.value for each in (*app.markdown, *app.caption, *app.code)]


def reference(steps, **config):
    trainer = Trainer(line_data(), TrainingConfig(**config))
    trainer.advance(steps)
    return trainer


def copy_link_of(app):
    """What the button that copies the link is given."""
    given = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]
    return next(each for each in given if "copied" in each)


def film_of(app):
    """What the player is given, as the page would draw it now."""
    return film.film_of(run_of(app), shown(app))


def shown(app):
    state = app.session_state
    values = {name: state[name] for name in Training.params() if name in state}
    return Training(**values)


# Links


def test_page_opens_with_the_start_of_the_reference_program():
    run = run_of(open_page())
    assert (run.trainer.step, run.trainer.loss) == (0, reference(0).loss)


def test_a_finished_run_by_link_opens_finished():
    app = open_page(steps=3000, at=3000)
    assert run_of(app).trainer.loss == reference(3000).loss
    played = film_of(app)
    assert (played.is_whole, played.place, played.total) == (True, 3000, 3000)
    history = reference(3000).history
    early = int((history.loss <= 0.1 * history.loss[0]).nonzero()[0])
    slowed = f"Fast at first, then slow: nine tenths of the loss was gone after {early:,} steps."
    assert played.texts["done"].startswith(f"Done: all 3,000 steps. {slowed}")
    assert played.rows(2990)[-1, 1].item() == reference(3000).loss


def test_a_finished_run_says_from_where_on_its_loss_was_small():
    done = film_of(open_page(steps=120, at=120, learning_rate=0.78)).texts["done"]
    small = reference(120, learning_rate=0.78).history
    assert f"Loss ≤ 0.001 from step {small.since(small.loss <= 1e-3)} on." in done
    assert "≤" not in film_of(open_page(steps=20, at=20, learning_rate=0.78)).texts["done"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"noise_std": 0.1}, "Converged: from step {step} on the loss is at most 1% above its minimum."),
        ({}, "Converged: from step {step} on the loss is 0, up to rounding."),
        ({"learning_rate": 0.1, "steps": 2000, "at": 2000}, "From step {step} on nothing changes"),
    ],
)
def test_a_run_that_has_converged_says_so_while_it_plays_and_in_the_end(query, said):
    played = film_of(open_page(**({"learning_rate": 0.78, "steps": 300, "at": 300} | query)))
    said = said.format(step=f"{played.settled:,}")
    assert played.texts["settled"].startswith(said)
    assert said in played.texts["done"]
    assert ("Loss ≤ 0.001 from step" in played.texts["done"]) == ("noise_std" not in query)
    assert "nine tenths" not in played.texts["done"]


def test_what_may_still_go_away_from_its_minimum_has_not_converged():
    query = {"noise_std": 0.1, "learning_rate": 0.1, "momentum": 0.9, "at": 500}
    app = open_page(steps=1000, **query)
    run = run_of(app)
    run.trainer = run.trainer.back_to(500)
    assert film_of(app).settled is None
    run.compute(1000)
    assert film_of(app).settled < 500


def test_a_link_brings_the_changes_of_a_run():
    app = open_page(run="0~~500~learning_rate~0.1", learning_rate=0.1, steps=1000, at=700)
    expected = reference(500).with_config(learning_rate=0.1)
    expected.advance(500)
    assert run_of(app).trainer.loss == expected.loss
    assert any("From step 500: learning rate 0.001 → 0.1" in text for text in texts(app))


def test_a_number_that_does_not_fit_is_named_and_the_default_holds():
    app = open_page(batch="4.6")
    assert any("batch=4.6" in warning.value for warning in app.warning)
    assert app.session_state["batch"] == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"slope": -2.0, "bend": 1.5}, line_data(-2.0, bend=1.5)),
        ({"data": "features", "num_features": 4, "noise_std": 0.2}, linear_data(4, 1, 50, 0.2)),
        ({"data": "galton"}, builtin_data("galton")),
        ({"data": "own", "own": ".1_2__3_4__5_7"}, decode_table(".1_2__3_4__5_7")),
    ],
)
def test_a_link_brings_the_data_it_names(query, expected):
    data = run_of(open_page(**query)).trainer.data
    assert torch.equal(data.x, expected.x)
    assert torch.equal(data.target, expected.target)


def test_a_very_long_film_opens_at_the_very_step_where_it_was_left(monkeypatch):
    for module in (film, thinning):
        monkeypatch.setattr(module, "ALL_SHOWN", 200)
    app = open_page(steps=3000, at=2501)
    played = film_of(app)
    near = played.near(2501)
    assert 2501 not in played.rows(0)[:, 0]
    assert near[:, 0].tolist() == list(range(1501, 3001))
    assert near[1000, 4].item() == run_of(app).trainer.at(2501).weight.item()
    [message] = [each.proto.bytes for each in app.get("bidi_component") if each.proto.bytes]
    assert message.endswith(near.numpy().tobytes())


# Changes, and what the next press will do


def test_a_change_of_data_applies_where_the_film_stands():
    app = open_page(steps=1000, at=100)
    fine(app.slider(key="slope").set_value(-2.0).run())
    run = run_of(app)
    assert [change.step for change in run.changes] == [100]
    assert run.trainer.data.true_weight.item() == -2
    assert film_of(app).cut == 100


def test_best_rate_and_standardization_are_tried_and_taken_back_by_a_button():
    app = open_page()
    best = outlook(line_data(), 0.001).best_rate
    press(app, "use_rate")
    assert app.session_state["learning_rate"] == pytest.approx(best, rel=0.05)
    press(app, "undo_learning_rate")
    assert app.session_state["learning_rate"] == 0.001
    press(app, "use_x")
    assert run_of(app).trainer.data.x_mean is not None
    press(app, "use_x")
    assert run_of(app).trainer.data.x_mean is None


def test_before_a_change_the_rate_that_was_in_force_is_said():
    said = "In force at step 30: 0.001."
    app = open_page(run="0~~50~learning_rate~0.1", learning_rate=0.1, steps=200, at=30)
    assert any(said in text for text in texts(app))
    app = open_page(run="0~~50~learning_rate~0.1", learning_rate=0.1, steps=200, at=60)
    assert not any("In force at step" in text for text in texts(app))


def test_a_change_can_be_taken_back():
    app = open_page(steps=500, at=200)
    press(app, "use_rate")
    press(app, "undo_change_0")
    assert run_of(app).changes == ()
    assert app.session_state["learning_rate"] == 0.001
    assert run_of(app).trainer.loss == reference(run_of(app).trainer.step).loss


def test_after_the_end_a_change_offers_to_train_again():
    app = open_page(steps=200, at=200)
    assert not film_of(app).again
    press(app, "use_rate")
    assert film_of(app).again
    assert "Train again" in film_of(app).texts["done"]


def test_another_seed_waits_for_training_to_start_again():
    app = open_page(steps=200, at=100)
    fine(app.number_input(key="start_seed").set_value(7).run())
    assert film_of(app).again
    assert any("press **Train again**" in text for text in texts(app))
    fine(app.number_input(key="start_seed").set_value(0).run())
    assert not film_of(app).again


def test_a_seed_that_waits_is_said_even_where_the_run_diverged():
    app = open_page(learning_rate=2.0, steps=1000, at=1000)
    assert "alarm" in film_of(app).texts
    fine(app.number_input(key="start_seed").set_value(7).run())
    assert film_of(app).again
    assert "alarm" not in film_of(app).texts
    assert "press “Train again”" in film_of(app).texts["done"]


def test_changes_are_listed_as_their_controls_call_them():
    app = open_page(
        run="0~~50~data~galton~~60~optimizer~adam~loss~huber",
        data="galton",
        optimizer="adam",
        loss="huber",
        at=70,
    )
    said = " ".join(texts(app))
    assert "Data A line → Heights" in said
    assert "optimizer SGD → Adam, loss MSELoss → HuberLoss" in said


def test_before_the_first_step_another_seed_begins_anew():
    app = open_page()
    fine(app.number_input(key="start_seed").set_value(7).run())
    assert run_of(app).trainer.loss == reference(0, seed=7).loss


def test_fewer_steps_than_were_made_shorten_the_run():
    app = open_page(steps=3000, at=3000)
    fine(app.select_slider(key="steps").set_value(100).run())
    assert (run_of(app).trainer.step, app.session_state["at"]) == (100, 100)
    assert film_of(app).texts["done"].startswith("Done: all 100 steps. Computed in")


def test_what_was_changed_after_the_end_of_a_shortened_run_is_not_changed_before_it():
    app = open_page(run="0~~500~learning_rate~0.1", learning_rate=0.1, steps=1000, at=200)
    fine(app.select_slider(key="steps").set_value(300).run())
    assert (run_of(app).trainer.step, run_of(app).changes) == (300, ())
    assert app.session_state["learning_rate"] == 1e-3
    assert run_of(app).trainer.loss == reference(300).loss


def test_divergence_is_an_alarm_with_its_step():
    app = open_page(learning_rate=2.0, steps=1000, at=1000)
    run = run_of(app)
    assert str(run.trainer.diverged_at) in film_of(app).texts["alarm"].replace(",", "")
    assert film_of(app).texts["remedy"] == "Go on with 0.78"
    assert any("training diverges" in text for text in texts(app))
    assert torch.isfinite(film_of(app).rows(0)).all()


@pytest.mark.parametrize(("stop", "value"), [("loss", 0.5), ("gradient_norm", 1.0), ("patience", 50)])
def test_run_stops_at_its_condition(stop, value):
    app = open_page(stop=stop, stop_value=value, learning_rate=0.1, steps=20_000, at=20_000)
    assert run_of(app).trainer.stopped_by == stop
    assert film_of(app).texts["done"].startswith("Stopped at step ")


def test_other_data_of_other_sizes_begin_anew_and_say_so():
    app = open_page(steps=100, at=10)
    fine(app.selectbox(key="data:en").set_value("trees").run())
    assert run_of(app).trainer.weight.shape == (1, 2)
    assert "a new layer was created" in film_of(app).texts["ready"]


@pytest.mark.parametrize("section", SECTIONS)
def test_data_that_cannot_be_made_are_refused_and_the_page_lives(section):
    app = open_page(outliers=9, n_samples=4, section=section)
    assert any("outliers" in error.value for error in app.error)
    fine(app.slider(key="outliers").set_value(2).run())
    assert not app.error
    assert run_of(app).trainer.data.n_samples == 4


def test_a_change_that_cannot_be_followed_is_said_beside_its_control():
    app = open_page(n_samples=4, steps=100, at=10)
    fine(app.slider(key="outliers").set_value(9).run())
    [beside] = app.expander[0].error
    assert "outliers" in beside.value
    assert run_of(app).trainer.step == 100
    fine(app.slider(key="outliers").set_value(1).run())
    assert not app.error


def test_what_the_data_do_not_use_changes_nothing_and_comes_back_with_them():
    app = open_page(slope=5)
    fine(app.selectbox(key="data:en").set_value("cars").run())
    assert run_of(app).values["slope"] == Training.slope.default
    fine(app.selectbox(key="data:en").set_value("line").run())
    assert torch.equal(run_of(app).trainer.data.target, line_data(slope=5.0).target)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_of_the_package_is_offered_and_trains(optimizer):
    app = open_page(optimizer=optimizer, steps=50, at=50)
    assert OPTIMIZERS[optimizer].torch_name in app.button_group(key="optimizer").options
    assert run_of(app).trainer.loss == reference(50, optimizer=optimizer).loss


# The learning rate


def test_limit_and_best_rate_are_those_with_momentum():
    app = open_page(momentum=0.9, learning_rate=0.5)
    ahead = outlook(line_data(), 0.5, momentum=0.9)
    halves = f"At learning rate 0.5 the slowest part of the error halves every {ahead.half_life:.0f}"
    assert any(halves in text for text in texts(app))
    press(app, "use_rate")
    assert app.session_state["learning_rate"] == pytest.approx(ahead.best_rate, rel=0.05)


def test_momentum_one_is_said_to_oscillate():
    app = open_page(momentum=1.0, learning_rate=0.5)
    assert any("oscillate" in text for text in texts(app))
    assert "use_rate" not in {button.key for button in app.button}


@pytest.mark.parametrize("query", [{"learning_rate": 0.78}, {"data": "longley"}, {"optimizer": "adam"}])
def test_a_rate_is_offered_only_where_it_helps(query):
    keys = {button.key for button in open_page(**query).button}
    assert keys & {"use_rate", "use_x"} == {"use_x"}


def test_one_step_is_not_called_one_steps():
    text = " ".join(texts(open_page(standardize="true")))
    assert "(condition number 1): none is slower" in text
    assert "every 1 steps" not in text


@pytest.mark.parametrize("changes", [{"optimizer": "adam"}, {"loss": "l1"}, {"batch": 8}])
def test_where_theory_does_not_hold_best_and_limit_are_a_guide(changes):
    assert any("only a guide" in text for text in texts(open_page(**changes)))


def test_marks_of_the_rate_are_told_apart_or_have_one_name():
    assert names_of(0.7812, 0.8204) == ("best 0.78", "limit 0.82")
    assert names_of(0.7812, 0.7834) == ("best 0.781", "limit 0.783")
    assert names_of(3.412e-6, 3.41201e-6) == ("best and limit 3.4e-06", "")
    assert names_of(None, None) == ("", "")


@pytest.mark.parametrize("data", ["norris", "galton", "cars", "forbes", "trees"])
def test_best_rate_is_not_rounded_beyond_the_limit(data):
    app = press(open_page(data=data), "use_rate")
    assert app.session_state["learning_rate"] < outlook(run_of(app).trainer.data, 0.1).max_rate


# Sections follow the film


def test_exact_numbers_and_goals_are_those_of_the_run():
    app = open_page(section="steps", steps=5000, at=1234, learning_rate=0.1)
    state = reference(1234, learning_rate=0.1).at(1234)
    assert f"{state.loss:.9g}".replace("-", "−") in app.table[0].value.iloc[:, 1].tolist()
    history = reference(5000, learning_rate=0.1).history
    close = ((history.weight.flatten().double() - 3).abs() <= 0.03).nonzero()[0].item()
    assert any(f"**{history.step[close]:,}** steps" in text for text in texts(app))
    low = (history.loss <= 1e-3).nonzero()[0].item()
    assert any(f"**{history.step[low]:,}** steps" in text for text in texts(app))


@pytest.mark.parametrize("steps", [21, 100])  # while weight oscillates, and after it
def test_a_goal_is_met_from_the_step_where_it_stays_met(steps):
    app = open_page(section="steps", steps=steps, at=steps, learning_rate=0.8)
    close = (reference(1000, learning_rate=0.8).history.weight.flatten() - 3).abs() <= 0.03
    expected = close.logical_not().nonzero()[-1].item() + 1
    assert close[21]
    assert any(f"**{expected}** steps" in text for text in texts(app))


def test_a_goal_that_is_not_reached_yet_is_foretold():
    app = open_page(section="steps", steps=100, at=100)
    assert any("steps in all, at learning rate 0.001 from step 100 on" in text for text in texts(app))
    app = open_page(section="steps", steps=100, at=100, optimizer="adam")
    assert any("Not reached within the 100 steps taken." in text for text in texts(app))


def test_what_can_be_computed_is_not_foretold():
    app = open_page(section="steps", steps=100, at=100, future=3000)
    assert f"{reference(3000).loss:.9g}" in app.table[-1].value.iloc[:, 1].tolist()
    assert any("PyTorch's own steps" in text for text in texts(app))


def test_what_is_hollow_is_said_and_several_features_have_no_residuals_to_choose():
    def said(**query):
        app = open_page(test_percent=20, **query)
        menus = [menu.proto.label for menu in app.get("menu_button")]
        return " ".join(f"{each.value} {each.help}" for each in app.markdown), len(menus)

    line, several = said(), said(data="features")
    assert "Hollow points belong to the test set." in line[0]
    assert "hollow: test set" in several[0]
    assert (line[1], several[1]) == (2, 1)


def test_log_shows_the_lines_up_to_the_place_of_the_film():
    app = open_page(section="log", steps=30_000, at=60)
    assert app.code[0].value.splitlines()[0].startswith("Epoch[59/30000], loss: ")
    assert len(app.code[0].value.splitlines()) == 3
    assert any("`Epoch[19/…]` is the script's pass 19, counted from 0" in text for text in texts(app))


def test_the_step_in_detail_is_that_of_the_film_with_its_own_config():
    app = open_page(section="microscope", run="0~loss~l1~~50~loss~mse", steps=100, at=10, stage_of_step=2)
    assert any("mean of |residual| over" in text for text in texts(app))
    app = open_page(section="microscope", run="0~loss~l1~~50~loss~mse", steps=100, at=60, stage_of_step=2)
    trace = run_of(app).trainer.trace_step(60)
    assert f"**{reading(trace.loss.item())}**" in " ".join(texts(app))
    assert any("mean of (residual)² over" in text for text in texts(app))


def test_the_step_in_detail_has_the_names_of_its_own_data():
    for at, name in ((10, "x"), (60, "mean height of the parents")):
        app = open_page(section="microscope", run="0~~50~data~galton", data="galton", steps=100, at=at)
        assert app.table[-1].value.columns[0] == name


def test_the_step_in_detail_shows_its_numbers_stage_by_stage():
    app = open_page(section="microscope", noise_std=0.1, steps=100, at=10)
    trace = run_of(app).trainer.trace_step(10)
    assert reading(trace.weight.item()) in " ".join(texts(app))
    app = fine(app.button_group(key="stage_of_step").set_value("2").run())
    assert f"**{reading(trace.loss.item())}**" in " ".join(texts(app))
    app = fine(app.button_group(key="stage_of_step").set_value("3").run())
    assert f"**{reading(trace.grad_weight.item())}**" in " ".join(texts(app))
    app = fine(app.button_group(key="stage_of_step").set_value("4").run())
    assert f"{trace.new_weight.item():.7g}".replace("-", "−") in app.table[-1].value.iloc[0].tolist()


def test_test_set_is_never_learned_from_and_both_fits_are_shown():
    app = open_page(data="cars", test_percent=20, section="data", learning_rate=0.003, steps=100, at=100)
    columns = json.loads(app.get("data_editor")[0].proto.columns)
    assert [columns[place]["label"] for place in "01"] == ["speed (mile/h)", "stopping distance (ft)"]
    train, test = builtin_data("cars").split(0.2, 0)
    trainer = Trainer(train, TrainingConfig(learning_rate=0.003))
    trainer.advance(100)
    assert run_of(app).trainer.loss == trainer.loss
    [table] = [each.value for each in app.dataframe if "R²" in each.value]
    for row, part in enumerate((train, test)):
        found = fit(part, trainer.weight, trainer.bias)
        values = [
            f"{part.n_samples:,}",
            *(reading(each) for each in (found.loss, found.rmse, found.r_squared)),
        ]
        assert list(table.iloc[row])[1:] == values
    last = fit(test, trainer.weight, trainer.bias).loss
    assert film_of(app).rows(99)[-1, -1].item() == pytest.approx(last, rel=1e-5)


@pytest.fixture
def editing(monkeypatch):
    """Change the table of a page: AppTest cannot type into one."""
    taken = {}

    def draw(self, numbers, columns, take, refuse, **_options):
        taken.update(numbers=numbers, take=take, refuse=refuse)

    monkeypatch.setattr(samples.NumberTable, "draw", draw)
    return taken


def test_rows_that_are_too_few_are_refused(editing):
    open_page(section="data", data="own", own=".1_2__3_4")
    with pytest.raises(ValueError, match="two complete rows"):
        editing["take"](torch.tensor([[1.0, 2.0]]))


def upload(app, name, content):
    app.file_uploader(key="upload").set_value((name, content, "text/csv"))
    return fine(app.run())


def test_an_uploaded_table_is_learned_from_and_the_small_one_is_in_the_link():
    rooms = b"size,floor,city,unit,rent\n30,1,a,1,500\n50,2,b,1,800\n70,3,c,1,990\n"  # unit is constant
    app = upload(open_page(section="data"), "rooms.csv", rooms)
    assert app.multiselect(key="upload_features").value == ["size", "floor"]
    fine(app.multiselect(key="upload_features").set_value(["size"]).run())
    app = press(app, "use_upload")
    data = run_of(app).trainer.data
    assert data.x.tolist() == [[30.0], [50.0], [70.0]]
    assert (data.feature_names, data.target_names) == (("size",), ("rent",))
    assert torch.equal(decode_table(app.session_state["own"]).target, data.target)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n3,x\n", "line 3"),
        (b"", "but got nothing"),
        (b"a,b\n1,\xff\n", "UTF-8"),
        (b"a,b\nx,1\ny,2\n", "two numeric columns"),
    ],
)
def test_a_bad_file_is_explained_at_the_uploader_and_the_run_goes_on(content, words):
    app = upload(open_page(section="data"), "bad.csv", content)
    assert words in app.error[0].value
    assert run_of(app).trainer.data.n_samples == 50


def test_a_large_table_is_trained_on_and_the_page_says_what_the_link_does_not_hold():
    rows = "\n".join(f"{i},{math.sin(i * i):.9f}" for i in range(2000))
    app = press(upload(open_page(section="data"), "long.csv", f"a,b\n{rows}\n".encode()), "use_upload")
    assert run_of(app).trainer.data.n_samples == 2000
    assert {"own", "run"}.isdisjoint(app.query_params)
    assert any("too large for a link" in text for text in texts(app))
    assert "neither the table nor the run" in copy_link_of(app)["left_out"]
    fine(app.selectbox(key="data:en").set_value("line").run())
    assert copy_link_of(app)["left_out"] == ""


@pytest.mark.parametrize(("section", "stage"), [("data", 1), ("microscope", 1), ("microscope", 3)])
def test_a_column_s_name_is_no_markdown(section, stage):
    data = RegressionData(torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [4.0]]), ["$p$"], [":red[y]"])
    app = open_page(section=section, stage_of_step=stage, data="own", own=encode_table(data))
    said = [text.value for text in (*app.markdown, *app.caption)] + [str(each.value) for each in app.table]
    assert any(r"\$p\$" in text for text in said)
    assert not any("$p$" in text or ":red[y" in text for text in said)


@pytest.mark.parametrize("name", TRAPS)
def test_each_mistake_shows_its_consequence(name):
    app = open_page(section="mistakes", mistake=name, noise_std=0.1, mistake_rate="same", learning_rate=0.1)
    result = TRAPS[name].run(line_data(noise_std=0.1), TrainingConfig(learning_rate=0.1), 100)
    assert result.text.replace("-", "−") in " ".join(texts(app)).replace("-", "−")
    if result.warning:
        assert f"UserWarning: {result.warning}" in [each.value for each in app.code]


def test_sections_take_several_features_and_constant_ones_are_explained():
    for section in ("mistakes", "race", "microscope", "export", "data"):
        open_page(section=section, data="longley", learning_rate=1e-6)
    app = open_page(section="mistakes", mistake="unscaled", data="own", own=".1_2__1_4__1_7")
    assert "deviation" in " ".join(each.value for each in app.error)


def test_the_race_is_the_race_of_the_package():
    app = open_page(section="race", racers="SGD_Nesterov", race_steps=200, learning_rate=0.1)
    [table] = [each.value for each in app.dataframe if "learning rate" in each.value]
    for row, name in enumerate(("SGD", "Nesterov")):
        trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1).changed(OPTIMIZER_CHOICES[name]))
        trainer.advance(200)
        assert table.iloc[row]["optimizer"] == name
        assert table.iloc[row].iloc[-1] == reading(trainer.loss)


def test_too_few_or_too_many_optimizers_keep_the_last_race_on_the_screen():
    app = open_page(section="race")
    for chosen in (["SGD"], list(OPTIMIZER_CHOICES)[:5]):
        fine(app.button_group(key="racers_pills").set_value(chosen).run())
        assert any("Choose two to four" in text for text in texts(app))
        assert any("learning rate" in each.value for each in app.dataframe)
        assert app.session_state["racers"] == ("SGD", "Momentum", "Adam")
    fine(app.button_group(key="racers_pills").set_value(["SGD", "AdamW"]).run())
    assert app.session_state["racers"] == ("SGD", "AdamW")


def test_race_to_a_goal_that_nobody_can_reach_says_so():
    app = open_page(section="race", noise_std=0.3, learning_rate=0.1, optimizer="adam")
    data = line_data(noise_std=0.3)
    smallest = least_squares(data.x, data.target).loss
    says = f"{reading(smallest)} is the minimum loss"
    assert any(says in text for text in texts(app))
    fine(app.number_input(key="race_goal").set_value(2 * smallest).run())
    assert not any(says in text for text in texts(app))


@pytest.mark.parametrize(("choices", "most"), [({}, "2,000"), ({"mistake": "target_shape"}, "200")])
def test_runs_on_the_first_samples_alone_say_so(choices, most):
    app = open_page(section="mistakes" if choices else "race", n_samples=2001, **choices)
    assert f"On the first {most} samples." in texts(app)


@pytest.fixture
def taken(monkeypatch):
    """What each download would make at a click, by its file name."""
    made = {}

    def keep(label, make, name, *_arguments, **_options):
        made[name] = make

    monkeypatch.setattr(st, "download_button", keep)
    return made


@pytest.mark.parametrize(("data", "init"), [("line", "default"), ("line", "zeros"), ("trees", "default")])
def test_what_is_exported_has_the_numbers_of_the_run(data, init, taken):
    query = {"data": data, "init": init, "standardize": "true", "learning_rate": 0.1, "steps": 10, "at": 10}
    trainer = run_of(open_page(section="export", **query)).trainer
    rows = list(csv.DictReader(io.StringIO(taken["history.csv"]())))
    assert [float(row["loss"]) for row in rows] == trainer.history.loss.tolist()
    layer = torch.nn.Linear(trainer.data.in_features, 1)
    layer.load_state_dict(torch.load(io.BytesIO(taken["linear.pt"]()), weights_only=True))
    assert torch.equal(layer.weight, trainer.weight)
    assert torch.equal(layer.bias, trainer.bias)
    printed = dict(line.split(" ", 1) for line in output(taken["train_line.py"]()).splitlines()[-4:])
    assert float(printed["loss"]) == trainer.loss
    assert json.loads(printed["weight"]) == trainer.weight.tolist()
    json.loads(taken["train_line.ipynb"]())


def test_pictures_and_animation_are_files_and_the_animation_is_made_once(taken, monkeypatch):
    app = open_page(section="export", learning_rate=0.1, steps=10, at=10)
    assert taken["training.png"]().startswith(b"\x89PNG")
    assert "training.gif" not in taken
    monkeypatch.setattr(export, "training_gif", lambda *_args, **_options: b"GIF89a")
    app = fine(press(app, "make_gif").run())
    assert taken["training.gif"]() == b"GIF89a"


def test_back_brings_an_earlier_run_with_its_changes(monkeypatch):
    app = open_page(run="0~~500~learning_rate~0.1", learning_rate=0.1, steps=1000, at=700)
    app.query_params["run"] = "0~~200~momentum~0.5"
    app.query_params["momentum"], app.query_params["at"] = "0.5", "300"
    del app.query_params["learning_rate"]
    monkeypatch.setattr(link, "is_back_or_forward", lambda: True)
    run = run_of(fine(app.run()))
    assert [(change.step, dict(change.values)) for change in run.changes] == [(200, {"momentum": 0.5})]
    expected = reference(200).with_config(momentum=0.5)
    expected.advance(800)
    assert run.trainer.loss == expected.loss
    assert app.session_state["at"] == 300
