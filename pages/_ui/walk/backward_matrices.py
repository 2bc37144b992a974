"""How the matrices of a backward pass are drawn: the loss, G, and the gradients of weight, bias and x."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linear_core.gradients.trace import GradientTrace
from linear_core.passes.gradient_products import GradientProducts
from pages._ui.language import _
from pages._ui.walk.picture import Cell, Elementwise, Matrix, Product

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
    names: list[str]
    products: GradientProducts

    @property
    def fields(self) -> dict[str, object]:
        """What stands for the braces of a text."""
        outs, ins = self.trace.forward.weight.shape
        loss = self.trace.loss
        return {
            "rows": len(self.names),
            "outs": outs,
            "ins": ins,
            "count": loss.prediction.numel(),
            "constant": f"{loss.factor:g}/{loss.count}" if loss.count > 1 else f"{loss.factor:g}",
            "loss": f"{loss.value.item():.6g}",
        }

    @property
    def largest_difference(self) -> float:
        """The largest distance of any gradient from its products added one by one."""
        parts = (self.products.weight, self.products.bias, self.products.x)
        return max(part.check().max_difference for part in parts if part is not None)

    def loss(self, rule: str) -> Elementwise:
        """The loss of each element, from y and target."""
        loss = self.trace.loss
        if loss.reduction == "mean":
            many = _("The loss is the mean of these {count} elements: {loss}")
        else:
            many = _("The loss is the sum of these {count} elements: {loss}")
        note = many if loss.count > 1 else _("The loss is this one element: {loss}")
        result = self._batch("loss", "gray", _("of each element"), "loss", "loss")
        return self._elementwise(
            result, loss.elements, rule, note, _("PyTorch gives {value}"), loss.check()["elements"]
        )

    def grad_output(self, rule: str) -> Elementwise:
        """G, from y and target."""
        loss = self.trace.loss
        note = _("Each element has the factor {constant}, and so has every gradient that follows.")
        result = self._batch("G", "red", _("∂loss/∂y, in the shape of y"), "G", "G")
        return self._elementwise(
            result, loss.grad_output, rule, note, _("autograd gives {value}"), loss.check()["grad_output"]
        )

    def _elementwise(
        self, result: Matrix, values: "Tensor", rule: str, note: str, gives: str, match: "Match"
    ) -> Elementwise:
        shape = self.trace.forward.output_rows.shape
        loss = self.trace.loss
        shown = {"left": loss.prediction, "right": loss.target, "result": values}
        return Elementwise(
            self._batch("y", "green", _("({rows}, {outs}): the prediction").format(**self.fields), "y", "y"),
            self._batch("target", "gray", "", "target", "target", editable=True),
            result,
            {place: tensor.reshape(shape) for place, tensor in shown.items()},
            rule,
            note.format(**self.fields),
            gives,
            match,
            standard_cells(self.trace)["G"],
        )

    def _batch(
        self, symbol: str, hue: str, title: str, key: str, name: str, *, editable: bool = False
    ) -> Matrix:
        """A matrix with one row per sample and one column per output."""
        return Matrix(
            symbol,
            hue,
            title,
            rows=self.names,
            columns=_numbers(self.trace.forward.weight.shape[0]),
            key=key,
            name=f":{hue}[{name}]{self._index('{row}', '{column}')}",
            label=f"{name} {{row}} {{column}}, {{value}}",
            editable=editable,
        )

    def _index(self, row: str, column: str) -> str:
        """The indices of an element; a 1-D x has none for its sample."""
        return f"[{column}]" if self.names == [""] else f"[{row}, {column}]"

    def weight(self) -> Product:
        """``grad_weight = Gᵀ x`` with grad_bias beside it."""
        outs, ins = (_numbers(size) for size in self.trace.forward.weight.shape)
        left = Matrix(
            "Gᵀ",
            "red",
            _("∂loss/∂y, transposed"),
            rows=outs,
            columns=self.names,
            key="G",
            name=f":red[G]{self._index('{column}', '{row}')}",
            label=_("G sample {sample} output {output}, {value}").format(
                sample="{column}", output="{row}", value="{value}"
            ),
            why=_("Goes to all weights of its output, multiplied by each feature of its sample."),
            transposed=True,
        )
        top = self._x_matrix()
        result = self._gradient("grad_weight", "violet", _("({outs}, {ins}), as weight"), outs, ins, "weight")
        added, measured = self.products.bias, self.trace.finite_differences
        return Product(
            self.products.weight,
            left,
            top,
            result,
            sizes={"rows": "out_features", "inner": "batch_size", "columns": "in_features"},
            beside=None
            if added is None
            else Matrix(
                "grad_bias",
                "orange",
                _("({outs},), as bias").format(**self.fields),
                rows=outs,
                columns=[""],
                key="grad_bias",
                name=":orange[grad_bias][{row}]",
                label="grad_bias[{row}], {value}",
            ),
            beside_trace=added,
            focus=standard_cells(self.trace)["weight"],
            witnesses={
                "result": measured.weight,
                **({} if measured.bias is None else {"beside": measured.bias}),
            },
        )

    def _x_matrix(self) -> Matrix:
        return Matrix(
            "x",
            "blue",
            _("({rows}, {ins}): one row per sample").format(**self.fields),
            rows=self.names,
            columns=_numbers(self.trace.forward.weight.shape[1]),
            key="x",
            name=f":blue[x]{self._index('{row}', '{column}')}",
            label=_("x sample {sample} feature {feature}, {value}").format(
                sample="{row}", feature="{column}", value="{value}"
            ),
            why=_(
                "Goes into the gradients of all weights of its feature, multiplied by each G of its sample."
            ),
            editable=True,
        )

    def x(self) -> Product:
        """``grad_x = G W``."""
        outs, ins = (_numbers(size) for size in self.trace.forward.weight.shape)
        left = self._batch("G", "red", _("({rows}, {outs}): ∂loss/∂y").format(**self.fields), "G", "G")
        top = Matrix(
            "W",
            "violet",
            _("({outs}, {ins}), as stored").format(**self.fields),
            rows=outs,
            columns=ins,
            key="weight",
            name=":violet[weight][{row}, {column}]",
            label="weight[{row}, {column}], {value}",
            why=_("Carries the gradient of its output back to its feature, in every sample."),
            editable=True,
        )
        return Product(
            self.products.x,
            left,
            top,
            self._gradient("grad_x", "blue", _("({rows}, {ins}), as x"), self.names, ins, "x"),
            sizes={"rows": "batch_size", "inner": "out_features", "columns": "in_features"},
            focus=standard_cells(self.trace)["x"],
            witnesses={"result": self.trace.finite_differences.x.reshape(self.products.x.output.shape)},
        )

    def _gradient(
        self, name: str, hue: str, title: str, rows: Sequence[str], columns: Sequence[str], key: str
    ) -> Matrix:
        index = self._index("{row}", "{column}") if key == "x" else "[{row}, {column}]"
        return Matrix(
            name,
            hue,
            title.format(**self.fields),
            rows=rows,
            columns=columns,
            key=f"grad_{key}",
            name=f":{hue}[{name}]{index}",
            label=f"{name}{index}, {{value}}",
        )


def _numbers(count: int) -> list[str]:
    return [str(number) for number in range(count)]
