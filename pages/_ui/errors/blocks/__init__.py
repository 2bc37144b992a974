"""One call as blocks that fit or do not: x as given, flattened to rows, and the weight, transposed.

It may import `linear_core`, `pages._ui.component`, `pages._ui.language` and `pages._ui.session`.
"""

import math
from pathlib import Path
from typing import Any

from linear_core.answers.predict import CallOutcome
from linear_core.shapes.built_call import BuiltCall
from pages._ui.component import component
from pages._ui.language import _, filled, ngettext, sentences

FOLDER = Path(__file__).parent

_COMPONENT = component("call_blocks", FOLDER, "blocks.js")


def blocks(call: BuiltCall, outcome: CallOutcome, message: bool = True) -> None:
    """Draw the call, each number of PyTorch's message in the hue of its block.

    Parameters
    ----------
    call : BuiltCall
    outcome : CallOutcome
        What PyTorch does with it.
    message : bool
        Whether PyTorch's message is shown above; without it only the rows of x are known.
    """
    shape, ins = call.x_shape, call.spec.in_features
    data: dict[str, Any] = {
        "shape": list(shape),
        "rows": math.prod(shape[:-1]),
        "ins": ins,
        "outs": call.spec.out_features,
        "ok": outcome.ok,
        "fits": bool(shape) and shape[-1] == ins,
        "whole": message,
        "error": "" if outcome.error_type is None else outcome.error_type.__name__,
        "message": outcome.message or "",
        "text": _text(call, outcome),
        "words": _words(call, outcome, message),
        "kinds": _kinds(call),
    }
    _COMPONENT(key="blocks", data=data)


def _text(call: BuiltCall, outcome: CallOutcome) -> str:
    text = filled(outcome.explanation.template, outcome.explanation.values)
    if call.x_device == "cpu":
        return text
    stand_in = _("Here PyTorch's device meta stands for any other device.")
    return sentences(text, stand_in)


def _kinds(call: BuiltCall) -> list[str]:
    """Return what x and weight differ in, besides sizes: their dtypes, or their devices."""
    if call.x_device != "cpu":
        return [call.x_device, "cpu"]
    return [call.x_dtype, call.spec.dtype] if call.x_dtype != call.spec.dtype else []


def _words(call: BuiltCall, outcome: CallOutcome, whole: bool) -> dict[str, Any]:
    shape, spec = call.x_shape, call.spec
    lead, rows = " · ".join(map(str, shape[:-1])), math.prod(shape[:-1])
    folding = []
    if len(shape) > 2:
        folding = [_("all dims but the last"), _("become rows: {sizes}").format(sizes=lead)]
    elif len(shape) == 1:
        folding = [_("a single sample:"), _("one row")]
    output = "" if outcome.output_shape is None else str(tuple(outcome.output_shape))
    unequal = _("{features} ≠ {in_features}: these two must be equal.")
    return {
        "x": _("x as given, {shape}").format(shape=shape),
        "folding": folding,
        "mat1": _("mat1 = x, flattened") if len(shape) > 2 or not whole else _("mat1 = x"),
        "mat2": _("mat2 = Wᵀ"),
        "stored": _("weight is stored {outs} × {ins}").format(outs=spec.out_features, ins=spec.in_features),
        "output": _("y, {shape}").format(shape=output),
        "scalar": _("a 0-D tensor"),
        "fits": _("the call fits"),
        "rows": ngettext("{rows} row", "{rows} rows", rows).format(rows=f"{rows:,}"),
        "unequal": unequal.format(features=shape[-1] if shape else "", in_features=spec.in_features),
    }
