"""The walk of the backward pass: from the loss to G, and from G to the gradients of weight, bias and x."""

from collections.abc import Sequence

from linear_core.gradients.trace import GradientTrace
from linear_core.passes.gradient_products import gradient_products
from pages._ui.language import _
from pages._ui.walk.backward_matrices import BackwardMatrices
from pages._ui.walk.backward_words import CHECK_EQUAL, NO_BIAS, ORDERS, ROUNDING, SHAPES, STEPS, Place
from pages._ui.walk.picture import Elementwise, Kind, Order, Product, Step, WalkPicture
from pages._ui.walk.words import words


def backward_picture(
    trace: GradientTrace, names: Sequence[str], *, order: Order = "dot_products"
) -> WalkPicture:
    """Return the walkthrough of one layer's backward pass.

    Parameters
    ----------
    trace : GradientTrace
        The pass; at most 16 features, 16 outputs and 8 samples fit a screen.
    names : sequence of str
        Names of the samples.
    order : str
        In which order grad_weight is filled.

    Returns
    -------
    WalkPicture
        An overview and seven steps over four pictures, in the order of `Place`.
    """
    drawn = BackwardMatrices(trace, names, gradient_products(trace.backward))
    pictures: list[Product | Elementwise] = [drawn.loss(), drawn.grad_output(), drawn.weight(), drawn.x()]
    steps = [_step(drawn, order, *step) for step in STEPS]
    return WalkPicture(pictures, steps, words(_("The backward pass as matrices"), "autograd", _(ROUNDING)))


def _step(drawn: BackwardMatrices, order: Order, title: str, caption: str, kind: Kind, place: Place) -> Step:
    if kind == "fill":
        caption = ORDERS[order]
    elif kind == "compare" and not drawn.largest_difference:
        caption = CHECK_EQUAL
    elif kind == "sum" and drawn.products.bias is None:
        caption, kind = NO_BIAS, "overview"
    return Step(
        title and _(title),
        _(caption).format(**drawn.fields),
        kind,
        _("{name}, checked") if kind == "compare" else "",
        details="" if kind == "each" else _(SHAPES),
        product=place,
        order=order,
        whole=place == Place.X,
    )
