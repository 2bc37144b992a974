"""The sections of the training page: data, microscope, traps, race, and what one takes away."""

import csv
import io
import json
import subprocess
import sys

import pytest
import streamlit as st
import torch
from pages._ui.choices import TRAINING
from streamlit.testing.v1 import AppTest

from linear_core import (
    BUILTIN_DATA,
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
from linear_core.training.changes import plain_data
from linear_core.training.fit import fit
from linear_core.training.optimizers import OPTIMIZER_CHOICES
from linear_core.training.traps import TRAP_TEMPLATES, TRAP_TITLES
from pages._ui import choices as choice_table
from pages._ui.training import datasets, package_words, recording, samples, take_away
from pages._ui.training.live import number
from pages._ui.training.run import Run
from pages._ui.training.settings import RUN_KEYS

PAGE = "pages/4_Training.py"


def open_page(**query):
    at = AppTest.from_file("../streamlit_app.py", default_timeout=60)
    for key, value in query.items():
        at.query_params[key] = str(value)
    at.switch_page(PAGE)
    return fine(at.run())


def fine(at):
    assert not at.exception
    return at


def run_of(at):
    return at.session_state["training_run"]


def button(at, key):
    return next(each for each in at.button if each.key == key)


def press(at, key):
    return fine(button(at, key).click().run())


def texts(at):
    return [each.value for each in (*at.markdown, *at.caption, *at.code)]


def test_the_table_of_choices_names_what_the_package_has():
    assert set(choice_table.BUILTIN) == set(BUILTIN_DATA)
    assert tuple(TRAPS) == choice_table.TRAPS
    assert tuple(OPTIMIZER_CHOICES) == choice_table.RACERS


def test_the_sentences_of_the_package_are_marked_to_be_translated():
    assert package_words.TRAP_TITLES == TRAP_TITLES
    assert package_words.TRAP_TEMPLATES == TRAP_TEMPLATES
    titles = tuple(about.title for about in BUILTIN_DATA.values())
    assert titles == package_words.DATA_TITLES
    units = {unit for name in BUILTIN_DATA for unit in builtin_data(name).units.values()}
    assert units - set(package_words.DATA_UNITS) == {"mile/h", "ft", "°F", "inHg", "ft³", "1954 = 100"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"outliers": 3, "bend": -2.5, "noise_std": 0.1}, line_data(noise_std=0.1, outliers=3, bend=-2.5)),
        ({"data": "features", "num_features": 4, "n_samples": 20}, linear_data(4, 1, 20)),
        ({"data": "longley"}, builtin_data("longley")),
        ({"data": "own", "own": ".1_2__3_4__5_7"}, decode_table(".1_2__3_4__5_7")),
    ],
)
def test_a_link_brings_the_data_it_names(query, expected):
    data = run_of(open_page(**query)).trainer.data
    assert torch.equal(data.x, expected.x)
    assert torch.equal(data.target, expected.target)


def test_other_data_of_the_same_sizes_go_on_and_of_other_sizes_begin_anew():
    at = press(open_page(), "step_10")
    at.selectbox(key="data").set_value("forbes")
    fine(at.run())
    assert run_of(at).trainer.step == 10
    assert run_of(at).trainer.data.feature_names == ("boiling_point",)
    at.selectbox(key="data").set_value("trees")
    fine(at.run())
    assert run_of(at).trainer.step == 0
    assert run_of(at).trainer.weight.shape == (1, 2)
    assert run_of(at).is_new_layer
    at.selectbox(key="data").set_value("line")
    fine(at.run())
    assert run_of(at).trainer.weight.shape == (1, 1)


def test_data_that_cannot_be_made_are_refused_and_the_page_lives():
    at = open_page(outliers=9, n_samples=4)
    assert any("outliers" in error.value for error in at.error)
    at.slider(key="outliers").set_value(2)
    fine(at.run())
    assert not at.error
    assert run_of(at).trainer.data.n_samples == 4


def test_a_refused_change_is_explained_beside_the_buttons_in_the_visitors_language():
    at = open_page(outliers=9, n_samples=4, lang="zh")
    (error,) = at.error
    assert "请在 0 到 4 之间选择" in error.value


def test_what_the_data_do_not_use_changes_nothing():
    at = open_page(data="cars", slope=-4)
    assert run_of(at).values["slope"] == TRAINING["slope"].default


