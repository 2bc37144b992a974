"""Where does each number of the output come from?"""

import streamlit as st

from pages._ui import controls, frame, layout, predict
from pages._ui.forward import costs, picture
from pages._ui.forward.choices import SECTIONS, Forward
from pages._ui.layer import formula, initialization, presets, sizes
from pages._ui.layer.call import call_of
from pages._ui.registry import FORWARD
from pages._ui.sections import sections


@frame.page(FORWARD)
def forward(shown: Forward) -> None:
    """Controls beside the picture of one call, and sections below."""
    call = call_of(shown, shown.pinned)
    left, right = layout.split()
    with left:
        sizes.draw(Forward)
        presets.draw(shown)
        controls.one_of(Forward.view, st.pills)
        predict.switch(Forward.learn)
        initialization.draw(shown)
        costs.this_layer(call)
    with right:
        formula.draw(call, shown.part, shown.convention)
        picture.draw(shown, call)
        sections(Forward.part, SECTIONS, shown, call)
