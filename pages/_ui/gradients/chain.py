"""Section "Chain of two": what arrives at the first layer is grad_x of the second."""

import streamlit as st

from pages._ui import controls
from pages._ui.glossary import meaning
from pages._ui.gradients.call import GradientCall, chain_of
from pages._ui.gradients.choices import Gradients
from pages._ui.gradients.numbers import matrix
from pages._ui.language import _


def draw(shown: Gradients, call: GradientCall) -> None:
    """Both layers with their gradients, from the loss back to x."""
    controls.slider(Gradients.hidden_features)
    loss, (first, second) = chain_of(shown, call)
    path = ":blue[x] → :violet[{first}] → :green[h] → :violet[{second}] → :green[y] → {loss} = {value:.6g}"
    st.markdown(path.format(first=_("layer 1"), second=_("layer 2"), loss=_("loss"), value=loss.value.item()))
    names = call.row_names
    places = [
        ("G", _("∂loss/∂y, arrives at layer 2"), second.grad_output_rows, names),
        ("grad_x", _("layer 2: G W₂"), second.grad_x_rows, names),
        ("grad_output", _("arrives at layer 1"), first.grad_output_rows, names),
        ("grad_weight", _("layer 1: grad_outputᵀ x"), first.grad_weight, None),
    ]
    for column, (name, about, values, rows) in zip(st.columns(2) + st.columns(2), places, strict=True):
        with column:
            st.markdown(f":red[**{name}**] :small[:gray[{tuple(values.shape)} · {about}]]")
            matrix(values, rows)
    st.caption(
        _(
            "grad_x of layer 2 and the gradient that arrives at layer 1 are the same numbers: "
            "this is all that a layer passes back to the one before it."
        ),
        help=meaning("backward pass"),
    )