def test_choices_come_back_with_the_data_that_use_them():
    at = open_page()
    at.slider(key="slope").set_value(5.0)
    fine(at.run())
    at.selectbox(key="data").set_value("cars")
    fine(at.run())
    assert run_of(at).values["slope"] == TRAINING["slope"].default
    at.selectbox(key="data").set_value("line")
    fine(at.run())
    assert at.slider(key="slope").value == 5.0
    assert torch.equal(run_of(at).trainer.data.target, line_data(slope=5.0).target)


def test_test_part_is_never_learned_from_and_both_fits_are_shown():
    at = press(open_page(data="cars", test_percent=20, more="data", learning_rate=0.003), "step_100")
    train, test = builtin_data("cars").split(0.2, 0)
    trainer = Trainer(train, TrainingConfig(learning_rate=0.003))
    trainer.advance(100)
    assert run_of(at).trainer.loss == trainer.loss
    [table] = [each.value for each in at.dataframe if "R²" in each.value]
    for row, part in enumerate((train, test)):
        found = fit(part, trainer.weight, trainer.bias)
        values = [
            f"{part.n_samples:,}",
            *(number(each) for each in (found.loss, found.rmse, found.r_squared)),
        ]
        assert list(table.iloc[row])[1:] == values
    assert "RMSE (ft)" in table
    drawn = run_of(at).tables(30_000, 0)
    last = fit(test, trainer.weight, trainer.bias).loss
    assert drawn["history"]["test_loss"].iloc[-1] == pytest.approx(last, rel=1e-5)
    assert drawn["test_points"]["target"].tolist() == test.target[:, 0].tolist()


def test_standardised_test_part_takes_mean_and_deviation_of_the_other():
    at = open_page(data="cars", test_percent=20, standardise="true", more="data")
    train, test = builtin_data("cars").split(0.2, 0)
    like = train.standardised()
    [table] = [each.value for each in at.dataframe if "R²" in each.value]
    trainer = run_of(at).trainer
    assert torch.equal(trainer.data.x, like.x)
    found = fit(test.standardised(like=like), trainer.weight, trainer.bias)
    assert table.iloc[1]["loss"] == number(found.loss)


@pytest.fixture
def editing(monkeypatch):
    """Change the table of a page: AppTest cannot type into one."""

    def edit(at, **changes):
        keys = ("data", "own", samples.UNDO, samples.REFUSED, samples.TABLE)
        state = {key: at.session_state[key] for key in keys if key in at.session_state}
        state["points"] = {"edited_rows": {}, "added_rows": [], "deleted_rows": [], **changes}
        plain = plain_data(datasets.whole(run_of(at).values))
        with monkeypatch.context() as patch:
            patch.setattr(samples.st, "session_state", state)
            samples._edit("points", plain)
        for key in keys:
            if key in state:
                at.session_state[key] = state[key]
        return fine(at.run())

    return edit


def test_points_are_moved_added_and_removed_and_come_back(editing):
    at = press(open_page(more="data", data="anscombe_1"), "step_10")
    before = builtin_data("anscombe_1")
    at = editing(
        at,
        edited_rows={"0": {"y": "9.5"}},
        deleted_rows=[1],
        added_rows=[{"x": "15e-1", "y": " 2 "}, {"x": "1"}],
    )
    data = run_of(at).trainer.data
    assert run_of(at).trainer.step == 10
    assert data.n_samples == 11
    assert data.target[0].item() == 9.5
    assert (data.x[-1].item(), data.target[-1].item()) == (1.5, 2.0)
    assert torch.equal(data.x[1:-1], before.x[2:])
    at = press(at, "points_undo_one")
    assert torch.equal(run_of(at).trainer.data.target, before.target)


def test_too_few_points_are_refused_at_the_table(editing):
    at = editing(open_page(more="data", data="own", own=".1_2__3_4"), deleted_rows=[0])
    assert "two complete rows" in at.error[0].value
    assert run_of(at).trainer.data.n_samples == 2


def test_what_is_no_number_is_refused_and_the_data_stay(editing):
    at = editing(open_page(more="data", data="anscombe_1"), edited_rows={"1": {"y": "7,5"}})
    assert (
        at.error[0].value
        == "row 1, column 1 (counted from 0) is '7,5', which is no number; write it like -1.5 or 2e-3"
    )
    assert torch.equal(run_of(at).trainer.data.target, builtin_data("anscombe_1").target)


