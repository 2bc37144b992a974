"""Large matrices in a constant number of marks: blocks, a window with numbers, a cell's largest products."""

from typing import Any

import altair as alt
import pandas as pd
from torch import Tensor

from linear_core.charts import palette
from linear_core.charts.heat import color_scale, heat_map, legend
from linear_core.charts.ink import INK
from linear_core.charts.labels import fixed, full
from linear_core.charts.marks import Translate, quiet
from linear_core.passes.blocks import BlockSummary
from linear_core.passes.cell import CellTrace

SIDE = 300  # pixels of a heat map, whatever the matrix


def block_chart(summary: BlockSummary, name: str = "weight", translate: Translate = str) -> alt.HConcatChart:
    """Draw a summary as two heat maps side by side: the mean and the extreme of each block.

    Parameters
    ----------
    summary : BlockSummary
        Of any matrix.
    name : str
        What the matrix is called.
    translate : callable
        Returns each English text in another language.

    Returns
    -------
    altair.HConcatChart
        As many marks as the summary has blocks, twice. Each map has its own color scale.

    Examples
    --------
    >>> import torch
    >>> from linear_core.passes.blocks import block_summary
    >>> summary = block_summary(torch.tensor([[1.0, 3.0], [2.0, -6.0]]), max_rows=1, max_columns=1)
    >>> block_chart(summary).to_dict()["description"]
    'weight, 2 × 2, in 1 × 1 blocks; means range from 0 to 0, elements largest in magnitude from −6 to −6.'
    """
    titles = {
        "mean": translate("{name}: mean of each block"),
        "extreme": translate("{name}: element of largest magnitude in each block"),
    }
    table = _block_table(summary)
    maps = [_block_map(table, summary, field, translate) for field in titles]
    for one, title in zip(maps, titles.values(), strict=True):
        one.title = title.format(name=name)
    description = translate(
        "{name}, {shape}, in {blocks} blocks; means range from {lowest_mean} to {highest_mean}, elements "
        "largest in magnitude from {lowest} to {highest}."
    ).format(
        name=name,
        shape=f"{summary.row_edges[-1]:,} × {summary.column_edges[-1]:,}",
        blocks=" × ".join(map(str, summary.mean.shape)),
        lowest_mean=full(summary.mean.min().item()),
        highest_mean=full(summary.mean.max().item()),
        lowest=full(summary.extreme.min().item()),
        highest=full(summary.extreme.max().item()),
    )
    chart: Any = alt.hconcat(*maps, spacing=28).resolve_scale(color="independent")
    drawn: alt.HConcatChart = quiet(chart.properties(description=description))
    return drawn


def _block_table(summary: BlockSummary) -> pd.DataFrame:
    rows, columns = summary.mean.shape
    index = pd.MultiIndex.from_product([range(rows), range(columns)], names=["row", "column"])
    table = index.to_frame(index=False)
    for name, edges in (("row", summary.row_edges), ("column", summary.column_edges)):
        table[f"{name}_to"] = [edges[i + 1] for i in table[name]]
        table[name] = [edges[i] for i in table[name]]
    # Small types: this table is what travels to the browser.
    table = table.astype("int32")
    table["mean"] = summary.mean.float().reshape(-1).numpy()
    table["extreme"] = summary.extreme.float().reshape(-1).numpy()
    return table


