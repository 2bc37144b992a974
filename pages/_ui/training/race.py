"""Section "Optimizers side by side": from two to four of them on the same data, from the same start."""

from time import perf_counter
from typing import Any

import pandas as pd
import streamlit as st
from pages._ui.choices import TRAINING, Several

from linear_core import RegressionData, least_squares, race
from linear_core.charts.curves import curve_table, curves_chart
from linear_core.charts.race import paths_chart
from linear_core.training.optimizers import OPTIMIZER_CHOICES
from linear_core.training.race import RaceRun
from pages._ui import controls, link
from pages._ui.language import _, language
from pages._ui.training import run as runs
from pages._ui.training.live import number
from pages._ui.training.run import Run
from pages._ui.training.slices import in_slices
from pages._ui.training.traps import MAX_SAMPLES, few
from pages._ui.training.turns import turns

RESULT = "race_result"
PATIENCE = 1.0  # seconds without a word


def draw() -> None:
    """Choose who runs and how; show the curves, the paths, and who reaches a loss first."""
    run = runs.current()
    if run is None:
        return
    names = _racers()
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        steps = controls.slider("race_steps", TRAINING, _("steps"), width=320)
        rates = {
            "same": _("the learning_rate of the page"),
            "tuned": _("each its own best"),
        }
        tuned = controls.one_of("race_rates", TRAINING, _("Rate"), rates.__getitem__) == "tuned"
    if names is None:
        st.caption(_("Choose from two to four."))
        return
    data, config = few(run.trainer.data), run.trainer.config
    key = (names, steps, tuned, tuple(sorted(run.values.items())), config)
    results = _results(key, data, run)
    losses, paths = st.columns(2, gap="medium")
    with losses:
        curves = {result.name: (result.history.step, result.history.loss) for result in results}
        st.vega_lite_chart(
            {**_curves(names, language()), "datasets": {"curves": curve_table(curves)}},
            key="race_losses",
            alt=_("The loss of each optimizer, against the step"),
        )
    with paths:
        if data.in_features == 1:
            st.altair_chart(
                paths_chart(data, results, _("weight"), _("bias")),
                key="race_paths",
                alt=_("The path of each optimizer over weight and bias"),
            )
        else:
            st.caption(_("With one feature the paths over weight and bias are drawn here."))
    goal = _table(results)
    _smallest(goal, data, run)
    if data is not run.trainer.data:
        st.caption(_("On the first {count:,} samples.").format(count=MAX_SAMPLES))


def _racers() -> tuple[str, ...] | None:
    """Those chosen, or None while they are too few or too many; the link keeps the latest that fit."""
    choice = TRAINING["racers"]
    assert isinstance(choice, Several)
    if "racer_pills" not in st.session_state or _fit(st.session_state["racer_pills"]):
        link.show(racer_pills=st.session_state["racers"].split("_"))  # back may have brought others
    chosen = st.pills(
        _("Optimizers"), list(OPTIMIZER_CHOICES), selection_mode="multi", key="racer_pills", on_change=_take
    )
    return tuple(name for name in OPTIMIZER_CHOICES if name in chosen) if _fit(chosen) else None


def _fit(chosen: list[str]) -> bool:
    return TRAINING["racers"].accepts("_".join(chosen))


def _take() -> None:
    chosen = st.session_state["racer_pills"]
    if _fit(chosen) and not link.is_stale("racer_pills"):
        st.session_state["racers"] = "_".join(chosen)


def _results(key: tuple[Any, ...], data: RegressionData, run: Run) -> list[RaceRun]:
    """Race anew where something has changed; when it takes long, say how far it is."""
    kept = st.session_state.get(RESULT)
    if kept is not None and kept[0] == key:
        return list(kept[1])
    names, steps, tuned = key[:3]
    place, began = st.empty(), perf_counter()
    with in_slices(turns(), id(run)) as let_others:

        def tell(share: float) -> None:
            let_others()
            if perf_counter() - began > PATIENCE:
                place.progress(share, _("Racing"))

        results = race(data, run.trainer.config, names, steps, tuned=tuned, on_progress=tell)
    place.empty()
    st.session_state[RESULT] = (key, results)
    return results


@st.cache_data(max_entries=32, show_spinner=False)
def _curves(names: tuple[str, ...], in_language: str) -> dict[str, Any]:
    return curves_chart(names, _("step"), _("loss"))


def _smallest(goal: float, data: RegressionData, run: Run) -> None:
    """Say so where no optimizer can reach the goal."""
    config = run.trainer.config
    if config.loss != "mse":
        return
    smallest = least_squares(data.x, data.target, bias=config.bias).loss
    if goal < smallest:
        text = _("Nobody can reach it: {loss} is the smallest loss that these data allow.")
        st.caption(text.format(loss=number(smallest)))


def _table(results: list[RaceRun]) -> float:
    """When each reaches a loss that one types; the numbers at the end."""
    goal = st.number_input(
        _("Steps until the loss is at most"),
        0.0,
        value=0.01,
        step=None,
        format="%g",
        key="race_goal",
        width=320,
    )
    rows = []
    for result in results:
        reached = result.steps_to(goal)
        end = _("diverged at step {step}").format(step=result.diverged_at)
        rows.append(
            {
                _("optimizer"): result.name,
                "learning_rate": controls.exact(result.config.learning_rate),
                _("steps to it"): _("not reached") if reached is None else f"{reached:,}",
                _("loss at the end"): end
                if result.diverged_at is not None
                else number(result.history.loss[-1].item()),
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=_("Steps that each optimizer needs"))
    return float(goal)
