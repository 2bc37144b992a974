"""Ways to repair a call that fails; a way is offered only where PyTorch accepts the repaired call."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from linear_core.calls import labels
from linear_core.calls.records import Fix
from linear_core.calls.stand_in import Call, try_call

MAX_FIXES = 3


@dataclass(frozen=True)
class Candidate:
    """A fix that is still to be tried.

    Attributes
    ----------
    fix : Fix
        With the code for a layer that is called on ``x`` itself.
    call : Call
        The repaired call.
    method : str
        What is done to x, as a method of it: ``"flatten(1)"``; empty where the layer is changed.
    module : str
        A module that does the same inside a model: ``"nn.Flatten()"``; empty where there is none.
    """

    fix: Fix
    call: Call
    method: str = ""
    module: str = ""


def call_fixes(call: Call, names: Sequence[str] = ("layer",)) -> tuple[Fix, ...]:
    """Return up to three fixes for a call that fails; ``names`` are all the ways code reaches the layer."""
    return distinct(candidate.fix for candidate in working_candidates(call, names))


def is_transposed(layer: nn.Linear, x_shape: Sequence[int]) -> bool:
    """Whether x would fit if the weight were not stored as (in_features, out_features)."""
    if is_lazy(layer.weight):
        return False
    sizes = (layer.in_features, layer.out_features)
    return tuple(layer.weight.shape) == sizes and sizes[0] != sizes[1] and tuple(x_shape[-1:]) == sizes[:1]


def transposed_weight(layer: nn.Linear, name: str = "layer") -> Fix:
    """Return the fix that gives a weight its rows and columns back."""
    code = f"{name}.weight = nn.Parameter({name}.weight.T)"
    values = {"features": layer.in_features}
    return Fix(labels.TRANSPOSE_WEIGHT, code, reason=labels.REASON_ATTRIBUTES, values=values)


def fitting_bias(layer: nn.Linear, name: str = "layer") -> Fix:
    """Return the fix that gives a layer a bias with one number for each output."""
    rows = layer.weight.shape[0]
    if layer.bias.numel() == rows:
        return Fix(labels.RESHAPE_BIAS, f"{name}.bias = nn.Parameter({name}.bias.reshape({rows}))")
    return Fix(labels.NEW_BIAS, f"{name}.bias = nn.Parameter({name}.weight.new_zeros({rows}))")


def distinct(fixes: Iterator[Fix] | Sequence[Fix]) -> tuple[Fix, ...]:
    """Return the first fixes that are not the same."""
    codes: dict[str, Fix] = {}
    for fix in fixes:
        codes.setdefault(fix.code, fix)
        if len(codes) == MAX_FIXES:
            break
    return tuple(codes.values())


def working_candidates(call: Call, names: Sequence[str] = ("layer",)) -> Iterator[Candidate]:
    """Yield the candidates that PyTorch accepts on stand-ins, the likeliest first."""
    if call.weight_shape is not None:
        found = _weight_candidates(call, names)
    elif call.fits:
        found = _dtype_candidates(call, names[0])
    else:
        found = _shape_candidates(call, names)
    for candidate in found:
        if not isinstance(try_call(candidate.call), Exception):
            shape = candidate.call.x_shape
            fix = replace(candidate.fix, x_shape=shape, output_shape=tuple(candidate.call.output_shape))
            yield replace(candidate, fix=fix)


def _weight_candidates(call: Call, names: Sequence[str]) -> Iterator[Candidate]:
    """Give a weight that is not a matrix its two dimensions."""
    total = math.prod(call.weight_shape or ())
    if call.out_features and total % call.out_features == 0:
        in_features = total // call.out_features
        code = (
            f"{names[0]}.weight = nn.Parameter({names[0]}.weight.reshape({call.out_features}, {in_features}))"
        )
        fixed = replace(call, weight_shape=None, in_features=in_features)
        yield Candidate(Fix(labels.RESHAPE_WEIGHT, code), fixed)
        if fixed.x_dtype != fixed.dtype and _converts(fixed.x_dtype, fixed.dtype):
            code += f"\nx = x.to({fixed.dtype})"
            yield Candidate(Fix(labels.RESHAPE_WEIGHT, code), replace(fixed, x_dtype=fixed.dtype))
    if call.x_shape and call.x_shape[-1] and call.out_features:
        yield _new_layer_candidate(replace(call, weight_shape=None), names, "")


def _dtype_candidates(call: Call, layer: str) -> Iterator[Candidate]:
    if call.x_dtype.is_complex and not call.dtype.is_complex:
        method = f"real.to({call.dtype})"
        yield Candidate(Fix(labels.REAL_PART, f"x = x.{method}"), replace(call, x_dtype=call.dtype), method)
    if _converts(call.x_dtype, call.dtype) and call.dtype.itemsize > 1:
        method = f"to({call.dtype})"
        yield Candidate(Fix(labels.CONVERT_X, f"x = x.{method}"), replace(call, x_dtype=call.dtype), method)
    if _layer_converts(call, call.x_dtype):
        fix = Fix(labels.CONVERT_LAYER, f"{layer}.to({call.x_dtype})")
        yield Candidate(fix, _of_dtype(call, call.x_dtype))
    in_float32 = replace(_of_dtype(call, torch.float32), x_dtype=torch.float32)
    if _layer_converts(call, torch.float32) and _converts(call.x_dtype, torch.float32):
        code = f"{layer}.to(torch.float32)" + _converted(call.x_dtype, torch.float32)
        yield Candidate(Fix(labels.CONVERT_BOTH, code), in_float32)


def _shape_candidates(call: Call, names: Sequence[str]) -> Iterator[Candidate]:
    """Change x where an exact change exists, and only then the layer."""
    if not _converts(call.x_dtype, call.dtype):
        return
    # The dtype has to be repaired too, or the code would only lead to the next error.
    also = _converted(call.x_dtype, call.dtype)
    converted = replace(call, x_dtype=call.dtype)
    exact = list(_reshapes(call.x_shape, call.in_features))
    shape = call.x_shape
    unsure = [item for item in exact if item[0].label == labels.ADD_DIMENSION and len(shape) > 1]
    for item in exact:
        if item not in unsure:
            yield _reshaped(item, converted, also)
    if shape and shape[-1] and call.out_features and _is_continuous(call.dtype):
        yield _new_layer_candidate(converted, names, also)
    for item in unsure:
        yield _reshaped(item, converted, also)


_Reshape = tuple[Fix, str, str, tuple[int, ...]]


def _reshaped(item: _Reshape, call: Call, also: str) -> Candidate:
    fix, method, module, shape = item
    return Candidate(
        replace(fix, code=f"x = x.{method}{also}"),
        replace(call, x_shape=shape),
        method,
        "" if also else module,
    )


def _new_layer_candidate(call: Call, names: Sequence[str], also: str) -> Candidate:
    features = call.x_shape[-1]
    code = " = ".join((*names, new_layer(replace(call, in_features=features)))) + also
    fix = Fix(labels.CHANGE_LAYER, code, labels.MEANS_NEW_LAYER, values={"features": features})
    return Candidate(fix, replace(call, in_features=features))


def _reshapes(shape: tuple[int, ...], in_features: int) -> Iterator[_Reshape]:
    """Yield fix, method, module and resulting shape of what makes the last dimension equal in_features."""
    if in_features == 1 and len(shape) < 2:
        yield _unsqueezed(shape)
    starts = [start for start in (*range(1, len(shape)), 0) if math.prod(shape[start:]) == in_features]
    if starts and len(shape) > 1:
        yield _flattened(shape, starts[0], in_features)
    values = {"features": in_features, "samples": math.prod(shape) // in_features if in_features else 0}
    if len(shape) == 2 and shape[0] == in_features:
        fix = Fix(labels.TRANSPOSE, "", labels.MEANS_TRANSPOSE, labels.REASON_DIMENSION, values)
        yield fix, "T", "", (shape[1], shape[0])
    elif in_features in shape:
        dim = len(shape) - 1 - shape[::-1].index(in_features)
        fix = Fix(labels.MOVE_FEATURES, "", labels.MEANS_MOVE, labels.REASON_DIMENSION, values)
        yield fix, f"movedim({dim}, -1)", "", (*shape[:dim], *shape[dim + 1 :], in_features)
    if in_features == 1 and len(shape) > 1:
        yield _unsqueezed(shape)


def _unsqueezed(shape: tuple[int, ...]) -> _Reshape:
    reason = labels.REASON_VECTOR if len(shape) == 1 else ""
    fix = Fix(labels.ADD_DIMENSION, "", labels.MEANS_COLUMN, reason, {"samples": math.prod(shape)})
    return fix, "unsqueeze(-1)", "nn.Unflatten(-1, (-1, 1))", (*shape, 1)


def _flattened(shape: tuple[int, ...], start: int, in_features: int) -> _Reshape:
    product = " · ".join(map(str, shape[start:]))
    values = {"product": product, "features": in_features, "samples": math.prod(shape[:start])}
    label, meaning = (
        (labels.FLATTEN_TAIL if start > 1 else labels.FLATTEN, labels.MEANS_FLATTEN)
        if start
        else (labels.FLATTEN_ALL, labels.MEANS_FLATTEN_ALL)
    )
    module = "nn.Flatten()" if start == 1 else f"nn.Flatten({start})"
    fix = Fix(label, "", meaning, labels.REASON_EXACT, values)
    return fix, f"flatten({start})", module if start else "", (*shape[:start], in_features)


def new_layer(call: Call) -> str:
    """Return the code that makes the layer of a call, as short as it can be."""
    bias = "" if call.bias_dtype is not None else ", bias=False"
    dtype = "" if call.dtype == torch.float32 else f", dtype={call.dtype}"
    return f"{call.make}({call.in_features}, {call.out_features}{bias}{call.options}{dtype})"


def _converted(source: torch.dtype, wanted: torch.dtype) -> str:
    return "" if source == wanted else f"\nx = x.to({wanted})"


def _converts(source: torch.dtype, wanted: torch.dtype) -> bool:
    """Whether ``.to`` can do it without throwing away fractions or imaginary parts."""
    if not torch.can_cast(source, wanted):
        return False
    try:
        torch.empty(1, dtype=source, device="cpu").to(wanted)
    except NotImplementedError:
        return False
    return True


def _is_continuous(dtype: torch.dtype) -> bool:
    return dtype.is_floating_point or dtype.is_complex


def _layer_converts(call: Call, wanted: torch.dtype) -> bool:
    """Whether ``layer.to(wanted)`` changes the layer and keeps its numbers; integers it leaves alone."""
    parameters = {call.dtype, call.bias_dtype or call.dtype}
    # Eight bits are for storing numbers, not for computing with them.
    return (
        parameters != {wanted}
        and wanted.itemsize > 1
        and all(
            _is_continuous(dtype) and _is_continuous(wanted) and _converts(dtype, wanted)
            for dtype in parameters
        )
    )


def _of_dtype(call: Call, dtype: torch.dtype) -> Call:
    return replace(call, dtype=dtype, bias_dtype=call.bias_dtype and dtype)
