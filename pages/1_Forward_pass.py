"""Where does each number of the output come from?"""

import streamlit as st

from pages._ui import controls, frame
from pages._ui.choices import FORWARD
from pages._ui.registry import FORWARD as PAGE

frame.begin(PAGE, FORWARD)
left, right = frame.split()
with left:
    controls.slider("in_features", FORWARD, ":blue[in_features]")
    controls.slider("out_features", FORWARD, ":violet[out_features]")
    controls.slider("batch_size", FORWARD, ":blue[batch_size]")
with right:
    st.write("picture")
