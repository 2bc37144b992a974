"""One call of a layer, as the choices describe it: what the pages about a layer show."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linear_core import ForwardTrace, LayerSpec, layer_script, trace_forward
from linear_core.exchange.layer_link import linked_numbers, linked_target
from linear_core.layer.fills import FILLS
from linear_core.layer.ledger import Ledger, ledger
from pages._ui.language import _
from pages._ui.layer.choices import SEEDED, LayerState, TargetState

if TYPE_CHECKING:
    from torch import Tensor

MAX_ROWS = 12  # of the picture, so that it stays on one screen when an N-D x is flattened into many


@dataclass(frozen=True, eq=False)
class LayerCall:
    """A layer, its input and its output, and which of its rows are in sight."""

    spec: LayerSpec
    trace: ForwardTrace
    own: frozenset[str]
    cell: tuple[int, int] | None = None
    target: "Tensor | None" = None

    @property
    def leading(self) -> tuple[int, ...]:
        """All dims of x before the last."""
        return tuple(self.trace.x.shape[:-1])

    @property
    def costs(self) -> Ledger:
        """What the call costs."""
        return ledger(self.spec, self.leading)

    @property
    def matrices(self) -> dict[str, "Tensor"]:
        """x, weight, bias and target as matrices, those that there are."""
        trace, target = self.trace, self.target
        return {
            "x": trace.x_rows,
            "weight": trace.weight,
            **({} if trace.bias is None else {"b": trace.bias[None]}),
            **({} if target is None else {"target": target.reshape(trace.output_rows.shape)}),
        }

    @property
    def row_names(self) -> list[str]:
        """The index of each row in x: 1, or 2,1,0 in more dims; empty for a single sample."""
        return [",".join(map(str, self.trace.row_index(row))) for row in range(self.trace.num_rows)]

    @property
    def in_sight(self) -> range:
        """The rows that the picture shows: all of them, or a screenful with the pinned one."""
        rows = self.trace.num_rows
        first = min((self.cell[0] if self.cell else 0) // MAX_ROWS * MAX_ROWS, max(0, rows - MAX_ROWS))
        return range(first, min(first + MAX_ROWS, rows))

    @property
    def seen(self) -> ForwardTrace:
        """The call, restricted to the rows in sight; their numbers are those of the whole call."""
        if len(self.in_sight) == self.trace.num_rows:
            return self.trace
        part = slice(self.in_sight.start, self.in_sight.stop)
        return replace(self.trace, x=self.trace.x_rows[part], output=self.trace.output_rows[part])

    @property
    def seen_names(self) -> list[str]:
        """The names of the rows in sight."""
        return self.row_names[self.in_sight.start : self.in_sight.stop]

    @property
    def seen_cell(self) -> tuple[int, int] | None:
        """The pinned cell, counted from the first row in sight."""
        return self.cell and (self.cell[0] - self.in_sight.start, self.cell[1])

    def script(self, convention: str | None = None) -> str:
        """Return the PyTorch script that prints the numbers on the screen."""
        weight = self.trace.weight if "weight" in self.own else None
        bias = self.trace.bias if "b" in self.own else None
        return layer_script(
            self.spec, self.trace.x, weight, bias, convention if len(self.leading) == 1 else None, _
        )


def spec_of(shown: LayerState) -> LayerSpec:
    """Return the layer before its numbers."""
    return LayerSpec(shown.in_features, shown.out_features, shown.bias, init=shown.init, seed=shown.seed)


def call_of(shown: LayerState, cell: tuple[int, int] | None = None) -> LayerCall:
    """Make the call that the choices describe."""
    spec = spec_of(shown)
    trace = trace_forward(*linked_numbers(spec, shown.leading, shown.x, shown.weight, shown.b))
    own = frozenset(name for name in shown.shapes if shown.values[name] != SEEDED)
    target = None
    if isinstance(shown, TargetState):
        target = linked_target(spec, shown.leading, shown.target)
    return LayerCall(spec, trace, own, cell, target)


def is_matrix(text: str) -> bool:
    """Whether a text is a matrix of one's own, and no name of a fill."""
    return text != SEEDED and text not in FILLS
