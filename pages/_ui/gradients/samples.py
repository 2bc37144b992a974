"""Section "Per sample": whose gradient is it?"""

import pandas as pd
import streamlit as st

from linear_core.gradients.samples import SampleGradients, sample_gradients
from pages._ui.glossary import meaning
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.gradients.numbers import figures
from pages._ui.language import _, ngettext
from pages._ui.numbers import fixed


def draw(shown: Gradients, call: GradientCall) -> None:
    """The contribution of each sample to one weight and to all; the angles between them; one left out."""
    samples, element = sample_gradients(call.gradients.backward), call.element
    own, pairs = st.columns([3, 2], gap="medium")
    with own:
        _contributions(samples, element, call.row_names)
    with pairs:
        _cosines(samples, call.row_names)
    if len(call.row_names) < 2:
        st.caption(_("With a single sample, its gradient is the whole gradient."))
    else:
        _leave_out(shown, call, element)


def _contributions(samples: SampleGradients, element: tuple[int, int], names: list[str]) -> None:
    out, in_ = element
    share = _("share of the gradient")
    columns = {
        f"grad_weight[{out}, {in_}]": [fixed(value, 4) for value in samples.weight[:, out, in_].tolist()],
        _("norm, all parameters"): [fixed(value, 4) for value in samples.norms.tolist()],
        share: samples.shares.tolist(),
    }
    formats = {share: st.column_config.NumberColumn(format="percent")}
    st.markdown(_("Contribution of each sample to the gradient"), help=meaning("gradient", "batch"))
    st.dataframe(pd.DataFrame(columns, index=names), column_config=formats)
    st.caption(
        _(
            "The contributions, as torch.func.vmap(grad) stacks them, add up to the gradient. A sample with a"
            " negative share opposes the batch: alone, it would move the parameters the other way."
        )
    )


def _cosines(samples: SampleGradients, names: list[str]) -> None:
    st.markdown(_("Cosine between the gradients of two samples"))
    texts = [[fixed(value, 2) for value in row] for row in samples.cosines.tolist()]
    st.dataframe(pd.DataFrame(texts, index=names, columns=names))
    st.caption(_("1: both gradients point the same way. −1: they point in opposite directions."))
    if pair := samples.opposed:
        first, second = (names[row] for row in pair)
        text = _("The gradients of samples {first} and {second} oppose each other most: {cosine}.")
        st.markdown(
            text.format(first=first, second=second, cosine=f"**{fixed(samples.cosines[pair].item(), 2)}**")
        )


def _leave_out(shown: Gradients, call: GradientCall, element: tuple[int, int]) -> None:
    names = call.row_names
    st.segmented_control(
        _("Leave out sample"),
        range(len(names) + 1),
        format_func=lambda place: names[place - 1] if place else "—",
        default=shown.without,
        key=Gradients.without.name,
        required=True,
    )
    if not shown.without:
        return
    before, after = call.gradients, call.gradients.without(shown.without - 1)
    old, new = before.backward.grad_weight, after.backward.grad_weight
    changes = {
        _("loss"): (before.loss.value, after.loss.value),
        f"grad_weight{list(element)}": (old[element], new[element]),
        _("norm of grad_weight"): (old.norm(), new.norm()),
    }
    figures({name: (is_.item(), (is_ - was).item()) for name, (was, is_) in changes.items()})
    if before.loss.reduction == "mean":
        text = ngettext(
            "The mean is now over one element: it counts {factor} times as much.",
            "The mean is now over {count} elements: each of the others counts {factor} times as much.",
            after.loss.count,
        )
        factor = f"{before.loss.count}/{after.loss.count}"
        st.caption(text.format(count=after.loss.count, factor=factor))
