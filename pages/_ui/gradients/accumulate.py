"""Section "Accumulate": backward adds to .grad."""

import streamlit as st

from linear_core.gradients.accumulation import ACCUMULATIONS
from pages._ui.gradients import recipes
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.language import _
from pages._ui.numbers import full, short


def draw(shown: Gradients, call: GradientCall) -> None:
    """A recipe: the lines that were run, and .grad after them beside the gradient of the batch."""
    recipe, beside = recipes.choose(Gradients.recipe, ACCUMULATIONS)
    element = call.element
    grad = recipe.run(call.gradients).weight.grad
    right = call.gradients.backward.grad_weight[element].item()
    with beside:
        if grad is None:
            st.metric("layer.weight.grad", "None")
            return
        value = grad[element].item()
        st.metric(f"layer.weight.grad{list(element)}", full(value))
        text = _("The gradient of the batch is {right}: this is {times} times as much.")
        st.caption(text.format(right=full(right), times=short(value / right) if right else "—"))
