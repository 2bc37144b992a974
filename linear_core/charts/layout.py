"""Where the four matrices of the forward picture stand, in pixels, for each way to write the layer."""

from dataclasses import dataclass

from linear_core.layer.conventions import Convention
from linear_core.passes.forward import ForwardTrace

CELL_HEIGHT = 30.0
CORNER_WIDTH = 300.0  # the waterfall needs so much, however narrow the matrix below it is
NAME_WIDTH = 44.0
GAP = 56.0


@dataclass(frozen=True)
class Layout:
    """Where each matrix stands, in pixels from the upper left corner.

    The output stands where the rows of the matrix at its left meet the columns of the one above it.
    """

    num_rows: int
    in_features: int
    out_features: int
    has_bias: bool
    upright: bool = False  # samples are columns
    weight_name: str = "Wᵀ"

    @classmethod
    def of(cls, trace: ForwardTrace, convention: Convention) -> "Layout":
        """Lay out a call as a convention writes it."""
        out_features, in_features = trace.weight.shape
        upright = convention.samples_are_columns
        weight_name = "W" if upright else "K" if convention.weight_is_stored_in_out else "Wᵀ"
        has_bias = trace.bias is not None
        return cls(trace.num_rows, in_features, out_features, has_bias, upright, weight_name)

    @property
    def left_matrix(self) -> str:
        """What stands at the left of the output."""
        return "weight" if self.upright else "x"

    @property
    def top_matrix(self) -> str:
        """What stands above the output."""
        return "x" if self.upright else "weight"

    @property
    def down(self) -> str:
        """What the output's rows are: samples, or outputs."""
        return "out" if self.upright else "row"

    @property
    def across(self) -> str:
        """What the output's columns are."""
        return "row" if self.upright else "out"

    def count(self, axis: str) -> int:
        """How many samples or outputs there are."""
        return self.num_rows if axis == "row" else self.out_features

    @property
    def cell_width(self) -> float:
        """Wide for a few columns, narrower for many."""
        return max(34.0, min(52.0, 940 / (self.in_features + self.count(self.across))))

    @property
    def corner(self) -> float:
        """Width of the upper left part, where the running sum is drawn."""
        return max(CORNER_WIDTH, NAME_WIDTH + self.in_features * self.cell_width)

    @property
    def left(self) -> float:
        """Left edge of the matrix at the left, which stands against the gap."""
        return self.corner - self.in_features * self.cell_width

    @property
    def right(self) -> float:
        """Left edge of the output and of what stands above it."""
        return self.corner + GAP + (self.cell_width if self.upright and self.has_bias else 0)

    @property
    def top(self) -> float:
        """Upper edge of the matrix above, below its name and its column numbers."""
        return 44.0

    @property
    def bias_top(self) -> float:
        """Upper edge of the bias in the running sum, and of b where it is a row."""
        return self.top + self.in_features * CELL_HEIGHT + 14

    @property
    def rows_top(self) -> float:
        """Upper edge of the output and of what stands at its left."""
        return self.bias_top + (CELL_HEIGHT if self.has_bias else -14) + 66

    @property
    def width(self) -> float:
        """Of the whole picture."""
        return self.right + self.count(self.across) * self.cell_width + 30

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.rows_top + self.count(self.down) * CELL_HEIGHT + 34

    def place(self, kind: str) -> tuple[float, float]:
        """Left and upper edge of a matrix."""
        bias = (self.corner + GAP / 2, self.rows_top) if self.upright else (self.right, self.bias_top)
        return {
            self.left_matrix: (self.left, self.rows_top),
            self.top_matrix: (self.right, self.top),
            "bias": bias,
            "output": (self.right, self.rows_top),
        }[kind]

    def cell_name(self, kind: str, down: object, across: object) -> str:
        """What a cell is called, by what is written at its row and its column, if anything is."""
        if kind == "bias":
            return f"b[{down if self.upright else across}]"
        symbol = {"x": "x", "weight": self.weight_name, "output": "y"}[kind]
        return f"{symbol}[{', '.join(str(index) for index in (down, across) if index != '')}]"

    def output_name(self, row: object, out: object) -> str:
        """What the output's cell of a sample is called."""
        return self.cell_name("output", out, row) if self.upright else self.cell_name("output", row, out)
