"""Altair charts of what ``linear_core`` computes: tensors in, ``alt.Chart`` out.

Each works in a notebook and on any page that shows Vega-Lite, in light and dark themes. A chart is loaded
when it is first used. They may import everything else of `linear_core`, and nothing else imports them.
"""

from typing import TYPE_CHECKING

from linear_core._lazy import lazy_names

if TYPE_CHECKING:  # the same names as below, for type checkers and the documentation
    from linear_core.charts.blocks import block_chart, contributions_chart, window_chart
    from linear_core.charts.export import FORMATS, export_chart
    from linear_core.charts.flatten import flatten_chart
    from linear_core.charts.forward import forward_chart
    from linear_core.charts.neurons import neurons_chart
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "blocks": "block_chart contributions_chart window_chart",
            "export": "FORMATS export_chart",
            "flatten": "flatten_chart",
            "forward": "forward_chart",
            "neurons": "neurons_chart",
        },
    )

__all__ = [
    "FORMATS",
    "block_chart",
    "contributions_chart",
    "export_chart",
    "flatten_chart",
    "forward_chart",
    "neurons_chart",
    "window_chart",
]
