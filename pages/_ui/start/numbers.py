"""The numbers of the start page, as text and as places on the color scale.

``python -m pages._ui.start.numbers`` prints those of the first screen, kept in ``first_numbers.json``; a test
holds them against PyTorch.
"""

import json
import sys
from typing import Any

from linear_core.charts.digits import levels, magnitude, nice_ceiling, texts
from linear_core.passes.walkthrough import walkthrough
from pages._ui.layer.call import call_of
from pages._ui.layer.choices import LayerState, Sizes

SUM_DIGITS = 4


def numbers(in_features: int, out_features: int, batch_size: int) -> dict[str, Any]:
    """Return what is drawn of a call with these sizes, row by row, each matrix as one text."""
    sizes = {"in_features": in_features, "out_features": out_features, "batch_size": batch_size}
    call = call_of(LayerState(lang="en", **sizes))
    trace = call.trace
    matrices = call.matrices
    shown = {"x": matrices["x"], "w": matrices["weight"], "b": matrices["b"], "y": trace.output_rows}
    top = nice_ceiling(max(map(magnitude, shown.values())))
    drawn = {name: {"text": texts(part, 2), "level": levels(part, top)} for name, part in shown.items()}
    return {
        **sizes,
        **drawn,
        # More digits than a cell has room for, so that adding them up gives the same sum.
        "factors": {name: texts(part, SUM_DIGITS) for name, part in shown.items() if name != "y"},
        "products": texts(walkthrough(trace).products, SUM_DIGITS),
        "totals": texts(trace.output_rows, 4),
    }


if __name__ == "__main__":
    first = numbers(Sizes.in_features.default, Sizes.out_features.default, Sizes.batch_size.default)
    sys.stdout.write(json.dumps(first, ensure_ascii=False) + "\n")
