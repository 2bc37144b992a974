"""Where each number of the forward picture stands, in pixels, and what it says: the picture's tables."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.labels import fixed, full
from linear_core.charts.marks import sign_colour
from linear_core.passes.forward import ForwardTrace

HUES = {"x": palette.X, "weight": palette.WEIGHT, "bias": palette.BIAS, "output": palette.OUTPUT}
CELL_HEIGHT = 30.0
CORNER_WIDTH = 300.0  # the waterfall needs so much, however narrow x is
NAME_WIDTH = 44.0
GAP = 56.0


@dataclass(frozen=True)
class Layout:
    """Where each matrix stands, in pixels from the upper left corner."""

    num_rows: int
    in_features: int
    out_features: int
    has_bias: bool

    @property
    def cell_width(self) -> float:
        """Wide for a few columns, narrower for many."""
        return max(34.0, min(52.0, 940 / (self.in_features + self.out_features)))

    @property
    def corner(self) -> float:
        """Width of the upper left part, where the running sum is drawn."""
        return max(CORNER_WIDTH, NAME_WIDTH + self.in_features * self.cell_width)

    @property
    def x_left(self) -> float:
        """Left edge of x, which stands against the gap."""
        return self.corner - self.in_features * self.cell_width

    @property
    def right(self) -> float:
        """Left edge of Wᵀ, b and y."""
        return self.corner + GAP

    @property
    def weight_top(self) -> float:
        """Upper edge of Wᵀ, below its name and its column numbers."""
        return 44.0

    @property
    def bias_top(self) -> float:
        """Upper edge of b."""
        return self.weight_top + self.in_features * CELL_HEIGHT + 14

    @property
    def rows_top(self) -> float:
        """Upper edge of x and y."""
        return self.bias_top + (CELL_HEIGHT if self.has_bias else -14) + 66

    @property
    def width(self) -> float:
        """Of the whole picture."""
        return self.right + self.out_features * self.cell_width + 30

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.rows_top + self.num_rows * CELL_HEIGHT + 34


def cell_table(trace: ForwardTrace, layout: Layout, names: Sequence[str]) -> pd.DataFrame:
    """One line for each number of the four matrices: where it stands, what it says, what it belongs to."""
    blocks = [
        _block("x", trace.x_rows, layout.x_left, layout.rows_top, layout),
        _block("weight", trace.weight.T, layout.right, layout.weight_top, layout),
        _block("output", trace.output_rows, layout.right, layout.rows_top, layout),
    ]
    if trace.bias is not None:
        blocks.append(_block("bias", trace.bias[None], layout.right, layout.bias_top, layout))
    cells = pd.concat(blocks, ignore_index=True)
    cells["row"] = cells["line"].where(cells["kind"].isin(["x", "output"]), -1)
    cells["out"] = cells["column"].where(cells["kind"] != "x", -1)
    by_row = cells["kind"].isin(["x", "output"])
    line = cells["line"].map(dict(enumerate(names))).where(by_row, cells["line"].astype(str))
    labels = {"x": "x[{0}, {1}]", "weight": "Wᵀ[{0}, {1}]", "bias": "b[{1}]", "output": "y[{0}, {1}]"}
    cells["name"] = [
        labels[kind].format(*place) for kind, *place in zip(cells["kind"], line, cells["column"], strict=True)
    ]
    cells["hue"] = cells["kind"].map(HUES)
    # One scale for all four: a colour means the same number everywhere.
    largest = cells["value"].abs().max() or 1.0
    cells["strength"] = cells["value"].abs() / largest
    cells["sign"] = cells["value"].map(sign_colour)
    return cells.drop(columns="line")


def _block(kind: str, values: Tensor, left: float, top: float, layout: Layout) -> pd.DataFrame:
    lines, columns = values.shape
    flat = values.reshape(-1).tolist()
    frame = pd.DataFrame({"kind": kind, "value": flat})
    frame["line"] = [line for line in range(lines) for _ in range(columns)]
    frame["column"] = list(range(columns)) * lines
    frame["left"] = left + frame["column"] * layout.cell_width
    frame["top"] = top + frame["line"] * CELL_HEIGHT
    frame["right"] = frame["left"] + layout.cell_width - 2
    frame["bottom"] = frame["top"] + CELL_HEIGHT - 2
    frame["label"] = [fixed(value) for value in flat]
    frame["full"] = [full(value) for value in flat]
    return frame


def sum_table(trace: ForwardTrace, layout: Layout, names: Sequence[str]) -> pd.DataFrame:
    """One line for each product of each cell, and one for its bias: a bar from one sum to the next."""
    records = []
    for row in range(trace.num_rows):
        for out in range(trace.weight.shape[0]):
            cell = trace.cell(row, out)
            sums = [0.0, *cell.running_sums.tolist()]
            terms = zip(cell.x.tolist(), cell.weight.tolist(), cell.products.tolist(), strict=True)
            for i, (x, weight, product) in enumerate(terms):
                words = f"{fixed(x)} × {fixed(weight)}"
                records.append((row, out, i, sums[i], sums[i + 1], words, product, palette.WEIGHT))
            value = cell.value.item()
            if cell.bias is not None:
                words, bias = f"+ b[{out}]", cell.bias.item()
                records.append((row, out, len(sums) - 1, sums[-1], value, words, bias, palette.BIAS))
            words = f"y[{names[row]}, {out}] = {fixed(value, 4)}"
            records.append((row, out, -1, 0.0, value, words, value, palette.OUTPUT))
    columns = ["row", "out", "place", "start", "end", "words", "value", "hue"]
    frame = pd.DataFrame(records, columns=columns)
    frame["label"] = [fixed(value, 3) for value in frame["value"]]
    frame["full"] = [full(value) for value in frame["value"]]
    frame["sum"] = [full(value) for value in frame["end"]]
    return _placed(frame, layout)


def _placed(frame: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Give each bar its pixels; each cell's own sums fill the width that there is."""
    frame["top"] = layout.weight_top + frame["place"] * CELL_HEIGHT
    frame.loc[frame["place"] == layout.in_features, "top"] = layout.bias_top
    result = frame["place"] < 0
    frame.loc[result, "top"] = layout.bias_top + (CELL_HEIGHT if layout.has_bias else -14)
    by_cell = frame.groupby(["row", "out"])
    low = by_cell["start"].transform("min").clip(upper=by_cell["end"].transform("min"))
    high = by_cell["start"].transform("max").clip(lower=by_cell["end"].transform("max"))
    # Words stand left of the bars and values right of them; where nothing adds up, the line of zero does.
    left, right = 104.0, layout.corner - 66
    pixels = (right - left) / (high - low).where(high > low, 1.0)
    frame["zero"] = left - low * pixels
    following = frame["place"].shift(-1, fill_value=-1) >= 0
    frame["next"] = frame["top"].shift(-1).where(following)
    frame["from"], frame["to"] = (
        frame["zero"] + frame["start"] * pixels,
        frame["zero"] + frame["end"] * pixels,
    )
    return frame
