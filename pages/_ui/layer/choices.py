"""The choices of a page about one layer; no torch is needed to read them."""

from collections.abc import Mapping
from typing import Any

from pages._ui.language import N_, AppState
from pages._ui.params import Choice, Flag, Integer, Text, registry

SEEDED = "seeded"
MAX_SIZE, MAX_BATCH, MAX_ROWS = 16, 8, 72

# The worked example: three samples of five features.
SAMPLES = "0.1_0.2_0.3_0.3_0.3~0.4_0.5_0.6_0.6_0.6~0.7_0.8_0.9_0.9_0.9"


def _read_matrix(text: str, most_rows: int = MAX_ROWS) -> Any:
    """Return a matrix that a link carries, or None for the name of a fill."""
    from linear_core.exchange.matrix_link import decode_matrix
    from linear_core.layer.fills import FILLS

    if text == SEEDED or text in FILLS:
        return None
    matrix = decode_matrix(text)
    if matrix.shape[0] > most_rows or matrix.shape[1] > MAX_SIZE:
        raise ValueError(text)
    return matrix


class Sizes(AppState):
    """The sizes of a layer and of a batch."""

    in_features = Integer(5, 1, MAX_SIZE, hue="blue")
    out_features = Integer(10, 1, MAX_SIZE, hue="violet")
    batch_size = Integer(3, 1, MAX_BATCH, hue="blue")


class LayerState(Sizes):
    """One call of a layer: its sizes, and where the numbers of x, weight and bias come from.

    The numbers are `SEEDED`, the name of a fill, or a matrix as a link carries it.
    """

    bias = Flag(True)
    init = Choice("default", registry("linear_core:INITS", "title"), N_("initialization of weight"))
    seed = Integer(0, 0, 9999, label=N_("seed"))
    x = Text(SAMPLES, _read_matrix)
    weight = Text(SEEDED, _read_matrix)
    b = Text(SEEDED, _read_matrix)
    rank = Choice("2", ("1", "2", "3", "4"), N_("Number of dims of x"))
    lead = Choice("2", ("1", "2", "3"), N_("size of the dim before the batch"))
    outer = Choice("2", ("1", "2", "3"), N_("size of the first dim"))

    @property
    def leading(self) -> tuple[int, ...]:
        """All dims of x before the last."""
        sizes = (int(self.outer), int(self.lead), self.batch_size)
        return sizes[len(sizes) - (int(self.rank) - 1) :]

    @property
    def num_rows(self) -> int:
        """Their product: 1 for a single sample."""
        rows = 1
        for size in self.leading:
            rows *= size
        return rows

    @property
    def shapes(self) -> dict[str, tuple[int, int]]:
        """The shapes of x, weight and bias as matrices."""
        return {
            "x": (self.num_rows, self.in_features),
            "weight": (self.out_features, self.in_features),
            "b": (1, self.out_features),
        }

    def unfit(self) -> Mapping[str, Any]:
        """Return the matrices of another shape than the layer's; the numbers of the seed fit every shape."""
        wrong = {}
        for name, shape in self.shapes.items():
            matrix = _read_matrix(self.values[name])
            if matrix is not None and tuple(matrix.shape) != shape:
                wrong[name] = SEEDED
        return wrong


class TargetState(LayerState):
    """One call of a layer, and what its output is compared with."""

    target = Text(SEEDED, _read_matrix)

    @property
    def shapes(self) -> dict[str, tuple[int, int]]:
        """The shapes of x, weight, bias and target as matrices."""
        return {**super().shapes, "target": (self.num_rows, self.out_features)}
