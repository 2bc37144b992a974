"""What a call of a layer would do, predicted: the output's shape, or PyTorch's own message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import nn

from linear_core.answers.explain import explain_error
from linear_core.calls.fixes import call_fixes, fitting_bias, is_transposed, transposed_weight
from linear_core.calls.labels import CHANGE_LAYER
from linear_core.calls.meanings import FITS, MEANINGS
from linear_core.calls.pitfalls import call_pitfalls
from linear_core.calls.records import Explanation, Fix
from linear_core.calls.stand_in import Call, call_of, check_possible, try_call
from linear_core.layer.spec import LayerSpec


@dataclass(frozen=True)
class CallOutcome:
    """What one call returns: a shape and a dtype, or an error.

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
        PyTorch's own words, to the letter; None where the call succeeds.
    explanation : Explanation
        What happens, in plain words.
    fixes : tuple of Fix
        Up to three ways to make the call succeed, the likeliest first, with the layer called ``layer`` and
        the input ``x``. What does not help is in ``explanation.pitfalls``.
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
    """Predict what calling the layer on a contiguous CPU tensor would do, without making that tensor.

    Any size is answered at once and in no memory; PyTorch itself decides, on stand-ins. What only the
    machine can tell is not predicted: whether its memory holds the output.

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
        No tensor can have this shape: a size is negative or not an integer, or it has more bytes than
        can be addressed.
    ConfigError
        The dtype is not a dtype of PyTorch, or is a quantized one.

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
        if isinstance(layer_or_spec, nn.Linear) and is_transposed(layer_or_spec, shape):
            return _of_transposed_weight(layer_or_spec, call, result)
        if isinstance(layer_or_spec, nn.Linear) and call.bias_shape is not None:
            return _of_bias(layer_or_spec, call, result)
        message = str(result)
        fixes = call_fixes(call)
        explanation = replace(_explained(message, call), fixes=fixes, pitfalls=call_pitfalls(call))
        return CallOutcome(False, None, None, type(result), message, explanation, fixes)
    values = {"features": shape[-1], "rows": call.num_rows, "out_features": call.out_features}
    explanation = Explanation(FITS, {name: str(value) for name, value in values.items()}, slug="fits")
    return CallOutcome(True, call.output_shape, result, None, None, explanation, ())


def _of_transposed_weight(layer: nn.Linear, call: Call, error: Exception) -> CallOutcome:
    fix = transposed_weight(layer)
    if call.x_dtype != call.dtype:
        fix = replace(fix, code=f"{fix.code}\nx = x.to({call.dtype})")
    fixes = (fix,) if torch.can_cast(call.x_dtype, call.dtype) else ()
    values = {"in_features": layer.in_features, "out_features": layer.out_features}
    template = MEANINGS["weight-transposed"].template(values)
    explanation = Explanation(template, values, fixes, slug="weight-transposed")
    return CallOutcome(False, None, None, type(error), str(error), explanation, fixes)


def _of_bias(layer: nn.Linear, call: Call, error: Exception) -> CallOutcome:
    """A bias of another shape: PyTorch checks it last, so another error may come first."""
    bias, repaired = fitting_bias(layer), replace(call, bias_shape=None)
    if isinstance(try_call(repaired), Exception):
        fixes = tuple(  # a new layer has a bias that fits
            fix if fix.label == CHANGE_LAYER else replace(fix, code=f"{fix.code}\n{bias.code}")
            for fix in call_fixes(repaired)
        )
        explanation = replace(_explained(str(error), repaired), fixes=fixes, pitfalls=call_pitfalls(repaired))
    else:
        fixes = (bias,)
        values = {"given": call.bias_shape, "expected": (call.out_features,)}
        template = MEANINGS["bias-dim"].template(values)
        explanation = Explanation(template, values, fixes, slug="bias-dim")
    return CallOutcome(False, None, None, type(error), str(error), explanation, fixes)


def _describe(layer: nn.Linear | LayerSpec, x_shape: tuple[int, ...], x_dtype: torch.dtype) -> Call:
    if not isinstance(layer, LayerSpec):
        return call_of(layer, x_shape, x_dtype)
    dtype: torch.dtype = getattr(torch, layer.dtype)
    return Call(layer.in_features, layer.out_features, dtype, dtype if layer.bias else None, x_shape, x_dtype)


def _explained(message: str, call: Call) -> Explanation:
    """Explain a message, with the weight's shape where no layer can have it."""
    explanation = explain_error(message)
    if call.weight_shape is None or explanation.slug != "weight-dim":
        return explanation
    values = {"given": call.weight_shape, "expected": f"({call.out_features}, in_features)"}
    return replace(explanation, template=MEANINGS["weight-dim"].template(values), values=values)
