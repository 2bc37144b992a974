"""From the choices on the screen to the data and the config of a run."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from linear_core import OPTIMIZERS, RegressionData, TrainingConfig, line_data
from pages._ui.choices import TRAINING

DATA_KEYS = ("slope", "intercept", "noise_std", "n_samples", "data_seed", "standardise")
CONFIG_KEYS = ("learning_rate", "momentum", "optimizer", "loss", "batch_size", "seed", "stop", "stop_value")

# What decides the numbers of a run, and so has to be in its recording.
RUN_KEYS = (*DATA_KEYS, *CONFIG_KEYS)


def chosen() -> dict[str, Any]:
    """Give the present value of each choice of the page."""
    return {key: st.session_state.get(key, choice.default) for key, choice in TRAINING.items()}


@st.cache_resource(max_entries=64, show_spinner=False)
def _line(slope: float, intercept: float, noise_std: float, n_samples: int, seed: int) -> RegressionData:
    return line_data(slope, intercept, noise_std, n_samples, seed)


def data_of(values: Mapping[str, Any]) -> RegressionData:
    """Make the data that are chosen."""
    data = _line(*(values[key] for key in ("slope", "intercept", "noise_std", "n_samples", "data_seed")))
    return data.standardised() if values["standardise"] else data


def config_of(values: Mapping[str, Any]) -> TrainingConfig:
    """Make the config that is chosen; what an optimizer does not have is left out."""
    options = OPTIMIZERS[values["optimizer"]].options
    stop, stop_value = values["stop"], values["stop_value"]
    n_samples, batch_size = values["n_samples"], values["batch_size"]
    return TrainingConfig(
        learning_rate=values["learning_rate"],
        optimizer=values["optimizer"],
        momentum=values["momentum"] if "momentum" in options else 0.0,
        loss=values["loss"],
        batch_size=batch_size if 0 < batch_size < n_samples else None,
        seed=values["seed"],
        stop_loss=stop_value if stop == "loss" else None,
        stop_gradient_norm=stop_value if stop == "gradient_norm" else None,
        stop_patience=max(1, round(stop_value)) if stop == "patience" else None,
    )
