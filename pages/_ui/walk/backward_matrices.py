"""How the matrices of a backward pass are drawn: the loss, G, and the gradients of weight, bias and x."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from linear_core.charts.digits import power
from linear_core.gradients.trace import GradientTrace
from linear_core.passes.gradient_products import GradientProducts
from pages._ui.language import _
from pages._ui.walk.picture import Cell, Elementwise, Matrix, Product
from pages._ui.walk.tensors import COLUMN, OF_ELEMENT, WEIGHT, Tensors, X, Y

if TYPE_CHECKING:
    from torch import Tensor

    from linear_core.passes.match import Match


def standard_cells(trace: GradientTrace) -> dict[str, Cell]:
    """Return the elements that the picture is about while none is pinned: of weight, bias, x, loss and G."""
    (outs, ins), rows = trace.forward.weight.shape, trace.forward.num_rows
    row, out, in_ = min(1, rows - 1), min(1, outs - 1), min(2, ins - 1)
    return {"weight": (out, in_), "bias": (out, in_), "x": (row, in_), "loss": (row, out), "G": (row, out)}


@dataclass(frozen=True)
class BackwardMatrices:
    """The pictures of one backward pass."""

    trace: GradientTrace
    names: Sequence[str]
    products: GradientProducts

    @cached_property
    def tensors(self) -> Tensors:
        """The axes of its tensors."""
        return Tensors(self.names, *self.trace.forward.weight.shape)

    @cached_property
    def fields(self) -> dict[str, object]:
        """The values of the fields in a text."""
        loss = self.trace.loss
        return {
            **self.tensors.fields,
            "count": loss.prediction.numel(),
            "constant": f"{loss.factor:g}/{loss.count}" if loss.count > 1 else f"{loss.factor:g}",
            "loss": f"{loss.value.item():.6g}",
            "sums": power(self.largest_difference),
            "differences": power(self.trace.finite_difference_error),
            **OF_ELEMENT,
        }

    @cached_property
    def largest_difference(self) -> float:
        """The largest distance of any gradient from its products added one by one."""
        parts = (self.products.weight, self.products.bias, self.products.x)
        return max(part.check().max_difference for part in parts if part is not None)

    def loss(self) -> Elementwise:
        """The loss of each element, from y and target."""
        loss, written = self.trace.loss, self.trace.loss.formula.written
        if loss.reduction == "mean":
            many = _("The loss is the mean of these {count} elements: {loss}")
        else:
            many = _("The loss is the sum of these {count} elements: {loss}")
        note = many if loss.count > 1 else _("The loss is this one element: {loss}")
        rule = f"{written.format(difference='{left} − {right}')} = {written}"
        result = self.tensors.matrix(Y, "loss", "gray", _("of each element"))
        return self._elementwise(result, loss.elements, rule, note, "PyTorch", loss.check()["elements"])

    def grad_output(self) -> Elementwise:
        """G, from y and target."""
        loss = self.trace.loss
        note = _("Each element has the factor {constant}, and so has every gradient that follows.")
        factor = f"{loss.factor:g} × " if loss.factor != 1 else ""
        slope = loss.formula.slope_written.format(difference="{left} − {right}")
        rule = f"{factor}{slope}" + (f" / {loss.count}" if loss.count > 1 else "")
        result = self.tensors.matrix(Y, "G", "red", _("∂loss/∂y, in the shape of y"))
        return self._elementwise(
            result, loss.grad_output, rule, note, "autograd", loss.check()["grad_output"]
        )

    def _elementwise(
        self, result: Matrix, values: "Tensor", rule: str, note: str, library: str, match: "Match"
    ) -> Elementwise:
        loss, shape = self.trace.loss, self.trace.forward.output_rows.shape
        shown = {"left": loss.prediction, "right": loss.target, "result": values}
        return Elementwise(
            self.tensors.matrix(Y, "y", "green", _("{y}: the prediction")),
            self.tensors.matrix(Y, "target", "gray", editable=True),
            result,
            {place: tensor.reshape(shape) for place, tensor in shown.items()},
            rule,
            note.format(**self.fields),
            library,
            match,
            standard_cells(self.trace)["G"],
        )

    def weight(self) -> Product:
        """``grad_weight = Gᵀ x`` with grad_bias beside it."""
        draw, added, measured = self.tensors.matrix, self.products.bias, self.trace.finite_differences
        g_title = _("∂loss/∂y, transposed")
        g_why = _(
            "Goes into the gradients of all weights of its output, multiplied by each feature of its sample."
        )
        x_why = _(
            "Goes into the gradients of all weights of its feature, multiplied by each G of its sample."
        )
        witnesses = {"result": measured.weight, "beside": measured.bias}
        return Product(
            self.products.weight,
            left=draw(Y, "Gᵀ", "red", g_title, key="G", transposed=True, why=g_why),
            top=draw(X, "x", "blue", self.tensors.x_title, why=x_why, editable=True),
            result=draw(WEIGHT, "grad_weight", "violet", _("({outs}, {ins}), as weight")),
            beside=None if added is None else draw(COLUMN, "grad_bias", "orange", _("({outs},), as bias")),
            beside_trace=added,
            about=_("one term per sample, added up"),
            focus=standard_cells(self.trace)["weight"],
            witnesses={place: values for place, values in witnesses.items() if values is not None},
        )

    def x(self) -> Product:
        """``grad_x = G W``."""
        draw, why = (
            self.tensors.matrix,
            _("Carries the gradient of its output back to its feature, in every sample."),
        )
        g_title, weight_title = _("{y}: ∂loss/∂y"), _("({outs}, {ins}), as stored")
        return Product(
            self.products.x,
            left=draw(Y, "G", "red", g_title),
            top=draw(WEIGHT, "W", "violet", weight_title, key="weight", why=why, editable=True),
            result=draw(X, "grad_x", "blue", _("{x}, as x")),
            about=_("one product per output, added up"),
            focus=standard_cells(self.trace)["x"],
            witnesses={"result": self.trace.finite_differences.x.reshape(self.products.x.output.shape)},
        )
