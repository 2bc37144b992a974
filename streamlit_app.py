"""What does one linear layer do?"""

import streamlit as st

from pages._ui import controls, frame
from pages._ui.language import _
from pages._ui.layer.choices import Sizes
from pages._ui.registry import PAGES, START


@frame.page(START)
def start(shown: Sizes) -> None:
    """Draw the layer in one formula, and the ways to the pages."""
    st.markdown(
        _(
            "A linear layer makes every output a weighted sum of a sample's features, plus a bias."
            " That is all; and every number here is PyTorch's."
        )
    )
    st.markdown("## :green[$y$] $=$ :blue[$x$] :violet[$W^\\top$] $+$ :orange[$b$]")
    inner, outer, batch = f":blue[{shown.in_features}]", f":violet[{shown.out_features}]", shown.batch_size
    st.markdown(f"({batch}, {outer}) = ({batch}, {inner}) @ ({inner}, {outer}) + ({outer},)")
    controls.slider(Sizes.in_features, "in_features", "blue")
    controls.slider(Sizes.out_features, "out_features", "violet")
    controls.slider(Sizes.batch_size, "batch_size", "blue")
    for place, page in zip(st.columns(len(PAGES)), PAGES, strict=True):
        with place.container(border=True, height="stretch"):
            frame.page_link(page, f"**{_(page.title)}**", page.icon)
            st.markdown(_(page.question))
            st.caption(_(page.caption))
