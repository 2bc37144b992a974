"""What the screen shows: the choices in the link, and the one call of a layer that follows from them."""

from dataclasses import dataclass, replace

import streamlit as st

from linear_core import ForwardTrace, LayerSpec, layer_script, trace_forward
from linear_core.charts.labels import sample_names
from linear_core.exchange.layer_link import linked_numbers
from linear_core.layer.conventions import CONVENTIONS, Convention
from linear_core.layer.ledger import Ledger, ledger
from pages._ui import link
from pages._ui.choices import FORWARD

MAX_ROWS = 12  # of the picture, so that it stays on one screen when an N-D x folds into many


@dataclass(frozen=True, eq=False)
class Screen:
    """One call of a layer, and how it is to be shown."""

    spec: LayerSpec
    trace: ForwardTrace
    convention_name: str
    cell: tuple[int, int] | None

    @property
    def convention(self) -> Convention:
        """How the layer is written."""
        return CONVENTIONS[self.convention_name]

    @property
    def leading(self) -> tuple[int, ...]:
        """All dims of x before the last."""
        return tuple(self.trace.x.shape[:-1])

    @property
    def ledger(self) -> Ledger:
        """What the call costs."""
        return ledger(self.spec, self.leading)

    @property
    def row_names(self) -> list[str]:
        """A, B, C for samples of a batch, places such as 2,1,0 for more dims, none for a single sample."""
        if len(self.leading) == 1:
            return list(sample_names(self.trace.num_rows))
        rows = range(self.trace.num_rows)
        return [",".join(map(str, self.trace.row_index(row))) for row in rows]

    @property
    def in_sight(self) -> range:
        """The rows that the picture shows: all of them, or a screenful with the pinned one."""
        rows = self.trace.num_rows
        first = min((self.cell[0] if self.cell else 0) // MAX_ROWS * MAX_ROWS, max(0, rows - MAX_ROWS))
        return range(first, min(first + MAX_ROWS, rows))

    @property
    def seen(self) -> ForwardTrace:
        """The call as far as its rows are in sight; their numbers are those of the whole call."""
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

    @property
    def script(self) -> str:
        """The PyTorch script that prints the numbers on the screen."""
        own_weight = None if st.session_state["weight"] == "seeded" else self.trace.weight
        own_bias = None if st.session_state["b"] == "seeded" else self.trace.bias
        convention = None if self.convention_name == FORWARD["convention"].default else self.convention_name
        if len(self.leading) != 1:
            convention = None
        return layer_script(self.spec, self.trace.x, own_weight, own_bias, convention)


def read() -> Screen:
    """Make the call that the choices of this session describe."""
    now = st.session_state
    spec = LayerSpec(now["in_features"], now["out_features"], now["bias"], seed=now["seed"])
    sizes = (int(now["outer"]), int(now["lead"]), now["batch_size"])
    leading = sizes[len(sizes) - (int(now["rank"]) - 1) :]
    trace = trace_forward(*linked_numbers(spec, leading, now["x"], now["weight"], now["b"]))
    return Screen(spec, trace, now["convention"], _cell(now["cell"], trace))


def _cell(text: str, trace: ForwardTrace) -> tuple[int, int] | None:
    """A pinned cell that a smaller layer no longer has is no longer pinned."""
    if not text:
        return None
    row, out = map(int, text.split(","))
    return (row, out) if row < trace.num_rows and out < trace.weight.shape[0] else None


def leave_rank_one() -> None:
    """Give x a batch again when somebody asks for its size."""
    if st.session_state["rank"] == "1":
        link.put(rank="2")
