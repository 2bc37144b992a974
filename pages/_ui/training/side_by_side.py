"""Several runs in one player, with their pictures beside each other."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import streamlit as st

from linear_core import RegressionData
from linear_core.charts.axes import compact
from linear_core.charts.film import moving
from linear_core.charts.side_by_side import (
    HEIGHT,
    film_rows,
    film_tables,
    lines_view,
    losses_view,
    paths_view,
)
from linear_core.training.history import TrainingHistory
from pages._ui.figure import figure
from pages._ui.language import _, language
from pages._ui.player import Film, Reading, player
from pages._ui.training.data import axis_words

TINTS = ("green", "red", "violet", "orange")
MAX_SAMPLES = 2000  # of several runs at once, some of them in plain PyTorch, which is slow


def few(data: RegressionData) -> RegressionData:
    """Return the first samples, where all of them would take too long."""
    if data.n_samples <= MAX_SAMPLES:
        return data
    return replace(data, x=data.x[:MAX_SAMPLES], target=data.target[:MAX_SAMPLES])


def draw(
    key: str,
    runs: Mapping[str, TrainingHistory],
    data: RegressionData,
    second: str,
    edition: int,
    loss: str = "mse",
) -> st.delta_generator.DeltaGenerator:
    """Draw player, losses and a second picture ("paths", "lines", or ""); return the place of the latter.

    ``edition`` is another number for other runs.
    """
    width = 3 + data.in_features
    readings = [Reading(_("step"), 0)]
    for place, (name, tint) in enumerate(zip(runs, TINTS, strict=False)):
        readings.append(Reading(_("loss, {name}").format(name=name), 1 + place * width, tint))
    rows = film_rows(runs)
    total = len(rows) - 1
    film = Film(lambda first: rows, total, tuple(readings), edition=edition, place=total, texts={"done": ""})
    pictures = f"{key}_pictures"
    player(f"{key}_player", pictures, film)
    tables = film_tables(runs, data, loss)
    specifications = _specifications(tuple(runs), language(), **axis_words(data))
    with st.container(key=pictures, gap=None):
        left, right = st.container(), st.container()
        shown = {"losses": left} | ({second: right} if second in tables else {})
        alts = {
            "losses": _("The loss of each run, against the step"),
            "paths": _("The path of each run over weight and bias"),
            "lines": _("The samples with the line of each run"),
        }
        for name, column in shown.items():
            with column:
                figure(specifications[name], f"{key}_{name}", tables=tables[name], alt=alts[name])
    return right


@lru_cache(32)
def _specifications(names: tuple[str, ...], in_language: str, **axes: str) -> dict[str, Any]:
    charts = {
        "losses": losses_view(names, _),
        "paths": paths_view(names, _),
        "lines": lines_view(names, _, **axes),
    }
    canvas = {"embedOptions": {"renderer": "canvas"}}
    return {
        name: compact(moving(chart)).properties(height=HEIGHT, usermeta=canvas).to_dict(validate=False)
        for name, chart in charts.items()
    }
