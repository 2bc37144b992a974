"""Section "Common mistakes": mistakes that raise no error, each beside the right run."""

from typing import Any

import pandas as pd
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
    """Choose a mistake; show the line that differs, the consequence, and both runs."""
    trainer = runs.current().trainer
    name = controls.one_of(Training.mistake, st.pills)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        steps = controls.slider(Training.mistake_steps, width=320)
        rate = controls.one_of(Training.mistake_rate)
    data, config = side_by_side.few(trainer.data), trainer.config
    try:
        if rate == "best":
            best = outlook(data, config.learning_rate, config.bias).best_rate
            config = config.changed({"learning_rate": best})
        key = (tuple(sorted(shown.run_values.items())), config)
        result = _result(name, steps, key, data, config)
    except Refusal as error:
        refusals.say(error)
        return
    st.markdown(_(result.template).format(**_readable(result)))
    if result.warning is None:
        st.caption(_("PyTorch says nothing."))
    else:
        st.caption(_("PyTorch warns:"))
        st.code(f"UserWarning: {result.warning}", language=None, wrap_lines=True)
    if data is not trainer.data:
        st.caption(_("On the first {count:,} samples.").format(count=data.n_samples))
    _side_by_side(name, result, hash((name, steps, key)))


@st.cache_resource(max_entries=24, show_spinner=False)
def _result(
    name: str, steps: int, key: tuple[Any, ...], _data: RegressionData, _config: TrainingConfig
) -> TrapResult:
    return TRAPS[name].run(_data, _config, steps)


def _readable(result: TrapResult) -> dict[str, str]:
    return {key: signed(value) for key, value in result.values.items()}


def _side_by_side(name: str, result: TrapResult, edition: int) -> None:
    right, wrong = _("right"), _("wrong")
    codes = st.columns(2, gap="medium")
    for place, title, code in zip(
        codes, (right, wrong), (TRAPS[name].right_code, TRAPS[name].wrong_code), strict=True
    ):
        place.caption(title)
        place.code(code, language="python", wrap_lines=True)
    can_draw = result.wrong_data.in_features == 1 and result.right_data.x_mean is result.wrong_data.x_mean
    second = "lines" if can_draw and result.differences is None else ""
    both = {right: result.right.history, wrong: result.wrong.history}
    beside = side_by_side.draw("mistake", both, result.right_data, second, edition)
    st.caption(_("The mean squared error over all samples, whatever each run itself minimizes."))
    with beside:
        if result.differences is not None:
            chart = differences_chart(result.differences, _("prediction"), _("target"))
            alt = _("The matrix of differences between each prediction and each target")
            figure(chart, "differences", alt=alt, scrolls=True)
            text = _("prediction − target has shape ({n}, {n}): only the diagonal is intended.")
            st.caption(text.format(n=len(result.differences)))
        elif not second:
            st.dataframe(_parameters(result, right, wrong), hide_index=True)


def _parameters(result: TrapResult, right: str, wrong: str) -> pd.DataFrame:
    """Return the numbers at the end, where a plane has no room for the picture."""
    names = [f"weight[{name}]" for name in result.right_data.feature_names]
    rows = {
        _("parameter"): names,
        right: result.right.weight[-1, 0].tolist(),
        wrong: result.wrong.weight[-1, 0].tolist(),
    }
    return pd.DataFrame(rows)
