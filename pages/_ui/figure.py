"""A picture on a page: an Altair chart, or a specification with its tables, and its description."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

SCROLLS = "<style>[class*=st-key-scrolls_] { overflow-x: auto }</style>"

Table = Sequence[Mapping[str, Any]]


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
    tables : mapping of str to rows, optional
        The data sets that a specification names.
    alt : str, optional
        What the picture shows, for those who do not see it; the chart's own description otherwise.
    scrolls : bool
        Keep the picture's own width, and scroll where there is less room; else it takes the width there is.
    """
    width: Any = "content" if scrolls else "stretch"
    with st.container(key=f"scrolls_{key}" if scrolls else None, gap=None):
        if scrolls:
            st.html(SCROLLS)
        if not isinstance(picture, dict):
            st.altair_chart(picture, width=width, key=key, alt=alt)
            return
        spec = {**picture, "datasets": {**picture.get("datasets", {}), **(tables or {})}}
        st.vega_lite_chart(spec, width=width, key=key, alt=alt)
