"""What is often tried on a failing call and does not help; each is tried here, too."""

import math
from collections.abc import Iterator
from dataclasses import replace

from linear_core.calls import labels
from linear_core.calls.records import Pitfall
from linear_core.calls.stand_in import Call, try_call


def call_pitfalls(call: Call) -> tuple[Pitfall, ...]:
    """Return what does not repair a call, and why.

    Examples
    --------
    >>> import torch
    >>> call = Call(28, 10, torch.float32, None, (64, 28, 27), torch.float32)
    >>> [pitfall.code for pitfall in call_pitfalls(call)]
    ['x = x.reshape(-1, 28)', 'x = x.T', 'layer.weight.data = layer.weight.data.T']
    """
    if call.fits:
        return tuple(_of_dtypes(call))
    return tuple(_of_shapes(call)) if call.x_shape and call.weight_shape is None else ()


def _of_dtypes(call: Call) -> Iterator[Pitfall]:
    code = f"torch.set_default_dtype({call.x_dtype})"
    if call.x_dtype.is_floating_point and call.x_dtype != call.dtype:
        yield Pitfall(code, labels.DEFAULT_DTYPE)


def _of_shapes(call: Call) -> Iterator[Pitfall]:
    yield from _of_reshape(call)
    if len(call.x_shape) > 2:
        runs = _runs(replace(call, x_shape=call.x_shape[::-1]))
        yield Pitfall("x = x.T", labels.REVERSES_ALL, {"ndim": len(call.x_shape)}, runs)
    features, samples = call.x_shape[-1], math.prod(call.x_shape[:-1])
    if features != call.out_features:
        values = {"features": features, "samples": samples}
        yield Pitfall("layer.weight.data = layer.weight.data.T", labels.WEIGHT_IS_FINE, values)


def _of_reshape(call: Call) -> Iterator[Pitfall]:
    """Reading the numbers in rows of in_features runs wherever their count allows it."""
    count, rows = math.prod(call.x_shape), math.prod(call.x_shape[:-1])
    if not call.in_features:
        return
    new_rows = count // call.in_features
    values = {"rows": call.x_shape[0], "new_rows": new_rows, "count": count}
    code = f"x = x.reshape(-1, {call.in_features})"
    if count % call.in_features:
        new_count = rows * call.in_features
        yield Pitfall(
            f"x = x.reshape({rows}, {call.in_features})",
            labels.NO_SUCH_SHAPE,
            {**values, "new_count": new_count},
        )
    elif len(call.x_shape) == 2 and call.x_shape[::-1] == (new_rows, call.in_features):
        yield Pitfall(code, labels.SAME_COUNT_OTHER_ORDER, values, runs=True)
    elif not _is_flatten(call):
        yield Pitfall(
            code,
            labels.MIXES_SAMPLES,
            values,
            runs=_runs(replace(call, x_shape=(new_rows, call.in_features))),
        )


def _is_flatten(call: Call) -> bool:
    """Whether rows of in_features are what a flatten from some dimension on gives."""
    return any(math.prod(call.x_shape[start:]) == call.in_features for start in range(len(call.x_shape)))


def _runs(call: Call) -> bool:
    return not isinstance(try_call(call), Exception)