def upload(at, name, content):
    at.file_uploader(key="upload").set_value((name, content, "text/csv"))
    return fine(at.run())


def test_an_uploaded_table_is_learned_from_and_the_small_one_is_in_the_link():
    at = upload(
        open_page(more="data"), "rooms.csv", b"size,floor,city,rent\n30,1,a,500\n50,2,b,800\n70,3,c,990\n"
    )
    assert at.multiselect(key="upload_features").value == ["size", "floor"]
    at.multiselect(key="upload_features").set_value(["size"])
    at = press(fine(at.run()), "use_upload")
    data = run_of(at).trainer.data
    assert data.x.tolist() == [[30.0], [50.0], [70.0]]
    assert (data.feature_names, data.target_names) == (("size",), ("rent",))
    carried = decode_table(
        at.query_params["own"][0] if isinstance(at.query_params["own"], list) else at.query_params["own"]
    )
    assert torch.equal(carried.target, data.target)
    run = press(at, "step_10").query_params["run"]
    again = Run.replay(recording.decode(run, RUN_KEYS), run_of(at).seen)
    again.tick(100, "fast", 1.0)
    assert again.trainer.step == 10
    assert torch.equal(again.trainer.weight, run_of(at).trainer.weight)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n3,x\n", "line 3"),
        (b"", "empty"),
        (b"a,b\n1,\xff\n", "UTF-8"),
        (b"a,b\nx,1\ny,2\n", "two columns with numbers"),
    ],
)
def test_a_bad_file_is_explained_at_the_uploader_and_the_run_goes_on(content, words):
    at = upload(open_page(more="data"), "bad.csv", content)
    assert words in at.error[0].value
    assert run_of(at).trainer.data.n_samples == 50


def test_a_large_table_is_trained_on_and_the_page_says_that_no_link_carries_it():
    rows = "\n".join(f"{i},{i * 0.37:.4f}" for i in range(150))
    at = upload(open_page(more="data"), "long.csv", f"a,b\n{rows}\n".encode())
    at = press(press(at, "use_upload"), "step_1")
    assert run_of(at).trainer.data.n_samples == 150
    assert "own" not in at.query_params
    assert "run" not in at.query_params
    assert any("too large for a link" in text for text in texts(at))


@pytest.mark.parametrize(("more", "stage"), [("data", 1), ("microscope", 1), ("microscope", 3)])
def test_a_column_s_name_is_no_markdown(more, stage):
    data = RegressionData(torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [4.0]]), ["$p$"], [":red[y]"])
    at = open_page(more=more, stage_of_step=stage, data="own", own=encode_table(data))
    texts = [text.value for text in (*at.markdown, *at.caption)] + [str(table.value) for table in at.table]
    assert any(r"\$p\$" in text for text in texts)
    assert not any("$p$" in text or ":red[" in text for text in texts)


def test_the_microscope_shows_the_numbers_of_the_step_stage_by_stage():
    at = press(open_page(more="microscope", noise_std=0.1), "step_10")
    trace = run_of(at).trainer.trace_step()
    assert number(trace.weight.item()) in " ".join(texts(at))
    at = press(at, "micro_1")
    assert f"**{number(trace.loss.item())}**" in " ".join(texts(at))
    at = press(at, "micro_1")
    assert f"**{number(trace.grad_weight.item())}**" in " ".join(texts(at))
    at = press(at, "micro_1")
    assert f"{trace.new_weight.item():.7g}".replace("-", "−") in at.table[-1].value.iloc[0].tolist()
    assert button(at, "micro_1").disabled
    at.number_input(key="microscope_step").set_value(3)
    at = fine(at.run())
    earlier = run_of(at).trainer.trace_step(3)
    assert f"{earlier.new_weight.item():.7g}".replace("-", "−") in at.table[-1].value.iloc[0].tolist()


@pytest.mark.parametrize("name", TRAPS)
def test_each_trap_shows_its_consequence(name):
    at = open_page(more="traps", trap=name, noise_std=0.1, trap_rate="same", learning_rate=0.1)
    config = TrainingConfig(learning_rate=0.1)
    result = TRAPS[name].run(line_data(noise_std=0.1), config, 100)
    assert result.text.replace("-", "−") in " ".join(texts(at)).replace("-", "−")
    if result.warning:
        assert f"UserWarning: {result.warning}" in [each.value for each in at.code]


