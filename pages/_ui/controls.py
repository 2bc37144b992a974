"""Controls, each drawn from its param; the page has loaded the values beforehand."""

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from pages._ui import link, session
from pages._ui.language import _, language
from pages._ui.params import Choice, Flag, Integer, Names, Number, Param, exact

LABEL_WIDTH = "5.7rem"  # "out_features"
DIGITS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)


def slider(param: Number[Any], **options: Any) -> Any:
    """Draw a slider over the whole range of ``param``."""
    return _ranged(st.slider, param, **options)


def hues(params: Iterable[Param[Any]]) -> str:
    """Return the style that has the sliders of params with a hue in one line with a label of that color.

    A label with color marks in it would be read aloud with them.
    """
    colors: dict[str, list[str]] = {}
    for param in params:
        if isinstance(param, Number) and param.hue:
            colors.setdefault(param.hue, []).append(f".st-key-{param.name} .stSlider")
    rules = []
    for hue, sliders in colors.items():
        light, dark = (st.get_option(f"theme.{theme}.{hue}TextColor") for theme in ("light", "dark"))
        rules.append(
            f":is({', '.join(sliders)}) {{"
            f" display: grid; grid-template-columns: {LABEL_WIDTH} 1fr; align-items: center; gap: 1rem;"
            f" label p {{ color: light-dark({light}, {dark}) }} }}"
        )
    return f"<style>{' '.join(rules)}</style>"


def number(param: Number[Any], **options: Any) -> Any:
    """Draw a field to type a number within the range of ``param``."""
    return _ranged(st.number_input, param, **options)


def _ranged(widget: Callable[..., Any], param: Number[Any], label: str = "", **options: Any) -> Any:
    options.setdefault("step", param.step)
    return widget(label or _(param.label), param.low, param.high, present(param), key=param.name, **options)


def present(param: Param[Any]) -> Any:
    """Return what is chosen, as the default of a control, for a browser that has missed that it was set.

    Without any default, Streamlit looks through the whole session for the value.
    """
    value = session.control(param.name)
    return param.default if value is None else value


def toggle(param: Flag, **options: Any) -> bool:
    """Draw a switch."""
    return st.toggle(_(param.label), present(param), key=param.name, **options)


def one_of(param: Choice, widget: Callable[..., Any] = st.segmented_control, **options: Any) -> str:
    """Offer the options of ``param`` by their titles, beside each other."""
    titles = _titles(param)
    options |= {"default": present(param), "format_func": titles.__getitem__, "key": param.name}
    return str(widget(_(param.label), titles, required=True, **options))


def _titles(param: Choice) -> dict[str, str]:
    return {name: _(title) for name, title in param.titles.items()}


def several(param: Names, advice: str) -> None:
    """Offer the options of ``param``; while too few or too many are chosen, the last choice stays.

    Streamlit's pills have no smallest number of choices.
    """
    key = f"{param.name}_pills"

    def fitting(chosen: list[str]) -> tuple[str, ...] | None:
        names = tuple(name for name in param.options if name in chosen)
        return names if param.fits(param.write(names)) else None

    def take() -> None:
        if names := fitting(session.control(key)):
            link.change(**{param.name: names})

    chosen = session.control(key)
    if chosen is None or fitting(chosen):
        session.show(key, list(session.control(param.name)))
    chosen = st.pills(
        _(param.label),
        param.options,
        selection_mode="multi",
        default=session.control(key),
        key=key,
        on_change=take,
    )
    if not fitting(chosen):
        st.caption(advice)


def actions(
    label: str, names: Mapping[str, str], current: str | None, act: Callable[[str], None], key: str
) -> None:
    """Offer actions by their names, beside each other, and mark the one that the screen shows.

    Buttons, since with a choice, a stale selection in a slow browser would count as a press.
    """
    with st.container(key=key, gap=None):
        st.caption(label)
        with st.container(horizontal=True, gap="xxsmall"):
            for name, title in names.items():
                icon = ":material/check:" if name == current else None
                st.button(title, key=f"{key}_{name}", icon=icon, on_click=partial(act, name))


def line(param: Choice) -> str:
    """Offer the options of ``param`` beside its label."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[{_(param.label)}]", width=64)
        return one_of(param, label_visibility="collapsed")


def menu(param: Choice, on_change: Callable[[], None]) -> None:
    """Offer the options of ``param`` in a menu behind its label, set small; the present one is marked."""
    key, current = f"menu_{param.name}", session.control(param.name)
    titles = {
        name: f"{title} :material/check:" if name == current else title
        for name, title in _titles(param).items()
    }

    def choose() -> None:
        link.change(**{param.name: session.control(key)})
        on_change()

    text = f":small[:gray[{_(param.label)}]]"
    st.menu_button(text, titles, key=key, type="tertiary", format_func=titles.__getitem__, on_click=choose)


def select(param: Choice, **options: Any) -> str:
    """Offer the options of ``param`` in a list that opens.

    The browser keeps the title of what is selected, so each language has a list of its own.
    """
    key = f"{param.name}:{language()}"
    session.show(key, session.control(param.name))
    titles = _titles(param)
    return str(
        st.selectbox(
            _(param.label),
            titles,
            list(titles).index(present(param)),
            format_func=titles.__getitem__,
            key=key,
            on_change=lambda: link.change(**{param.name: session.control(key)}),
            **options,
        )
    )


def log_slider(param: Number[Any]) -> Any:
    """Draw a slider with ten stops in each power of ten; one between them, from a link, stays."""
    number = int if isinstance(param, Integer) else float
    first, last = math.floor(math.log10(param.low)), math.ceil(math.log10(param.high))
    round_numbers = (float(f"{digits}e{power}") for power in range(first, last + 1) for digits in DIGITS)
    within = [stop for stop in round_numbers if param.low <= stop <= param.high]
    stops = {number(stop) for stop in within if number(stop) == stop}
    return st.select_slider(
        _(param.label),
        sorted({*stops, param.default, present(param)}),
        present(param),
        key=param.name,
        format_func=exact if number is float else str,
    )
