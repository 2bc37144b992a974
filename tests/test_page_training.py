"""The training page: its controls, its sections, and the film that each link and change leads to."""

import csv
import io
import json
import re

import pytest
import streamlit as st
import torch

from linear_core import OPTIMIZERS, TRAPS, RegressionData, builtin_data, least_squares, line_data, linear_data
from linear_core.exchange.table_link import decode_table, encode_table
from linear_core.theory.outlook import outlook
from linear_core.training import thinning
from linear_core.training.fit import fit
from linear_core.training.optimizers import OPTIMIZER_CHOICES
from pages._ui import link
from pages._ui.number_table import NumberTable
from pages._ui.numbers import reading, significant
from pages._ui.rate import names_of
from pages._ui.training import export, film
from pages._ui.training.choices import SECTIONS, Training
from pages._ui.training.recording import Change
from tests.programs import output
from tests.trained import trained
from tests.visit import run, visit

CHANGED = {"run": "0~~500~learning_rate~0.1", "learning_rate": 0.1, "steps": 1000}
SLOWED = "Fast at first, then slow: nine tenths of the loss was gone after {early:,} steps."
SMALL = "Loss ≤ 0.001 from step {small} on."
CONVERGED = "Converged: from step {settled} on the loss is at most 1% above its minimum."
FITTED = "Converged: from step {settled} on the loss is 0, up to rounding."
STILL = "From step {settled} on nothing changes: the steps are smaller than float32's last digit."
STEEP = ("norris", "galton", "cars", "forbes", "trees")
GUIDES = {"optimizer": "adam", "loss": "l1", "batch": 8}


