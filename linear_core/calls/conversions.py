"""Ways to make a tensor of a value that is not one; a value that exists is inspected."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from linear_core.calls import labels
from linear_core.calls.fixes import working_candidates
from linear_core.calls.records import Fix
from linear_core.calls.site import Site
from linear_core.calls.stand_in import call_of, try_call
from linear_core.calls.trial import run

# How deeply containers may be nested.
_DEPTH = 3


def conversions_of(value: Any, dtype: torch.dtype, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield label and expression, with ``{x}`` for the value, of what may make a tensor of a value."""
    kind = type(value)
    if isinstance(value, PackedSequence):
        yield labels.PAD_PACKED, "torch.nn.utils.rnn.pad_packed_sequence({x}, batch_first=True)[0]"
        yield labels.PACKED_DATA, "{x}.data"
    elif _holds_dates(value):  # how they are to be counted is not known
        return
    elif kind.__name__ in ("DataFrame", "Series") or hasattr(kind, "to_numpy"):
        yield labels.TO_TENSOR, _of_array('{x}.to_numpy(dtype="' + _array_dtype(dtype) + '")', dtype)
    elif any(base.__module__.partition(".")[0] == "numpy" for base in kind.__mro__):
        yield labels.TO_TENSOR, f"torch.from_numpy({{x}}).to({dtype})"
        yield labels.TO_TENSOR, _of_array('{x}.astype("' + _array_dtype(dtype) + '")', dtype)
        yield labels.TO_TENSOR, f"torch.tensor({{x}}.tolist(), dtype={dtype})"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield labels.TO_TENSOR, f"torch.tensor([{{x}}], dtype={dtype})"
    else:
        yield from _of_container(value, dtype, depth)


def _of_container(value: Any, dtype: torch.dtype, depth: int = 0) -> Iterator[tuple[str, str]]:
    parts = list(_parts(value)) if depth < _DEPTH else []
    tensors = [part for _, part in parts if isinstance(part, Tensor)]
    if isinstance(value, list | tuple) and tensors and len(tensors) == len(parts):
        if isinstance(value, list):
            yield labels.STACK, f"torch.stack({{x}}).to({dtype})"
        yield labels.TAKE_PART, "{x}[0]"
        yield labels.STACK, f"torch.stack({{x}}).to({dtype})"
        return
    if samples := _of_samples(value, dtype):
        yield from samples
        return
    for place, part in parts:
        if isinstance(part, Tensor):
            yield labels.TAKE_PART, "{x}" + place
        elif _holds_tensor(part) or (isinstance(value, Mapping) and _holds_numbers(part)):
            inner = conversions_of(part, dtype, depth + 1)
            yield from ((label, code.replace("{x}", "{x}" + place)) for label, code in inner)
    if not tensors or not isinstance(value, list | tuple):
        yield from _of_numbers(value, dtype)


def _of_numbers(value: Any, dtype: torch.dtype) -> Iterator[tuple[str, str]]:
    """Yield what makes one tensor of all that is in a container, or of the one array in it."""
    if isinstance(value, list | tuple):
        yield labels.TO_TENSOR, f"torch.tensor({{x}}, dtype={dtype})"
        yield labels.TO_TENSOR, f"torch.stack([torch.as_tensor(row, dtype={dtype}) for row in {{x}}])"
        arrays = [place for place, part in _parts(value) if hasattr(type(part), "__array__")]
        if len(arrays) < len(value):
            codes = (f"torch.as_tensor({{x}}{place}, dtype={dtype})" for place in arrays)
            yield from ((labels.TAKE_PART, code) for code in codes)
    elif isinstance(value, Mapping):
        yield labels.TO_TENSOR, f"torch.tensor(list({{x}}.values()), dtype={dtype})"
    elif isinstance(value, range | set | frozenset | bytes | bytearray):
        yield labels.TO_TENSOR, f"torch.tensor(list({{x}}), dtype={dtype})"


