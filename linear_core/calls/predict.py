"""What a call of a layer would do, told beforehand: the output's shape, or PyTorch's own message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import nn

from linear_core.calls.explain import explain_error
from linear_core.calls.explanations import FITS, Explanation
from linear_core.calls.fixes import Fix, call_fixes
from linear_core.calls.stand_in import Call, call_of, check_possible, try_call
from linear_core.layer.spec import LayerSpec


@dataclass(frozen=True)
class CallOutcome:
    """What one call gives: a shape and a dtype, or an error.

    Attributes
    ----------
    ok : bool
        Whether the call succeeds.
    output_shape : torch.Size or None
        ``(*, out_features)``; None where the call fails.
    output_dtype : torch.dtype or None
        None where the call fails.
    error_type : type or None
        The class of PyTorch's exception; None where the call succeeds.
    message : str or None
        PyTorch's own words, to the letter.
    explanation : Explanation
        What happens, in plain words.
    fixes : tuple of Fix
        Up to three ways to make the call succeed, with the layer called ``layer`` and the input ``x``.
    """

    ok: bool
    output_shape: torch.Size | None
    output_dtype: torch.dtype | None
    error_type: type[Exception] | None
    message: str | None
    explanation: Explanation
    fixes: tuple[Fix, ...]


def predict_call(
    layer_or_spec: nn.Linear | LayerSpec,
    input_shape: Sequence[int],
    input_dtype: torch.dtype = torch.float32,
) -> CallOutcome:
    """Tell what calling the layer on a contiguous CPU tensor would do, without making that tensor.

    Any size is answered at once and in no memory; PyTorch itself decides, on stand-ins. What only the
    machine can tell is not foreseen: whether its memory holds the output.

    Parameters
    ----------
    layer_or_spec : nn.Linear or LayerSpec
        Only sizes and dtypes count. An ``nn.LazyLinear`` before its dry run takes any number of features.
    input_shape : sequence of int
        The shape of x; ``()`` is a single number, sizes of 0 are fine.
    input_dtype : torch.dtype
        The dtype of x.

    Returns
    -------
    CallOutcome
        The output's shape and dtype, or PyTorch's error, explained, with fixes.

    Raises
    ------
    ShapeError
        No tensor can have this shape: a size is negative or not a whole number, or it has more bytes than
        can be numbered.
    ConfigError
        The dtype is none of PyTorch's, or a quantised one.

    References
    ----------
    PyTorch, ``torch.nn.functional.linear``.

    Examples
    --------
    >>> predict_call(nn.Linear(3, 2), (7, 4, 3)).output_shape
    torch.Size([7, 4, 2])
    >>> outcome = predict_call(nn.Linear(4096, 64), (10_000_000, 4095))
    >>> outcome.message
    'mat1 and mat2 shapes cannot be multiplied (10000000x4095 and 4096x64)'
    >>> outcome.fixes[0].code
    'layer = nn.Linear(4095, 64)'
    """
    shape = tuple(input_shape)
    check_possible(shape, input_dtype)
    call = _describe(layer_or_spec, shape, input_dtype)
    result = try_call(call)
    if isinstance(result, Exception):
        message = str(result)
        fixes = call_fixes(call)
        explanation = replace(explain_error(message), fixes=fixes)
        return CallOutcome(False, None, None, type(result), message, explanation, fixes)
    values = {"features": shape[-1], "rows": call.num_rows, "out_features": call.out_features}
    explanation = Explanation(FITS, {name: str(value) for name, value in values.items()})
    output_shape = torch.Size((*shape[:-1], call.out_features))
    return CallOutcome(True, output_shape, result, None, None, explanation, ())


def _describe(layer: nn.Linear | LayerSpec, x_shape: tuple[int, ...], x_dtype: torch.dtype) -> Call:
    if not isinstance(layer, LayerSpec):
        return call_of(layer, x_shape, x_dtype)
    dtype: torch.dtype = getattr(torch, layer.dtype)
    return Call(layer.in_features, layer.out_features, dtype, dtype if layer.bias else None, x_shape, x_dtype)
