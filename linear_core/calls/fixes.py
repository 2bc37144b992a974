"""Ways to mend a call that fails, as code; a way is offered only where PyTorch accepts the mended call."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from linear_core.calls.stand_in import Call, try_call

MAX_FIXES = 3

CHANGE_LAYER = "Make a layer for what x has: a new weight, to be trained anew"
FLATTEN = "Flatten: everything after the batch dimension becomes the features of one sample"
FLATTEN_ALL = "Flatten: all numbers of x become the features of a single sample"
TRANSPOSE = "Transpose x, if its features stand in its rows"
MOVE_FEATURES = "Move the features to the last dimension, if they stand in another one"
ADD_DIMENSION = "Add a dimension: every number of x becomes a sample with one feature"
CONVERT_X = "Convert x to the dtype of the layer"
CONVERT_LAYER = "Convert the layer to the dtype of x"
CONVERT_BOTH = "Compute in float32, PyTorch's default"
REAL_PART = "Keep the real part of x, if the imaginary part means nothing"
CALL_FIX_LABELS = (
    CHANGE_LAYER,
    FLATTEN,
    FLATTEN_ALL,
    TRANSPOSE,
    MOVE_FEATURES,
    ADD_DIMENSION,
    CONVERT_X,
    CONVERT_LAYER,
    CONVERT_BOTH,
    REAL_PART,
)


@dataclass(frozen=True)
class Fix:
    """One way to mend a call.

    Attributes
    ----------
    label : str
        What it does and what that means; one of ``linear_core.calls.explanations.FIX_LABELS``.
    code : str
        Python that does it, with ``torch`` and ``nn`` imported and ``x`` the tensor that goes in.

    Examples
    --------
    >>> Fix("Convert x to the dtype of the layer", "x = x.to(torch.float32)").code
    'x = x.to(torch.float32)'
    """

    label: str
    code: str


def call_fixes(call: Call, names: tuple[str, ...] = ("layer",)) -> tuple[Fix, ...]:
    """Return up to three fixes for a call that fails; ``names`` are all the ways code reaches the layer."""
    candidates = _dtype_candidates(call, names[0]) if call.fits else _shape_candidates(call, names)
    codes: dict[str, Fix] = {}
    for fix, mended in candidates:
        if not isinstance(try_call(mended), Exception):
            codes.setdefault(fix.code, fix)
    return tuple(codes.values())[:MAX_FIXES]


def _dtype_candidates(call: Call, layer: str) -> Iterator[tuple[Fix, Call]]:
    if call.x_dtype.is_complex and not call.dtype.is_complex:
        yield Fix(REAL_PART, f"x = x.real.to({call.dtype})"), replace(call, x_dtype=call.dtype)
    if _converts(call.x_dtype, call.dtype):
        yield Fix(CONVERT_X, f"x = x.to({call.dtype})"), replace(call, x_dtype=call.dtype)
    if _layer_converts(call, call.x_dtype):
        yield Fix(CONVERT_LAYER, f"{layer}.to({call.x_dtype})"), _of_dtype(call, call.x_dtype)
    in_float32 = replace(_of_dtype(call, torch.float32), x_dtype=torch.float32)
    if _layer_converts(call, torch.float32) and _converts(call.x_dtype, torch.float32):
        code = f"{layer}.to(torch.float32)" + _converted(call.x_dtype, torch.float32)
        yield Fix(CONVERT_BOTH, code), in_float32


def _shape_candidates(call: Call, names: tuple[str, ...]) -> Iterator[tuple[Fix, Call]]:
    if not _converts(call.x_dtype, call.dtype):
        return
    # The dtype has to be mended too, or the code would only lead to the next error.
    also = _converted(call.x_dtype, call.dtype)
    mended = replace(call, x_dtype=call.dtype)
    shape = call.x_shape
    if shape and shape[-1] and call.out_features and _is_continuous(call.dtype):
        new_layer = _new_layer(shape[-1], call.out_features, call.bias_dtype is not None, call.dtype)
        code = " = ".join((*names, new_layer))
        yield Fix(CHANGE_LAYER, code + also), replace(mended, in_features=shape[-1])
    for label, code, new_shape in _reshapes(shape, call.in_features):
        yield Fix(label, f"x = x.{code}{also}"), replace(mended, x_shape=new_shape)


def _reshapes(shape: tuple[int, ...], in_features: int) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield label, method call and resulting shape of what makes the last dimension equal in_features."""
    starts = [start for start in (*range(1, len(shape)), 0) if math.prod(shape[start:]) == in_features]
    if starts and len(shape) > 1:
        label = FLATTEN if starts[0] else FLATTEN_ALL
        yield label, f"flatten({starts[0]})", (*shape[: starts[0]], in_features)
    if len(shape) == 2 and shape[0] == in_features:
        yield TRANSPOSE, "T", (shape[1], shape[0])
    elif in_features in shape:
        dim = len(shape) - 1 - shape[::-1].index(in_features)
        yield MOVE_FEATURES, f"movedim({dim}, -1)", (*shape[:dim], *shape[dim + 1 :], in_features)
    if in_features == 1:
        yield ADD_DIMENSION, "unsqueeze(-1)", (*shape, 1)


def _new_layer(in_features: int, out_features: int, bias: bool, dtype: torch.dtype) -> str:
    """Return the code that makes such a layer, as short as it can be."""
    code = f"nn.Linear({in_features}, {out_features}" + ("" if bias else ", bias=False") + ")"
    return code if dtype == torch.float32 else f"{code}.to({dtype})"


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
    """Whether ``layer.to(wanted)`` changes the layer and keeps its numbers; whole numbers it leaves alone."""
    parameters = {call.dtype, call.bias_dtype or call.dtype}
    return parameters != {wanted} and all(
        _is_continuous(dtype) and _is_continuous(wanted) and _converts(dtype, wanted) for dtype in parameters
    )


def _of_dtype(call: Call, dtype: torch.dtype) -> Call:
    return replace(call, dtype=dtype, bias_dtype=call.bias_dtype and dtype)
