"""The rules behind the numbers, with the sizes of the screen in them."""

from linear_core.gradients.loss import LossTrace
from pages._ui.language import _

LOSS_NAMES = {"mse": "MSE", "l1": "L1", "huber": "Huber"}
# What the derivative of each loss makes of d = y − target, without its factor; the loss of one element.
SLOPES = {"mse": "(y − target)", "l1": "sign(y − target)", "huber": "clamp(y − target, −1, 1)"}
ELEMENTS = {"mse": "(y − target)²", "l1": "|y − target|", "huber": "huber(y − target)"}


def gradient_rule(loss: LossTrace) -> tuple[str, str]:
    """Return how G follows from y and target, and where its constant comes from."""
    factor = f"{loss.factor:g} " if loss.factor != 1 else ""
    slope = SLOPES.get(loss.loss, "∂l/∂y")
    sizes = " · ".join(map(str, loss.prediction.shape))
    if loss.reduction == "sum":
        rule = f"G = {factor}{slope}"
        why = _('With reduction="mean" it would be divided by {count}, the number of elements.')
    else:
        rule = f"G = {factor}{slope} / ({sizes})"
        why = _("The mean over {count} elements puts {constant} into every gradient; a sum puts {factor}.")
    count = loss.prediction.numel()
    constant = f"{loss.factor:g}/{count}"
    return rule, why.format(count=count, constant=constant, factor=f"{loss.factor:g}")


def loss_rule(loss: LossTrace) -> str:
    """Return how the loss follows from y and target."""
    element = ELEMENTS.get(loss.loss, "l(y − target)")
    return f"{loss.reduction} {element}"
