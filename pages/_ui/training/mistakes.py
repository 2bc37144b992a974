"""Section "Common mistakes": mistakes that raise no error, each beside the right run."""

from functools import lru_cache

import streamlit as st

from linear_core import TRAPS, RegressionData, TrainingConfig
from linear_core.charts.traps import differences_chart
from linear_core.errors import Refusal
from linear_core.theory.outlook import outlook
from linear_core.training.traps import TrapResult
from pages._ui import controls, refusals
from pages._ui.figure import figure
from pages._ui.language import _
from pages._ui.numbers import signed
from pages._ui.training import run as runs
from pages._ui.training import side_by_side
from pages._ui.training.choices import Training


def draw(shown: Training) -> None:
    """Choose a mistake; show the consequence, the line that differs, and both runs."""
    trainer = runs.current().trainer
    controls.one_of(Training.mistake, st.pills)
    side_by_side.settings(Training.mistake_steps, Training.mistake_rate)
    data = side_by_side.few(trainer.data)
    try:
        result = _result(data, trainer.config, shown.mistake, shown.mistake_steps, shown.mistake_rate)
    except Refusal as error:
        refusals.say(error)
        return
    st.markdown(_(result.template).format(**{key: signed(value) for key, value in result.values.items()}))
    st.caption(_("PyTorch warns:") if result.warning else _("PyTorch says nothing."))
    if result.warning:
        st.code(f"UserWarning: {result.warning}", language=None, wrap_lines=True)
    histories = {_("right"): result.right, _("wrong"): result.wrong}
    codes = TRAPS[shown.mistake].right_code, TRAPS[shown.mistake].wrong_code
    for place, title, code in zip(st.columns(2, gap="medium"), histories, codes, strict=True):
        place.caption(title)
        place.code(code, language="python", wrap_lines=True)
    is_one_plane = result.right_data is result.wrong_data and result.right_data.in_features == 1
    second = "lines" if is_one_plane and result.differences is None else ""
    with side_by_side.draw("mistake", histories, result.right_data, second):
        if result.differences is not None:
            chart = differences_chart(result.differences, _("prediction"), _("target"))
            alt = _("The matrix of differences between each prediction and each target")
            figure(chart, "differences", alt=alt, scrolls=True)
            text = _("prediction − target has shape ({n}, {n}): only the diagonal is intended.")
            st.caption(text.format(n=len(result.differences)))
        elif not second:
            names = [f"weight[{name}]" for name in result.right_data.feature_names]
            ends = {title: history.weight[-1, 0].tolist() for title, history in histories.items()}
            st.dataframe({_("parameter"): names, **ends}, hide_index=True)
    text = _("The losses shown are the mean squared error over these samples, whatever each run minimizes.")
    st.caption(text)


@lru_cache(24)
def _result(data: RegressionData, config: TrainingConfig, name: str, steps: int, rate: str) -> TrapResult:
    """Make both runs."""
    if rate == "best":
        best = outlook(data, config.learning_rate, config.bias).best_rate
        config = config.changed({"learning_rate": best})
    return TRAPS[name].run(data, config, steps)
