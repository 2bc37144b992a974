"""Pictures that may be wider than their place: they scroll there, and the page does not."""

from typing import Any

import streamlit as st

SCROLLING = "<style>[class*=st-key-scrolls] { overflow-x: auto }</style>"


def chart(picture: Any, key: str) -> None:
    """Draw ``picture`` in its own size, with a scroll bar where there is less room."""
    with st.container(key=f"scrolls_{key}", gap=None):
        st.html(SCROLLING)
        st.altair_chart(picture, width="content", key=key)
