"""The smallest page to compare with: one slider and one chart of as many marks as the walk has cells."""

import altair as alt
import pandas as pd
import streamlit as st

CELLS = 16 * 16 + 8 * 16 + 8 * 16 + 16

size = st.slider("size", 1, 16, 16) + 16 * int(st.query_params.get("seed", "0"))
places = range(CELLS)
data = pd.DataFrame(
    {
        "column": [place % 24 for place in places],
        "row": [place // 24 for place in places],
        "value": [(place * 37 + size * 11) % 200 - 100 for place in places],
    }
)
st.altair_chart(alt.Chart(data).mark_rect().encode(x="column:O", y="row:O", color="value:Q"), key="chart")
