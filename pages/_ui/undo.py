"""The way back from changes: a bounded stack of what the choices were before each."""

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

    def back(self) -> None:
        """Take the latest change back: for a callback."""
        if past := self._past.get():
            link.change(**past[-1])
            self._past.set(past[:-1])

    def all_back(self) -> None:
        """Take all changes back that are remembered: for a callback."""
        if past := self._past.get():
            link.change(**past[0])
            self._past.set([])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take back."""
        return not self._past.get()

    def button(self, **options: Any) -> None:
        """Draw the button."""
        st.button(
            _("Undo"),
            key=f"undo_{self._name}",
            on_click=self.back,
            icon=":material/undo:",
            disabled=self.is_empty,
            **options,
        )
