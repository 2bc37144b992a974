"""All that is known about one error: its message, the layer at fault, and what reached it."""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from linear_core.calls.failed_call import FailedCall, failed_call
from linear_core.calls.paths import PlainPlace, path_code, paths_of, plain_place
from linear_core.calls.rerun import is_compiled, run_again
from linear_core.calls.site import Site
from linear_core.calls.stand_in import Call
from linear_core.calls.trial import SECONDS
from linear_core.calls.wordings import Reading, read_message

# Where PyTorch's word for a dtype is not its name in lowercase.
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
_SIZES = ("rows", "features", "in_features", "out_features")


@dataclass(frozen=True, eq=False)
class Situation:
    """What is known about one error; ``failed`` and ``error`` are None where only its text is.

    ``end`` is when trying fixes ends, as ``time.perf_counter`` tells it.
    """

    reading: Reading | None
    model: nn.Module | None
    x: Any
    error: BaseException | None
    failed: FailedCall | None
    end: float = field(default_factory=lambda: time.perf_counter() + SECONDS)

    @property
    def slug(self) -> str:
        """The meaning of the message, from its words alone."""
        return self.reading.slug if self.reading else "unknown"

    @property
    def text(self) -> str:
        """The message on one line."""
        return self.reading.text if self.reading else ""

    @property
    def matches(self) -> tuple[Mapping[str, str], ...]:
        """What the message says, at each place where it occurs."""
        return self.reading.matches if self.reading else ()

    @property
    def values(self) -> Mapping[str, str]:
        """What the message says."""
        return self.reading.values if self.reading else {}

    @property
    def sizes(self) -> Mapping[str, int]:
        """The sizes that the message says."""
        return {name: int(self.values[name]) for name in _SIZES if name in self.values}

    @cached_property
    def place(self) -> PlainPlace | None:
        """Where the layer is kept, if the model does not know it."""
        if self.failed is None or self.model is None or self.failed.innermost is self.failed.module:
            return None
        return plain_place(self.failed.innermost, self.model)

    @cached_property
    def layer(self) -> nn.Module | None:
        """The layer at fault."""
        if self.failed and self.place:
            return self.failed.innermost
        if self.failed and isinstance(getattr(self.failed.module, "weight", None), Tensor):
            return self.failed.module
        return next(iter(self.layers), None)

    @cached_property
    def layers(self) -> tuple[nn.Linear, ...]:
        """The layers that would give this message, where the traceback does not reach the layer."""
        if self.failed is None:
            whole = self.model
        elif self.failed.paths:
            whole = self.failed.module
        else:
            whole = self.model if self.failed.root else None
        found: list[Any] = [] if whole is None else [m for m in whole.modules() if _is_linear(m)]
        with_weight = [layer for layer in found if isinstance(layer.weight, Tensor)]
        return tuple(layer for layer in with_weight if not is_lazy(layer.weight) and self._gives(layer))

    def _gives(self, layer: nn.Linear) -> bool:
        told, shape = self.sizes, tuple(layer.weight.shape)
        slug = self.reading.slug if self.reading else ""
        if slug == "weight-dim":
            return len(shape) != 2
        if len(shape) != 2:
            return False
        if "in_features" in told:
            if has_own_forward(layer) and shape == (
                told["in_features"],
                told.get("out_features"),
            ):
                return True
            return shape[1] == told["in_features"] and told.get("out_features", shape[0]) == shape[0]
        dtype = dtype_of(self.values.get("dtype", ""))
        return slug in ("scalar", "dtype", "no-kernel", "bias-dtype") and dtype in (None, layer.weight.dtype)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all layers that the message is about."""
        if self.place:
            return ()
        if self.failed and (self.layer is self.failed.module or not self.layers):
            return self.failed.paths
        return self.paths_of(*self.layers)

    def paths_of(self, *modules: nn.Module) -> tuple[str, ...]:
        """Return the paths of modules in the model."""
        model = self.model
        return () if model is None else tuple(path for module in modules for path in paths_of(module, model))

    @cached_property
    def value(self) -> Any:
        """What reached the layer at fault; None where that is not known."""
        if self.failed is None:
            return self.x if isinstance(self.x, Tensor) and self._agrees(self.x) else None
        if self.place or self.layer is None or self.layer is self.failed.module:
            inputs = self.failed.innermost_inputs if self.place else self.failed.inputs
            return next(iter(inputs), None)
        return None

    def _agrees(self, x: Tensor) -> bool:
        """Whether x may be what the message is about."""
        told = self.sizes
        if "rows" in told and "features" in told:
            return (math.prod(x.shape[:-1]), *x.shape[-1:]) == (told["rows"], told["features"])
        dtype = dtype_of(self.values.get("x_dtype", ""))
        return dtype in (None, x.dtype) and (
            self.values == {} or self.reading is None or bool(x.ndim) or "rows" not in told
        )

    @cached_property
    def site(self) -> Site | None:
        """Where the fix goes, if the user's call is known and can be repeated."""
        failed, model = self.failed, self.model
        if failed is None or model is None or failed.root is None or failed.root.x is None:
            return None
        layer = self.layer if self.layer is not None else failed.module
        paths = () if self.place else paths_of(layer, model)
        return Site(model, failed.root, layer, paths, self.value, self.place, self.end)

    @property
    def names(self) -> tuple[str, ...]:
        """All the ways in which code reaches the layer; ``layer`` where it is not known."""
        if self.site and self.site.names:
            return self.site.names
        paths = self.paths_of(self.layer) if self.layer is not None else ()
        return tuple(path_code(path, "model", self.model) for path in paths) or ("layer",)

    @property
    def value_shape(self) -> tuple[int, ...] | None:
        """The shape of what reached the layer, or what the message shows of it."""
        with suppress(Exception):  # a nested tensor has no shape, and a class of one's own may refuse it
            if isinstance(self.value, Tensor):
                return tuple(self.value.shape)
        if self.reading and self.reading.slug == "scalar":
            return ()
        told = self.sizes
        return (told.get("rows", 1), told["features"]) if "features" in told else None

    @property
    def value_dtype(self) -> torch.dtype | None:
        """The dtype of what reached the layer."""
        if isinstance(self.value, Tensor):
            return self.value.dtype
        return dtype_of(self.values.get("x_dtype", ""))

    @property
    def layer_dtype(self) -> torch.dtype | None:
        """The dtype of the layer's weight."""
        weight = getattr(self.layer, "weight", None)
        return weight.dtype if isinstance(weight, Tensor) else dtype_of(self.values.get("dtype", ""))

    @property
    def told(self) -> Call | None:
        """The call that the message describes; sizes that it does not give are 1."""
        values, told, shape = self.values, self.sizes, self.value_shape
        dtype = dtype_of(values.get("dtype", "float"))
        bias_dtype = dtype_of(values["bias_dtype"]) if "bias_dtype" in values else dtype
        x_dtype = self.value_dtype or (None if "x_dtype" in values else dtype)
        if dtype is None or bias_dtype is None or x_dtype is None:
            return None
        in_features = told.get("in_features", shape[-1] if shape else 1)
        out_features = told.get("out_features", 1)
        return Call(
            in_features,
            out_features,
            dtype,
            bias_dtype,
            (1, in_features) if shape is None else shape,
            x_dtype,
        )


