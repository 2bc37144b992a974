"""From the choices on the screen to the data and the config of a run."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pages._ui.choices import TRAINING

from linear_core import OPTIMIZERS, RegressionData, TrainingConfig
from pages._ui.training import datasets
from pages._ui.training.datasets import DATA_KEYS

CONFIG_KEYS = ("learning_rate", "momentum", "optimizer", "loss", "batch", "start_seed", "stop", "stop_value")

# What decides the numbers of a run, and so has to be in its recording.
RUN_KEYS = (*DATA_KEYS, *CONFIG_KEYS)


def chosen() -> dict[str, Any]:
    """Give the present value of each choice of the page; what its data do not use is at its default."""
    now = st.session_state
    return {
        key: now[key] if datasets.is_used(key, now["data"]) else choice.default
        for key, choice in TRAINING.items()
    }


def data_of(values: Mapping[str, Any]) -> RegressionData:
    """Make the data that are chosen: the part to learn from."""
    return datasets.parts(values)[0]


def test_of(values: Mapping[str, Any]) -> RegressionData | None:
    """Make the part that is set apart to test with, if there is one."""
    return datasets.parts(values)[1]


def config_of(values: Mapping[str, Any]) -> TrainingConfig:
    """Make the config that is chosen; what an optimizer does not have is left out."""
    options = OPTIMIZERS[values["optimizer"]].options
    stop, stop_value = values["stop"], values["stop_value"]
    n_samples, batch_size = data_of(values).n_samples, values["batch"]
    return TrainingConfig(
        learning_rate=values["learning_rate"],
        optimizer=values["optimizer"],
        momentum=values["momentum"] if "momentum" in options else 0.0,
        loss=values["loss"],
        batch_size=batch_size if 0 < batch_size < n_samples else None,
        seed=values["start_seed"],
        stop_loss=stop_value if stop == "loss" else None,
        stop_gradient_norm=stop_value if stop == "gradient_norm" else None,
        stop_patience=max(1, round(stop_value)) if stop == "patience" else None,
    )
