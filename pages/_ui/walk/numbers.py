"""Numbers as the picture shows them: text of fixed digits, colour levels and bar places, row by row.

Long lists travel as one text with spaces between, which is quicker to write, to send and to read.
"""

from collections.abc import Sequence
from typing import Any

from linear_core import ForwardTrace
from linear_core.charts.digits import fulls, levels, magnitude, nice_ceiling, plain, power, scaled, texts
from linear_core.passes.match import Match
from linear_core.passes.walkthrough import rounding_errors, walkthrough
from pages._ui.walk.words import SYMBOLS


def payload(trace: ForwardTrace, names: Sequence[str], layout: str = "rows") -> dict[str, Any]:
    """Everything that is drawn of one call, ready to be drawn."""
    walk = walkthrough(trace)
    weight, y = trace.weight, trace.output_rows
    bias = weight.new_empty(0) if trace.bias is None else trace.bias
    outs, ins = weight.shape
    shown = {"x": trace.x_rows, "w": weight, "b": bias, "y": y}
    top = nice_ceiling(max(map(magnitude, shown.values())))
    strongest = max(magnitude(weight), magnitude(bias))
    most = 4 if ins + outs <= 7 else 2
    compact = ins + outs > 22
    differences, unit = scaled(walk.difference)
    return {
        "rows": trace.num_rows,
        "outs": outs,
        "ins": ins,
        "names": list(names),
        "layout": layout,
        "top": "x" if layout == "columns" else "w",
        "symbols": {**SYMBOLS[layout], "b": "b", "y": "y"},
        "compact": compact,
        "scale": plain(top),
        **{
            name: {"text": texts(part, most, compact), "full": fulls(part), "level": levels(part, top)}
            for name, part in shown.items()
        },
        "edges": levels(weight, strongest),
        "bias_edges": levels(bias, strongest),
        "products": texts(walk.products, 3),
        "bias_terms": texts(bias, 3),
        "sums": texts(walk.stops, most, compact),
        "sum_levels": levels(walk.stops, top),
        "places": (walk.places * 1000).round().int().flatten().tolist(),
        "totals": texts(y, 4),
        "loops": fulls(walk.stops[..., -1]),
        "rounding": " ".join(power(error).replace(" ", "\u00a0") for error in rounding_errors(trace)),
        "differences": differences,
        "unit": unit,
        "match": match_numbers(trace.check()),
    }


def match_numbers(match: Match) -> dict[str, Any]:
    """What the badge says, as text."""
    return {
        "ok": match.ok,
        "nonfinite": match.num_nonfinite,
        "cells": match.num_cells,
        "equal": match.max_difference == 0,
        "difference": power(match.max_difference),
        "tolerance": power(match.tolerance),
    }
