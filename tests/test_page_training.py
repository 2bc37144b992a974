import subprocess
import sys
from threading import Event, Thread
from time import sleep

import pytest
from pages._ui.choices import TRAINING
from streamlit.testing.v1 import AppTest

from linear_core import Trainer, TrainingConfig, line_data
from linear_core.charts.gauge import GAUGE_WORDS
from linear_core.charts.stage import WORDS
from linear_core.theory.outlook import outlook
from pages._ui import link
from pages._ui.training import race as race_section
from pages._ui.training import recording, take_away
from pages._ui.training import run as runs
from pages._ui.training.live import number
from pages._ui.training.recording import Recorded
from pages._ui.training.settings import RUN_KEYS
from pages._ui.training.slices import in_slices
from pages._ui.training.turns import IN_ALL, TICK, Turns
from pages._ui.training.words import gauge_words, stage_words


def opened(**link):
    app = AppTest.from_file("../streamlit_app.py", default_timeout=30)
    app.run()
    for key, value in link.items():
        app.query_params[key] = str(value)
    app.switch_page("pages/4_Training.py").run()
    assert not app.exception
    return app


def test_a_number_that_does_not_fit_gives_the_default_that_the_notice_speaks_of():
    app = opened(batch="4.6")
    assert any("batch=4.6" in warning.value for warning in app.warning)
    assert app.session_state["batch"] == app.number_input(key="batch").value == 0
    app.run()
    assert app.session_state["batch"] == 0
    assert "batch" not in app.query_params
    app.number_input(key="batch").set_value(8).run()
    assert app.session_state["batch"] == 8


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def the_run(app):
    return app.session_state[runs.KEY]


def come_back(app, monkeypatch):
    """Draw the page for a press on the browser's back."""
    with monkeypatch.context() as browser:
        browser.setattr(link, "_is_back_or_forward", lambda: True)
        return app.run()


def finish(app):
    """Do what the browser's timer does, until the run stands still."""
    while the_run(app).running:
        tick(app)
    return app.run()


def tick(app):
    choices = {key: app.session_state[key] for key in ("steps", "speed")}
    the_run(app).tick(choices["steps"], choices["speed"], 1.0)


def numbers(app):
    return [metric.value for metric in app.metric]


def link_of(app):
    value = app.query_params.get("run")
    return value[0] if isinstance(value, list) else value


def reference(steps, **config):
    trainer = Trainer(line_data(), TrainingConfig(**config))
    trainer.advance(steps)
    return trainer


def test_page_opens_with_the_start_of_the_reference_program():
    app, start = opened(), reference(0)
    assert numbers(app)[:4] == ["0", *map(number, (start.loss, start.weight.item(), start.bias.item()))]
    assert app.button(key="reset").disabled


@pytest.mark.parametrize("count", [1, 10, 100, 1000])
def test_single_steps_are_those_of_the_trainer(count):
    app, trainer = press(opened(), f"step_{count}"), reference(count)
    assert numbers(app)[:2] == [f"{count:,}", number(trainer.loss)]
    assert the_run(app).trainer.loss == trainer.loss


def test_training_runs_to_its_end_and_says_so():
    app = finish(press(opened(steps=3000), "train"))
    assert the_run(app).trainer.loss == reference(3000).loss
    assert app.button(key="train").disabled


def test_pause_stands_still_and_step_goes_on():
    app = press(opened(speed="10"), "train")
    assert app.button(key="step_1").disabled
    tick(app)
    step = the_run(press(app, "pause")).trainer.step
    assert step == 10
    assert the_run(app.run()).trainer.step == step
    assert the_run(press(app, "step_1")).trainer.step == step + 1


def test_learning_rate_changes_in_mid_run_and_the_run_goes_on():
    app = press(opened(), "step_100")
    before = the_run(app).trainer.loss
    app.select_slider(key="learning_rate").set_value(0.1).run()
    assert (the_run(app).trainer.step, the_run(app).trainer.loss) == (100, before)
    press(app, "step_100")
    assert the_run(app).trainer.loss < before / 2
    assert the_run(app).events == [(100, {"learning_rate": 0.1})]


