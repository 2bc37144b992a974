"""Section "When backward fails": scenes that are run for real, in PyTorch's own words."""

import streamlit as st

from linear_core.gradients.failures import FAILURES, run_failure
from pages._ui.errors import answer
from pages._ui.gradients import recipes
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.language import _


def draw(shown: Gradients, call: GradientCall) -> None:
    """A scene: its lines, what PyTorch says, what that means, and the fixes."""
    recipe, beside = recipes.choose(Gradients.failure, FAILURES)
    failure = run_failure(recipe, call.gradients)
    with beside:
        if failure.explanation is None:
            st.caption(_("PyTorch says nothing."))
            return
        st.code(f"{failure.error_type}: {failure.message}", language=None, wrap_lines=True)
        if failure.explanation.is_known:
            answer.explanation(failure.explanation)
    answer.fixes(failure.explanation)
