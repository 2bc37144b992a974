"""Where does each number of the output come from?"""

import streamlit as st

from pages._ui import controls, downloads, frame, hued
from pages._ui.choices import FORWARD
from pages._ui.forward import (
    conventions,
    costs,
    dimensions,
    formula,
    large,
    neurons,
    picture,
    presets,
    screen,
    take_away,
    yours,
)
from pages._ui.language import N_, _
from pages._ui.registry import FORWARD as PAGE
from pages._ui.sections import sections

VIEWS = {
    "dot_products": N_("dot products"),
    "rows": N_("rows"),
    "columns": N_("columns"),
    "outer_products": N_("outer products"),
}

top = frame.Top(PAGE)
shown = screen.read()
draw_picture = picture.ready(shown, st.session_state["view"])
with top.below():
    line = st.container()
    left, right = frame.split()
    with right:
        draw_picture()
with line:
    formula.draw(shown)
with left:
    hued.slider("in_features", FORWARD, "blue")
    hued.slider("out_features", FORWARD, "violet")
    hued.slider("batch_size", FORWARD, "blue", on_change=screen.leave_rank_one)
    controls.toggle("bias", FORWARD, "bias")
    controls.number("seed", FORWARD, "seed")
    presets.draw()
    controls.one_of("view", FORWARD, _("See the product as"), lambda name: _(VIEWS[name]), st.pills)
    costs.this_layer(shown)
with right:
    sections(
        "part",
        FORWARD,
        {
            "script": (N_("PyTorch script"), lambda: downloads.script(shown.script, "linear_layer")),
            "yours": (N_("Your numbers"), lambda: yours.draw(shown)),
            "neurons": (N_("Neurons"), lambda: neurons.draw(shown)),
            "dimensions": (N_("N dimensions"), lambda: dimensions.draw(shown)),
            "large": (N_("Large layers"), lambda: large.draw(shown.spec)),
            "ledger": (N_("Ledger"), lambda: costs.draw(shown)),
            "conventions": (N_("Conventions"), lambda: conventions.draw(shown)),
            "download": (N_("Download"), lambda: take_away.draw(shown)),
        },
    )
