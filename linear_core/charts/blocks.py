"""Large matrices in a constant number of marks: blocks, a window with numbers, a cell's largest products."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.ink import INK, QUIET
from linear_core.charts.labels import fixed, full
from linear_core.charts.marks import picture, place_x, place_y, sign_colour, strength
from linear_core.charts.words import BLOCK_WORDS, CONTRIBUTION_WORDS, WINDOW_WORDS
from linear_core.passes.blocks import BlockSummary
from linear_core.passes.cell import CellTrace

SIDE, GAP = 330.0, 36.0  # pixels of a heat map, whatever the matrix
TITLE_HEIGHT = 42.0
TERM_WIDTH, BARS_WIDTH = 150.0, 150.0
CELL_WIDTH, CELL_HEIGHT = 52.0, 26.0


def block_chart(
    summary: BlockSummary, name: str = "weight", words: Mapping[str, str] = BLOCK_WORDS
) -> alt.LayerChart:
    """Draw a summary as two heat maps side by side: the mean and the extreme of each block.

    Parameters
    ----------
    summary : BlockSummary
        Of any matrix.
    name : str
        What the matrix is called.
    words : mapping
        The texts, keyed as in `linear_core.charts.words.BLOCK_WORDS`.

    Returns
    -------
    altair.LayerChart
        As many marks as the summary has blocks, twice. Each map has its own scale, written above it.

    Examples
    --------
    >>> import torch
    >>> from linear_core.passes.blocks import block_summary
    >>> summary = block_summary(torch.tensor([[1.0, 3.0], [2.0, -6.0]]), max_rows=1, max_columns=1)
    >>> block_chart(summary).to_dict()["description"]
    'weight, 2 × 2, in 1 × 1 blocks; means reach from 0 to 0, extremes from −6 to −6.'
    """
    table = _block_table(summary)
    (rows, columns), blocks = (summary.row_edges[-1], summary.column_edges[-1]), tuple(summary.mean.shape)
    layers: list[Any] = []
    for field, values, left in (("mean", summary.mean, 0.0), ("extreme", summary.extreme, SIDE + GAP)):
        title = words[f"{field}_title"].format(name=name)
        layers += _heat_map(table, field, values, title, words, left)
    description = words["description"].format(
        name=name,
        shape=f"{rows:,} × {columns:,}",
        blocks=f"{blocks[0]} × {blocks[1]}",
        lowest_mean=full(summary.mean.min().item()),
        highest_mean=full(summary.mean.max().item()),
        lowest=full(summary.extreme.min().item()),
        highest=full(summary.extreme.max().item()),
    )
    return picture(layers, 2 * SIDE + GAP, TITLE_HEIGHT + SIDE, description)


def _block_table(summary: BlockSummary) -> pd.DataFrame:
    rows, columns = summary.mean.shape
    index = pd.MultiIndex.from_product([range(rows), range(columns)], names=["row", "column"])
    table = index.to_frame(index=False)
    # Small types: this table is what travels to the browser.
    table["mean"] = summary.mean.float().reshape(-1).numpy()
    table["extreme"] = summary.extreme.float().reshape(-1).numpy()
    for name, edges in (("row", summary.row_edges), ("column", summary.column_edges)):
        table[f"{name}_from"] = [edges[i] for i in table[name]]
        table[f"{name}_to"] = [edges[i + 1] - 1 for i in table[name]]
    whole = [name for name in table if name not in ("mean", "extreme")]
    return table.astype(dict.fromkeys(whole, "int16"))


def _heat_map(
    table: pd.DataFrame, field: str, values: Tensor, title: str, words: Mapping[str, str], left: float
) -> list[Any]:
    rows, columns = values.shape
    largest = values.abs().max().item() or 1.0
    where = "format(datum.{0}_from, ',') + '–' + format(datum.{0}_to, ',')"
    width, height = SIDE / columns, SIDE / rows
    tooltip = [alt.Tooltip(f"{place}:N", title=words[place]) for place in ("rows", "columns")]
    tooltip += [
        alt.Tooltip(f"{number}:Q", title=words[number], format=".6g") for number in ("mean", "extreme")
    ]
    titles = pd.DataFrame({"text": [title, words["strongest"].format(largest=full(largest))]})
    titles["left"], titles["top"] = left, [8.0, 26.0]
    return [
        alt.Chart(table)
        .transform_calculate(
            left=f"{left} + datum.column * {width}",
            right=f"{left} + (datum.column + 1) * {width}",
            top=f"{TITLE_HEIGHT} + datum.row * {height}",
            bottom=f"{TITLE_HEIGHT} + (datum.row + 1) * {height}",
            strength=f"abs(datum.{field}) / {largest}",
            sign=f"datum.{field} < 0 ? '{palette.NEGATIVE}' : '{palette.POSITIVE}'",
            rows=where.format("row"),
            columns=where.format("column"),
        )
        .mark_rect()
        .encode(
            x=place_x("left"),
            x2="right:Q",
            y=place_y("top"),
            y2="bottom:Q",
            fill=alt.Fill("sign:N", scale=None),
            fillOpacity=strength(),
            tooltip=tooltip,
        ),
        alt.Chart(titles)
        .mark_text(align="left", fontSize=12, color=INK)
        .encode(place_x("left"), place_y("top"), text="text:N"),
    ]


def window_chart(
    values: Tensor,
    row: int,
    column: int,
    name: str = "weight",
    words: Mapping[str, str] = WINDOW_WORDS,
) -> alt.LayerChart:
    """Draw a rectangle of a matrix with its numbers.

    Parameters
    ----------
    values : Tensor, ``(height, width)``
        What `window` gives; some ten each way.
    row, column : int
        Where it was taken.
    name : str
        What the matrix is called in code.
    words : mapping
        The texts, keyed as in `linear_core.charts.words.WINDOW_WORDS`.

    Returns
    -------
    altair.LayerChart
        Rows and columns are numbered as in the whole matrix.

    Examples
    --------
    >>> import torch
    >>> window_chart(torch.tensor([[1.0, -2.0]]), 7, 3).to_dict()["description"]
    'weight[7:8, 3:5] in numbers.'
    """
    height, width = values.shape
    left, top = 56.0, 22.0
    largest = values.abs().max().item() or 1.0
    cells = pd.DataFrame(
        {
            "left": left + j * CELL_WIDTH,
            "top": top + i * CELL_HEIGHT,
            "label": fixed(value, 3),
            "value": full(value),
            "name": f"{name}[{row + i}, {column + j}]",
            "sign": sign_colour(value),
            "strength": abs(value) / largest,
        }
        for i, line in enumerate(values.tolist())
        for j, value in enumerate(line)
    )
    numbers = pd.DataFrame(
        [(left - 10, top + (i + 0.5) * CELL_HEIGHT, f"{row + i:,}", "right") for i in range(height)]
        + [(left + (j + 0.7) * CELL_WIDTH, 10.0, f"{column + j:,}", "right") for j in range(width)],
        columns=["left", "top", "text", "align"],
    )
    tooltip = [
        alt.Tooltip("name:N", title=words["cell"]),
        alt.Tooltip("value:N", title=words["value"]),
    ]
    base = alt.Chart(cells).transform_calculate(
        right=f"datum.left + {CELL_WIDTH - 2}",
        bottom=f"datum.top + {CELL_HEIGHT - 2}",
        centre=f"datum.left + {CELL_WIDTH / 2 - 1}",
        middle=f"datum.top + {CELL_HEIGHT / 2 - 1}",
    )
    layers: list[Any] = [
        base.mark_rect(cornerRadius=3, stroke=palette.MUTED, strokeWidth=0.4).encode(
            place_x("left"),
            place_y("top"),
            x2="right:Q",
            y2="bottom:Q",
            fill=alt.Fill("sign:N", scale=None),
            fillOpacity=strength(),
            tooltip=tooltip,
        ),
        base.mark_text(fontSize=11, color=INK).encode(
            place_x("centre"), place_y("middle"), text="label:N", tooltip=tooltip
        ),
        alt.Chart(numbers)
        .mark_text(fontSize=11, color=QUIET, align="right")
        .encode(place_x("left"), place_y("top"), text="text:N"),
    ]
    part = f"{name}[{row}:{row + height}, {column}:{column + width}]"
    description = words["description"].format(part=part)
    return picture(layers, left + width * CELL_WIDTH, top + height * CELL_HEIGHT, description)


def contributions_chart(
    cell: CellTrace, count: int = 12, name: str = "y", words: Mapping[str, str] = CONTRIBUTION_WORDS
) -> alt.LayerChart:
    """Draw the products that matter most to one cell, and the bias; all others are in the description.

    Parameters
    ----------
    cell : CellTrace
        One cell of any layer.
    count : int
        How many products to show one by one.
    name : str
        What the cell is called.
    words : mapping
        The texts, keyed as in `linear_core.charts.words.CONTRIBUTION_WORDS`.

    Returns
    -------
    altair.LayerChart
        Bars from zero, largest first.

    Examples
    --------
    >>> import torch
    >>> from linear_core import trace_forward
    >>> trace = trace_forward(torch.tensor([1.0, 2.0]), torch.tensor([[3.0, 4.0]]))
    >>> contributions_chart(trace.cell(0, 0), count=1).to_dict()["description"]
    'y = 11: product 1 gives 8, the other 1 give 3.'
    """
    top = cell.top(count)
    values = top.products.tolist()
    terms = [
        (f"x[{i}] × weight[{i}]", value, palette.WEIGHT) for i, value in zip(top.indices, values, strict=True)
    ]
    if cell.bias is not None:
        terms.append((words["bias"], cell.bias.item(), palette.BIAS))
    table = pd.DataFrame(terms, columns=["term", "value", "hue"])
    table["label"], table["full"] = table["value"].map(lambda v: fixed(v, 3)), table["value"].map(full)
    low, high = min(0.0, table["value"].min()), max(0.0, table["value"].max())
    pixels = BARS_WIDTH / ((high - low) or 1.0)
    table["zero"] = TERM_WIDTH - low * pixels
    table["to"] = table["zero"] + table["value"] * pixels
    table["middle"] = (table.index + 0.5) * CELL_HEIGHT
    table["top"], table["bottom"] = table["middle"] - 8, table["middle"] + 8
    description = words["description" if values else "description_of_none"].format(
        cell=name,
        value=full(cell.value.item()),
        index=top.indices[0] if values else None,
        product=full(values[0]) if values else None,
        others=cell.x.numel() - len(values),
        rest=full(top.rest),
    )
    width = TERM_WIDTH + BARS_WIDTH + 56  # within a phone
    return picture(_bar_layers(table, width, words), width, len(table) * CELL_HEIGHT, description)


def _bar_layers(table: pd.DataFrame, width: float, words: Mapping[str, str]) -> list[Any]:
    tooltip = [alt.Tooltip("term:N", title=words["term"]), alt.Tooltip("full:N", title=words["adds"])]
    base = alt.Chart(table)
    return [
        base.mark_rect(cornerRadius=2).encode(
            place_x("zero"),
            place_y("top"),
            x2="to:Q",
            y2="bottom:Q",
            color=alt.Color("hue:N", scale=None),
            tooltip=tooltip,
        ),
        base.mark_rule(color=palette.MUTED).encode(
            x=place_x("zero"), y=alt.value(0), y2=alt.value(len(table) * CELL_HEIGHT)
        ),
        base.mark_text(align="left", fontSize=11, color=INK).encode(
            x=alt.value(0), y=place_y("middle"), text="term:N"
        ),
        base.mark_text(align="right", fontSize=11, color=INK).encode(
            x=alt.value(width), y=place_y("middle"), text="label:N"
        ),
    ]
