"""What does one linear layer do?"""

import streamlit as st

from pages._ui import frame
from pages._ui.registry import START

frame.begin(START)
st.write("hello")
