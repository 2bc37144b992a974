"""The words of the walk: captions, labels and sentences, in the visitor's language.

In captions ``:blue[x]`` colours a tensor's name, as in Streamlit's Markdown. Fields in braces that are left
standing here (``{cell}``, ``{value}`` …) are filled where the picture is drawn.
"""

from linear_core import ForwardTrace
from pages._ui.language import N_, _

STEPS = (N_("Shapes"), N_("Transpose"), N_("One cell"), N_("Bias"), N_("Rows"), N_("Whole"))

VIEWS = {
    "dot_products": N_(
        "Cell after cell: the rest of the row, then the other rows. {rows} samples are {rows} passes "
        "through the same :violet[Wᵀ]."
    ),
    "rows": N_(
        "One sample at a time: each feature of :blue[x] weighs one row of :violet[Wᵀ], and the weighted rows "
        "add up to one row of :green[y]."
    ),
    "columns": N_(
        "One output at a time: each number of a column of :violet[Wᵀ] weighs one column of :blue[x], and the "
        "weighted columns add up to one column of :green[y]."
    ),
    "outer_products": N_(
        "One feature at a time: a column of :blue[x] times a row of :violet[Wᵀ] fills all of :green[y], and "
        "{ins} such layers add up."
    ),
}


def all_words(trace: ForwardTrace, view: str) -> dict[str, object]:
    """Every text of the picture, ready for this call."""
    outs, ins = trace.weight.shape
    return {
        "steps": [_(title) for title in STEPS],
        "captions": captions(trace, view),
        **_labels(trace.num_rows, outs, ins),
        **_sentences(),
    }


def captions(trace: ForwardTrace, view: str) -> list[str]:
    """One sentence for each step that says what to look at."""
    rows, (outs, ins) = trace.num_rows, trace.weight.shape
    bias = (
        _(":orange[b] has one number for each output, and the same row of {outs} is added to every sample.")
        if trace.bias is not None
        else _("This layer has no bias: the sums of products are already the output.")
    )
    sentences = [
        _(
            "The inner sizes have to be equal, and they vanish: {ins} features of :blue[x] meet {ins} rows "
            "of :violet[Wᵀ], which leaves ({rows}, {outs})."
        ),
        _(
            "PyTorch stores one row of :violet[weight] for each output; :violet[Wᵀ] reads the same memory in "
            "the other order, and nothing is copied."
        ),
        _(
            "Each cell of :green[y] is one row of :blue[x] against one column of :violet[Wᵀ]. Point at "
            "another cell: its row and its column light up."
        ),
        bias,
        _(VIEWS[view]),
        _(
            "The whole: products added one by one, beside what :green[F.linear] gives. Only the last digits "
            "may differ, by rounding."
        ),
    ]
    return [sentence.format(rows=rows, outs=outs, ins=ins) for sentence in sentences]


def _labels(rows: int, outs: int, ins: int) -> dict[str, str]:
    return {
        "x_title": _("({rows}, {ins}): one row per sample").format(rows=rows, ins=ins),
        "w_title": _("weight.T, a view of ({outs}, {ins}): same memory, strides (1, {ins})").format(
            outs=outs, ins=ins
        ),
        "x_label": _("x row {row} column {column}, {value}"),
        "w_label": _("weight.T row {row} column {column}, {value}, weight[{column}, {row}]"),
        "b_label": _("bias {column}, {value}"),
        "y_label": _("y row {row} column {column}, {value}"),
        "scale": _("value, one scale for all matrices"),
        "corner_1": _("the shapes line up"),
        "corner_2": _("weight as it is stored, ({outs}, {ins})").format(outs=outs, ins=ins),
        "corner_3": _("one cell, product by product"),
        "corner_6": _("beside F.linear"),
        "stored": _("strides ({ins}, 1): the next output is {ins} numbers further").format(ins=ins),
        "read": _("weight.T reads the same memory with strides (1, {ins})").format(ins=ins),
        "picture": _("The layer as matrices"),
        "neurons": _("The layer as neurons"),
        "neurons_hint": _(
            "Each line is one weight: blue adds, red subtracts, thick is large. Point at a neuron: its row "
            "of weight lights up."
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
        "nonfinite": _("{count} cells are not finite"),
        "rounding": _(
            "{rounding} away from the exact sum: PyTorch adds in blocks, multiplies and adds in one go, and "
            "so rounds at other places than a loop."
        ),
        "exact": _("Exactly the sum: nothing was lost to rounding."),
        "feeds_x": _(
            "feeds the whole row of :green[y]: one product with each number in its row of :violet[Wᵀ]."
        ),
        "feeds_w": _(
            "is the number at ({column}, {row}) of :violet[weight]; it feeds one column of :green[y]."
        ),
        "feeds_b": _("is added to the whole column of :green[y], once for each sample."),
        "feeds_feature": _("One feature: each output has one weight for it, together a row of :violet[Wᵀ]."),
        "feeds_output": _(
            "One neuron: its weights are one row of :violet[weight], which is one column of :violet[Wᵀ]."
        ),
        "loop": _("one by one"),
        "difference": _("difference"),
        "differences": _("F.linear − one by one, for all cells, in units of {unit}"),
        "no_difference": _("no cell differs"),
    }
