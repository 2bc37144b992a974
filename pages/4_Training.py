"""How does the layer learn a line, and why so slowly?"""

import streamlit as st
from pages._ui.choices import TRAINING

from pages._ui import frame
from pages._ui.registry import TRAINING as PAGE
from pages._ui.sections import sections
from pages._ui.training import SECTIONS, controls, live, replay, settings, view, why, width
from pages._ui.training import run as runs

top = frame.Top(PAGE)
choices = settings.chosen()
run = runs.current() or runs.keep(runs.Run.start(choices))
run.follow(choices)
replay.publish(run)
top.draw()
left, right = frame.split()
with left:
    controls.draw()
with right:
    above = st.container()
    room = width.available()  # below all else, where it leaves no gap
with above:
    replay.offer()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        live.buttons(run, choices["steps"])
        place = live.numbers()
    live.notes(run)
    page = live.pictures(run, place, choices, room)
    why.draw(run)
view.draw()
sections("more", TRAINING, SECTIONS)
page.end()
