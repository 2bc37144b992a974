"""Several runs of the same data: how they are made, and one player with their pictures beside each other."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import streamlit as st

from linear_core import RegressionData
from linear_core.charts.film import played
from linear_core.charts.side_by_side import HEIGHT, film_rows, film_tables, views
from linear_core.training.history import TrainingHistory
from pages._ui import controls
from pages._ui.figure import figure
from pages._ui.language import _, language
from pages._ui.params import Choice, Integer
from pages._ui.player import Film, Reading, player
from pages._ui.training import run
from pages._ui.training.data import axis_words

TINTS = ("green", "red", "violet", "orange")
MAX_SAMPLES = 2000  # of several runs at once, some of them in plain PyTorch, which is slow


@lru_cache(8)  # so that the runs of what is left can be kept
def few(data: RegressionData) -> RegressionData:
    """Return the first samples, where all of them would take too long."""
    if data.n_samples <= MAX_SAMPLES:
        return data
    return replace(data, x=data.x[:MAX_SAMPLES], target=data.target[:MAX_SAMPLES])


def settings(steps: Integer, rate: Choice) -> None:
    """Choose how long the runs are, and their learning rate."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        controls.slider(steps, width=320)
        controls.one_of(rate)


def draw(
    key: str, runs: Mapping[str, TrainingHistory], data: RegressionData, second: str, loss: str = "mse"
) -> st.delta_generator.DeltaGenerator:
    """Draw player, losses and a second picture ("paths", "lines", or ""); return the place of the latter."""
    rows, tables = film_rows(runs), film_tables(runs, data, loss)
    readings = [Reading(_("step"), 0)]
    for name, column, tint in zip(runs, tables["losses"]["runs"].column.tolist(), TINTS, strict=False):
        readings.append(Reading(_("loss, {name}").format(name=name), column, tint))
    total, edition = len(rows) - 1, hash(rows.numpy().tobytes())
    film = Film(lambda first: rows, total, tuple(readings), edition, place=total, texts={"done": ""})
    pictures = f"{key}_pictures"
    player(f"{key}_player", pictures, film)
    specifications = _specifications(tuple(runs), language(), **axis_words(data))
    alts = {
        "losses": _("The loss of each run, against the step"),
        "paths": _("The path of each run over weight and bias"),
        "lines": _("The samples with the line of each run"),
    }
    with st.container(key=pictures, gap=None):
        places = {"losses": st.container(), second: st.container()}
    for name, datasets in tables.items():
        if name in places:
            with places[name]:
                figure(specifications[name], f"{key}_{name}", tables=datasets, alt=alts[name])
    if data.n_samples < run.current().trainer.data.n_samples:
        st.caption(_("On the first {count:,} samples.").format(count=data.n_samples))
    return places[second]


@lru_cache(32)
def _specifications(names: tuple[str, ...], in_language: str, **axes: str) -> dict[str, Any]:
    return {name: played(chart, height=HEIGHT) for name, chart in views(names, _, **axes).items()}
