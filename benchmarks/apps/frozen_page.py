"""The smallest page, on a server that leaves alone from then on what its start has made.

Our app does so too: else the collector takes longer than the page.
"""

import gc
import runpy
from pathlib import Path

import streamlit as st


@st.cache_resource
def freeze() -> None:
    """Collect and freeze, once for the server."""
    import altair  # noqa: F401 - with what it brings

    gc.collect()
    gc.freeze()


freeze()
runpy.run_path(str(Path(__file__).with_name("smallest_page.py")))