def has_own_forward(module: nn.Module) -> bool:
    """Whether a module may use its weight differently from nn.Linear."""
    return not isinstance(module, torch.jit.ScriptModule) and type(module).forward is not nn.Linear.forward


def _is_linear(module: nn.Module) -> bool:
    """Whether a module is a linear layer, or was one before it was scripted."""
    if isinstance(module, torch.jit.ScriptModule):
        return bool(module.original_name == "Linear")
    return isinstance(module, nn.Linear)


def situation_of(error_or_text: BaseException | str, model: nn.Module | None, x: Any) -> Situation:
    """Read the message, the traceback and the model."""
    if isinstance(error_or_text, str):
        return Situation(read_message(error_or_text), model, x, None, None)
    found = None
    for error in _chain(error_or_text):
        reading = read_message(str(error))
        if reading is not None:
            found = found or (error, reading)
    source = found[0] if found else error_or_text
    failed = None
    if model is not None:
        failed = failed_call(source, model) or failed_call(error_or_text, model)
        if failed and failed.root and is_compiled(source, failed):
            with suppress(Exception):
                failed = run_again(model, failed.root) or failed
    return Situation(found[1] if found else None, model, x, source, failed)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it wraps: its group's, its cause, its context."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        error = waiting.pop(0)
        if id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        waiting += getattr(error, "exceptions", ()) if isinstance(error, BaseExceptionGroup) else ()
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        waiting += [cause] if cause else []


def dtype_of(word: str) -> torch.dtype | None:
    """Return the dtype that PyTorch calls so, in any wording of its messages."""
    name = word.replace("c10::", "").replace("torch.", "").replace("cuda.", "").lower().removesuffix("tensor")
    dtype = _DTYPES.get(name) or getattr(torch, name, None) if name else None
    return dtype if isinstance(dtype, torch.dtype) else None
