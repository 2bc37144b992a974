"""Controls bound to the link: each is drawn from its entry in the table of choices."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages._ui import link
from pages._ui.choices import Choice, Flag, OneOf, Real, Whole


def slider(key: str, choices: Mapping[str, Choice], label: str, **options: Any) -> Any:
    """A slider over the whole range of ``choices[key]``."""
    choice = choices[key]
    assert isinstance(choice, Whole | Real)
    if isinstance(choice, Real):
        options.setdefault("step", choice.step)
    return st.slider(label, choice.low, choice.high, choice.default, key=key, bind="query-params", **options)


def number(key: str, choices: Mapping[str, Choice], label: str, **options: Any) -> Any:
    """A number that is typed, within the range of ``choices[key]``."""
    choice = choices[key]
    assert isinstance(choice, Whole | Real)
    if isinstance(choice, Real):
        options.setdefault("step", choice.step)
    return st.number_input(
        label, choice.low, choice.high, choice.default, key=key, bind="query-params", **options
    )


def toggle(key: str, choices: Mapping[str, Choice], label: str, **options: Any) -> bool:
    """A switch."""
    choice = choices[key]
    assert isinstance(choice, Flag)
    return st.toggle(label, choice.default, key=key, bind="query-params", **options)


def one_of(
    key: str,
    choices: Mapping[str, Choice],
    label: str,
    names: Callable[[str], str] = str,
    widget: Callable[..., Any] = st.segmented_control,
    **options: Any,
) -> str:
    """One name out of several; ``names`` turns a name into its (translated) label."""
    choice = choices[key]
    assert isinstance(choice, OneOf)
    link.adopt(key, choice)
    if widget in (st.pills, st.segmented_control):
        options.setdefault("required", True)
    widget(label, choice.options, format_func=names, key=key, **options)
    link.publish(key, choice)
    return str(st.session_state[key])


def log_slider(key: str, choices: Mapping[str, Choice], label: str, per_decade: int = 12) -> float:
    """A slider with stops evenly spaced on a logarithmic scale; an exact value from a link stays exact."""
    choice = choices[key]
    assert isinstance(choice, Real)
    value = _current(key, choice)
    stops = sorted({*_log_stops(choice.low, choice.high, per_decade), choice.default, value})
    return st.select_slider(label, stops, choice.default, key=key, bind="query-params", format_func=exact)


def exact(value: float) -> str:
    """The shortest text that reads back as ``value``."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def _current(key: str, choice: Real) -> float:
    if key in st.session_state:
        return float(st.session_state[key])
    in_link = st.query_params.get(key)
    return float(in_link) if in_link is not None and choice.accepts(in_link) else choice.default


def _log_stops(low: float, high: float, per_decade: int) -> list[float]:
    """Numbers of two digits from ``low`` to ``high``, ``per_decade`` of them in each power of ten."""
    stops, power = [], low
    while power < high:
        stops += [float(f"{power * 10 ** (k / per_decade):.2g}") for k in range(per_decade)]
        power *= 10
    return [*(stop for stop in stops if low <= stop <= high), high]