def _of_samples(value: Any, dtype: torch.dtype) -> list[tuple[str, str]]:
    """Return what stacks the inputs of samples that no collate function put together."""
    if not isinstance(value, list | tuple) or len({type(sample) for sample in value}) != 1:
        return []
    parts = _parts(value[0]) if isinstance(value[0], list | tuple | Mapping) else ()
    places = [place for place, part in parts if isinstance(part, Tensor) and part.is_floating_point()]
    codes = (f"torch.stack([sample{place} for sample in {{x}}]).to({dtype})" for place in places)
    return [(labels.STACK_SAMPLES, code) for code in codes]


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a container holds, with the code that takes it out."""
    if isinstance(value, Mapping):
        yield from ((f"[{key!r}]", part) for key, part in value.items() if isinstance(key, str))
    elif isinstance(value, list | tuple):
        yield from ((f"[{index}]", part) for index, part in enumerate(value[:8]))
    elif hasattr(value, "__dict__") and not isinstance(value, nn.Module | type):
        names = [name for name in vars(value) if name.isidentifier() and not name.startswith("_")]
        yield from ((f".{name}", getattr(value, name)) for name in names)


def _holds_tensor(value: Any) -> bool:
    if not isinstance(value, list | tuple | Mapping):
        return False
    inside = (part for _, part in _parts(value))
    return isinstance(value, PackedSequence) or any(isinstance(p, Tensor | tuple | list) for p in inside)


def _holds_dates(value: Any) -> bool:
    """Whether an array or a table has dates or times in it."""
    kind = type(value)
    dtypes = value.dtypes if hasattr(kind, "columns") else (value.dtype,) if hasattr(kind, "dtype") else ()
    return any(getattr(dtype, "kind", "") in ("m", "M") for dtype in dtypes)


def _holds_numbers(value: Any) -> bool:
    return isinstance(value, list | tuple) or hasattr(value, "__array__")


def _array_dtype(dtype: torch.dtype) -> str:
    return "float64" if dtype == torch.float64 else "float32"


def _of_array(code: str, dtype: torch.dtype) -> str:
    after = "" if dtype in (torch.float32, torch.float64) else f".to({dtype})"
    return f"torch.tensor({code}){after}"


def expressions(value: Any, dtype: torch.dtype) -> Iterator[tuple[str, str, Tensor]]:
    """Yield label, expression and result of the conversions that make a tensor of this very value."""
    for label, code in conversions_of(value, dtype):
        scope: dict[str, Any] = {"torch": torch, "value": value}
        with suppress(Exception):
            run(f"result = {code.replace('{x}', 'value')}", scope)
        result = scope.get("result")
        if isinstance(result, Tensor):
            if result.dtype != dtype and result.dtype.is_floating_point is False:
                code, result = f"{code}.to({dtype})", result.to(dtype)
            yield label, code, result


def conversion_fixes(site: Site) -> tuple[Fix, ...]:
    """Return the conversions with which the user's call succeeds, with what else its shape needs."""
    return site.tried(_candidates(site))


def _candidates(site: Site) -> Iterator[tuple[Fix, ...]]:
    """Yield the conversions, and those that only write the same one in other ways together."""
    fixes = tuple(_single(site))
    same = tuple(fix for fix in fixes if fix.label == labels.TO_TENSOR)
    for fix in fixes:
        if fix not in same or fix == same[0]:
            yield same if fix in same else (fix,)


def _single(site: Site) -> Iterator[Fix]:
    dtype = next((p.dtype for p in site.layer.parameters() if p.is_floating_point()), torch.float32)
    for label, code, result in expressions(site.value, dtype):
        codes = [code]
        if isinstance(site.layer, nn.Linear):
            # What is a tensor now may still have another shape or dtype.
            call = call_of(site.layer, tuple(result.shape), result.dtype)
            if isinstance(try_call(call), Exception):
                methods = [found.method for found in working_candidates(call) if found.method]
                if hasattr(site.value, "columns"):  # the features of a table are its columns
                    methods.remove("T") if "T" in methods else None
                codes = [f"{code}.{method}" for method in methods] or codes
        for each in codes:
            if site.direct:
                yield Fix(label, f"x = {each.replace('{x}', 'x')}")
            else:
                hook = f"lambda module, args: ({each.replace('{x}', 'args[0]')}, *args[1:])"
                yield Fix(label, f"{site.names[0]}.register_forward_pre_hook({hook})")


_OF_KIND: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ndarray": ((labels.TO_TENSOR, "x = torch.from_numpy(x).to({dtype})"),),
    "list": (
        (labels.TO_TENSOR, "x = torch.tensor(x, dtype={dtype})"),
        (labels.STACK, "x = torch.stack(x)"),
    ),
    "tuple": (
        (labels.TAKE_PART, "x = x[0]"),
        (labels.TO_TENSOR, "x = torch.tensor(x, dtype={dtype})"),
    ),
    "float": ((labels.TO_TENSOR, "x = torch.tensor([x], dtype={dtype})"),),
    "int": ((labels.TO_TENSOR, "x = torch.tensor([x], dtype={dtype})"),),
    "DataFrame": ((labels.TO_TENSOR, 'x = torch.tensor(x.to_numpy(dtype="float32"), dtype={dtype})'),),
    "Series": ((labels.TO_TENSOR, 'x = torch.tensor(x.to_numpy(dtype="float32"), dtype={dtype})'),),
    "PackedSequence": (
        (labels.PAD_PACKED, "x, lengths = torch.nn.utils.rnn.pad_packed_sequence(x, batch_first=True)"),
        (labels.PACKED_DATA, "x = x.data"),
    ),
}


def conversions_of_kind(kind: str, dtype: torch.dtype = torch.float32) -> tuple[Fix, ...]:
    """Return conversions for a type that only a message names; nothing for kinds that hold no numbers."""
    found = _OF_KIND.get(kind.rpartition(".")[2], ())
    return tuple(Fix(label, code.format(dtype=dtype)) for label, code in found)
