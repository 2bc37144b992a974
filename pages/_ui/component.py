"""A component that moves in the browser, made of the files beside the module that draws it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

LIVING = Path(__file__).with_name("living.js")


def component(name: str, folder: Path, *scripts: str) -> Callable[..., Any]:
    """Declare a component.

    Parameters
    ----------
    name : str
        Tells it apart from others.
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


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
