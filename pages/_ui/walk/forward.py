"""The walk of the forward pass: ``y = x @ weight.T + bias``, as PyTorch or another library writes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from linear_core import ForwardTrace
from linear_core.layer.conventions import CONVENTIONS
from pages._ui.language import _
from pages._ui.walk.forward_words import (
    BIAS,
    CHECK,
    ELEMENT,
    LETTERS,
    LINES,
    NEURONS_HINT,
    NO_BIAS,
    ONE_ELEMENT,
    ORDERS,
    OVERVIEW,
    OVERVIEW_WITHOUT_BIAS,
    ROUNDING,
    ROUNDING_OF_FEW,
    SHAPES,
    SPOKEN,
    SPOKEN_OF_ONE,
    STEPS,
    STRIDES,
    TRANSPOSE,
    VECTORS,
    VECTORS_OF_ONE,
    WEIGHTS,
    Layout,
)
from pages._ui.walk.picture import Cell, Order, Product, Step, WalkPicture
from pages._ui.walk.tensors import KERNEL, OF_ELEMENT, ROW, WEIGHT, Y_COLUMNS, Tensors, X, Y
from pages._ui.walk.words import words


def standard_cell(trace: ForwardTrace) -> Cell:
    """Return the element of y, (row, out), that the picture is about while none is pinned."""
    rows, outs = trace.output_rows.shape
    return min(1, rows - 1), min(3, outs - 1)


def forward_picture(
    trace: ForwardTrace,
    names: Sequence[str] | None = None,
    *,
    convention: str = "linear",
    order: Order = "dot_products",
    show_neurons: bool = False,
) -> WalkPicture:
    """Return the walk through one call of a layer.

    Parameters
    ----------
    trace : ForwardTrace
        The call; at most 16 features, 16 outputs and 12 rows fit a screen.
    names : sequence of str, optional
        Names of the samples; their numbers otherwise.
    convention : str
        How the layer is written: one of ``linear_core.CONVENTIONS``. Where samples are columns, so they are
        in the picture; where the weight is stored (in, out), nothing is transposed.
    order : str
        In which order the output is filled, with samples as rows: one of `ORDERS`.
    show_neurons : bool
        Whether the layer is drawn as neurons too.

    Returns
    -------
    WalkPicture
        One product, and an overview with six steps.
    """
    written = CONVENTIONS[convention]
    layout: Layout = (
        "columns" if written.samples_are_columns else "kernel" if written.weight_is_stored_in_out else "rows"
    )
    layer = _Layer(trace, list(names or map(str, range(trace.num_rows))), layout)
    turned: dict[Order, Order] = {"rows": "columns", "columns": "rows"}
    drawn = turned.get(order, order) if layer.upright else order
    return WalkPicture([layer.product(show_neurons)], layer.steps(order, drawn), layer.words())


@dataclass(frozen=True)
class _Layer:
    """What is said of one call, drawn in one layout."""

    trace: ForwardTrace
    names: list[str]
    layout: Layout

    @property
    def upright(self) -> bool:
        return self.layout == "columns"

    @property
    def tensors(self) -> Tensors:
        return Tensors(self.names, *self.trace.weight.shape)

    @property
    def fields(self) -> dict[str, object]:
        """The values of the fields in a text; those of an element are left to the browser."""
        spoken = SPOKEN_OF_ONE if self.tensors.is_single else SPOKEN
        return {
            **self.tensors.fields,
            "weight": f":violet[{LETTERS[self.layout]}]",
            "vectors": _(spoken[self.layout]),
            "weights": _(WEIGHTS[self.layout]),
            "out": OF_ELEMENT["row" if self.upright else "column"],
            **OF_ELEMENT,
        }

    def product(self, show_neurons: bool) -> Product:
        """How the matrices are drawn: x, weight and where they meet."""
        draw, upright, (row, out) = self.tensors.matrix, self.upright, standard_cell(self.trace)
        x = draw(
            X,
            "x",
            "blue",
            _("x.T, ({ins}, {rows}): one column per sample") if upright else self.tensors.x_title,
            why=_("Contributes to all outputs of its sample, multiplied by each weight of its feature."),
            editable=True,
            transposed=upright,
        )
        weight = draw(
            WEIGHT,
            LETTERS[self.layout],
            "violet",
            {
                "rows": _("weight.T, ({ins}, {outs}): one column per output"),
                "columns": _("weight, ({outs}, {ins}): one row per output"),
                "kernel": _("kernel, ({ins}, {outs}): one column per output"),
            }[self.layout],
            key="weight",
            name="kernel" if self.layout == "kernel" else "",
            index=KERNEL if self.layout == "kernel" else None,
            why=_("Contributes to this output for every sample, multiplied by the sample's feature."),
            editable=True,
            transposed=not upright,
        )
        b_why = _("Is added to its output once for each sample.")
        b = draw(ROW, "b", "orange", why=b_why, editable=True, transposed=upright)
        return Product(
            self.trace,
            left=weight if upright else x,
            top=x if upright else weight,
            result=draw(Y, "y", "green", index=Y_COLUMNS if upright else None, transposed=upright),
            added=None if self.trace.bias is None else b,
            about=_((VECTORS_OF_ONE if self.tensors.is_single else VECTORS)[self.layout]),
            upright=upright,
            focus=(out, row) if upright else (row, out),
            neurons=show_neurons,
        )

    def steps(self, order: Order, drawn: Order) -> list[Step]:
        """The overview and the six steps; ``drawn`` is the order in the rows and columns of the drawing."""
        bias = self.trace.bias is not None
        is_one = self.trace.output_rows.numel() == 1
        shapes, transpose, element, fill, add, check = map(_, STEPS)
        stored = {
            "rows": _("weight as stored, ({outs}, {ins})"),
            "columns": _("x as stored, ({rows}, {ins})"),
            "kernel": _("kernel as stored, ({ins}, {outs})"),
        }[self.layout].format(**self.fields)
        return [
            Step("", self._say(self._overview()), "overview"),
            Step(shapes, self._say(SHAPES), "shapes", _("the shapes match")),
            Step(
                transpose,
                self._say(TRANSPOSE[self.layout]),
                "stored",
                stored,
                self._say(STRIDES[self.layout]),
                transposes=self.layout != "kernel",
            ),
            Step(element, self._say(ELEMENT), "element"),
            Step(
                fill,
                self._say(ONE_ELEMENT if is_one and order == "dot_products" else ORDERS[order]),
                "fill",
                "" if order == "dot_products" else _("product by product"),
                order=drawn,
            ),
            Step(add, self._say(BIAS if bias else NO_BIAS), "add"),
            Step(check, self._say(CHECK), "compare", _("{name}, checked")),
        ]

    def _overview(self) -> str:
        return OVERVIEW if self.trace.bias is not None else OVERVIEW_WITHOUT_BIAS

    def _say(self, text: str) -> str:
        return _(text).format(**self.fields)

    def words(self) -> dict[str, str]:
        """What the picture says beside its steps."""
        is_short = self.trace.weight.shape[1] <= 2  # too short for blocks
        rounding = _(ROUNDING_OF_FEW if is_short else ROUNDING)
        dtype = str(self.trace.weight.dtype).removeprefix("torch.")
        plus = " + :orange[b][{o}]" if self.trace.bias is not None else ""
        return {
            **words(_("The layer as matrices"), "F.linear", rounding.replace("{dtype}", dtype)),
            "gives": _("{library} gives {value} ({dtype})").replace("{dtype}", dtype),
            "line": "" if self.upright and self.tensors.is_single else _(LINES[self.layout]),
            "neurons": _("The layer as neurons"),
            "neurons_hint": _(NEURONS_HINT),
            "name_feature": ":blue[x][:, {k}], :violet[weight][:, {k}]",
            "why_feature": _("One feature: each output has one weight for it."),
            "name_output": f":green[y][:, {{o}}] = :blue[x] @ :violet[weight][{{o}}]{plus}",
            "why_output": _("One neuron: its weights are one row of weight.")
            if self.trace.bias is None
            else _("One neuron: its weights are one row of weight, and it has one bias."),
        }
