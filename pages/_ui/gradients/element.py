"""Which element of grad_weight the sections are about."""

from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import STEPS, Gradients


def element_of(shown: Gradients, call: GradientCall) -> tuple[int, int]:
    """Return (out, in): the pinned element where it is one of grad_weight, else the one in focus."""
    outs, ins = call.trace.weight.shape
    is_weight = STEPS[shown.grad_step] in ("weight", "bias")
    return shown.pinned if shown.pinned and is_weight else (min(1, outs - 1), min(2, ins - 1))
