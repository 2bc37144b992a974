"""What a server process does once, whoever visits: load what is heavy, shorten garbage collection."""

import gc
import threading

import streamlit as st

AFTER = 1.0  # seconds: what a page has just drawn is on its way to the browser by then


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Load and exercise everything heavy."""
    _load()


@st.cache_resource(show_spinner=False)
def warm_up_behind() -> None:
    """Do the same while the visitor reads a page that needs none of it."""
    threading.Thread(target=_load, name="warm-up", daemon=True).start()


def _load() -> None:
    import altair as alt
    import pandas as pd

    from linear_core.warmup import warm_up as warm_up_torch

    warm_up_torch()
    alt.Chart(pd.DataFrame({"x": [0.0]})).mark_point().encode(x="x:Q").to_dict()


@st.cache_resource(show_spinner=False)
def settle(path: str) -> None:
    """Take what lives for ever out of the collector's rounds, once the page at ``path`` has been drawn.

    Streamlit collects garbage after every run; with torch, pandas and altair loaded that costs more than
    drawing a page does.
    """
    threading.Timer(AFTER, _freeze).start()


def _freeze() -> None:
    gc.collect()
    gc.freeze()
