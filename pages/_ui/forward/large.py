"""Section "Large layers": real sizes, in a constant number of marks."""

from dataclasses import replace
from typing import Any

import altair as alt
import streamlit as st

from linear_core import ConfigError, ForwardTrace, LayerSpec, build_layer, trace_forward
from linear_core.charts import block_chart, contributions_chart, window_chart
from linear_core.layer.fills import fill
from linear_core.layer.ledger import ledger
from linear_core.passes.blocks import block_summary, check_size, window
from pages._ui import controls, downloads, refusals
from pages._ui.figure import figure
from pages._ui.forward.choices import MATRICES, WINDOW, Forward
from pages._ui.language import _, language
from pages._ui.layer.call import LayerCall
from pages._ui.numbers import count, fixed, full
from pages._ui.params import Integer

BLOCKS = 44  # each way
# Side by side where there is room, else below each other.
WINDOW_WIDTH, CELL_WIDTH = 490, 420  # pixels
LARGEST = 10


@st.cache_resource(max_entries=2, show_spinner=False)
def large_call(spec: LayerSpec, batch_size: int) -> ForwardTrace:
    """One call of a large layer, made once for all visitors who choose the same."""
    layer = build_layer(spec)
    x = fill("random", batch_size, spec.in_features, spec.seed + 1)  # not the numbers of the weight
    return trace_forward(x, layer.weight, layer.bias)


@st.cache_data(max_entries=8, show_spinner=False)
def heat_maps(spec: LayerSpec, batch_size: int, name: str, in_language: str) -> alt.HConcatChart:
    """The heat maps of one matrix, in as many marks for every size."""
    summary = block_summary(_matrix(large_call(spec, batch_size), name), BLOCKS, BLOCKS)
    return block_chart(summary, _(MATRICES[name]), _)


def draw(shown: Forward, call: LayerCall) -> None:
    """Sizes that are typed, heat maps, a window with numbers, and one cell; seed and bias as above."""
    with st.container(horizontal=True, gap="small"):
        controls.number(Forward.large_in, width=150)
        controls.number(Forward.large_out, width=150)
        controls.number(Forward.large_batch, width=150)
    spec = replace(call.spec, in_features=shown.large_in, out_features=shown.large_out)
    batch_size = shown.large_batch
    costs = ledger(spec, (batch_size,))
    try:
        check_size(spec)
    except ConfigError as error:
        refusals.say(error)
        trace = None
    else:
        trace = large_call(spec, batch_size)
    st.caption(
        _(
            "Parameters: {parameters} = {parameters_sum}; multiply-adds: {macs} = {macs_sum};"
            " bytes: {bytes} = {bytes_sum}"
        ).format(
            parameters=count(costs.parameters),
            parameters_sum=costs.parameters_sum,
            macs=count(costs.macs),
            macs_sum=costs.macs_sum,
            bytes=count(costs.num_bytes),
            bytes_sum=costs.bytes_sum,
        )
    )
    if trace is not None:
        _pictures(shown, trace, spec)


def _pictures(shown: Forward, trace: ForwardTrace, spec: LayerSpec) -> None:
    name = controls.one_of(Forward.large_matrix)
    maps = heat_maps(spec, shown.large_batch, name, language())
    figure(maps, "block_chart", scrolls=True)
    downloads.chart(maps, f"large_{name}")
    with st.container(horizontal=True, gap="medium", vertical_alignment="top"):
        with st.container(width=WINDOW_WIDTH):
            _window(shown, trace, name)
        with st.container(width=CELL_WIDTH):
            _cell(shown, trace)


def _window(shown: Forward, trace: ForwardTrace, name: str) -> None:
    matrix = _matrix(trace, name)
    height, width = (min(most, size) for most, size in zip(WINDOW, matrix.shape, strict=True))
    with st.container(horizontal=True, gap="small"):
        row = _index(Forward.large_row, shown)
        column = _index(Forward.large_column, shown)
    numbers = window_chart(window(matrix, row, column, height, width), row, column, name, _)
    figure(numbers, "window_chart", scrolls=True)
    downloads.chart(numbers, f"large_{name}_window")


def _cell(shown: Forward, trace: ForwardTrace) -> None:
    with st.container(horizontal=True, gap="small"):
        row = _index(Forward.large_sample, shown)
        out = _index(Forward.large_output, shown)
    cell = trace.cell(row, out)
    bars = contributions_chart(cell, LARGEST, f"y[{row}, {out}]", _)
    figure(bars, "contributions_chart", scrolls=True)
    downloads.chart(bars, "large_cell")
    top = cell.top(LARGEST)
    text = _(
        "y[{row}, {out}] = {value}. The {count} products largest in magnitude and the bias "
        "are shown; the sum of all others ({others}) is {rest}."
    )
    if trace.bias is None:
        text = _(
            "y[{row}, {out}] = {value}. The {count} products largest in magnitude are shown; "
            "the sum of all others ({others}) is {rest}."
        )
    st.caption(
        text.format(
            row=row,
            out=out,
            value=full(cell.value.item()),
            count=len(top.indices),
            others=f"{cell.x.numel() - len(top.indices):,}",
            rest=fixed(top.rest, 4),
        )
    )


def _index(param: Integer, shown: Forward) -> int:
    most = shown.large_most[param.name]
    help_text = _("0 to {most}").format(most=count(most))
    value = shown.values[param.name]
    return int(st.number_input(_(param.label), 0, most, value, key=param.name, width=140, help=help_text))


def _matrix(trace: ForwardTrace, name: str) -> Any:
    return {"weight": trace.weight, "x": trace.x_rows, "output": trace.output_rows}[name]
