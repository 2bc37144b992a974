"""How does the layer learn a line, and why so slowly?"""

import streamlit as st

from pages._ui import controls, frame
from pages._ui.choices import TRAINING
from pages._ui.registry import TRAINING as PAGE

frame.begin(PAGE, TRAINING)
left, right = frame.split()
with left:
    controls.log_slider("learning_rate", TRAINING, "learning_rate")
with right:
    st.write("picture")
