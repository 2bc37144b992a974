"""Controls, each drawn from its entry in the table of choices; the page has taken the values beforehand."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages._ui.choices import Choice, Flag, OneOf, Real, Whole

DIGITS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)


def slider(key: str, choices: Mapping[str, Choice], label: str, **options: Any) -> Any:
    """A slider over the whole range of ``choices[key]``."""
    return _ranged(st.slider, key, choices, label, **options)


def number(key: str, choices: Mapping[str, Choice], label: str, **options: Any) -> Any:
    """A number that is typed, within the range of ``choices[key]``."""
    return _ranged(st.number_input, key, choices, label, **options)


def _ranged(
    widget: Callable[..., Any], key: str, choices: Mapping[str, Choice], label: str, **options: Any
) -> Any:
    choice = choices[key]
    assert isinstance(choice, Whole | Real)
    if isinstance(choice, Real):
        options.setdefault("step", choice.step)
    return widget(label, choice.low, choice.high, choice.default, key=key, **options)


def toggle(key: str, choices: Mapping[str, Choice], label: str, **options: Any) -> bool:
    """A switch."""
    choice = choices[key]
    assert isinstance(choice, Flag)
    return st.toggle(label, choice.default, key=key, **options)


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
    if widget in (st.pills, st.segmented_control):
        options.setdefault("required", True)
    widget(label, choice.options, format_func=names, key=key, **options)
    return str(st.session_state[key])


def log_slider(key: str, choices: Mapping[str, Choice], label: str) -> Any:
    """A slider with ten stops in each power of ten; a value between them, from a link or a button, stays."""
    choice = choices[key]
    assert isinstance(choice, Real | Whole)
    number = int if isinstance(choice, Whole) else float
    first, last = math.floor(math.log10(choice.low)), math.ceil(math.log10(choice.high))
    round_numbers = (float(f"{digits}e{power}") for power in range(first, last + 1) for digits in DIGITS)
    stops = {
        number(stop) for stop in round_numbers if choice.low <= stop <= choice.high and number(stop) == stop
    }
    return st.select_slider(
        label,
        sorted({*stops, choice.default, st.session_state[key]}),
        choice.default,
        key=key,
        format_func=exact if number is float else str,
    )


def exact(value: float) -> str:
    """The shortest text that reads back as ``value``."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)
