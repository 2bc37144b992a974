"""Section "Compare optimizers": from two to four of them on the same data, from the same start."""

from functools import lru_cache
from time import perf_counter

import streamlit as st

from linear_core import LOSSES, RegressionData, TrainingConfig, least_squares, race
from linear_core.training.race import RaceRun
from pages._ui import controls
from pages._ui.language import _
from pages._ui.numbers import reading
from pages._ui.params import exact
from pages._ui.training import run as runs
from pages._ui.training import side_by_side
from pages._ui.training.choices import Training

PATIENCE = 1.0  # seconds before a progress bar is shown


def draw(shown: Training) -> None:
    """Choose who runs and how; show the film of them, and who reaches a loss first."""
    trainer = runs.current().trainer
    data, config = side_by_side.few(trainer.data), trainer.config
    controls.several(Training.racers, _("Choose two to four; until then, the last choice stays."))
    side_by_side.settings(Training.race_steps, Training.race_rates)
    with st.empty():  # where the progress is shown
        results = _results(data, config, shown.racers, shown.race_steps, shown.race_rates == "tuned")
    histories = {result.name: result.history for result in results}
    with side_by_side.draw("race", histories, data, "paths", config.loss):
        if data.in_features > 1:
            st.caption(_("With one feature the paths over weight and bias are drawn here."))
    label = _("Steps until the loss is at most")
    goal = st.number_input(label, 0.0, value=0.01, step=None, format="%g", key="race_goal", width=320)
    rows = [_row(result, goal) for result in results]
    st.dataframe(rows, hide_index=True, alt=_("Steps that each optimizer needs"))
    if LOSSES[config.loss].is_quadratic:
        smallest = least_squares(data.x, data.target, bias=config.bias).loss
        if goal < smallest:
            text = _("No optimizer can reach it: {loss} is the minimum loss on this data.")
            st.caption(text.format(loss=reading(smallest)))


@lru_cache(24)
def _results(
    data: RegressionData, config: TrainingConfig, names: tuple[str, ...], steps: int, tuned: bool
) -> list[RaceRun]:
    """Train; show the progress if it takes long."""
    began = perf_counter()

    def tell(share: float) -> None:
        if perf_counter() - began > PATIENCE:
            st.progress(share, _("Comparing…"))

    results = race(data, config, names, steps, tuned=tuned, on_progress=tell)
    st.empty()
    return results


def _row(result: RaceRun, goal: float) -> dict[str, str]:
    """Say when a run reaches a loss, and the numbers at its end."""
    reached, end = result.steps_to(goal), reading(result.history.loss[-1].item())
    if result.diverged_at is not None:
        end = _("diverged at step {step}").format(step=result.diverged_at)
    return {
        _("optimizer"): result.name,
        _("learning rate"): exact(result.config.learning_rate),
        _("steps needed"): _("not reached") if reached is None else f"{reached:,}",
        _("loss at the end"): end,
    }
