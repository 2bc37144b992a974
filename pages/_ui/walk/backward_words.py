"""What the walk of the backward pass says; the fields are the sizes of the pass, its loss, and an element."""

from enum import IntEnum

from pages._ui.language import N_
from pages._ui.walk.picture import Kind, Order


class Place(IntEnum):
    """The pictures of the walk, by their places in it."""

    LOSS, G, WEIGHT, X = range(4)


# Each step: its title, its caption, what it shows, and of which picture.
STEPS: tuple[tuple[str, str, Kind, Place], ...] = (
    (
        "",
        N_(
            ":violet[grad_weight] = :red[Gᵀ] :blue[x]: each weight is multiplied by one feature of every "
            "sample, and its gradient is the sum over the batch. <Hover over|Tap> one, or press Play."
        ),
        "overview",
        Place.WEIGHT,
    ),
    (
        N_("Loss"),
        N_(
            "Each element of :green[y] is compared with its :gray[target]; one number, the loss, says how "
            "far off."
        ),
        "each",
        Place.LOSS,
    ),
    (
        N_("G"),
        N_(
            ":red[G] says how the loss changes with each element of :green[y]. Every gradient that follows "
            "is a weighted sum of its elements."
        ),
        "each",
        Place.G,
    ),
    (
        N_("One weight"),
        N_(
            "Each weight is multiplied by one feature of every sample: {name} is the dot product of column "
            "{row} of :red[G] and column {column} of :blue[x]."
        ),
        "element",
        Place.WEIGHT,
    ),
    (N_("All weights"), "", "fill", Place.WEIGHT),  # see `ORDERS`
    (
        N_("Bias"),
        N_(
            "The forward pass broadcasts :orange[b] to every sample, so the backward pass sums over the "
            "samples: :orange[grad_bias] is the sum of each column of :red[G]."
        ),
        "sum",
        Place.WEIGHT,
    ),
    (
        N_("x"),
        N_(
            ":blue[grad_x] = :red[G] :violet[W]: an input reaches the loss through every output, and its "
            "gradient is the sum over these paths."
        ),
        "element",
        Place.X,
    ),
    (
        N_("Check"),
        N_(
            "The gradients come from autograd. Products added one by one differ by at most {sums}; "
            "finite differences, which use no derivatives, by at most {differences}."
        ),
        "compare",
        Place.WEIGHT,
    ),
)
ORDERS: dict[Order, str] = {
    "dot_products": N_(
        "Weight by weight: {name} is the dot product of column {row} of :red[G] and column {column} of "
        ":blue[x], over the batch."
    ),
    "rows": N_(
        "One output at a time: each sample's :blue[x] is scaled by its :red[G] of this output, and these "
        "rows add up to the gradient of the output's weights."
    ),
    "columns": N_(
        "One feature at a time: each sample's :red[G] is scaled by this feature, and these columns add up "
        "to the gradient of the feature's weights."
    ),
    "outer_products": N_(
        "One sample at a time: the outer product of its :red[G] and its :blue[x] is its own gradient, a "
        "matrix the size of :violet[weight]; the gradients of the samples add up."
    ),
}
NO_BIAS = N_("This layer has no bias, so there is no gradient of one.")
CHECK_EQUAL = N_(
    "The gradients come from autograd. Products added one by one give the same, to the "
    "last bit; finite differences, which use no derivatives, differ by at most {differences}."
)
SHAPES = N_(
    "A gradient has the shape of its tensor: one slope for each number that can be changed. So the gradients "
    "of the parameters sum over the batch, and :blue[grad_x] over the outputs."
)
ROUNDING = N_(
    "Off by {rounding} from the exact sum: each result is rounded; in a longer sum PyTorch also adds in a "
    "different order and uses fused multiply-add, so it rounds at different points than a loop does."
)
