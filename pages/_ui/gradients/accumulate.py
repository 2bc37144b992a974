"""Section "Accumulate": backward adds to .grad."""

import streamlit as st

from linear_core.charts.labels import full
from linear_core.gradients.accumulation import ACCUMULATIONS
from pages._ui import controls
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.gradients.element import element_of
from pages._ui.gradients.numbers import short
from pages._ui.language import _


def draw(shown: Gradients, call: GradientCall) -> None:
    """A recipe: the lines that were run, and .grad after them beside the gradient of the batch."""
    controls.one_of(
        Gradients.recipe,
        _("Recipe"),
        lambda name: _(ACCUMULATIONS[name].title),
        st.pills,
        label_visibility="collapsed",
    )
    recipe, (out, in_) = ACCUMULATIONS[shown.recipe], element_of(shown, call)
    code, result = st.columns([3, 2], gap="medium")
    with code:
        st.code(recipe.code, language="python")
        st.caption(_(recipe.text))
    grad = recipe.run(call.gradients).weight.grad
    right = call.gradients.backward.grad_weight[out, in_].item()
    with result:
        name = f"layer.weight.grad[{out}, {in_}]"
        if grad is None:
            st.metric("layer.weight.grad", "None")
            return
        value = grad[out, in_].item()
        st.metric(name, full(value))
        text = _("The gradient of the batch is {right}: this is {times} times as much.")
        st.caption(text.format(right=full(right), times=short(value / right) if right else "—"))
