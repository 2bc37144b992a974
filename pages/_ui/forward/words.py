"""What the pictures of a layer say, and the names of known layers, where they are found to be translated.

`linear_core` has the same in English; a test holds both together.
"""

from pages._ui.language import N_, _

KNOWN_LAYER_NAMES = (
    N_("Mark I Perceptron, responses"),
    N_("LeNet-5, F6"),
    N_("VGG-16, first linear layer"),
    N_("ResNet-50, head"),
    N_("Transformer base, feed-forward"),
    N_("GPT-2, feed-forward"),
    N_("Llama 3 8B, feed-forward"),
    N_("Llama 3 8B, output"),
)


def block_words() -> dict[str, str]:
    """Give the words of the heat maps."""
    return {
        "mean_title": _("{name}: mean of each block"),
        "extreme_title": _("{name}: extreme of each block"),
        "strongest": _("strongest colour: ±{largest}"),
        "rows": _("rows of the block"),
        "columns": _("columns of the block"),
        "mean": _("mean"),
        "extreme": _("extreme"),
        "description": _(
            "{name}, {shape}, in {blocks} blocks; means reach from {lowest_mean} to {highest_mean},"
            " extremes from {lowest} to {highest}."
        ),
    }


def window_words() -> dict[str, str]:
    """Give the words of the window with numbers."""
    return {"cell": _("cell"), "value": _("value"), "description": _("{part} in numbers.")}


def contribution_words() -> dict[str, str]:
    """Give the words of a cell's largest products."""
    return {
        "bias": _("bias"),
        "term": _("term"),
        "adds": _("adds"),
        "description": _(
            "{cell} = {value}: product {index} gives {product}, the other {others} give {rest}."
        ),
        "description_of_none": _("{cell} = {value}: no product is shown, the other {others} give {rest}."),
    }


def folding_words() -> dict[str, str]:
    """Give the words of the picture of leading dims."""
    return {
        "fold": _("fold →"),
        "unfold": _("unfold →"),
        "sample": _("sample"),
        "place": _("place"),
        "x_folded": _("x folded"),
        "y_folded": _("y folded"),
        "row": _("row {row}"),
        "description": _(
            "x {x_shape} folds into {rows} rows of {in_features}; the layer makes {rows} rows of"
            " {out_features}; they unfold into {y_shape}."
        ),
    }


def forward_words() -> dict[str, str]:
    """Give the words of the picture of one call."""
    return {
        "cell": _("cell"),
        "value": _("value"),
        "term": _("term"),
        "adds": _("adds"),
        "sum": _("sum so far"),
        "description": _("x {x_shape} times {weight} {weight_shape} gives y {y_shape}; {cell} is {value}."),
        "description_of_columns": _(
            "{weight} {weight_shape} times x {x_shape} gives y {y_shape}; {cell} is {value}."
        ),
    }


def neuron_words() -> dict[str, str]:
    """Give the words of the layer as neurons."""
    return {
        "name": _("name"),
        "value": _("value"),
        "bias": _("bias {bias}"),
        "no_bias": _("no bias"),
        "description": _(
            "{ins} input neurons, {outs} output neurons, {edges} edges; red edges are negative,"
            " thick ones are large."
        ),
    }
