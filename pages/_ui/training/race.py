"""Section "Compare optimizers": from two to four of them on the same data, from the same start."""

from time import perf_counter
from typing import Any

import pandas as pd
import streamlit as st

from linear_core import RegressionData, least_squares, race
from linear_core.training.optimizers import OPTIMIZER_CHOICES
from linear_core.training.race import RaceRun
from pages._ui import controls, link, session
from pages._ui.language import _
from pages._ui.numbers import reading
from pages._ui.params import exact
from pages._ui.session import Slot
from pages._ui.training import run as runs
from pages._ui.training import side_by_side
from pages._ui.training.choices import Training
from pages._ui.training.run import Run

PATIENCE = 1.0  # seconds before a progress bar is shown
PILLS = "racer_pills"

_kept: Slot[tuple[Any, list[RaceRun]] | None] = Slot("race_result", lambda: None)


def draw(shown: Training) -> None:
    """Choose who runs and how; show the film of them, and who reaches a loss first."""
    run = runs.current()
    fits = _racers(shown)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        steps = controls.slider(Training.race_steps, width=320)
        controls.one_of(Training.race_rates)
    if not fits:
        st.caption(_("Choose two to four; until then, the last choice stays."))
    data = side_by_side.few(run.trainer.data)
    key = (shown.racers, steps, shown.race_rates, tuple(sorted(shown.run_values.items())), run.trainer.config)
    results = _results(key, data, run)
    histories = {result.name: result.history for result in results}
    side_by_side.draw("race", histories, data, "paths", hash(key), run.trainer.config.loss)
    if data.in_features > 1:
        st.caption(_("With one feature the paths over weight and bias are drawn here."))
    _smallest(_table(results), data, run)
    if data is not run.trainer.data:
        st.caption(_("On the first {count:,} samples.").format(count=data.n_samples))


def _racers(shown: Training) -> bool:
    """Offer the optimizers; a choice of too few or too many is not taken over. Say whether it fits."""
    chosen = session.control(PILLS)
    if chosen is None or Training.racers.fits("_".join(chosen)):
        session.show(PILLS, list(shown.racers))
    label = _(Training.racers.label)
    names = st.pills(label, Training.racers.options, selection_mode="multi", key=PILLS, on_change=_take)
    return Training.racers.fits("_".join(names))


def _take() -> None:
    chosen = session.control(PILLS)
    if Training.racers.fits("_".join(chosen)):
        link.change(racers=tuple(name for name in OPTIMIZER_CHOICES if name in chosen))


def _results(key: tuple[Any, ...], data: RegressionData, run: Run) -> list[RaceRun]:
    """Train again if something has changed; show the progress if it takes long."""
    kept = _kept.get()
    if kept is not None and kept[0] == key:
        return kept[1]
    names, steps, rates = key[:3]
    place, began = st.empty(), perf_counter()

    def tell(share: float) -> None:
        if perf_counter() - began > PATIENCE:
            place.progress(share, _("Comparing…"))

    results = race(data, run.trainer.config, names, steps, tuned=rates == "tuned", on_progress=tell)
    place.empty()
    _kept.set((key, results))
    return results


def _smallest(goal: float, data: RegressionData, run: Run) -> None:
    """Say so where no optimizer can reach the goal."""
    config = run.trainer.config
    if not config.has_theory:
        return
    smallest = least_squares(data.x, data.target, bias=config.bias).loss
    if goal < smallest:
        text = _("No optimizer can reach it: {loss} is the minimum loss on this data.")
        st.caption(text.format(loss=reading(smallest)))


def _table(results: list[RaceRun]) -> float:
    """Show when each reaches a loss that is typed, and the numbers at the end."""
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
                _("learning rate"): exact(result.config.learning_rate),
                _("steps needed"): _("not reached") if reached is None else f"{reached:,}",
                _("loss at the end"): reading(result.history.loss[-1].item())
                if result.diverged_at is None
                else end,
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=_("Steps that each optimizer needs"))
    return float(goal)
