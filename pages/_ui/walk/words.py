"""The words of the walk: captions, labels and sentences, in the visitor's language.

In sentences ``:blue[x]`` colours a tensor's name, as in Streamlit's Markdown. Fields in braces that are left
standing here (``{value}``, ``{rounding}`` …) are filled where the picture is drawn.
"""

from dataclasses import dataclass
from functools import lru_cache

from pages._ui.language import N_, _, language

STEPS = (N_("Shapes"), N_("Transpose"), N_("One cell"), N_("Bias"), N_("Rows"), N_("Whole"))

VIEWS = {
    "dot_products": N_(
        "Cell after cell: the rest of the sample, then the other samples. {rows} samples are {rows} passes "
        "through the same {weight}."
    ),
    "rows": N_(
        "One sample at a time: each feature of :blue[x] scales its own weights, and the {ins} scaled lines "
        "of {weight} add up to the sample's line of :green[y]."
    ),
    "columns": N_(
        "One output at a time: each of its weights scales one feature of all samples, and the {ins} scaled "
        "lines of :blue[x] add up to one line of :green[y]."
    ),
    "outer_products": N_(
        "One feature at a time: its values times its weights fill all of :green[y] with one layer, and the "
        "{ins} layers add up."
    ),
}

# What stands for x and weight in the picture: rows of samples, columns of samples, or a kernel (in, out).
SYMBOLS = {
    "rows": {"x": "x", "w": "Wᵀ"},
    "columns": {"x": "x", "w": "W"},
    "kernel": {"x": "x", "w": "K"},
}


@dataclass(frozen=True)
class Layer:
    """What the words depend on: the sizes of the call, whether there is a bias, and how it is drawn."""

    rows: int
    outs: int
    ins: int
    bias: bool
    layout: str

    @property
    def fields(self) -> dict[str, object]:
        """What stands for the braces of a text."""
        weight = f":violet[{SYMBOLS[self.layout]['w']}]"
        return {"rows": self.rows, "outs": self.outs, "ins": self.ins, "weight": weight}


def all_words(layer: Layer) -> dict[str, object]:
    """Every text of the picture but the captions."""
    return _all_words(layer, language())


def captions(layer: Layer, view: str) -> list[str]:
    """One sentence for each step that says what to look at."""
    return _all_captions(layer, view, language())


@lru_cache(maxsize=256)
def _all_words(layer: Layer, _language: str) -> dict[str, object]:
    return {
        "steps": [_(title) for title in STEPS],
        **{name: text.format(**layer.fields) for name, text in _titles(layer.layout).items()},
        **_labels(layer.layout),
        **_sentences(),
    }


@lru_cache(maxsize=256)
def _all_captions(layer: Layer, view: str, _language: str) -> list[str]:
    return [text.format(**layer.fields) for text in _captions(layer.bias, view, layer.layout)]


def _captions(bias: bool, view: str, layout: str) -> list[str]:
    return [
        _(
            "The inner sizes have to be equal, and they vanish: {ins} features of :blue[x] meet {ins} "
            "weights of each output, which leaves {rows} × {outs} numbers."
        ),
        _turning(layout),
        _(
            "Each cell of :green[y] is one row of {weight} against one column of :blue[x]. Point at another "
            "cell: its row and its column light up."
        )
        if layout == "columns"
        else _(
            "Each cell of :green[y] is one row of :blue[x] against one column of {weight}. Point at another "
            "cell: its row and its column light up."
        ),
        _(":orange[b] has one number for each output, and the same {outs} are added to every sample.")
        if bias
        else _("This layer has no bias: the sums of products are already the output."),
        _(VIEWS[view]),
        _(
            "The whole: products added one by one, beside what :green[F.linear] gives. Only the last digits "
            "may differ, by rounding."
        ),
    ]


def _turning(layout: str) -> str:
    if layout == "columns":
        return _(
            "Here {weight} is drawn as PyTorch stores it, and :blue[x] is turned: one column for each "
            "sample. It reads the same memory, and nothing is copied."
        )
    if layout == "kernel":
        return _(
            "Keras and JAX store the kernel {weight} as (in, out), the way it is drawn here: nothing is "
            "turned. PyTorch would store (out, in)."
        )
    return _(
        "PyTorch stores one row of :violet[weight] for each output; {weight} reads the same memory in the "
        "other order, and nothing is copied."
    )