class Page:
    """The page as a link opens it: what it shows, and what a visitor does there."""

    def __init__(self, **chosen):
        self.app = visit("pages/4_Training.py", **{name: str(value) for name, value in chosen.items()})

    def __getitem__(self, name):
        return self.app.session_state[name]

    @property
    def trainer(self):
        return self["training_run"].trainer

    @property
    def film(self):
        """What the player is given, as the page would draw it now."""
        chosen = {name: self[name] for name in Training.params() if name in self.app.session_state}
        return film.film_of(self["training_run"], Training(**chosen))

    @property
    def said(self):
        return "\n".join(part.value for part in (*self.app.markdown, *self.app.caption, *self.app.code))

    def press(self, key):
        self.app.button(key=key).click()
        run(self.app)
        return self

    def choose(self, name, value):
        """Set the control of a choice; a list of titles is another control in each language."""
        [control] = [each for each in self.app.main if getattr(each, "key", None) in (name, f"{name}:en")]
        control.set_value(value)
        run(self.app)
        return self

    def upload(self, content):
        return self.choose("upload", ("rooms.csv", content, "text/csv"))


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A link may take long: speed is not what is tested here."""
    monkeypatch.setattr(film, "AT_ONCE", 60.0)


# Links


def test_the_page_opens_with_the_start_of_the_reference_program_and_another_seed_begins_anew():
    page = Page()
    assert (page.trainer.step, page.trainer.loss) == (0, trained().loss)
    page.choose("start_seed", 7)
    assert page.trainer.loss == trained(seed=7).loss


@pytest.mark.parametrize(
    ("chosen", "came"),
    [
        ({"steps": 20, "at": 20}, []),
        ({"steps": 120, "at": 120}, [SLOWED, SMALL]),
        ({"steps": 3000, "at": 3000, "learning_rate": 1e-3}, [SLOWED]),
        ({"noise_std": 0.1}, [CONVERGED]),
        ({}, [SMALL, FITTED]),
        ({"steps": 2000, "at": 2000, "learning_rate": 0.1}, [SMALL, STILL]),
    ],
)
def test_a_finished_run_by_link_opens_finished_and_says_how_it_came_there(chosen, came):
    page = Page(**({"learning_rate": 0.78, "steps": 300, "at": 300} | chosen))
    played, total, history = page.film, page["steps"], page.trainer.history
    assert (played.is_whole, played.place, played.total) == (True, total, total)
    assert played.rows(total - 10)[-1, 1].item() == page.trainer.loss
    steps = {"early": history.step[history.loss <= 0.1 * history.loss[0]][0], "settled": played.settled}
    said = [text.format(small=history.since(history.loss <= 1e-3), **steps) for text in came]
    assert played.texts["done"].startswith(" ".join([f"Done: all {total:,} steps.", *said, "Computed in"]))
    assert played.texts.get("settled") == (said[-1] if played.settled else None)


def test_what_may_still_go_away_from_its_minimum_has_not_converged():
    page = Page(noise_std=0.1, learning_rate=0.1, momentum=0.9, steps=1000, at=500)
    page["training_run"].trainer = page.trainer.back_to(500)
    assert page.film.settled is None
    page["training_run"].compute(1000)
    assert page.film.settled < 500


@pytest.mark.parametrize(("at", "in_force"), [(300, ["In force at step 300: 0.001."]), (700, [])])
def test_a_link_brings_a_change_and_before_it_the_rate_that_was_in_force_is_said(at, in_force):
    page = Page(**CHANGED, at=at)
    assert page.trainer.loss == trained(500, {"learning_rate": 0.1}, 500).loss
    assert "From step 500: learning rate 0.001 → 0.1" in page.said
    assert re.findall(r"In force at step \d+: [\d.]+\.", page.said) == in_force


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"slope": -2.0, "bend": 1.5}, line_data(-2.0, bend=1.5)),
        ({"data": "features", "num_features": 4, "noise_std": 0.2}, linear_data(4, 1, 50, 0.2)),
        ({"data": "galton"}, builtin_data("galton")),
        ({"data": "own", "own": ".1_2__3_4__5_7"}, decode_table(".1_2__3_4__5_7")),
    ],
)
def test_a_link_brings_the_data_it_names(chosen, expected):
    assert torch.equal(Page(**chosen).trainer.data.rows, expected.rows)


def test_a_very_long_film_opens_at_the_very_step_where_it_was_left(monkeypatch):
    for module in (film, thinning):
        monkeypatch.setattr(module, "ALL_SHOWN", 200)
    page = Page(steps=3000, at=2501)
    near = page.film.near(2501)
    assert 2501 not in page.film.rows(0)[:, 0]
    assert near[:, 0].tolist() == list(range(1501, 3001))
    assert near[1000, 1].item() == page.trainer.at(2501).loss
    [message] = [part.proto.bytes for part in page.app.get("bidi_component") if part.proto.bytes]
    assert message.endswith(near.numpy().tobytes())


def test_back_brings_an_earlier_run_with_its_changes(monkeypatch):
    page = Page(**CHANGED, at=700)
    page.app.query_params = {"run": "0~~200~momentum~0.5", "momentum": "0.5", "steps": "1000", "at": "300"}
    monkeypatch.setattr(link, "is_back_or_forward", lambda: True)
    run(page.app)
    assert page["training_run"].changes == (Change(200, {"momentum": 0.5}),)
    assert page.trainer.loss == trained(200, {"momentum": 0.5}, 800).loss
    assert page["at"] == 300


# Changes, and what the next press will do


def test_a_change_applies_where_the_film_stands_and_can_be_taken_back():
    page = Page(steps=1000, at=100).choose("slope", -2.0)
    assert page["training_run"].changes == (Change(100, {"slope": -2.0}),)
    assert page.trainer.data.true_weight.item() == -2
    assert page.film.cut == 100
    page.press("undo_change_0")
    assert page["training_run"].changes == ()
    assert page["slope"] == 3
    assert page.trainer.loss == trained(page.trainer.step).loss


def test_changes_are_listed_as_their_controls_call_them():
    recorded = "0~~50~data~galton~~60~optimizer~adam~loss~huber"
    page = Page(run=recorded, data="galton", optimizer="adam", loss="huber", at=70)
    assert "Data A line → Heights" in page.said
    assert "optimizer SGD → Adam, loss MSELoss → HuberLoss" in page.said


def test_divergence_is_an_alarm_until_another_seed_waits_for_training_to_start_again():
    page = Page(learning_rate=2.0, steps=1000, at=1000)
    assert page.film.texts["alarm"].startswith(f"Diverged: step {page.trainer.diverged_at:,} would overflow.")
    assert page.film.texts["remedy"] == "Go on with 0.78"
    page.choose("start_seed", 7)
    assert page.film.again
    assert "alarm" not in page.film.texts
    assert "press “Train again”" in page.film.texts["done"]
    assert "press **Train again**" in page.said
    page.choose("start_seed", 0)
    assert not page.film.again


def test_fewer_steps_than_were_made_shorten_the_run_and_take_back_what_was_changed_later():
    page = Page(**CHANGED, at=700).choose("steps", 300)
    assert (page.trainer.step, page["at"], page["training_run"].changes) == (300, 300, ())
    assert page["learning_rate"] == 1e-3
    assert page.trainer.loss == trained(300).loss
    assert page.film.texts["done"].startswith("Done: all 300 steps. ")


@pytest.mark.parametrize(("stop", "value"), [("loss", 0.5), ("gradient_norm", 1.0), ("patience", 50)])
def test_run_stops_at_its_condition(stop, value):
    page = Page(stop=stop, stop_value=value, learning_rate=0.1, steps=20_000, at=20_000)
    assert page.trainer.stopped_by == stop
    assert page.film.texts["done"].startswith("Stopped at step ")


def test_other_data_of_other_sizes_begin_anew_and_say_so():
    page = Page(steps=100, at=10).choose("data", "trees")
    assert page.trainer.weight.shape == (1, 2)
    assert "a new layer was created" in page.film.texts["ready"]


@pytest.mark.parametrize("section", SECTIONS)
def test_data_that_cannot_be_made_are_refused_and_the_page_lives(section):
    page = Page(outliers=9, n_samples=4, section=section)
    assert any("outliers" in error.value for error in page.app.error)
    page.choose("outliers", 2)
    assert not page.app.error
    assert page.trainer.data.n_samples == 4


def test_a_change_that_cannot_be_followed_is_said_beside_its_control():
    page = Page(n_samples=4, steps=100, at=10).choose("outliers", 9)
    [beside] = page.app.expander[0].error
    assert "outliers" in beside.value
    assert page.trainer.step == 100
    assert not page.choose("outliers", 1).app.error


def test_what_the_data_do_not_use_changes_nothing_and_comes_back_with_them():
    page = Page(slope=5).choose("data", "cars")
    assert page["training_run"].values["slope"] == Training.slope.default
    page.choose("data", "line")
    assert torch.equal(page.trainer.data.target, line_data(slope=5.0).target)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_of_the_package_is_offered_and_trains(optimizer):
    page = Page(optimizer=optimizer, steps=50, at=50)
    assert OPTIMIZERS[optimizer].torch_name in page.app.button_group(key="optimizer").options
    assert page.trainer.loss == trained(50, optimizer=optimizer).loss


# The learning rate


@pytest.mark.parametrize(
    ("chosen", "said", "is_offered"),
    [
        ({"learning_rate": 2.0}, "training diverges", True),
        ({"learning_rate": 0.5, "momentum": 0.9}, "halves every 14 steps", True),
        ({"learning_rate": 0.5, "momentum": 1.0}, "oscillate", False),
        ({"learning_rate": 0.78}, "At learning rate 0.78", False),
        ({"standardize": "true"}, "(condition number 1): none is slower", True),
        ({"standardize": "true"}, "at 0.5, every step.", True),
        ({"data": "longley"}, "times as steep", False),
        *(({name: value}, "only a guide", False) for name, value in GUIDES.items()),
    ],
)
def test_theory_of_a_rate_is_said_and_a_better_one_offered_where_it_helps(chosen, said, is_offered):
    page = Page(**chosen)
    assert said in page.said
    keys = {button.key for button in page.app.button}
    assert keys & {"use_rate", "use_x"} == ({"use_rate", "use_x"} if is_offered else {"use_x"})


@pytest.mark.parametrize(("data", "momentum"), [("line", 0.9), *((name, 0.0) for name in STEEP)])
def test_the_best_rate_is_taken_not_beyond_the_limit_and_taken_back(data, momentum):
    page = Page(data=data, momentum=momentum)
    ahead = outlook(page.trainer.data, 0.001, momentum=momentum)
    page.press("use_rate")
    assert page["learning_rate"] == pytest.approx(ahead.best_rate, rel=0.05)
    assert page["learning_rate"] < ahead.max_rate
    page.press("undo_learning_rate")
    assert page["learning_rate"] == 0.001


def test_standardization_is_tried_and_taken_back():
    page = Page().press("use_x")
    assert page.trainer.data.x_mean is not None
    assert page.press("use_x").trainer.data.x_mean is None


def test_marks_of_the_rate_are_told_apart_or_have_one_name():
    assert names_of(0.7812, 0.8204) == ("best 0.78", "limit 0.82")
    assert names_of(0.7812, 0.7834) == ("best 0.781", "limit 0.783")
    assert names_of(3.412e-6, 3.41201e-6) == ("best and limit 3.4e-06", "")
    assert names_of(None, None) == ("", "")


# Sections follow the film


# At the rate 0.8 weight oscillates: a goal that is met at step 21 is missed later.
@pytest.mark.parametrize(("rate", "steps"), [(0.1, 5000), (0.8, 21), (0.8, 100)])
def test_exact_numbers_are_those_of_the_place_and_a_goal_is_met_from_where_it_stays_met(rate, steps):
    page = Page(section="steps", learning_rate=rate, steps=steps, at=20)
    history = trained(5000, learning_rate=rate).history
    assert significant(history.loss[20].item(), 9) in page.app.table[0].value["value"].tolist()
    close = (history.weight.flatten().double() - 3).abs() <= 0.03
    for is_met in (close, history.loss <= 1e-3):
        assert f"**{history.since(is_met):,}** steps" in page.said


def test_a_goal_that_is_not_reached_is_foretold_but_not_what_can_be_computed():
    page = Page(section="steps", steps=100, at=100, future=3000)
    assert "steps in all, at learning rate 0.001 from step 100 on" in page.said
    assert significant(trained(3000).loss, 9) in page.app.table[-1].value["value"].tolist()
    assert "PyTorch's own steps" in page.said
    page = Page(section="steps", steps=100, at=100, optimizer="adam")
    assert "Not reached within the 100 steps taken." in page.said


@pytest.mark.parametrize(
    ("data", "said", "menus"),
    [("line", "Hollow points belong to the test set.", 2), ("features", "hollow: test set", 1)],
)
def test_what_is_hollow_is_said_and_several_features_have_no_residuals_to_choose(data, said, menus):
    app = Page(data=data, test_percent=20).app
    assert said in " ".join(f"{each.value} {each.help}" for each in app.markdown)
    assert len(app.get("menu_button")) == menus


def test_log_shows_the_lines_up_to_the_place_of_the_film():
    page = Page(section="log", steps=30_000, at=60)
    lines = [line.partition(",")[0] for line in page.app.code[0].value.splitlines()]
    assert lines == ["Epoch[59/30000]", "Epoch[39/30000]", "Epoch[19/30000]"]
    assert "`Epoch[19/…]` is the script's pass 19, counted from 0" in page.said


@pytest.mark.parametrize(
    ("at", "feature", "each", "loss_of"),
    [(10, "x", "|residual|", torch.abs), (60, "mean height of the parents", "(residual)²", torch.square)],
)
def test_each_stage_of_a_step_shows_its_numbers_with_the_data_and_the_loss_of_that_step(
    at, feature, each, loss_of
):
    recorded = "0~loss~l1~noise_std~0.1~~50~data~galton~noise_std~0~loss~mse"
    page = Page(section="microscope", run=recorded, data="galton", steps=100, at=at)
    trace = page.trainer.trace_step(at)
    assert page.app.table[-1].value.columns[0] == feature
    assert reading(trace.weight.item()) in page.said
    page.choose("stage_of_step", "2")
    assert f"**{reading(trace.loss.item())}**" in page.said
    assert f"mean of {each} over" in page.said
    losses = loss_of(trace.residual[:6, 0]).tolist()
    assert page.app.table[-1].value[each].tolist() == [reading(value) for value in losses]
    page.choose("stage_of_step", "3")
    assert f"**{reading(trace.grad_weight.item())}**" in page.said
    page.choose("stage_of_step", "4")
    assert significant(trace.new_weight.item(), 7) in page.app.table[-1].value.iloc[0].tolist()


def test_test_set_is_never_learned_from_and_both_fits_are_shown():
    page = Page(data="cars", test_percent=20, section="data", learning_rate=0.003, steps=100, at=100)
    columns = json.loads(page.app.get("data_editor")[0].proto.columns)
    assert [columns[place]["label"] for place in "01"] == ["speed (mile/h)", "stopping distance (ft)"]
    train, test = builtin_data("cars").split(0.2, 0)
    trainer = trained(100, data=train, learning_rate=0.003)
    assert page.trainer.loss == trainer.loss
    for row, part in enumerate((train, test)):
        found = fit(part, trainer.weight, trainer.bias)
        numbers = map(reading, (found.loss, found.rmse, found.r_squared))
        assert page.app.dataframe[0].value.iloc[row].tolist()[1:] == [str(part.n_samples), *numbers]
    assert page.film.rows(99)[-1, -1].item() == pytest.approx(found.loss, rel=1e-5)  # of the test set


def test_rows_that_are_too_few_are_refused(monkeypatch):
    """AppTest cannot type into a table: what the table would call is called."""
    takes = []
    monkeypatch.setattr(NumberTable, "draw", lambda _, _rows, _names, take, *_a, **_k: takes.append(take))
    Page(section="data", data="own", own=".1_2__3_4")
    with pytest.raises(ValueError, match="two complete rows"):
        takes[0](torch.tensor([[1.0, 2.0]]))


def test_an_uploaded_table_is_learned_from_and_the_small_one_is_in_the_link():
    rooms = b"size,floor,city,unit,rent\n30,1,a,1,500\n50,2,b,1,800\n70,3,c,1,990\n"  # unit is constant
    page = Page(section="data").upload(rooms)
    assert page["upload_features"] == ["size", "floor"]
    page.choose("upload_features", ["size"]).press("use_upload")
    data = page.trainer.data
    assert data.x.tolist() == [[30.0], [50.0], [70.0]]
    assert (data.feature_names, data.target_names) == (("size",), ("rent",))
    assert torch.equal(decode_table(page["own"]).target, data.target)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"a,b\n1,2\n3,x\n", "line 3"), (b"", "but got nothing"), (b"a,b\nx,1\ny,2\n", "two numeric columns")],
)
def test_a_bad_file_is_explained_at_the_uploader_and_the_run_goes_on(content, words):
    page = Page(section="data").upload(content)
    assert words in page.app.error[0].value
    assert page.trainer.data.n_samples == 50


def test_a_large_table_is_trained_on_and_the_page_says_what_the_link_does_not_hold():
    rows = "\n".join(f"{i},{i**0.5:.9f}" for i in range(2000))
    page = Page(section="data").upload(f"a,b\n{rows}\n".encode()).press("use_upload")
    assert page.trainer.data.n_samples == 2000
    assert {"own", "run"}.isdisjoint(page.app.query_params)
    assert "too large for a link" in page.said
    page.choose("data", "line")
    assert "too large for a link" not in page.said


@pytest.mark.parametrize(("section", "stage"), [("data", 1), ("microscope", 1), ("microscope", 3)])
def test_a_column_s_name_is_no_markdown(section, stage):
    data = RegressionData(torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [4.0]]), ["$p$"], [":red[y]"])
    page = Page(section=section, stage_of_step=stage, data="own", own=encode_table(data))
    said = "\n".join([page.said, *(str(table.value) for table in page.app.table)])
    assert r"\$p\$" in said
    assert "$p$" not in said
    assert ":red[y" not in said


@pytest.mark.parametrize("name", TRAPS)
def test_each_mistake_shows_its_consequence(name):
    page = Page(section="mistakes", mistake=name, noise_std=0.1, mistake_rate="same", learning_rate=0.1)
    result = TRAPS[name].run(line_data(noise_std=0.1), trained(learning_rate=0.1).config, 100)
    assert result.text.replace("-", "−") in page.said.replace("-", "−")
    assert result.warning is None or f"UserWarning: {result.warning}" in page.said


def test_sections_take_several_features_and_constant_ones_are_explained():
    for section in ("mistakes", "race", "microscope", "export", "data"):
        Page(section=section, data="longley", learning_rate=1e-6)
    page = Page(section="mistakes", mistake="unscaled", data="own", own=".1_2__1_4__1_7")
    assert any("deviation" in error.value for error in page.app.error)


def test_the_race_is_the_race_of_the_package():
    page = Page(section="race", racers="SGD_Nesterov", race_steps=200, learning_rate=0.1)
    for row, name in zip(page.app.dataframe[0].value.values.tolist(), ("SGD", "Nesterov"), strict=True):
        trainer = trained(OPTIMIZER_CHOICES[name], 200, learning_rate=0.1)
        assert (row[0], row[-1]) == (name, reading(trainer.loss))


def test_too_few_or_too_many_optimizers_keep_the_last_race_on_the_screen():
    page = Page(section="race")
    for names in (["SGD"], list(OPTIMIZER_CHOICES)[:5]):
        page.choose("racers_pills", names)
        assert "Choose two to four" in page.said
        assert page.app.dataframe[0].value["optimizer"].tolist() == ["SGD", "Momentum", "Adam"]
    page.choose("racers_pills", ["SGD", "AdamW"])
    assert page["racers"] == ("SGD", "AdamW")


def test_race_to_a_goal_that_nobody_can_reach_says_so():
    page = Page(section="race", noise_std=0.3, learning_rate=0.1, optimizer="adam")
    smallest = least_squares(page.trainer.data.x, page.trainer.data.target).loss
    assert f"{reading(smallest)} is the minimum loss" in page.said
    page.choose("race_goal", 2 * smallest)
    assert "is the minimum loss" not in page.said


@pytest.mark.parametrize(("chosen", "most"), [({}, "2,000"), ({"mistake": "target_shape"}, "200")])
def test_runs_on_the_first_samples_alone_say_so(chosen, most):
    page = Page(section="mistakes" if chosen else "race", n_samples=2001, **chosen)
    assert f"On the first {most} samples." in page.said


@pytest.fixture
def taken(monkeypatch):
    """What each download would make at a click, by its file name."""
    made = {}
    monkeypatch.setattr(st, "download_button", lambda _, make, name, *_a, **_k: made.update({name: make}))
    return made


@pytest.mark.parametrize(("data", "init"), [("line", "default"), ("line", "zeros"), ("trees", "default")])
def test_what_is_exported_has_the_numbers_of_the_run(data, init, taken):
    chosen = {"data": data, "init": init, "standardize": "true", "learning_rate": 0.1}
    trainer = Page(section="export", steps=10, at=10, **chosen).trainer
    rows = csv.DictReader(io.StringIO(taken["history.csv"]()))
    assert [float(row["loss"]) for row in rows] == trainer.history.loss.tolist()
    layer = torch.load(io.BytesIO(taken["linear.pt"]()), weights_only=True)
    assert torch.equal(layer["weight"], trainer.weight)
    assert torch.equal(layer["bias"], trainer.bias)
    printed = dict(line.split(" ", 1) for line in output(taken["train_line.py"]()).splitlines()[-4:])
    assert float(printed["loss"]) == trainer.loss
    assert json.loads(printed["weight"]) == trainer.weight.tolist()
    json.loads(taken["train_line.ipynb"]())


def test_pictures_and_animation_are_files_and_the_animation_is_made_once(taken, monkeypatch):
    page = Page(section="export", learning_rate=0.1, steps=10, at=10)
    assert taken["training.png"]().startswith(b"\x89PNG")
    assert "training.gif" not in taken
    monkeypatch.setattr(export, "training_gif", lambda *_args, **_options: b"GIF89a")
    run(page.press("make_gif").app)
    assert taken["training.gif"]() == b"GIF89a"
