"""Section "One update": the loss after it, and what the gradient predicted."""

import streamlit as st

from linear_core.charts.step import step_chart
from linear_core.gradients.update import longest_step, one_update
from pages._ui import controls
from pages._ui.figure import figure
from pages._ui.glossary import meaning
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.gradients.numbers import figures
from pages._ui.language import _
from pages._ui.numbers import full


def draw(shown: Gradients, call: GradientCall) -> None:
    """A learning rate, the numbers of the step, and the loss along it."""
    trace, (out, in_) = call.gradients, call.element
    controls.log_slider(Gradients.one_rate)
    update, longest = one_update(trace, shown.one_rate), longest_step(trace)
    weight, grad = trace.forward.weight[out, in_].item(), trace.backward.grad_weight[out, in_].item()
    st.markdown(
        f":violet[weight][{out}, {in_}] = {full(weight)} − {shown.one_rate:g} × {full(grad)}"
        f" = **{full(update.weight[out, in_].item())}**"
    )
    before, after = update.loss_before.item(), update.loss_after.item()
    figures(
        {
            _("loss before"): (before, None),
            _("predicted by the gradient"): (update.predicted_loss, update.predicted_loss - before),
            _("loss after"): (after, after - before),
        },
        "inverse",
    )
    chart = step_chart(trace, shown.one_rate, longest, _)
    figure(chart, "step_chart")
    st.caption(
        _about(shown.one_rate, longest, after > before), help=meaning("gradient descent", "learning rate")
    )


def _about(rate: float, longest: float | None, is_worse: bool) -> str:
    if longest is None:
        return _("The gradient is zero: no step, however long, changes anything.")
    text = (
        _("At {rate} the step is too long: the loss is higher than before. This holds from {longest} on.")
        if is_worse
        else _("The true loss lies above its tangent. From {longest} on, the step is too long.")
    )
    return text.format(rate=f"{rate:g}", longest=f"{longest:.3g}")
