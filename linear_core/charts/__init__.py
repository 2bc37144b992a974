"""Altair charts of what ``linear_core`` computes: tensors in, ``alt.Chart`` out.

Each works in a notebook and in any page that shows Vega-Lite, on light ground and on dark.
"""

from linear_core.charts.forward import forward_chart

__all__ = ["forward_chart"]
