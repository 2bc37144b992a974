"""The choices of the page "Training", its sections, and the titles of what a choice offers."""

from collections.abc import Mapping
from typing import Any

from pages._ui.language import N_, AppState, _
from pages._ui.params import Choice, Code, Flag, Integer, Names, Param, Real, Section, Text, registry
from pages._ui.training import own_tables
from pages._ui.training.recording import MAX_STEPS, decode

SECTIONS = {
    "steps": (N_("How many steps?"), "pages._ui.training.states"),
    "microscope": (N_("One step in detail"), "pages._ui.training.microscope"),
    "mistakes": (N_("Common mistakes"), "pages._ui.training.mistakes"),
    "data": (N_("Data points"), "pages._ui.training.samples"),
    "race": (N_("Compare optimizers"), "pages._ui.training.race"),
    "log": (N_("Log"), "pages._ui.training.log"),
    "script": (N_("PyTorch script"), "pages._ui.training.script"),
    "export": (N_("Export"), "pages._ui.training.export"),
}

RESIDUALS = {"segments": N_("segments"), "squares": N_("squares"), "none": N_("none")}
LOSS_SCALES = {"log": N_("logarithmic"), "linear": N_("linear")}
STOPS = {
    "steps": N_("all steps are done"),
    "loss": N_("the loss is at most"),
    "gradient_norm": N_("the gradient norm is at most"),
    "patience": N_("no improvement for N steps"),
}
STAGES = {"1": N_("1 Forward"), "2": N_("2 Loss"), "3": N_("3 Gradients"), "4": N_("4 Update")}
MISTAKE_RATES = {"best": N_("the best for this data"), "same": N_("the current learning rate")}
RACE_RATES = {"same": N_("the current learning rate"), "tuned": N_("the best for each")}

# What makes the data; what decides a run, and so has to be in its recording.
LINE_KEYS = ("slope", "intercept", "noise_std", "n_samples", "data_seed", "outliers", "bend")
DATA_KEYS = ("data", *LINE_KEYS, "num_features", "own", "test_percent", "standardize")
CONFIG_KEYS = ("learning_rate", "momentum", "optimizer", "loss", "batch", "stop", "stop_value")
START_KEYS = ("init", "start_seed")  # only a new start can follow these: their parameters have been trained
RUN_KEYS = (*DATA_KEYS, *CONFIG_KEYS, *START_KEYS)
USED_BY = {
    "line": LINE_KEYS,
    "features": ("num_features", "noise_std", "n_samples", "data_seed"),
    "own": ("own",),
}


def _data() -> Mapping[str, str]:
    from linear_core.data.builtin import BUILTIN_DATA

    builtin = {name: entry.title for name, entry in BUILTIN_DATA.items()}
    made = {"line": N_("A line"), "features": N_("Several features")}
    return {**made, **builtin, "own": N_("Your own table")}


def _table(text: str) -> None:
    from linear_core.exchange.table_link import decode_table

    if decode_table(text).n_samples < 2:
        raise ValueError(text)


def _recording(text: str) -> None:
    decode(text, run_params())


class Training(AppState):
    """A run of training: its data, how it is trained, the film's position, and how it is looked at."""

    data = Choice("line", _data, N_("Data"))
    slope = Real(3.0, -10.0, 10.0, 0.1, label=N_("slope"), hue="blue")
    intercept = Real(0.8, -10.0, 10.0, 0.1, label=N_("intercept"), hue="blue")
    noise_std = Real(0.0, 0.0, 2.0, 0.01, label=N_("noise (standard deviation)"), hue="blue")
    n_samples = Integer(50, 2, 100_000, label=N_("number of samples"))
    data_seed = Integer(0, 0, 9999, label=N_("data seed"))
    outliers = Integer(0, 0, 20, label=N_("outliers"), hue="blue")
    bend = Real(0.0, -10.0, 10.0, 0.1, label=N_("bend"), hue="blue")
    num_features = Integer(3, 2, 12, label=Code("in_features"), hue="blue")
    own = Text("", _table)
    test_percent = Integer(0, 0, 50, 5, label=N_("test set (%)"))
    standardize = Flag(False, N_("Standardize x"))
    learning_rate = Real(1e-3, 1e-6, 1e3, label=N_("learning rate"))
    momentum = Real(0.0, 0.0, 1.0, 0.05, label=N_("momentum"))
    optimizer = Choice("sgd", registry("linear_core:OPTIMIZERS", "torch_name"), N_("optimizer"))
    loss = Choice("mse", registry("linear_core:LOSSES", "torch_name"), N_("loss"))
    batch = Integer(0, 0, 100_000, label=N_("batch_size (0: all samples)"))
    stop = Choice("steps", STOPS, N_("stop when"))
    stop_value = Real(1e-3, 1e-12, 1e6, label=N_("threshold"))
    init = Choice("default", registry("linear_core:INITS", "title"), N_("initialization of weight"))
    start_seed = Integer(0, 0, 9999, label=N_("initialization seed"))
    steps = Integer(30_000, 1, MAX_STEPS, label=N_("steps"))
    at = Integer(0, 0, MAX_STEPS)  # the film's position
    run = Text("", _recording)  # how it began and what was changed, where the other choices do not say it
    residuals = Choice("segments", RESIDUALS, N_("residuals"))
    loss_scale = Choice("log", LOSS_SCALES, N_("axes"))
    section = Section(SECTIONS)
    future = Integer(0, 0, 1_000_000_000, label=N_("Predicted result at step"))  # 0: no look ahead
    stage_of_step = Choice("1", STAGES, N_("Stage"))
    mistake = Choice("no_zero_grad", registry("linear_core:TRAPS", "title"), N_("Choose a mistake"))
    mistake_steps = Integer(100, 1, 2000, label=N_("steps"))
    mistake_rate = Choice("best", MISTAKE_RATES, N_("Learning rate"))
    racers = Names(
        ("SGD", "Momentum", "Adam"),
        registry("linear_core.training.optimizers:OPTIMIZER_CHOICES"),
        2,
        4,
        N_("Optimizers"),
    )
    race_steps = Integer(300, 1, 2000, label=N_("steps"))
    race_rates = Choice("same", RACE_RATES, N_("Learning rate"))

    @property
    def run_values(self) -> dict[str, Any]:
        """The choices that decide a run; what its data do not use is at its default."""
        used = {*USED_BY.get(self.data, ()), "data", "data_seed", "test_percent", "standardize"}
        unused = {name: self.params()[name].default for name in set(DATA_KEYS) - used}
        return {name: unused.get(name, self.values[name]) for name in RUN_KEYS}

    def unfit(self) -> Mapping[str, Any]:
        """Return the table that this visit does not have any more."""
        return {} if own_tables.is_known(self.own) else {"own": "", "data": "line"}

    def left_out(self) -> str | None:
        """Say where the link holds neither the table nor the run."""
        if own_tables.is_in_link(self.own) or self.data != "own":
            return None
        return _("The table is too large for a link: it holds neither the table nor the run.")


def run_params() -> dict[str, Param[Any]]:
    """Return the choices that decide a run."""
    return {name: Training.params()[name] for name in RUN_KEYS}
