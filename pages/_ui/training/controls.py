"""The controls on the left: data and learning rate are visible, everything else is in one expander."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from pages._ui import controls, link, refusals
from pages._ui.language import N_, _
from pages._ui.training import data, learning_rate
from pages._ui.training import run as runs
from pages._ui.training.choices import CONFIG_KEYS, LINE_KEYS, STOPS, USED_BY, Training

LABELS = {
    "data": N_("Data"),
    "slope": N_("slope"),
    "intercept": N_("intercept"),
    "noise_std": N_("noise (standard deviation)"),
    "n_samples": N_("number of samples"),
    "data_seed": N_("data seed"),
    "outliers": N_("outliers"),
    "bend": N_("bend"),
    "num_features": N_("in_features"),
    "test_percent": N_("test set (%)"),
    "standardize": N_("Standardize x"),
    "learning_rate": N_("learning rate"),
    "momentum": N_("momentum"),
    "optimizer": N_("optimizer"),
    "loss": N_("loss"),
    "batch": N_("batch_size (0: all samples)"),
    "stop": N_("stop when"),
    "stop_value": N_("threshold"),
    "init": N_("initialization of weight"),
    "start_seed": N_("initialization seed"),
    "steps": N_("steps"),
}


def label_of(name: str) -> str:
    """Return what the control of a choice is called."""
    return _(LABELS[name]) if name in LABELS else name


def title_of(name: str, value: Any) -> str:
    """Return what an option of a choice is called."""
    from linear_core import INITS
    from linear_core.training.losses import LOSSES
    from linear_core.training.optimizers import OPTIMIZERS

    titles: dict[str, Callable[[str], str]] = {
        "data": data.title,
        "optimizer": lambda option: OPTIMIZERS[option].torch_name,
        "loss": lambda option: LOSSES[option].torch_name,
        "init": lambda option: _(INITS[option].title),
        "stop": lambda option: _(STOPS[option]),
    }
    return titles[name](value) if name in titles else str(value)


# What draws the control of a choice: these by the titles of its options, these another way than by a slider.
_pills: Callable[..., Any] = partial(controls.one_of, widget=st.pills)
LISTS: dict[str, Callable[..., Any]] = {
    "data": controls.select,
    "optimizer": _pills,
    "loss": _pills,
    "init": controls.select,
    "stop": controls.select,
}
OTHERS: dict[str, Callable[..., Any]] = {
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
        if name in LABELS:
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
    param, label, run = Training.params()[name], label_of(name), runs.current()
    if name in LISTS:
        value = LISTS[name](param, label, partial(title_of, name), **options)
    else:
        draw_it: Callable[..., Any] = OTHERS.get(name, controls.slider)
        value = draw_it(param, label, **options)
    if run.refused and name == (run.refused_by if run.refused_by in SAY else "data"):
        refusals.say(run.refused)
    return value
