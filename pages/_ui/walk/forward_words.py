"""What the walk of the forward pass says, and in which letters.

`Layout` is how it is drawn; the fields are the sizes of the call and the weight's letter.
"""

from typing import Literal

from pages._ui.language import N_
from pages._ui.walk.picture import Order

# Samples are rows, or columns, or the weight is a kernel (in, out).
Layout = Literal["rows", "columns", "kernel"]
LETTERS: dict[Layout, str] = {"rows": "Wᵀ", "columns": "W", "kernel": "K"}

STEPS = (N_("Shapes"), N_("Transpose"), N_("One element"), N_("All elements"), N_("Bias"), N_("Check"))

ORDERS: dict[Order, str] = {
    "dot_products": N_("Element by element, all with the same {weight}: {name} takes {vectors}."),
    "rows": N_(
        "One sample at a time: each feature of :blue[x] scales its own weights in {weight}, and the results "
        "add up to the sample's outputs in :green[y]."
    ),
    "columns": N_(
        "One output at a time: each of its weights scales one feature of all samples in :blue[x], and the "
        "results add up to this output in :green[y]."
    ),
    "outer_products": N_(
        "One feature at a time: the outer product of its values and its weights is a matrix the size of "
        ":green[y], and these matrices add up."
    ),
}
ONE_ELEMENT = N_("This :green[y] has only one element, and the previous step has computed it.")
OVERVIEW = N_(
    "Each element of :green[y] is a dot product plus a bias: {name} takes {vectors}. <Hover over|Tap> one."
)
OVERVIEW_WITHOUT_BIAS = N_(
    "Each element of :green[y] is a dot product: {name} takes {vectors}. <Hover over|Tap> one."
)
SHAPES = N_(
    "The inner dimensions must match ({ins} and {ins}): products along them are added up, which leaves "
    "{y}: one number for each sample and output."
)
TRANSPOSE: dict[Layout, str] = {
    "rows": N_(
        "PyTorch stores one row of :violet[weight] for each output; {weight} reads the same memory in the "
        "other order, and no data is copied."
    ),
    "columns": N_(
        "Here {weight} is drawn as PyTorch stores it, and :blue[x] is transposed: one column per sample. It "
        "is a view of the same memory; no data is copied."
    ),
    "kernel": N_(
        "Keras and JAX store the kernel {weight} as (in, out), as drawn here: no transpose is needed. "
        "PyTorch would store (out, in)."
    ),
}
# The formula's line for a column that is transposed.
LINES: dict[Layout, str] = {
    "rows": N_(
        ":violet[Wᵀ][:, {line}] = :violet[weight][{line}] :gray[· Column {line} of Wᵀ is row {line} of "
        "weight: the weights of output {line}.]"
    ),
    "columns": N_(
        ":blue[x.T][:, {line}] = :blue[x][{line}] :gray[· Column {line} of x.T is row {line} of x: the "
        "features of one sample.]"
    ),
    "kernel": "",
}
# The two vectors of an element, above their products and in sentences; and the weights alone.
VECTORS: dict[Layout, str] = {
    "rows": N_("row {row} of x · row {column} of weight"),
    "columns": N_("row {row} of weight · row {column} of x"),
    "kernel": N_("row {row} of x · column {column} of kernel"),
}
VECTORS_OF_ONE: dict[Layout, str] = {
    "rows": N_("x · row {column} of weight"),
    "columns": N_("row {row} of weight · x"),
    "kernel": N_("x · column {column} of kernel"),
}
SPOKEN: dict[Layout, str] = {
    "rows": N_("row {row} of :blue[x] and row {column} of :violet[weight] (column {column} of :violet[Wᵀ])"),
    "columns": N_(
        "row {row} of :violet[weight] and row {column} of :blue[x] (column {column} of :blue[x.T])"
    ),
    "kernel": N_("row {row} of :blue[x] and column {column} of :violet[kernel]"),
}
SPOKEN_OF_ONE: dict[Layout, str] = {
    "rows": N_(":blue[x] and row {column} of :violet[weight] (column {column} of :violet[Wᵀ])"),
    "columns": N_("row {row} of :violet[weight] and :blue[x]"),
    "kernel": N_(":blue[x] and column {column} of :violet[kernel]"),
}
WEIGHTS: dict[Layout, str] = {
    "rows": N_("row {column} of :violet[weight]"),
    "columns": N_("row {row} of :violet[weight]"),
    "kernel": N_("column {column} of :violet[kernel]"),
}
STRIDES: dict[Layout, str] = {
    "rows": N_(
        "weight has strides ({ins}, 1), weight.T has strides (1, {ins}): two views of the same memory."
    ),
    "columns": N_("x has strides ({ins}, 1), x.T has strides (1, {ins}): two views of the same memory."),
    "kernel": N_("The kernel has strides ({outs}, 1); PyTorch would store its transpose, ({outs}, {ins})."),
}
ELEMENT = N_("{name} is the dot product of {vectors}. <Hover over|Tap> another element to see its own.")
BIAS = N_(
    ":orange[b] has one number for each output: broadcasting adds :orange[b][{out}] to the sums with "
    "{weights}, for every sample."
)
NO_BIAS = N_("This layer has no bias: the sums of products are already the output.")
CHECK = N_(
    "Products with {weights}, added one by one, compared with :green[F.linear]. Only the last digits may "
    "differ, because of rounding."
)

ROUNDING = N_(
    "Off by {rounding} from the exact sum: PyTorch sums in blocks and uses fused multiply-add, so it rounds "
    "at different points than a loop does."
)
ROUNDING_OF_FEW = N_("Off by {rounding} from the exact sum: each result is rounded to {dtype}.")
NEURONS_HINT = N_(
    "Each line is a weight: blue is positive, red negative, thicker is larger in magnitude. <Hover over|Tap> "
    "a neuron to highlight its weights above."
)
