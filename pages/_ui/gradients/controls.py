"""The controls on the left of the picture: sizes, the loss, how to learn, and where G comes from."""

import streamlit as st

from pages._ui import controls, predict
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.gradients.words import gradient_rule
from pages._ui.layer import initialization, sizes


def draw(shown: Gradients, call: GradientCall) -> None:
    """Draw them in the order in which they matter."""
    sizes.draw(Gradients)
    controls.line(Gradients.loss)
    controls.line(Gradients.reduction)
    predict.switch(Gradients.learn)
    rule, why = gradient_rule(call.gradients.loss)
    with st.container(border=True, gap=None):
        st.markdown(f"**{rule}**")
        st.caption(why)
    controls.one_of(Gradients.grad_view, st.pills)
    initialization.draw(shown)
