"""How does the layer learn a line, and why so slowly?"""

import streamlit as st

from pages._ui import frame
from pages._ui.choices import TRAINING
from pages._ui.registry import TRAINING as PAGE
from pages._ui.training import controls, live, settings, width
from pages._ui.training import run as runs

frame.begin(PAGE, TRAINING)
left, right = frame.split()
with left:
    controls.draw()
choices = settings.chosen()
run = runs.current() or runs.keep(runs.Run.start(choices))
run.follow(choices)
with right:
    room = width.available()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        live.buttons(run, choices["steps"])
        places = live.numbers()
    live.pictures(run, places, choices, room)
