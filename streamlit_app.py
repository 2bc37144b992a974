"""What does one linear layer do?"""

import streamlit as st

from pages._ui import frame, hued
from pages._ui.language import _
from pages._ui.registry import PAGES, START

frame.Top(START).draw()
left, right = st.columns([1.1, 1], gap="large", vertical_alignment="center")
with left:
    st.markdown(
        _(
            "A linear layer makes every output a weighted sum of a sample's features, plus a bias."
            " That is all; and every number here is PyTorch's."
        )
    )
    st.markdown("## :green[$y$] $=$ :blue[$x$] :violet[$W^\\top$] $+$ :orange[$b$]")
    shapes = st.container()
    sizes = {
        "in_features": hued.slider("in_features", START.choices, "blue"),
        "out_features": hued.slider("out_features", START.choices, "violet"),
        "batch_size": hued.slider("batch_size", START.choices, "blue"),
    }
    inner, outer = f":blue[{sizes['in_features']}]", f":violet[{sizes['out_features']}]"
    batch = sizes["batch_size"]
    shapes.markdown(f"({batch}, {outer}) = ({batch}, {inner}) @ ({inner}, {outer}) + ({outer},)")
with right:
    miniature = st.container(horizontal_alignment="center", height=320, border=False)

for place, page in zip(st.columns(len(PAGES)), PAGES, strict=True):
    with place.container(border=True, height="stretch"):
        frame.page_link(page, f"**{_(page.title)}**", page.icon)
        st.markdown(_(page.question))
        st.caption(_(page.caption))

# What is read comes first; what takes long to load the first time comes last.
from linear_core.charts import miniature_chart  # noqa: E402

miniature.altair_chart(miniature_chart(**sizes, translate=_), width="content", key="miniature")
frame.warm_up()