def test_data_change_in_mid_run_and_the_run_goes_on():
    app = press(opened(), "step_100")
    app.slider(key="slope").set_value(-2.0).run()
    assert the_run(app).trainer.step == 100
    assert the_run(app).trainer.data.true_weight.item() == -2


def test_change_before_the_first_step_begins_anew():
    app = opened()
    app.number_input(key="start_seed").set_value(7).run()
    assert the_run(app).trainer.loss == reference(0, seed=7).loss
    assert the_run(app).events == []


def test_seed_of_the_start_waits_for_reset():
    app = press(opened(), "step_10")
    app.number_input(key="start_seed").set_value(7).run()
    assert the_run(app).waits_for_reset() == ["start_seed"]
    assert any("`start_seed`" in caption.value for caption in app.caption)
    assert the_run(press(app, "reset")).trainer.loss == reference(0, seed=7).loss


def test_reset_can_be_undone_and_leaves_a_ghost():
    app = press(opened(), "step_1000")
    loss = the_run(app).trainer.loss
    press(app, "reset")
    assert the_run(app).trainer.step == 0
    assert len(the_run(app).ghosts) == 1
    press(app, "undo_reset")
    assert (the_run(app).trainer.step, the_run(app).trainer.loss) == (1000, loss)


def test_divergence_stops_with_the_last_finite_state_and_a_smaller_rate_goes_on():
    app = finish(press(opened(learning_rate=1.2), "train"))
    trainer = the_run(app).trainer
    assert trainer.diverged_at == trainer.step + 1
    assert any("diverges" in text.value for text in app.markdown)
    app.select_slider(key="learning_rate").set_value(0.5).run()
    press(app, "step_1000")
    assert the_run(app).trainer.step == trainer.step + 1000
    assert the_run(app).trainer.loss < 1e-3


def test_best_rate_and_standardise_are_tried_and_undone_by_a_button():
    app = opened()
    best = outlook(line_data(), 0.001).best_rate
    press(app, "use_rate")
    assert app.session_state["learning_rate"] == pytest.approx(best, rel=0.05)
    press(app, "use_rate")
    assert app.session_state["learning_rate"] == 0.001
    press(app, "use_x")
    assert the_run(app).trainer.data.x_mean is not None
    press(app, "use_x")
    assert the_run(app).trainer.data.x_mean is None


def test_limit_and_best_rate_are_those_with_momentum():
    app = opened(momentum=0.9, learning_rate=0.5)
    ahead = outlook(line_data(), 0.5, momentum=0.9)
    text = next(text.value for text in app.markdown if "steeper" in text.value)
    assert f"At 0.5 the slow direction halves its error every {ahead.half_life:.0f} steps, and no" in text
    press(app, "use_rate")
    assert app.session_state["learning_rate"] == pytest.approx(ahead.best_rate, rel=0.05)
    app = finish(press(opened(momentum=0.9, learning_rate=1.01 * ahead.max_rate), "train"))
    assert the_run(app).trainer.diverged_at is not None
    assert any("At 1.5" in text.value and "diverges" in text.value for text in app.markdown)


def test_momentum_one_is_said_to_swing_for_ever():
    app = opened(momentum=1.0, learning_rate=0.5)
    assert any("never get smaller" in text.value for text in app.markdown)
    assert "use_rate" not in {button.key for button in app.button}


def test_a_rate_is_offered_only_where_it_is_another_and_the_control_has_it():
    best = opened(learning_rate=0.78)
    beyond_the_control = opened(data="longley")
    for app in (best, beyond_the_control):
        assert {button.key for button in app.button} & {"use_rate", "use_x"} == {"use_x"}


def test_a_round_bowl_is_not_called_one_time_steeper():
    text = next(text.value for text in opened(standardise=True).markdown if "bowl" in text.value)
    assert text.startswith("The bowl is as steep one way as the other.")


@pytest.mark.parametrize("changes", [{"optimizer": "adam"}, {"loss": "l1"}, {"batch": 8}])
def test_where_theory_does_not_hold_best_and_limit_are_a_landmark(changes):
    app = opened(**changes)
    assert any("landmark" in text.value for text in app.markdown)


