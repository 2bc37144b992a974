"""The row of choices under a picture: a section that is not asked for is neither built nor imported."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import streamlit as st

from pages._ui import controls, link, session
from pages._ui.language import _
from pages._ui.params import Choice, Section
from pages._ui.reveal import reveal
from pages._ui.session import Slot

_pressed: Slot[str] = Slot("pressed_section", str)

# Section: what it is called, and the module whose `draw` draws it.
Sections = Mapping[str, tuple[str, str]]
OPENED = "opened_section"


def sections(
    param: Choice | Section,
    entries: Sections,
    *arguments: Any,
    widget: Callable[..., Any] = st.segmented_control,
) -> None:
    """Offer ``entries`` by their titles and draw the one that is chosen; the choice is part of the link.

    A `Section` is closed by a second press; one that a press has opened comes into view.
    """

    def choose() -> None:
        chosen = session.control(param.name)
        link.change(**{param.name: chosen})
        _pressed.set(chosen or "")

    name = widget(
        _("Topic"),
        param.options,
        default=controls.present(param),
        format_func=lambda entry: _(entries[entry][0]),
        key=param.name,
        required=isinstance(param, Choice),
        # Else a control without a value would count as one that was left half drawn.
        on_change=choose,
        label_visibility="collapsed",
    )
    pressed = _pressed.get()
    _pressed.set("")
    if name:
        with st.container(key=OPENED):
            import_module(entries[name][1]).draw(*arguments)
        if isinstance(param, Section):
            reveal(OPENED, pressed)
