"""Pictures and scripts to take away; no file is made before somebody asks for it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from linear_core.charts.export import FORMATS, export_chart
from pages._ui.language import _

if TYPE_CHECKING:
    import altair as alt


SCRIPT_HEIGHT = 420


def chart(make: "Callable[[], alt.TopLevelMixin] | alt.TopLevelMixin", name: str) -> None:
    """Offer a picture as PNG, SVG and Vega-Lite; ``make`` may build it only after the click."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for extension, kind in FORMATS.items():
            st.download_button(
                kind.label,
                partial(_picture, make, extension),
                f"{name}.{extension}",
                kind.mime,
                key=f"download_{name}_{extension}",
                icon=":material/download:",
                on_click="ignore",
            )


def pictures(makers: "Mapping[str, tuple[str, Callable[[], alt.TopLevelMixin]]]") -> None:
    """Offer a line for each picture: the title, and what makes it, by the name of its file."""
    for name, (title, make) in makers.items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(title, width=140)
            chart(make, name)


def script(code: str, name: str) -> None:
    """Show a script, to copy, and offer it as a file."""
    lines = code.count("\n") + 1
    st.code(code, language="python", height=SCRIPT_HEIGHT if lines > 20 else "content")
    script_button(code, name)


def script_button(code: str, name: str) -> None:
    """Offer a script as a file."""
    # A function, though the text is there: of a text the browser fetches each version to see whether it is
    # there, and two runs later it is not.
    st.download_button(
        _("Download the script"),
        lambda: code,
        f"{name}.py",
        "text/x-python",
        key=f"download_{name}_py",
        icon=":material/download:",
        on_click="ignore",
    )


def _picture(make: "Callable[[], alt.TopLevelMixin] | alt.TopLevelMixin", extension: str) -> bytes:
    return export_chart(make() if callable(make) else make, extension)
