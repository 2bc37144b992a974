"""The controls on the left: data and learning rate are visible, everything else is in one expander."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from pages._ui import controls, link, refusals
from pages._ui.language import N_, _
from pages._ui.training import data, learning_rate
from pages._ui.training import run as runs
from pages._ui.training.choices import STOPS, Training

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


def draw(shown: Training) -> None:
    """Draw all of them."""
    controls.select(Training.data, label_of("data"), partial(title_of, "data"))
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
    if reason := runs.current().refused:  # the film stays as it was
        refusals.say(reason)
    learning_rate.draw(shown)
    controls.log_slider(Training.steps, label_of("steps"))
    with st.expander(_("More: data, optimizer, loss"), key="more_controls", on_change="ignore"):
        _samples(shown)
        _optimizer(shown)
        _rest(shown)


def _samples(shown: Training) -> None:
    """Draw what these data are made of; built-in and own data are as they are."""
    if shown.data == "line":
        for param in (Training.slope, Training.intercept):
            controls.slider(param, label_of(param.name))
    if shown.data == "features":
        controls.slider(Training.num_features, label_of("num_features"))
    if shown.data in ("line", "features"):
        controls.slider(Training.noise_std, label_of("noise_std"))
        controls.log_slider(Training.n_samples, label_of("n_samples"))
        controls.number(Training.data_seed, label_of("data_seed"))
    if shown.data == "line":
        controls.slider(Training.outliers, label_of("outliers"))
        controls.slider(Training.bend, label_of("bend"))
    controls.slider(Training.test_percent, label_of("test_percent"))


def _optimizer(shown: Training) -> None:
    from linear_core.training.optimizers import OPTIMIZERS

    controls.one_of(Training.optimizer, label_of("optimizer"), partial(title_of, "optimizer"), st.pills)
    has_none = "momentum" not in OPTIMIZERS[shown.optimizer].options
    controls.slider(Training.momentum, label_of("momentum"), disabled=has_none)
    controls.one_of(Training.loss, label_of("loss"), partial(title_of, "loss"), st.pills)
    controls.number(Training.batch, label_of("batch"))


def _rest(shown: Training) -> None:
    controls.select(Training.init, label_of("init"), partial(title_of, "init"))
    controls.number(Training.start_seed, label_of("start_seed"))
    if runs.current().waiting(shown.run_values):
        st.caption(_("Applies from the start: press **Train again**."))
    stop = controls.select(Training.stop, label_of("stop"), partial(title_of, "stop"))
    if stop != "steps":
        controls.number(Training.stop_value, label_of("stop_value"), format="%g", step=None)
