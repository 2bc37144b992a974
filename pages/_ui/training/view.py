"""How the pictures are drawn: residuals as segments or squares, the loss on one axis or another."""

import streamlit as st
from pages._ui.choices import TRAINING

from pages._ui import controls
from pages._ui.language import _


def draw() -> None:
    """Draw the choices."""
    residuals = {"segments": _("segments"), "squares": _("squares"), "none": _("none")}
    scales = {"log": _("logarithmic"), "linear": _("linear")}
    with st.container(horizontal=True, gap="medium", key="view"):
        controls.one_of("residuals", TRAINING, _("Residuals as"), residuals.__getitem__)
        controls.one_of("loss_scale", TRAINING, _("Loss axis"), scales.__getitem__)
