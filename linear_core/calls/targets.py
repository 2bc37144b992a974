"""Prediction and target that do not fit: other shapes, or not what a loss for classes takes."""

import math
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch.nn import functional as F

from linear_core.calls import labels
from linear_core.calls.compared import LossCall
from linear_core.calls.fixes import distinct
from linear_core.calls.records import Fix
from linear_core.calls.scopes import renamed
from linear_core.calls.trial import quiet, run

CLASS_LOSSES = ("cross_entropy", "nll_loss", "multi_margin_loss", "multilabel_margin_loss")


def target_fixes(sizes: Mapping[str, tuple[int, ...]]) -> tuple[Fix, ...]:
    """Make prediction and target, which ``sizes`` names in this order, alike.

    Nothing is offered where their numbers of elements differ: no fix brings back a lost sample.
    """
    (prediction, expected), (target, given) = sizes.items()
    if math.prod(expected) != math.prod(given):
        return ()
    names = {"prediction": prediction, "target": target}
    found = _of_shapes(expected, given, is_named=True)
    return distinct([Fix(fix.label, renamed(fix.code, names)) for fix in found])


def loss_fixes(call: LossCall) -> tuple[Fix, ...]:
    """Return the fixes with which the loss can be computed, each tried."""
    prediction, target = call.arguments["input"], call.arguments["target"]
    expected, given = tuple(prediction.shape), tuple(target.shape)
    found: Iterator[Fix]
    if prediction.device != target.device:
        found = iter((Fix(labels.MOVE_TARGET, "target = target.to(prediction.device)"),))
    elif call.function in CLASS_LOSSES:
        found = _of_classes(expected, given)
    else:
        shapes = _of_shapes(expected, given, is_named=bool(call.names["prediction"]))
        found = shapes if prediction.dtype == target.dtype else _of_dtype(shapes, prediction.dtype)
    names = {name: said or name for name, said in call.names.items()}
    reachable = (fix for fix in found if call.names["prediction"] or "prediction" not in fix.code)
    fixes = (fix for fix in reachable if _accepts(call, fix.code))
    return distinct(Fix(fix.label, renamed(fix.code, names)) for fix in fixes)


def _of_shapes(expected: tuple[int, ...], given: tuple[int, ...], *, is_named: bool) -> Iterator[Fix]:
    """Yield what makes the shapes equal; code cannot refer to a prediction without a name."""
    if len(given) == 2 and given[::-1] == expected and given != expected:
        yield Fix(labels.TRANSPOSE_TARGET, "target = target.T")
    if is_named and given != expected:
        yield Fix(labels.RESHAPE_TARGET, "target = target.reshape(prediction.shape)")
        if (*given, 1) == expected:
            yield Fix(labels.FLATTEN_PREDICTION, "prediction = prediction.squeeze(-1)")
    elif (*given, 1) == expected:
        yield Fix(labels.RESHAPE_TARGET, "target = target.unsqueeze(-1)")
    elif given == (*expected, 1):
        yield Fix(labels.RESHAPE_TARGET, "target = target.squeeze(-1)")


def _of_dtype(shapes: Iterator[Fix], dtype: torch.dtype) -> Iterator[Fix]:
    """Convert the target, with what its shape may need besides."""
    yield Fix(labels.CLASS_TARGET, f"target = target.to({dtype})")
    yield from (replace(fix, code=f"{fix.code}\ntarget = target.to({dtype})") for fix in shapes)


def _of_classes(expected: tuple[int, ...], given: tuple[int, ...]) -> Iterator[Fix]:
    if given == expected:
        yield Fix(labels.ONE_HOT, "target = target.argmax(1)")
        yield Fix(labels.CLASS_TARGET, "target = target.float()")
    if len(expected) > 2 and given == expected[:-1]:
        yield Fix(labels.CLASSES_SECOND, "prediction = prediction.movedim(-1, 1)")
    yield Fix(labels.CLASS_TARGET, "target = target.long()")
    if math.prod(given) == expected[0] and len(given) != 1:
        yield Fix(labels.CLASS_TARGET, "target = target.reshape(-1).long()")


def _accepts(call: LossCall, code: str) -> bool:
    """Whether the loss is computed after the code, without a warning."""
    prediction, target = call.arguments["input"], call.arguments["target"]
    scope: dict[str, Any] = {"torch": torch, "prediction": prediction.detach(), "target": target.detach()}
    try:
        with quiet():
            warnings.simplefilter("error")
            run(code, scope)
            changed = {"input": scope["prediction"], "target": scope["target"]}
            getattr(F, call.function)(**{**call.arguments, **changed})
    except Exception:
        return False
    return True
