"""The walk of the backward pass: from the loss to G, and from G to the gradients of weight, bias and x."""

from collections.abc import Mapping, Sequence
from typing import Any

from linear_core.charts.digits import power
from linear_core.gradients.trace import GradientTrace
from linear_core.passes.gradient_products import gradient_products
from pages._ui.language import _
from pages._ui.walk import words
from pages._ui.walk.backward_matrices import BackwardMatrices
from pages._ui.walk.backward_words import (
    BIAS,
    CHECK,
    CHECK_EQUAL,
    ELEMENT,
    LOSS,
    NO_BIAS,
    ORDERS,
    OVERVIEW,
    ROUNDING,
    SHAPES,
    STEPS,
    G,
    X,
)
from pages._ui.walk.picture import Elementwise, Kind, Order, Product, Step, WalkPicture

# The pictures of the walk, by their places in it.
LOSS_PICTURE, G_PICTURE, WEIGHT_PICTURE, X_PICTURE = range(4)


def backward_picture(
    trace: GradientTrace,
    names: Sequence[str],
    rules: Mapping[str, str],
    *,
    order: Order = "dot_products",
) -> WalkPicture:
    """Return the walkthrough of one layer's backward pass.

    Parameters
    ----------
    trace : GradientTrace
        The pass; at most 16 features, 16 outputs and 8 samples fit a screen.
    names : sequence of str
        Names of the samples.
    rules : mapping of str to str
        How an element of the loss (``"loss"``) and of G (``"G"``) follows, with fields ``{left}`` (of y),
        ``{right}`` (of the target) and ``{difference}`` (y − target).
    order : str
        In which order grad_weight is filled.

    Returns
    -------
    WalkPicture
        An overview and seven steps over four pictures.
    """
    drawn = BackwardMatrices(trace, list(names), gradient_products(trace.backward))
    pictures: list[Product | Elementwise] = [
        drawn.loss(rules["loss"]),
        drawn.grad_output(rules["G"]),
        drawn.weight(),
        drawn.x(),
    ]
    return WalkPicture(pictures, _steps(drawn, order), _words())


def _steps(drawn: BackwardMatrices, order: Order) -> list[Step]:
    """The overview and the seven steps."""
    trace, fields = drawn.trace, drawn.fields

    def say(text: str) -> str:
        return _(text).format(**fields)

    loss, grad_output, element, weight, bias, x, check = map(_, STEPS)
    has_bias = trace.backward.grad_bias is not None
    kind: Kind = "sum" if has_bias else "overview"
    summed: dict[str, Any] = {
        "corner": _("one product per sample, added up"),
        "details": _(SHAPES),
        "product": WEIGHT_PICTURE,
    }
    x_sum: dict[str, Any] = {
        "corner": _("one product per output, added up"),
        "details": _(SHAPES),
        "product": X_PICTURE,
    }
    sums, differences = drawn.largest_difference, power(trace.finite_difference_error)
    measured = _(CHECK if sums else CHECK_EQUAL).format(sums=power(sums), differences=differences)
    return [
        Step("", say(OVERVIEW), "overview", **summed),
        Step(loss, say(LOSS), "each", product=LOSS_PICTURE),
        Step(grad_output, say(G), "each", product=G_PICTURE),
        Step(element, say(ELEMENT), "element", **summed),
        Step(weight, say(ORDERS[order]), "fill", **summed, order=order),
        Step(bias, say(BIAS if has_bias else NO_BIAS), kind, **summed),
        Step(x, say(X), "element", **x_sum, whole=True),
        Step(check, measured, "compare", **{**summed, "corner": _("compared with autograd")}),
    ]


def _words() -> dict[str, str]:
    """What the picture says beside its steps."""
    return {
        **words.common(),
        "picture": _("The backward pass as matrices"),
        "library": "autograd",
        "gives": _("autograd gives {value}"),
        "differences": _("autograd − one by one, for all elements, in units of {unit}"),
        "rounding": _(ROUNDING),
    }
