"""A component that moves in the browser, made of the files beside the module that draws it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages._ui.session import Slot, control

LIVING = Path(__file__).with_name("living.js")


def component(name: str, folder: Path, *scripts: str) -> Callable[..., Any]:
    """Declare a component.

    Parameters
    ----------
    name : str
        Unique among components.
    folder : Path
        Where its files are.
    *scripts : str
        They are joined, after ``living.js``; the last exports what Streamlit calls. HTML and CSS of its name
        are taken too, where they are there.
    """
    stem = Path(scripts[-1]).stem
    looks = (folder / f"{stem}.{kind}" for kind in ("html", "css"))
    html, css = (_text(look) if look.exists() else None for look in looks)
    js = "\n".join(map(_text, (LIVING, *(folder / script for script in scripts))))
    return st.components.v2.component(name, html=html, css=css, js=js)


class Edits:
    """What is edited in a component with ``edits.js``: the browser says it until it is answered."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._latest: Slot[Mapping[str, Any]] = Slot(f"{key}_latest_edit", lambda: {"turn": 0, "gesture": 0})

    @property
    def answered(self) -> int:
        """The turn of the latest one, for the browser."""
        return int(self._latest.get()["turn"])

    def take(self) -> Iterator[tuple[Mapping[str, Any], bool]]:
        """Yield each new one once, and whether it goes on with the gesture of the one before."""
        for edit in control(self._key)["edits"]:
            before = self._latest.get()
            if edit["turn"] > before["turn"]:
                self._latest.set(edit)
                yield edit, edit["gesture"] == before["gesture"]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