def _block_map(table: pd.DataFrame, summary: BlockSummary, field: str, translate: Translate) -> alt.Chart:
    largest = getattr(summary, field).abs().max().item()
    where = "format(datum.{0}, ',') + '–' + format(datum.{0}_to - 1, ',')"
    rows, columns = summary.row_edges[-1], summary.column_edges[-1]
    axis = alt.Axis(tickCount=5, grid=False, labelFlush=False)
    drawn: alt.Chart = (
        alt.Chart(table, width=SIDE, height=SIDE)
        .transform_calculate(rows=where.format("row"), columns=where.format("column"))
        .mark_rect()
        .encode(
            x=alt.X("column:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, columns], nice=False)),
            x2="column_to:Q",
            y=alt.Y("row:Q", title=None, axis=axis, scale=alt.Scale(domain=[rows, 0], nice=False)),
            y2="row_to:Q",
            color=alt.Color(f"{field}:Q", scale=color_scale(largest), legend=legend(None)),
            tooltip=[
                alt.Tooltip("rows:N", title=translate("rows of the block")),
                alt.Tooltip("columns:N", title=translate("columns of the block")),
                alt.Tooltip("mean:Q", title=translate("mean"), format=".6g"),
                alt.Tooltip("extreme:Q", title=translate("largest in magnitude"), format=".6g"),
            ],
        )
    )
    return drawn


def window_chart(
    values: Tensor, row: int, column: int, name: str = "weight", translate: Translate = str
) -> alt.LayerChart:
    """Draw a rectangle of a matrix with its numbers.

    Parameters
    ----------
    values : Tensor, ``(height, width)``
        What `window` returns; about ten each way.
    row, column : int
        Where it was taken.
    name : str
        What the matrix is called in code.
    translate : callable
        Returns each English text in another language.

    Returns
    -------
    altair.LayerChart
        Rows and columns are numbered as in the whole matrix.

    Examples
    --------
    >>> import torch
    >>> window_chart(torch.tensor([[1.0, -2.0]]), 7, 3).to_dict()["description"]
    'Numbers of weight[7:8, 3:5].'
    """
    height, width = values.shape
    color = alt.Color("value:Q", scale=color_scale(values.abs().max().item()), legend=None)
    rows, columns = range(row, row + height), range(column, column + width)
    labels = list(map(str, rows)), list(map(str, columns))
    drawn = heat_map(values, *labels, lambda i, j: f"{name}[{i}, {j}]", color, translate, digits=3)
    part = f"{name}[{row}:{row + height}, {column}:{column + width}]"
    chart: alt.LayerChart = quiet(
        drawn.properties(description=translate("Numbers of {part}.").format(part=part))
    )
    return chart


def contributions_chart(
    cell: CellTrace, count: int = 12, name: str = "y", translate: Translate = str
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
    translate : callable
        Returns each English text in another language.

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
    'y = 11. Products shown, largest in magnitude: 1; the sum of all others (1): 3.'
    """
    top = cell.top(count)
    terms = [
        {"term": f"x[{i}] × weight[{i}]", "value": value, "hue": palette.WEIGHT}
        for i, value in zip(top.indices, top.products.tolist(), strict=True)
    ]
    if cell.bias is not None:
        terms.append({"term": translate("bias"), "value": cell.bias.item(), "hue": palette.BIAS})
    table = pd.DataFrame(terms, columns=["term", "value", "hue"])
    table["end"] = table["value"].clip(lower=0)
    table["label"], table["full"] = table["value"].map(lambda v: fixed(v, 3)), table["value"].map(full)
    description = translate(
        "{cell} = {value}. Products shown, largest in magnitude: {count}; the sum of all others ({others}): "
        "{rest}."
    ).format(
        cell=name,
        value=full(cell.value.item()),
        count=len(top.indices),
        others=cell.x.numel() - len(top.indices),
        rest=full(top.rest),
    )
    base = alt.Chart(table).encode(
        alt.Y("term:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=200)),
        alt.X("value:Q", title=None, axis=alt.Axis(tickCount=5)),
        tooltip=[
            alt.Tooltip("term:N", title=translate("term")),
            alt.Tooltip("full:N", title=translate("contribution")),
        ],
    )
    bars = base.mark_bar(cornerRadius=2, height=16).encode(color=alt.Color("hue:N", scale=None))
    # On the right of the bar, where nothing else is: a negative one ends at zero there.
    numbers = base.mark_text(align="left", dx=4, fontSize=11, color=INK).encode(x="end:Q", text="label:N")
    drawn: Any = alt.layer(bars, numbers)
    chart: alt.LayerChart = quiet(drawn.properties(width=340, height=alt.Step(26), description=description))
    return chart
