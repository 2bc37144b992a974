"""Altair charts of what ``linear_core`` computes: tensors in, ``alt.Chart`` out.

Each works in a notebook and in any page that shows Vega-Lite, on light ground and on dark.
"""

from linear_core.charts.blocks import block_chart, contributions_chart, window_chart
from linear_core.charts.export import FORMATS, export_chart
from linear_core.charts.folding import folding_chart
from linear_core.charts.forward import forward_chart
from linear_core.charts.neurons import neurons_chart

__all__ = [
    "FORMATS",
    "block_chart",
    "contributions_chart",
    "export_chart",
    "folding_chart",
    "forward_chart",
    "neurons_chart",
    "window_chart",
]
