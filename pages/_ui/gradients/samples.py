"""Section "Per sample": whose gradient is it?"""

import pandas as pd
import streamlit as st

from linear_core.charts.labels import fixed
from linear_core.gradients.samples import sample_gradients
from pages._ui import controls
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.gradients.element import element_of
from pages._ui.language import _


def draw(shown: Gradients, call: GradientCall) -> None:
    """The contribution of each sample to one weight and to all; the angles between them; one left out."""
    samples, (out, in_) = sample_gradients(call.gradients.backward), element_of(shown, call)
    names = call.row_names
    own, pairs = st.columns([3, 2], gap="medium")
    with own:
        st.markdown(_("Contribution of each sample to the gradient"))
        element = f"grad_weight[{out}, {in_}]"
        st.dataframe(
            pd.DataFrame(
                {
                    element: _texts(samples.weight[:, out, in_].tolist()),
                    _("norm, all parameters"): _texts(samples.norms.tolist()),
                    _("share of the gradient"): samples.shares.tolist(),
                },
                index=names,
            ),
            column_config={
                2: st.column_config.NumberColumn(format="percent"),
                _("share of the gradient"): st.column_config.NumberColumn(format="percent"),
            },
        )
        st.caption(
            _(
                "The contributions add up to the gradient, as torch.func.vmap(grad) stacks them. A negative"
                " share opposes the batch: alone, this sample would move the parameters the other way."
            )
        )
    with pairs:
        st.markdown(_("Cosine between the gradients of two samples"))
        cosines = [_texts(row, 2) for row in samples.cosines.tolist()]
        st.dataframe(pd.DataFrame(cosines, index=names, columns=names))
        st.caption(_("1: they ask for the same change. −1: they cancel each other."))
    _leave_out(shown, call, out, in_)


def _leave_out(shown: Gradients, call: GradientCall, out: int, in_: int) -> None:
    names = call.row_names
    if len(names) < 2:
        st.caption(_("A single sample is the whole gradient."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        controls.place(
            Gradients.without,
            _("Leave out"),
            {0: _("none"), **{row + 1: name for row, name in enumerate(names)}},
        )
    if not shown.without:
        return
    before, after = call.gradients, call.gradients.without(shown.without - 1)
    figures = {
        _("loss"): (before.loss.value, after.loss.value),
        f"grad_weight[{out}, {in_}]": (before.backward.grad_weight[out, in_], after.backward.grad_weight[out, in_]),
        _("norm of grad_weight"): (before.backward.grad_weight.norm(), after.backward.grad_weight.norm()),
    }
    for column, (title, (old, new)) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(title, fixed(new.item(), 4), fixed((new - old).item(), 4), delta_color="off")
    if before.loss.reduction == "mean":
        st.caption(
            _("The mean is now over {count} elements: every other contribution has grown by {factor}.").format(
                count=after.loss.count, factor=f"{before.loss.count}/{after.loss.count}"
            )
        )


def _texts(values: list[float], digits: int = 4) -> list[str]:
    return [fixed(value, digits) for value in values]
