"""From the choices on the screen to the samples: made to measure, built in, or one's own.

Data of one's own are a text: all of it where they are small, so that a link carries them; else only a mark
by which this visit finds them again.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import streamlit as st

from linear_core import BUILTIN_DATA, DataError, RegressionData, builtin_data, line_data, linear_data
from linear_core.exchange.table_link import decode_table, encode_table
from linear_core.scripts.data_code import line_data_code, linear_data_code
from pages._ui.language import N_, _

Values = Mapping[str, Any]
Parts = tuple[RegressionData, RegressionData | None]

LINE_KEYS = ("slope", "intercept", "noise_std", "n_samples", "data_seed", "outliers", "bend")
USED: dict[str, tuple[str, ...]] = {
    "line": LINE_KEYS,
    "features": ("num_features", "noise_std", "n_samples"),
    "own": ("own",),
}
ALWAYS = ("data", "data_seed", "test_percent", "standardise")
DATA_KEYS = (
    *("data", "slope", "intercept", "noise_std", "n_samples", "outliers", "bend", "num_features", "own"),
    *("data_seed", "test_percent", "standardise"),
)
MADE = {"line": N_("A line"), "features": N_("Several features"), "own": N_("Own table")}

TABLES = "own_tables"
MARK = "@"  # before what only this visit can find again


def title(name: str) -> str:
    """What a choice of data is called."""
    return _(MADE[name]) if name in MADE else _(BUILTIN_DATA[name].title)


def is_used(key: str, kind: str) -> bool:
    """Whether these data depend on a choice."""
    return key not in DATA_KEYS or key in ALWAYS or key in USED.get(kind, ())


def whole(values: Values) -> RegressionData:
    """All samples, as they came."""
    kind = values["data"]
    if kind == "own" and values["own"]:
        return own(values["own"])
    if kind in BUILTIN_DATA:
        return _builtin(kind)
    if kind == "features":
        keys = ("num_features", "n_samples", "noise_std", "data_seed")
        return _features(*(values[key] for key in keys))
    return _line(*(values[key] for key in LINE_KEYS))


def parts(values: Values) -> Parts:
    """The samples to learn from, and those to test with, if any are set apart."""
    data = whole(values)
    if not values["test_percent"]:
        return (data.standardised() if values["standardise"] else data), None
    train, test = data.split(values["test_percent"] / 100, values["data_seed"])
    if values["standardise"]:
        train = train.standardised()
        test = test.standardised(like=train)
    return train, test


def code(values: Values) -> str | None:
    """Lines of PyTorch that make the data; None where only the numbers themselves will do."""
    if values["standardise"] or values["test_percent"]:
        return None
    if values["data"] == "line":
        slope, intercept, noise_std, n_samples, seed, outliers, bend = (values[key] for key in LINE_KEYS)
        return line_data_code(slope, intercept, noise_std, n_samples, seed, outliers=outliers, bend=bend)
    if values["data"] == "features":
        sizes = (values["num_features"], 1, values["n_samples"])
        return linear_data_code(*sizes, values["noise_std"], values["data_seed"])
    return None


def axis(data: RegressionData, name: str) -> str:
    """A column's name with its unit, for an axis."""
    if name in data.feature_names and data.x_mean is not None:
        return _("{name}, standardised").format(name=name)
    unit = data.units.get(name)
    return _("{name} ({unit})").format(name=name, unit=_(unit)) if unit else name


def literal(name: str) -> str:
    """Write a column's name so that Markdown shows it as it is: not every ``$`` begins a formula."""
    return re.sub(r"[\\`*_\[\]$:~<]", r"\\\g<0>", name)


def axes(data: RegressionData) -> dict[str, str]:
    """What the axes of samples are called, where that is more than x and target."""
    names = {"x": data.feature_names[0], "target": data.target_names[0]}
    return {key: axis(data, name) for key, name in names.items() if axis(data, name) not in ("x", "y")}


def axis_words(data: RegressionData) -> dict[str, str]:
    """The same, for a picture that has to be told both."""
    return {"x": _("x"), "target": _("target")} | axes(data)


def keep(data: RegressionData) -> str:
    """The text that stands for data of one's own; what no link carries is kept for this visit."""
    text = encode_table(data)
    if text is not None:
        return text
    tables = st.session_state.setdefault(TABLES, {})
    numbers = data.x.numpy().tobytes() + data.target.numpy().tobytes()
    mark = MARK + sha256(repr((data.feature_names, data.target_names)).encode() + numbers).hexdigest()[:16]
    tables[mark] = data
    while len(tables) > 4:  # a visit's memory is bounded
        tables.pop(next(iter(tables)))
    return mark


def own(text: str) -> RegressionData:
    """Data of one's own.

    Raises
    ------
    DataError
        They are not here any more.
    """
    if not text.startswith(MARK):
        return decode_table(text)
    try:
        return st.session_state[TABLES][text]
    except KeyError:
        raise DataError("The table is not here any more; upload it again.") from None


def is_in_link(values: Values) -> bool:
    """Whether a link carries the data."""
    return values["data"] != "own" or not values["own"].startswith(MARK)


@st.cache_resource(max_entries=64, show_spinner=False)
def _line(
    slope: float, intercept: float, noise_std: float, n_samples: int, seed: int, outliers: int, bend: float
) -> RegressionData:
    return line_data(slope, intercept, noise_std, n_samples, seed, outliers=outliers, bend=bend)


@st.cache_resource(max_entries=16, show_spinner=False)
def _features(num_features: int, n_samples: int, noise_std: float, seed: int) -> RegressionData:
    return linear_data(num_features, 1, n_samples, noise_std, seed)


@st.cache_resource(max_entries=16, show_spinner=False)
def _builtin(name: str) -> RegressionData:
    return builtin_data(name)
