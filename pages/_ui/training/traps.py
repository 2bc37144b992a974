"""Section "Traps": mistakes that raise no error, each beside the right run."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st
from pages._ui.choices import TRAINING

from linear_core import TRAPS, ConfigError, DataError, RegressionData, TrainingConfig
from linear_core.charts.curves import curve_table, curves_chart
from linear_core.charts.traps import differences_chart, lines_chart
from linear_core.theory.outlook import outlook
from linear_core.training.traps import TrapResult
from pages._ui import controls
from pages._ui.language import _, language, said
from pages._ui.training import datasets
from pages._ui.training import run as runs

MAX_SAMPLES = 2000  # a mistake is made in plain PyTorch, which takes its time


def draw() -> None:
    """Choose a trap; show the line that differs, the consequence, and both runs."""
    run = runs.current()
    if run is None:
        return
    name = controls.one_of("trap", TRAINING, _("Step into a trap"), lambda key: _(TRAPS[key].title), st.pills)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        steps = controls.slider("trap_steps", TRAINING, _("steps"), width=320)
        rates = {"best": _("the best for these data"), "same": _("the learning_rate of the page")}
        rate = controls.one_of("trap_rate", TRAINING, _("Rate"), rates.__getitem__)
    data, config = few(run.trainer.data), run.trainer.config
    try:
        if rate == "best":
            best = outlook(data, config.learning_rate, config.bias).best_rate
            config = config.changed({"learning_rate": best})
        key = (tuple(sorted(run.values.items())), config.learning_rate, config.seed, config.bias)
        result = _result(name, steps, key, data, config)
    except (ConfigError, DataError) as error:
        st.error(said(error), icon=":material/error:")
        return
    st.markdown(_(result.template).format(**_readable(result)))
    if result.warning is None:
        st.caption(_("PyTorch says nothing."))
    else:
        st.caption(_("PyTorch warns:"))
        st.code(f"UserWarning: {result.warning}", language=None, wrap_lines=True)
    if data is not run.trainer.data:
        st.caption(_("On the first {count:,} samples.").format(count=MAX_SAMPLES))
    _side_by_side(name, result)


def few(data: RegressionData) -> RegressionData:
    """The first samples, where all of them would take too long."""
    if data.n_samples <= MAX_SAMPLES:
        return data
    return replace(data, x=data.x[:MAX_SAMPLES], target=data.target[:MAX_SAMPLES])


@st.cache_resource(max_entries=24, show_spinner=False)
def _result(
    name: str, steps: int, key: tuple[Any, ...], _data: RegressionData, _config: TrainingConfig
) -> TrapResult:
    return TRAPS[name].run(_data, _config, steps)


def _readable(result: TrapResult) -> dict[str, str]:
    return {key: value.replace("-", "−") for key, value in result.values.items()}


def _side_by_side(name: str, result: TrapResult) -> None:
    right, wrong = _("right"), _("wrong")
    codes = st.columns(2, gap="medium")
    for place, title, code in zip(
        codes, (right, wrong), (TRAPS[name].right_code, TRAPS[name].wrong_code), strict=True
    ):
        place.caption(title)
        place.code(code, language="python", wrap_lines=True)
    losses, picture = st.columns(2, gap="medium")
    curves = {right: (result.right.step, result.right.loss), wrong: (result.wrong.step, result.wrong.loss)}
    with losses:
        st.vega_lite_chart(
            {**_curves(language()), "datasets": {"curves": curve_table(curves)}},
            key="trap_losses",
            alt=_("The loss of both runs, against the step"),
        )
        st.caption(_("The mean squared error over all samples, whatever each run itself descends."))
    with picture:
        if result.differences is not None:
            st.altair_chart(
                differences_chart(result.differences, _("prediction"), _("target")),
                width="content",
                key="trap_differences",
                alt=_("The matrix of differences between each prediction and each target"),
            )
            text = _("prediction − target has shape ({n}, {n}): only the diagonal is meant.")
            st.caption(text.format(n=len(result.differences)))
        elif result.wrong_data.in_features == 1 and result.right_data.x_mean is result.wrong_data.x_mean:
            st.altair_chart(
                lines_chart(result, right, wrong, **datasets.axis_words(result.right_data)),
                key="trap_lines",
                alt=_("The samples with the lines that both runs have learned"),
            )
            st.caption(_("What both have learned at the end; a line that is not in sight is far away."))
        else:
            st.dataframe(_parameters(result, right, wrong), hide_index=True)


@st.cache_data(max_entries=4, show_spinner=False)
def _curves(in_language: str) -> dict[str, Any]:
    return curves_chart([_("right"), _("wrong")], _("step"), _("loss"))


def _parameters(result: TrapResult, right: str, wrong: str) -> pd.DataFrame:
    """The numbers at the end, where a plane has no room for the picture."""
    names = [f"weight[{name}]" for name in result.right_data.feature_names]
    rows = {"": names, right: result.right.weight[-1, 0].tolist(), wrong: result.wrong.weight[-1, 0].tolist()}
    return pd.DataFrame(rows)
