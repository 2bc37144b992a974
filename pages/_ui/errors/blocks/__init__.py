"""One call as blocks that fit or do not: x as given, flattened to rows, and the weight, transposed."""

from pathlib import Path
from typing import Any

import streamlit as st

from linear_core.calls.predict import CallOutcome
from pages._ui.language import _, filled, ngettext

FOLDER = Path(__file__).parent

_COMPONENT = st.components.v2.component(
    "call_blocks",
    css=(FOLDER / "blocks.css").read_text(encoding="utf-8"),
    js=(FOLDER / "blocks.js").read_text(encoding="utf-8"),
)


def blocks(shape: tuple[int, ...], ins: int, outs: int, outcome: CallOutcome) -> None:
    """Draw the call, with PyTorch's message above it, each number in the hue of its block."""
    rows = 1
    for size in shape[:-1]:
        rows *= size
    data: dict[str, Any] = {
        "shape": list(shape),
        "rows": rows,
        "ins": ins,
        "outs": outs,
        "ok": outcome.ok,
        "fits": bool(shape) and shape[-1] == ins,
        "error": "" if outcome.error_type is None else outcome.error_type.__name__,
        "message": outcome.message or "",
        "text": filled(outcome.explanation.template, outcome.explanation.values),
        "words": _words(shape, rows, outcome),
    }
    _COMPONENT(key="blocks", data=data)


def _words(shape: tuple[int, ...], rows: int, outcome: CallOutcome) -> dict[str, Any]:
    lead = " · ".join(map(str, shape[:-1]))
    if len(shape) > 2:
        rows_text = _("become rows: {sizes}").format(sizes=lead)
        folding = [_("all dims but the last"), rows_text]
    elif len(shape) == 1:
        folding = [_("a single sample:"), _("one row")]
    else:
        folding = []
    output = "" if outcome.output_shape is None else str(tuple(outcome.output_shape))
    return {
        "x": _("x as you gave it, {shape}").format(shape=tuple(shape)),
        "folding": folding,
        "mat1": _("mat1 = x, flattened") if len(shape) > 2 else _("mat1 = x"),
        "mat2": _("mat2 = Wᵀ (weight is stored out × in)"),
        "output": _("y, {shape}").format(shape=output),
        "scalar": _("a number without dims"),
        "fits": _("the call fits"),
        "rows": ngettext("{rows} row", "{rows} rows", rows).format(rows=f"{rows:,}"),
    }
