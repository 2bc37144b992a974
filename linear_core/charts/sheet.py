"""What each number of the forward picture says, where it stands, what it belongs to: the picture's tables."""

from collections.abc import Sequence

import pandas as pd
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.labels import fixed, full
from linear_core.charts.layout import CELL_HEIGHT, Layout
from linear_core.charts.marks import sign_colour
from linear_core.passes.forward import ForwardTrace

HUES = {"x": palette.X, "weight": palette.WEIGHT, "bias": palette.BIAS, "output": palette.OUTPUT}
# What a cell belongs to: a sample (row), a feature, an output (out). The bias is the weight of one more
# feature, which is 1 for every sample. Where samples stand upright, both indices change places.
AXES = ("row", "feature", "out")
INDICES = {
    "x": ("row", "feature"),
    "weight": ("feature", "out"),
    "bias": ("feature", "out"),
    "output": ("row", "out"),
}
ANY = (
    -1
)  # a cell of the output belongs to all features, one of x to all outputs, one of weight to all samples


def cell_table(trace: ForwardTrace, layout: Layout, names: Sequence[str]) -> pd.DataFrame:
    """One line for each number of the four matrices: where it stands, what it says, what it belongs to."""
    matrices = {"x": trace.x_rows, "weight": trace.weight.T, "output": trace.output_rows}
    if trace.bias is not None:
        matrices["bias"] = trace.bias[None]
    blocks = [_block(kind, values, layout, names) for kind, values in matrices.items()]
    cells = pd.concat(blocks, ignore_index=True)
    cells["hue"] = cells["kind"].map(HUES)
    # One scale for all four: a colour means the same number everywhere.
    largest = cells["value"].abs().max() or 1.0
    cells["strength"] = cells["value"].abs() / largest
    cells["sign"] = cells["value"].map(sign_colour)
    return cells


def _block(kind: str, values: Tensor, layout: Layout, names: Sequence[str]) -> pd.DataFrame:
    indices = INDICES[kind]
    if layout.upright:
        values, indices = values.T, indices[::-1]
    lines, columns = values.shape
    flat = values.reshape(-1).tolist()
    frame = pd.DataFrame({"kind": kind, "value": flat})
    places = {
        indices[0]: [line for line in range(lines) for _ in range(columns)],
        indices[1]: list(range(columns)) * lines,
    }
    left, top = layout.place(kind)
    frame["left"] = [left + column * layout.cell_width for column in places[indices[1]]]
    frame["top"] = [top + line * CELL_HEIGHT for line in places[indices[0]]]
    frame["right"] = frame["left"] + layout.cell_width - 2
    frame["bottom"] = frame["top"] + CELL_HEIGHT - 2
    frame["label"] = [fixed(value) for value in flat]
    frame["full"] = [full(value) for value in flat]
    written = [
        [names[place] for place in places[axis]] if axis == "row" else places[axis] for axis in indices
    ]
    frame["name"] = [layout.cell_name(kind, *place) for place in zip(*written, strict=True)]
    for axis in AXES:
        frame[axis] = places.get(axis, ANY)
    if kind == "bias":
        frame["feature"] = layout.in_features
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
                first, second = (weight, x) if layout.upright else (x, weight)
                words = f"{fixed(first)} × {fixed(second)}"
                records.append((row, out, i, sums[i], sums[i + 1], words, product, palette.WEIGHT))
            value = cell.value.item()
            if cell.bias is not None:
                words, bias = f"+ b[{out}]", cell.bias.item()
                records.append((row, out, len(sums) - 1, sums[-1], value, words, bias, palette.BIAS))
            words = f"{layout.output_name(names[row], out)} = {fixed(value, 4)}"
            records.append((row, out, -1, 0.0, value, words, value, palette.OUTPUT))
    columns = ["row", "out", "place", "start", "end", "words", "value", "hue"]
    frame = pd.DataFrame(records, columns=columns)
    frame["label"] = [fixed(value, 3) for value in frame["value"]]
    frame["full"] = [full(value) for value in frame["value"]]
    frame["sum"] = [full(value) for value in frame["end"]]
    return _placed(frame, layout)


def _placed(frame: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Give each bar its pixels; each cell's own sums fill the width that there is."""
    frame["top"] = layout.top + frame["place"] * CELL_HEIGHT
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
