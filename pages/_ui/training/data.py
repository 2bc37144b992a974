"""From the choices on the screen to the samples: generated, built in, or one's own."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from linear_core import RegressionData, builtin_data, line_data, linear_data
from linear_core.data.builtin import BUILTIN_DATA
from linear_core.scripts.data_code import line_data_code, linear_data_code
from pages._ui.language import _
from pages._ui.training import own_tables
from pages._ui.training.choices import DATA_KEYS, LINE_KEYS

T = TypeVar("T")
Values = Mapping[str, Any]
Test = RegressionData | None  # the test set, if there is one


def whole(values: Values) -> RegressionData:
    """Return all samples, as they are given."""
    return _made(tuple((key, values[key]) for key in DATA_KEYS))[0]


def parts(values: Values) -> tuple[RegressionData, Test]:
    """Return the training set, and the test set if there is one."""
    return _made(tuple((key, values[key]) for key in DATA_KEYS))[1:]


@lru_cache(16)  # for all visitors; a table of one's own may be large
def _made(chosen: tuple[tuple[str, Any], ...]) -> tuple[RegressionData, RegressionData, Test]:
    """Return all samples, those to train on, and those to test on."""
    values = dict(chosen)
    data = _given(values)
    train, test = data, None
    if values["test_percent"]:
        train, test = data.split(values["test_percent"] / 100, values["data_seed"])
    if values["standardize"]:
        train = train.standardized()
        test = test and test.standardized(like=train)
    return data, train, test


def _given(values: Values) -> RegressionData:
    kind = values["data"]
    if kind == "own" and values["own"]:
        return own_tables.find(values["own"])
    if kind in BUILTIN_DATA:
        return builtin_data(kind)
    return _generated(values, line_data, linear_data)


def _generated(values: Values, line: Callable[..., T], features: Callable[..., T]) -> T:
    """Make the samples of the chosen numbers, or their code, by what makes those of a line or of features."""
    slope, intercept, noise_std, n_samples, seed, outliers, bend = (values[key] for key in LINE_KEYS)
    if values["data"] == "features":
        return features(values["num_features"], 1, n_samples, noise_std, seed)
    return line(slope, intercept, noise_std, n_samples, seed, outliers=outliers, bend=bend)


def training_set(values: Values) -> RegressionData:
    """Return the samples to train on."""
    return parts(values)[0]


def code(values: Values) -> str | None:
    """Return lines of PyTorch that make the data; None where only the numbers themselves will do."""
    if values["standardize"] or values["test_percent"] or values["data"] not in ("line", "features"):
        return None
    return _generated(values, line_data_code, linear_data_code)


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
    x, target = axis(data, data.feature_names[0]), axis(data, data.target_names[0])
    return {"x": _("x") if x == "x" else x, "target": _("target") if target == "y" else target}
