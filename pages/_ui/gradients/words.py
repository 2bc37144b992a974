"""The rules behind the numbers, with the sizes of the screen in them."""

from linear_core.gradients.loss import LossTrace
from pages._ui.language import N_, _, ngettext

LOSS_NAMES = {"mse": "MSE", "l1": "L1", "huber": "Huber"}
# The derivative of each loss without its factor.
SLOPES = {"mse": "(y − target)", "l1": "sign(y − target)", "huber": "clamp(y − target, −1, 1)"}


def gradient_rule(loss: LossTrace) -> tuple[str, str]:
    """Return how G follows from y and target, and where its constant comes from."""
    factor = f"{loss.factor:g} " if loss.factor != 1 else ""
    slope = SLOPES.get(loss.loss, "∂l/∂y")
    count = loss.prediction.numel()
    sizes = " · ".join(map(str, loss.prediction.shape))
    if loss.reduction == "sum":
        rule = f"G = {factor}{slope}"
        why = _('With reduction="mean" it would be divided by {count}, the number of elements.')
    else:
        rule = f"G = {factor}{slope} / ({sizes})"
        why = ngettext(
            "The mean over one element is the element: it puts {factor} into every gradient, as a sum does.",
            "The mean over {count} elements puts {constant} into every gradient; a sum puts {factor}.",
            count,
        )
    constant = f"{loss.factor:g}/{count}"
    return rule, why.format(count=count, constant=constant, factor=f"{loss.factor:g}")


def element_rules(loss: LossTrace) -> dict[str, str]:
    """Return how an element of the loss and one of G follow, with fields for those of y and target."""
    difference = "({left} − {right})"
    element = {"mse": f"{difference}² = ({{difference}})²", "l1": "|{left} − {right}|"}.get(
        loss.loss, f"{loss.loss}{difference} = {loss.loss}({{difference}})"
    )
    slope = {"mse": difference, "l1": f"sign{difference}"}.get(loss.loss, "clamp({left} − {right}, −1, 1)")
    factor = f"{loss.factor:g} × " if loss.factor != 1 else ""
    return {"loss": element, "G": f"{factor}{slope}" + (f" / {loss.count}" if loss.count > 1 else "")}


HINTS = {
    "G": N_("How does the loss change with this element of y?"),
    "weight": N_("The dot product of a column of G and a column of x: one product per sample."),
    "bias": N_("The sum of a column of G."),
    "x": N_("The dot product of a row of G and a column of W: one product per output."),
}