@pytest.mark.parametrize("data", ["norris", "galton", "cars", "forbes", "trees"])
def test_best_rate_is_not_rounded_beyond_the_limit(data):
    app = press(opened(data=data), "use_rate")
    assert app.session_state["learning_rate"] < outlook(the_run(app).trainer.data, 0.1).max_rate


@pytest.mark.parametrize(
    ("stop", "value", "rule"),
    [("loss", 0.5, "loss"), ("gradient_norm", 1.0, "gradient_norm"), ("patience", 50, "patience")],
)
def test_run_stops_at_its_condition(stop, value, rule):
    app = opened(stop=stop, stop_value=value, learning_rate=0.1, steps=20_000)
    finish(press(app, "train"))
    assert the_run(app).trainer.stopped_by == rule
    assert the_run(app).trainer.step < 20_000


def test_link_carries_the_run_and_replay_gives_the_same_digits():
    app = press(opened(noise_std=0.2), "step_100")
    app.select_slider(key="learning_rate").set_value(0.1).run()
    press(app, "step_10")
    app.slider(key="intercept").set_value(2.0).run()
    press(app, "step_1000")
    text, trainer = link_of(app), the_run(app).trainer
    other = opened(run=text, noise_std=0.2, learning_rate=0.1, intercept=2.0)
    assert the_run(other).trainer.step == 0
    finish(press(other, "replay"))
    replayed = the_run(other)
    assert (replayed.trainer.step, replayed.trainer.loss) == (trainer.step, trainer.loss)
    assert link_of(other) == text
    assert replayed.waits_for_reset() == []


def test_offer_is_gone_once_the_visitor_goes_an_own_way():
    app = opened(run="0~learning_rate~0.5~~40")
    press(app, "step_1")
    assert not [button for button in app.button if button.key == "replay"]


def test_run_that_back_brings_is_offered_until_the_own_goes_on(monkeypatch):
    def offered(app):
        return [button.label for button in app.button if button.key == "replay"]

    app = press(opened(), "step_10")
    before = link_of(app)
    press(app, "step_100")
    assert not offered(app)
    app.query_params["run"] = before
    come_back(app, monkeypatch)
    assert offered(app) == ["Replay to step 10"]
    assert (the_run(app).trainer.step, link_of(app)) == (110, before)
    app.select_slider(key="learning_rate").set_value(0.1).run()
    assert not offered(app)
    assert recording.decode(link_of(app), RUN_KEYS) == the_run(app).recorded()
    app.query_params["run"] = before
    del app.query_params["learning_rate"]
    finish(press(come_back(app, monkeypatch), "replay"))
    assert (the_run(app).trainer.step, link_of(app)) == (10, before)


def test_back_brings_the_optimizers_of_a_race_back(monkeypatch):
    app = opened(more="race")
    first = app.button_group(key="racer_pills").value
    app.button_group(key="racer_pills").set_value(["SGD", "AdamW"]).run()
    assert "SGD_AdamW" in app.query_params["racers"]
    del app.query_params["racers"]
    come_back(app, monkeypatch)
    assert app.button_group(key="racer_pills").value == first != ["SGD", "AdamW"]


def test_offer_goes_with_its_link(monkeypatch):
    monkeypatch.setattr(link, "_is_back_or_forward", lambda: True)
    app = press(opened(), "step_10")
    app.query_params["run"] = "0~~500"
    app.run()
    del app.query_params["run"]
    app.run()
    assert not [button for button in app.button if button.key == "replay"]
    assert link_of(app) == "0~~10"


def test_hand_on_a_control_ends_a_replay():
    app = press(opened(run="0~~900000", speed="1"), "replay")
    app.select_slider(key="learning_rate").set_value(0.1).run()
    assert the_run(app).replay_to is None
    assert the_run(app).values["learning_rate"] == 0.1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "~~5",
        "1~~5",
        "0~start_seed~~5",
        "0~start_seed~x~~5",
        "0~colour~1~~5",
        "0~~9~~5",
        "0~~1.5",
        "0~start_seed~1~~1e9",
    ],
)
def test_nonsense_is_no_run(text):
    assert not recording.is_readable(text)


def test_recording_reads_back_as_it_was():
    origin = {key: TRAINING[key].default for key in RUN_KEYS} | {"start_seed": 3, "standardise": True}
    recorded = Recorded(
        origin, ((5, {"learning_rate": 1e-6}), (9, {"optimizer": "adam", "slope": -2.5})), 123
    )
    assert recording.decode(recording.encode(recorded), RUN_KEYS) == recorded


