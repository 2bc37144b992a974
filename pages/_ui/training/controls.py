"""The controls on the left: data and learning rate are visible, everything else is in one expander."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from pages._ui import controls, link, refusals
from pages._ui.language import _
from pages._ui.training import learning_rate
from pages._ui.training import run as runs
from pages._ui.training.choices import CONFIG_KEYS, LINE_KEYS, USED_BY, Training

# What draws the control of a choice that has no slider.
WIDGETS: dict[str, Callable[..., Any]] = {
    "data": controls.select,
    "optimizer": partial(controls.one_of, widget=st.pills),
    "loss": partial(controls.one_of, widget=st.pills),
    "init": controls.select,
    "stop": controls.select,
    "n_samples": controls.log_slider,
    "steps": controls.log_slider,
    "data_seed": controls.number,
    "batch": controls.number,
    "start_seed": controls.number,
    "stop_value": partial(controls.number, format="%g", step=None),
}
# Choices that say themselves why a run cannot follow them; for the rest the list of data does.
SAY = {*LINE_KEYS, "num_features", "test_percent", *CONFIG_KEYS} - {"learning_rate"}


def draw(shown: Training) -> None:
    """Draw all of them."""
    _control("data")
    if shown.data == "own" and not shown.own:
        st.caption(_("Type or upload a table under **Data points**; until then, “A line” is used."))
    elif shown.data != "own":
        st.button(
            _("Your own table"),
            type="tertiary",
            icon=":material/upload_file:",
            on_click=link.setting(section="data"),
            key="own_table",
        )
    learning_rate.draw(shown)
    _control("steps")
    with st.expander(_("More: data, optimizer, loss"), key="more_controls", on_change="ignore"):
        _more(shown)


def _more(shown: Training) -> None:
    """Draw what the data are made of, unless they are as they are, and how the layer is trained."""
    from linear_core.training.optimizers import OPTIMIZERS

    for name in USED_BY.get(shown.data, ()):
        if name != "own":
            _control(name)
    _control("test_percent")
    _control("optimizer")
    _control("momentum", disabled="momentum" not in OPTIMIZERS[shown.optimizer].options)
    _control("loss")
    _control("batch")
    _control("init")
    _control("start_seed")
    if runs.current().waiting(shown.run_values):
        st.caption(_("Applies from the start: press **Train again**."))
    if _control("stop") != "steps":
        _control("stop_value")


def _control(name: str, **options: Any) -> Any:
    """Draw the control of a choice, and below it why the run cannot follow: the film stays as it was."""
    draw_it: Callable[..., Any] = WIDGETS.get(name, controls.slider)
    value, run = draw_it(Training.params()[name], **options), runs.current()
    if run.refused and name == (run.refused[0] if run.refused[0] in SAY else "data"):
        refusals.say(run.refused[1])
    return value
