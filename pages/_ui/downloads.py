"""Pictures and scripts to take away; no file is made before somebody asks for it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from linear_core.charts.export import FORMATS, export_chart
from pages._ui.language import _

if TYPE_CHECKING:
    import altair as alt
    from streamlit.delta_generator import DeltaGenerator


SCRIPT_HEIGHT = 420


def file(
    label: str,
    make: Callable[[], str | bytes],
    name: str,
    mime: str = "application/octet-stream",
    **options: Any,
) -> None:
    """Offer a file; it is made after the click."""
    # Also of a text that is there: the browser would fetch each version to see whether it is there, and two
    # runs later it is not.
    key = f"download_{name.replace('.', '_')}"
    icon = ":material/download:"
    st.download_button(label, make, name, mime, key=key, icon=icon, on_click="ignore", **options)


def line(title: str) -> "DeltaGenerator":
    """Return a place for files beside each other, behind their title."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False)
    row.markdown(title, width=110)
    return row.container(horizontal=True, vertical_alignment="center", gap="small")


def chart(make: "Callable[[], alt.TopLevelMixin] | alt.TopLevelMixin", name: str) -> None:
    """Offer a picture as PNG, SVG and Vega-Lite; ``make`` may build it only after the click."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for extension, kind in FORMATS.items():
            file(kind.label, partial(_picture, make, extension), f"{name}.{extension}", kind.mime)


def pictures(makers: "Mapping[str, tuple[str, Callable[[], alt.TopLevelMixin]]]") -> None:
    """Offer a line for each picture: the title, and what makes it, by the name of its file."""
    for name, (title, make) in makers.items():
        with line(title):
            chart(make, name)


def script(code: str, name: str) -> None:
    """Show a script, to copy, and offer it as a file."""
    lines = code.count("\n") + 1
    st.code(code, language="python", height=SCRIPT_HEIGHT if lines > 20 else "content")
    script_button(code, name)


def script_button(code: str, name: str) -> None:
    """Offer a script as a file."""
    file(_("Download the script"), lambda: code, f"{name}.py", "text/x-python")


def _picture(make: "Callable[[], alt.TopLevelMixin] | alt.TopLevelMixin", extension: str) -> bytes:
    return export_chart(make() if callable(make) else make, extension)
