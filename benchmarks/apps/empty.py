"""An app with nothing but a word, to compare a cold start with."""

import streamlit as st

st.markdown("Hello")
