"""The way back from changes: a bounded stack of what the choices were before each."""

from functools import partial
from typing import Any

import streamlit as st

from pages._ui import link
from pages._ui.language import _
from pages._ui.session import Slot

MAX_CHANGES = 50


class Undo:
    """Remembers some choices before each change; one of these for each group of choices that go together."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._past: Slot[list[dict[str, Any]]] = Slot(f"undo:{name}", list)

    def remember(self, before: dict[str, Any]) -> None:
        """Keep choices as they were before a change that is made now."""
        past = self._past.get()
        if not past or past[-1] != before:
            self._past.set([*past, before][-MAX_CHANGES:])

    def back(self, place: int = -1) -> None:
        """Take back the latest change, or all since the one at ``place``: for a callback."""
        if past := self._past.get():
            link.change(**past[place])
            self._past.set(past[:place])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take back."""
        return not self._past.get()

    def button(self, **options: Any) -> None:
        """Draw the button that takes the latest change back."""
        self._draw(_("Undo"), ":material/undo:", -1, **options)

    def button_of_all(self, label: str) -> None:
        """Draw the button that takes all changes back that are remembered."""
        self._draw(label, ":material/restart_alt:", 0)

    def _draw(self, label: str, icon: str, place: int, **options: Any) -> None:
        st.button(
            label,
            key=f"undo_{self._name}" if place else f"undo_all_{self._name}",
            on_click=partial(self.back, place),
            icon=icon,
            disabled=self.is_empty,
            **options,
        )
