"""The log of changes under the pictures; each can be taken back."""

from functools import partial
from typing import Any

import streamlit as st

from pages._ui import link
from pages._ui.language import _
from pages._ui.params import Choice, Flag, Param
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.film import GLIMPSE
from pages._ui.training.recording import Change
from pages._ui.training.run import Run


def draw(shown: Training) -> None:
    """Say what was changed at which step."""
    run = runs.current()
    rows = st.empty()  # which takes the rows' place when none is left, see `pages._ui.races`
    if run.changes:
        with rows.container():
            _rows(run, shown)


def _rows(run: Run, shown: Training) -> None:
    for number, change in enumerate(run.changes):
        before = run.values_at(change.step - 1)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"change_{number}"):
            entries = (_entry(name, before[name], value) for name, value in change.values.items())
            text = _("From step {step:,}: {changes}").format(step=change.step, changes=_(", ").join(entries))
            st.caption(text, width="content")
            st.button(
                _("Undo"),
                key=f"undo_change_{number}",
                type="tertiary",
                on_click=partial(_take_back, run, change, shown),
            )
    st.empty()


def _entry(name: str, before: Any, after: Any) -> str:
    if name == "own":
        return _("another table")
    param = Training.params()[name]
    values = {"before": _value(param, before), "after": _value(param, after)}
    return _("{name} {before} → {after}").format(name=_(param.label), **values)


def _value(param: Param[Any], value: Any) -> str:
    if isinstance(param, Flag):
        return _("on") if value else _("off")
    return _(param.titles[value]) if isinstance(param, Choice) else param.write(value)


def _take_back(run: Run, change: Change, shown: Training) -> None:
    rest = run.without(change)
    link.change(**rest.values)
    rest.compute(shown.at)
    rest.compute(rest.steps, GLIMPSE)
    runs.keep(rest)