def test_log_shows_the_lines_of_the_reference_program():
    app = press(opened(more="log"), "step_100")
    assert app.code[-1].value.splitlines()[0] == f"Epoch[99/30000], loss: {reference(99).loss:.6f}"


def test_script_ends_at_the_loss_on_the_screen(tmp_path):
    app = press(opened(more="script", noise_std=0.1), "step_100")
    app.select_slider(key="learning_rate").set_value(0.2).run()
    press(app, "step_10")
    script = tmp_path / "script.py"
    script.write_text(app.code[-1].value)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert f"loss {the_run(app).trainer.loss}" in done.stdout.splitlines()


def test_any_step_shows_its_exact_numbers():
    app = press(opened(more="states"), "step_1000")
    app.number_input(key="exact_step").set_value(321).run()
    state = reference(321).at(321)
    assert f"{state.loss:.9g}" in str(app.table[0].value)
    app.number_input(key="future").set_value(1_000_000).run()
    assert len(app.table) == 2
    assert not app.exception


@pytest.mark.parametrize("optimizer", ["rmsprop", "adam", "adamw"])
def test_optimizers_beyond_theory_say_so(optimizer):
    app = press(opened(optimizer=optimizer, more="states"), "step_100")
    assert any("landmark" in text.value for text in app.markdown)


def test_first_picture_is_drawn_as_the_link_says():
    as_it_comes, as_told = (
        app.get("vega_lite_chart")[0].proto.spec
        for app in (opened(), opened(residuals="squares", loss_scale="linear"))
    )
    assert '"rect"' in as_told
    assert '"rect"' not in as_it_comes
    assert as_told.count('"log"') < as_it_comes.count('"log"')


def test_words_of_the_pictures_are_those_of_the_charts():
    assert stage_words() == dict(WORDS)
    assert gauge_words() == dict(GAUGE_WORDS)


def test_turn_is_shared_among_those_who_train():
    turns = Turns()
    shares = []
    for who in (1, 2, 1, 2, 3):
        with turns.turn(who) as share:
            shares.append(share)
    assert shares == [1, 1 / 2, 1 / 2, 1 / 2, 1 / 3]


def test_pictures_come_more_slowly_when_many_train():
    turns = Turns()
    intervals = []
    for who in range(8):
        with turns.turn(who):
            intervals.append(turns.interval())
    assert intervals[:2] == [TICK, TICK]
    assert intervals[2:] == pytest.approx([count / IN_ALL for count in range(3, 9)])


def test_long_work_gives_its_turn_to_others_between_its_slices():
    turns, order = Turns(), []
    asks = Event()

    def other():
        asks.set()
        with turns.turn(2):
            order.append("other")

    waiting = Thread(target=other)
    with in_slices(turns, 1) as let_others:
        waiting.start()
        asks.wait()
        sleep(0.05)  # a slice
        order.append("first")
        for _slice in range(1000):
            if waiting.is_alive():
                let_others()
        order.append("last")
    assert order == ["first", "other", "last"]


def test_long_work_that_is_broken_off_gives_its_turn_back():
    turns, done = Turns(), []

    def work():
        with in_slices(turns, 1) as let_others:
            let_others()
            raise KeyError

    with pytest.raises(KeyError):
        work()
    with turns.turn(2):
        done.append(2)
    assert done == [2]


@pytest.mark.parametrize(
    ("module", "work", "link"),
    [
        (race_section, "race", {"more": "race", "race_steps": 20}),
        (take_away, "training_gif", {"more": "take_away"}),
    ],
)
def test_race_and_film_take_turns(module, work, link, monkeypatch):
    held, really = [], getattr(module, work)

    def slices(turns, who):
        held.append(who)
        return in_slices(turns, who)

    monkeypatch.setattr(module, "in_slices", slices)
    if work == "training_gif":
        monkeypatch.setattr(module, work, lambda *given, **options: really(*given, num_frames=2, **options))
    app = opened(**link)
    if work == "training_gif":
        press(app, "make_film")
    assert held == [id(the_run(app))]
