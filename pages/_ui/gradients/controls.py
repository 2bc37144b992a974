"""The controls on the left of the picture: sizes, the loss, how to learn, and where G comes from."""

import streamlit as st

from linear_core import LOSSES
from pages._ui import controls, predict
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.gradients.words import gradient_rule
from pages._ui.language import N_, _
from pages._ui.layer import initialization, sizes

# In which order the sum over the batch is made.
VIEWS = {
    "dot_products": N_("dot products"),
    "rows": N_("rows"),
    "columns": N_("columns"),
    "outer_products": N_("samples"),
}


def draw(shown: Gradients, call: GradientCall) -> None:
    """Draw them in the order in which they matter."""
    sizes.draw(Gradients)
    controls.line(Gradients.loss, _("Loss"), lambda name: LOSSES[name].title)
    controls.line(Gradients.reduction, "reduction", str)
    predict.switch(Gradients.learn)
    rule, why = gradient_rule(call.gradients.loss)
    with st.container(border=True, gap=None):
        st.markdown(f"**{rule}**")
        st.caption(why)
    controls.one_of(Gradients.grad_view, _("View the sum as"), lambda name: _(VIEWS[name]), st.pills)
    initialization.draw(shown)
