"""The row of choices under a picture: a section that is not asked for is neither built nor imported."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import streamlit as st

from pages._ui import controls
from pages._ui.language import _
from pages._ui.params import Choice

# Section: what it is called, and the module whose `draw` draws it.
Sections = Mapping[str, tuple[str, str]]


def sections(
    param: Choice, entries: Sections, *arguments: Any, widget: Callable[..., Any] = st.segmented_control
) -> None:
    """Offer ``entries`` by their titles and draw the one that is chosen; the choice is part of the link."""

    def title(entry: str) -> str:
        return _(entries[entry][0])

    name = controls.one_of(param, _("Topic"), title, widget, label_visibility="collapsed")
    import_module(entries[name][1]).draw(*arguments)