def _titles(layout: str) -> dict[str, str]:
    """What stands over the matrices and in the corner; the fields are the layer's sizes."""
    rows = {
        "x_title": _("({rows}, {ins}): one row for each sample"),
        "w_title": _("weight.T, a view of ({outs}, {ins}): same memory, strides (1, {ins})"),
        "corner_2": _("weight as it is stored, ({outs}, {ins})"),
        "stored": _("strides ({ins}, 1): the next output is {ins} numbers further"),
        "read": _("weight.T reads the same memory with strides (1, {ins})"),
    }
    columns = {
        "x_title": _("x.T, a view of ({rows}, {ins}): one column for each sample"),
        "w_title": _("({outs}, {ins}), as it is stored"),
        "corner_2": _("x as it is stored, ({rows}, {ins})"),
        "stored": _("strides ({ins}, 1): the next sample is {ins} numbers further"),
        "read": _("x.T reads the same memory with strides (1, {ins})"),
    }
    kernel = {
        "w_title": _("kernel, stored as it is drawn: ({ins}, {outs}), strides ({outs}, 1)"),
        "corner_2": _("kernel as it is stored, ({ins}, {outs})"),
        "stored": _("strides ({outs}, 1): the next feature is {outs} numbers further"),
        "read": _("PyTorch would store the transpose, ({outs}, {ins})"),
    }
    return {"rows": rows, "columns": columns, "kernel": rows | kernel}[layout]


def _labels(layout: str) -> dict[str, str]:
    """What a screen reader says of a cell, and what is the same for all layers."""
    weight = {
        "rows": _("weight.T row {i} column {o}, {value}, weight[{o}, {i}]"),
        "columns": _("weight row {o} column {i}, {value}"),
        "kernel": _("kernel row {i} column {o}, {value}"),
    }
    return {
        "w_label": weight[layout],
        "x_label": _("x sample {r} feature {i}, {value}"),
        "b_label": _("bias of output {o}, {value}"),
        "y_label": _("y sample {r} output {o}, {value}"),
        "scale": _("value, one scale for all matrices"),
        "corner_1": _("the shapes line up"),
        "corner_3": _("one cell, product by product"),
        "corner_6": _("beside F.linear"),
        "picture": _("The layer as matrices"),
        "neurons": _("The layer as neurons"),
        "neurons_hint": _(
            "Each line is one weight: blue adds, red subtracts, thick is large. Point at a neuron: its "
            "weights light up above."
        ),
    }


def _sentences() -> dict[str, str]:
    return {
        "back": _("Back"),
        "play": _("Play"),
        "pause": _("Pause"),
        "next": _("Next"),
        "speed": _("Speed"),
        "scrub": _("Moment within the step"),
        "gives": _("F.linear gives {value}"),
        "equal": _("equal, to the last bit"),
        "within": _("equal, within {difference}"),
        "allowed": _("Rounding alone explains up to {tolerance}."),
        "off": _("differs by {difference}, more than rounding explains"),
        "nonfinite": _("not finite: {count} of {cells} cells"),
        "rounding": _(
            "{rounding} away from the exact sum: PyTorch adds in blocks, multiplies and adds in one go, and "
            "so rounds at other places than a loop."
        ),
        "exact": _("Exactly the sum: nothing was lost to rounding."),
        "feeds_x": _("Feeds all outputs of its sample: one product with each weight of its feature."),
        "feeds_w": _("Feeds one output of every sample, by its product with their feature."),
        "feeds_b": _("Is added to its output once for each sample."),
        "feeds_feature": _("One feature: each output has one weight for it."),
        "feeds_output": _("One neuron: its weights are one row of :violet[weight], and it has one bias."),
        "loop": _("one by one"),
        "difference": _("difference"),
        "differences": _("F.linear − one by one, for all cells, in units of {unit}"),
        "no_difference": _("no cell differs"),
    }
