"""The rules behind the numbers, with the sizes of the screen in them."""

from linear_core.gradients.loss import LossTrace
from pages._ui.language import N_, _, ngettext


def gradient_rule(loss: LossTrace) -> tuple[str, str]:
    """Return how G follows from y and target, and where its constant comes from."""
    factor, count = f"{loss.factor:g}", loss.prediction.numel()
    slope = loss.formula.slope_written.format(difference="y − target")
    rule = f"G = {slope}" if loss.factor == 1 else f"G = {factor} {slope}"
    if loss.reduction == "sum":
        why = _('With reduction="mean" it would be divided by {count}, the number of elements.')
    else:
        sizes = " · ".join(map(str, loss.prediction.shape))
        rule += f" / ({sizes})" if loss.prediction.ndim > 1 else f" / {sizes}"
        why = ngettext(
            "The mean over one element is the element: it puts {factor} into every gradient, as a sum does.",
            "The mean over {count} elements puts {constant} into every gradient; a sum puts {factor}.",
            count,
        )
    return rule, why.format(count=count, constant=f"{factor}/{count}", factor=factor)


HINTS = {
    "G": N_("How does the loss change with this element of y?"),
    "weight": N_("The dot product of a column of G and a column of x: one product per sample."),
    "bias": N_("The sum of a column of G."),
    "x": N_("The dot product of a row of G and a column of W: one product per output."),
}