def test_traps_and_race_take_several_features_and_constant_ones_are_explained():
    for section in ("traps", "race", "microscope", "take_away", "data"):
        open_page(more=section, data="longley", learning_rate=1e-6)
    at = open_page(more="traps", trap="unscaled", data="own", own=".1_2__1_4__1_7")
    assert "deviation" in " ".join(each.value for each in at.error)


def test_the_race_is_the_race_of_the_package():
    at = open_page(more="race", racers="SGD_Nesterov", race_steps=200, learning_rate=0.1)
    [table] = [each.value for each in at.dataframe if "learning_rate" in each.value]
    for row, name in enumerate(("SGD", "Nesterov")):
        config = TrainingConfig(learning_rate=0.1).changed(OPTIMIZER_CHOICES[name])
        trainer = Trainer(line_data(), config)
        trainer.advance(200)
        assert table.iloc[row]["optimizer"] == name
        assert table.iloc[row].iloc[-1] == number(trainer.loss)
    at.button_group(key="racer_pills").set_value(["SGD"])
    at = fine(at.run())
    assert any("from two to four" in text for text in texts(at))
    at.button_group(key="racer_pills").set_value(["SGD", "AdamW"])
    at = fine(at.run())
    assert at.session_state["racers"] == "SGD_AdamW"


def test_race_to_a_goal_that_nobody_can_reach_says_so():
    at = open_page(more="race", noise_std=0.3, learning_rate=0.1)
    data = line_data(noise_std=0.3)
    smallest = least_squares(data.x, data.target).loss
    says = f"{number(smallest)} is the smallest loss"
    assert any(says in text for text in texts(at))
    at.number_input(key="race_goal").set_value(2 * smallest)
    assert not any(says in text for text in texts(fine(at.run())))
    assert not any("smallest loss" in text for text in texts(open_page(more="race", loss="l1")))


@pytest.fixture
def taken(monkeypatch):
    """What each download would make at a click, by its file name."""
    made = {}

    def keep(label, make, name, *_arguments, **_options):
        made[name] = make

    monkeypatch.setattr(st, "download_button", keep)
    return made


@pytest.mark.parametrize("data", ["line", "trees"])
def test_what_one_takes_away_has_the_numbers_of_the_run(data, taken):
    at = press(open_page(more="take_away", data=data, standardise="true", learning_rate=0.1), "step_10")
    trainer = run_of(at).trainer
    rows = list(csv.DictReader(io.StringIO(taken["history.csv"]())))
    assert [float(row["loss"]) for row in rows] == trainer.history.loss.tolist()
    column = f"weight[{trainer.data.target_names[0]}, {trainer.data.feature_names[0]}]"
    assert [float(row[column]) for row in rows] == trainer.history.weight[:, 0, 0].tolist()
    layer = torch.nn.Linear(trainer.data.in_features, 1)
    layer.load_state_dict(torch.load(io.BytesIO(taken["linear.pt"]()), weights_only=True))
    assert torch.equal(layer.weight, trainer.weight)
    assert torch.equal(layer.bias, trainer.bias)
    code = taken["train_line.py"]()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    printed = dict(line.split(" ", 1) for line in done.stdout.splitlines()[-4:])
    assert float(printed["loss"]) == trainer.loss
    assert json.loads(printed["weight"]) == trainer.weight.tolist()
    notebook = json.loads(taken["train_line.ipynb"]())
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    lines = [line for line in code.splitlines() if line and not line.startswith("# ")]
    assert [line for line in "\n".join(cells).splitlines() if line] == lines


def test_pictures_and_film_are_files_and_the_film_is_made_once(taken):
    at = press(open_page(more="take_away", learning_rate=0.1), "step_10")
    assert taken["training.png"]().startswith(b"\x89PNG")
    assert taken["training.svg"]().startswith(b"<svg")
    assert "training.gif" not in taken
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(take_away, "training_gif", lambda *_args, **_options: b"GIF89a")
        at = press(at, "make_film")
    assert taken["training.gif"]() == b"GIF89a"
    taken.clear()
    press(at, "step_1")
    assert "training.gif" not in taken
