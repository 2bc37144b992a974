"""The controls at the left: what is trained, how, and on which data."""

import streamlit as st
from pages._ui.choices import TRAINING

from pages._ui import controls
from pages._ui.language import _
from pages._ui.training import datasets

OPTIMIZERS = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
LOSSES = {"mse": "MSELoss", "l1": "L1Loss", "huber": "HuberLoss"}


def draw() -> None:
    """Draw all of them."""
    with st.container(gap="xsmall"):
        _draw()


def _draw() -> None:
    controls.log_slider("learning_rate", TRAINING, ":green[learning_rate]")
    with st.container(horizontal=True, gap="medium", wrap=False):  # side by side, so that all fits a screen
        has_none = st.session_state["optimizer"] not in ("sgd", "rmsprop")
        controls.slider("momentum", TRAINING, ":green[momentum]", disabled=has_none)
        controls.log_slider("steps", TRAINING, _("steps"))
    _data(controls.one_of("data", TRAINING, _(":blue[Data]"), datasets.title, st.selectbox))
    controls.toggle("standardise", TRAINING, _("Standardise :blue[x]"))
    controls.one_of("optimizer", TRAINING, _("Optimizer"), OPTIMIZERS.__getitem__, st.pills)
    with st.expander(_("Outliers, bend, test part")):
        _more_data(str(st.session_state["data"]))
    with st.expander(_("Loss, batches, seeds")):
        _more()
    with st.expander(_("Speed and stopping")):
        _pace()


def _data(kind: str) -> None:
    """What these data are made of; built-in and own data are as they are."""
    if kind == "line":
        controls.slider("slope", TRAINING, _(":blue[Slope]"))
        controls.slider("intercept", TRAINING, _(":blue[Intercept]"))
    if kind == "own" and not st.session_state["own"]:
        st.caption(_("Type or upload it under **Data**, below the pictures; until then it is the line."))
    if kind == "features":
        controls.slider("num_features", TRAINING, ":blue[in_features]")
    if kind in ("line", "features"):
        controls.slider("noise_std", TRAINING, ":blue[noise_std]")
        controls.log_slider("n_samples", TRAINING, ":blue[n_samples]")


def _more_data(kind: str) -> None:
    if kind == "line":
        controls.slider("outliers", TRAINING, _(":blue[Outliers]"))
        controls.slider("bend", TRAINING, _(":blue[Bend]"))
    controls.slider("test_percent", TRAINING, _("Percent of the samples to test with"), step=5)


def _more() -> None:
    controls.one_of("loss", TRAINING, _("Loss"), LOSSES.__getitem__, st.pills)
    controls.number("batch", TRAINING, _("batch_size (0: all samples)"))
    controls.number("data_seed", TRAINING, _("Seed of the data"))
    controls.number("start_seed", TRAINING, _("Seed of the start"))


def _pace() -> None:
    speeds = {"fast": _("as fast as it goes")}
    controls.one_of("speed", TRAINING, _("Steps a picture"), lambda name: speeds.get(name, name), st.pills)
    stops = {
        "steps": _("all steps are made"),
        "loss": _("the loss is at most"),
        "gradient_norm": _("the gradient is at most"),
        "patience": _("no better for so many steps"),
    }
    stop = controls.one_of("stop", TRAINING, _("Stop when"), stops.__getitem__, st.selectbox)
    controls.number("stop_value", TRAINING, _("Limit"), format="%g", step=None, disabled=stop == "steps")
