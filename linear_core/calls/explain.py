"""Explain an error of PyTorch's about a linear layer: what the message means, and up to three ways out."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from linear_core.calls import explanations as about
from linear_core.calls.explanations import Entry, Explanation
from linear_core.calls.failed_call import FailedCall, compared_tensors, failed_call, paths_of
from linear_core.calls.fixes import Fix, call_fixes
from linear_core.calls.mending import (
    checkpoint_fixes,
    conversion_fixes,
    join_path,
    parse_size,
    path_code,
    target_fixes,
)
from linear_core.calls.stand_in import Call, call_of, try_call

# Where PyTorch's word for a dtype is not the name of one in small letters.
_DTYPES: Mapping[str, torch.dtype] = {
    "byte": torch.uint8,
    "unsigned char": torch.uint8,
    "char": torch.int8,
    "signed char": torch.int8,
    "short int": torch.int16,
    "long int": torch.int64,
    "complexfloat": torch.complex64,
    "complex<float>": torch.complex64,
    "complexdouble": torch.complex128,
    "complex<double>": torch.complex128,
}

Findings = tuple[tuple[Fix, ...], tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class _Case:
    """All that is known of one error; ``failed`` and ``error`` are None where only its text is."""

    entry: Entry
    matches: tuple[re.Match[str], ...]
    model: nn.Module | None
    x: Any
    error: BaseException | None
    failed: FailedCall | None

    @property
    def values(self) -> Mapping[str, str]:
        return self.matches[0].groupdict()

    @property
    def paths(self) -> tuple[str, ...]:
        return self.failed.paths if self.failed else ()

    @property
    def modules(self) -> tuple[nn.Module, ...]:
        return () if self.model is None else tuple(self.model.modules())

    def paths_of(self, *modules: nn.Module) -> tuple[str, ...]:
        model = self.model
        return () if model is None else tuple(path for module in modules for path in paths_of(module, model))


def explain_error(
    error_or_text: BaseException | str, model: nn.Module | None = None, x: Any = None
) -> Explanation:
    """Say what an error means and what would mend it.

    Parameters
    ----------
    error_or_text : exception or str
        The exception itself, its message, or a whole pasted traceback.
    model : nn.Module, optional
        Where it happened: the fixes then name its layer as code. An exception tells which layer it was;
        for a text, every layer that would give this message is named.
    x : Tensor, optional
        What the layer was called on: the fixes then follow from its shape. An exception tells that too.

    Returns
    -------
    Explanation
        With ``fixes`` and ``layers``. For a message that is not known here it says so.

    Examples
    --------
    >>> message = "mat1 and mat2 shapes cannot be multiplied (4x5 and 3x2)"
    >>> explain_error(message).fixes[0].code
    'layer = nn.Linear(5, 2)'
    >>> model = nn.Sequential(nn.Linear(8, 3), nn.ReLU(), nn.Linear(3, 2))
    >>> explanation = explain_error(f"RuntimeError: {message}", model)
    >>> explanation.layers
    ('2',)
    >>> explanation.fixes[0].code
    'model[2] = nn.Linear(5, 2)'
    """
    error = error_or_text if isinstance(error_or_text, BaseException) else None
    failed = failed_call(error, model) if error and model is not None else None
    reading = about.read_message(str(error_or_text))
    if reading is None:
        return Explanation(about.UNKNOWN, layers=failed.paths if failed else ())
    entry, matches = reading
    case = _Case(entry, matches, model, x, error, failed)
    find = _FINDERS.get(entry.template)
    fixes, paths = find(case) if find else (entry.fixes, case.paths)
    return Explanation(entry.template, case.values, fixes, paths)


def _of_call(case: _Case) -> Findings:
    """Find the call that gives this very message, in the model if there is one; mend that."""
    words = case.matches[0].group()
    for x in _inputs(case):
        layers = [layer for layer in _layers(case) if words in str(try_call(_described(case, layer, x)))]
        if layers:
            call = _described(case, layers[0], x)
            codes = tuple(map(path_code, case.paths_of(layers[0])))
            return call_fixes(call, codes or ("layer",)), case.paths_of(*layers)
    return _fixes_without_layer(case, words), case.paths


def _fixes_without_layer(case: _Case, words: str) -> tuple[Fix, ...]:
    told = _told_call(case)
    if told is None:
        return ()
    inputs = [x for x in _inputs(case) if x is not None]
    calls = [replace(told, x_shape=tuple(x.shape), x_dtype=x.dtype) for x in inputs]
    return call_fixes(next((call for call in calls if words in str(try_call(call))), told))


def _inputs(case: _Case) -> Iterator[Tensor | None]:
    """Yield what the layer may have been called on, the surest first; None is what the message tells."""
    for value in (*(case.failed.inputs[:1] if case.failed else ()), case.x):
        if isinstance(value, Tensor):
            yield value
    yield None


def _layers(case: _Case) -> list[nn.Linear]:
    modules = (case.failed.module,) if case.failed else case.modules
    return [module for module in modules if isinstance(module, nn.Linear) and not is_lazy(module.weight)]


def _described(case: _Case, layer: nn.Linear, x: Tensor | None) -> Call:
    if x is not None:
        return call_of(layer, tuple(x.shape), x.dtype)
    call = call_of(layer, (1, layer.weight.shape[1]), layer.weight.dtype)
    return replace(call, **_told_input(case))


def _told_call(case: _Case) -> Call | None:
    """Describe the call as far as its message does; sizes that it does not tell are 1."""
    dtype = _dtype(case.values.get("dtype", "float"))
    bias_dtype = _dtype(case.values["bias_dtype"]) if "bias_dtype" in case.values else dtype
    if dtype is None or bias_dtype is None:
        return None
    in_features, out_features = (int(case.values.get(name, 1)) for name in ("in_features", "out_features"))
    call = Call(in_features, out_features, dtype, bias_dtype, (1, in_features), dtype)
    return replace(call, **_told_input(case))


def _told_input(case: _Case) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if case.entry.template == about.SCALAR:
        told["x_shape"] = ()
    if "features" in case.values:
        told["x_shape"] = (int(case.values["rows"]), int(case.values["features"]))
    if x_dtype := _dtype(case.values.get("x_dtype", "")):
        told["x_dtype"] = x_dtype
    return told


def _dtype(word: str) -> torch.dtype | None:
    """Return the dtype that PyTorch calls so, in either wording of its messages."""
    name = word.replace("c10::", "").lower()
    dtype = _DTYPES.get(name) or getattr(torch, name, None)
    return dtype if isinstance(dtype, torch.dtype) else None


def _of_conversion(case: _Case) -> Findings:
    module = case.failed.module if case.failed else None
    dtype = module.weight.dtype if isinstance(module, nn.Linear) else torch.float32
    return conversion_fixes(case.values["kind"], dtype), case.paths


def _of_checkpoint(case: _Case) -> Findings:
    loaded, prefixes = (case.failed.module, case.failed.paths) if case.failed else (case.model, ("",))
    owners = dict.fromkeys(match["key"].rpartition(".")[0] for match in case.matches)
    paths = [join_path(prefix, owner) for prefix in prefixes for owner in owners]
    fixes = checkpoint_fixes([match.groupdict() for match in case.matches], loaded, prefixes)
    return fixes, () if loaded is None else tuple(paths)


def _of_target(case: _Case) -> Findings:
    sizes = {name: parse_size(case.values[name]) for name in ("prediction", "target")}
    return target_fixes(sizes), case.paths


def _of_broadcast(case: _Case) -> Findings:
    tensors = compared_tensors(case.error, case.values) if case.error else {}
    sizes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    return (target_fixes(sizes) if sizes else ()), case.paths


def _of_lazy(case: _Case) -> Findings:
    """Name the layers that still wait for their first batch."""
    lazy = (module for module in case.modules if any(map(is_lazy, module.parameters(recurse=False))))
    return case.entry.fixes, case.paths_of(*lazy)


_FINDERS: Mapping[str, Callable[[_Case], Findings]] = {
    about.SHAPES: _of_call,
    about.SCALAR: _of_call,
    about.DTYPES: _of_call,
    about.BIAS_DTYPE: _of_call,
    about.NO_KERNEL: _of_call,
    about.NO_TENSOR: _of_conversion,
    about.CHECKPOINT: _of_checkpoint,
    about.TARGET_SIZE: _of_target,
    about.BROADCAST: _of_broadcast,
    about.LAZY: _of_lazy,
}
