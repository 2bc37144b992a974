"""From the choices on the screen to the samples: generated, built in, or one's own."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from linear_core import RegressionData, builtin_data, line_data, linear_data
from linear_core.data.builtin import BUILTIN_DATA
from linear_core.scripts.data_code import line_data_code, linear_data_code
from pages._ui.language import _
from pages._ui.training import own_tables
from pages._ui.training.choices import LINE_KEYS

Values = Mapping[str, Any]


def whole(values: Values) -> RegressionData:
    """Return all samples, as they are given."""
    kind = values["data"]
    if kind == "own" and values["own"]:
        return own_tables.find(values["own"])
    if kind in BUILTIN_DATA:
        return _builtin(kind)
    if kind == "features":
        return _features(*(values[key] for key in ("num_features", "n_samples", "noise_std", "data_seed")))
    return _line(*(values[key] for key in LINE_KEYS))


def parts(values: Values) -> tuple[RegressionData, RegressionData | None]:
    """Return the training set, and the test set if there is one."""
    data = whole(values)
    if not values["test_percent"]:
        return (data.standardized() if values["standardize"] else data), None
    train, test = data.split(values["test_percent"] / 100, values["data_seed"])
    if values["standardize"]:
        train = train.standardized()
        test = test.standardized(like=train)
    return train, test


def training_set(values: Values) -> RegressionData:
    """Return the samples to train on."""
    return parts(values)[0]


def code(values: Values) -> str | None:
    """Return lines of PyTorch that make the data; None where only the numbers themselves will do."""
    if values["standardize"] or values["test_percent"]:
        return None
    if values["data"] == "line":
        slope, intercept, noise_std, n_samples, seed, outliers, bend = (values[key] for key in LINE_KEYS)
        return line_data_code(slope, intercept, noise_std, n_samples, seed, outliers=outliers, bend=bend)
    if values["data"] == "features":
        sizes = (values["num_features"], 1, values["n_samples"])
        return linear_data_code(*sizes, values["noise_std"], values["data_seed"])
    return None


def column(data: RegressionData, name: str) -> str:
    """Return what a column is called."""
    return _(data.column_titles[name]) if name in data.column_titles else name


def axis(data: RegressionData, name: str) -> str:
    """Return what a column is called, with its unit, for an axis."""
    title, unit = column(data, name), data.units.get(name)
    if name in data.feature_names and data.x_mean is not None:
        return _("{name}, standardized").format(name=title)
    return _("{name} ({unit})").format(name=title, unit=_(unit)) if unit else title


def literal(name: str) -> str:
    """Write a column's name so that Markdown shows it as it is: not every ``$`` begins a formula."""
    return re.sub(r"[\\`*_\[\]$:~<]", r"\\\g<0>", name)


def axis_words(data: RegressionData) -> dict[str, str]:
    """Return what the axes of samples are called."""
    words = {"x": _("x"), "target": _("target")}
    names = {"x": data.feature_names[0], "target": data.target_names[0]}
    named = {key: axis(data, name) for key, name in names.items()}
    return words | {key: text for key, text in named.items() if text not in ("x", "y")}


@lru_cache(64)
def _line(
    slope: float, intercept: float, noise_std: float, n_samples: int, seed: int, outliers: int, bend: float
) -> RegressionData:
    return line_data(slope, intercept, noise_std, n_samples, seed, outliers=outliers, bend=bend)


@lru_cache(16)
def _features(num_features: int, n_samples: int, noise_std: float, seed: int) -> RegressionData:
    return linear_data(num_features, 1, n_samples, noise_std, seed)


@lru_cache(16)
def _builtin(name: str) -> RegressionData:
    return builtin_data(name)
