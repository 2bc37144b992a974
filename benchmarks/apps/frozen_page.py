"""The smallest page, on a server whose start-up objects are frozen for the garbage collector.

Our app does so too: else the collector takes longer than the page.
"""

import gc
import runpy
from pathlib import Path

import streamlit as st


@st.cache_resource
def freeze() -> None:
    """Collect and freeze, once for the server."""
    import altair  # noqa: F401 - with its imports

    gc.collect()
    gc.freeze()


freeze()
runpy.run_path(str(Path(__file__).with_name("smallest_page.py")))
