"""What stands at the left of the picture: sizes, the loss, how to learn, and where G comes from."""

import streamlit as st

from linear_core import LOSSES
from pages._ui import controls
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.gradients.words import LOSS_NAMES, gradient_rule
from pages._ui.language import N_, _
from pages._ui.layer import initialization, matrices

LEARN = {"watch": N_("watching"), "predict": N_("predicting")}


def draw(shown: Gradients, call: GradientCall) -> None:
    """Draw them in the order in which they matter."""
    controls.slider(Gradients.in_features, "in_features", "blue", on_change=matrices.fit_sizes)
    controls.slider(Gradients.out_features, "out_features", "violet", on_change=matrices.fit_sizes)
    controls.slider(Gradients.batch_size, "batch_size", "blue", on_change=matrices.fit_sizes)
    controls.one_of(
        Gradients.loss, _("Loss"), lambda name: LOSS_NAMES.get(name, LOSSES[name].torch_name), st.pills
    )
    controls.one_of(Gradients.reduction, "reduction")
    controls.one_of(Gradients.learn, _("Learn by"), lambda name: _(LEARN[name]))
    with st.container(border=True, gap="xsmall"):
        rule, why = gradient_rule(call.gradients.loss)
        st.markdown(f"**{rule}**")
        st.caption(why)
    initialization.draw(shown)
