"""What a server process does once for all visitors: load what is heavy, shorten garbage collection."""

import gc
import threading

import streamlit as st

AFTER = 3.0  # seconds: the browser shows by then what a page has just drawn


@st.cache_resource(show_spinner=False)
def settle(path: str) -> None:
    """Once the page at ``path`` has been drawn for the first time, make the next runs fast.

    What other pages need is loaded while the visitor reads. What lives as long as the process is kept out of
    the garbage collector, which else stops everybody for a third of a second when its turn comes.
    """
    timer = threading.Timer(AFTER, _settle)
    timer.daemon = True
    timer.start()


def _settle() -> None:
    import altair as alt
    import pandas as pd

    from linear_core.warmup import warm_up

    warm_up()
    alt.Chart(pd.DataFrame({"x": [0.0]})).mark_point().encode(x="x:Q").to_dict()
    gc.collect()
    gc.freeze()
