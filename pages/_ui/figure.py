"""A picture on a page: an Altair chart, or a specification with its tables, and its description."""

from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st

SCROLLS = "<style>[class*=st-key-scrolls_] { overflow-x: auto }</style>"

Table = Any  # rows, or an Arrow table


def figure(
    picture: Any,
    key: str,
    *,
    tables: Mapping[str, Table] | None = None,
    alt: str | None = None,
    scrolls: bool = False,
) -> None:
    """Draw ``picture``: a chart of ``linear_core.charts``, or a Vega-Lite specification.

    Parameters
    ----------
    picture : Chart or dict
        One that stays the same is patched by the browser without flicker, whatever its tables say.
    key : str
        Unique among the pictures of a page.
    tables : mapping of str to table, optional
        The data sets that a specification names.
    alt : str, optional
        What the picture shows, for those who do not see it; the chart's own description otherwise.
    scrolls : bool
        Keep the picture's own width, and scroll where there is less room; else it takes the width there is.
    """
    if scrolls:
        with st.container(key=f"scrolls_{key}", gap=None):
            st.html(SCROLLS)
            _draw(picture, key, tables or {}, alt, "content")
    else:
        _draw(picture, key, tables or {}, alt, "stretch")


def _draw(
    picture: Any, key: str, tables: Mapping[str, Table], alt: str | None, width: Literal["content", "stretch"]
) -> None:
    if not isinstance(picture, dict):
        st.altair_chart(picture, width=width, key=key, alt=alt)
        return
    spec = {**picture, "datasets": {**picture.get("datasets", {}), **tables}}
    st.vega_lite_chart(spec, width=width, key=key, alt=alt)
