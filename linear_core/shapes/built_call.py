"""One call built by hand: any layer, any x, on any of two devices; what it gives, and what repairs it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch.nn import functional as F

from linear_core.calls.explain import explain_error
from linear_core.calls.fixes import working_candidates
from linear_core.calls.predict import CallOutcome, predict_call
from linear_core.calls.records import Fix
from linear_core.calls.stand_in import Call
from linear_core.layer.spec import LayerSpec

DEVICES = ("cpu", "meta")  # "meta" stands for any device that the layer is not on


@dataclass(frozen=True)
class BuiltCall:
    """A call of ``nn.Linear`` by its sizes, dtypes and devices; nothing large is made of it.

    Attributes
    ----------
    spec : LayerSpec
        The layer, on the CPU.
    x_shape : tuple of int
    x_dtype : str
        The name of a ``torch.dtype``.
    x_device : str
        One of `DEVICES`.

    Examples
    --------
    >>> call = BuiltCall(LayerSpec(784, 10), (32, 28, 28))
    >>> call.outcome.message
    'mat1 and mat2 shapes cannot be multiplied (896x28 and 784x10)'
    >>> [repair.fix.code for repair in call.repairs()][0], next(iter(call.repairs())).call.outcome.ok
    ('x = x.flatten(1)', True)
    """

    spec: LayerSpec
    x_shape: tuple[int, ...]
    x_dtype: str = "float32"
    x_device: str = "cpu"

    @property
    def outcome(self) -> CallOutcome:
        """What PyTorch does with it."""
        if self.x_device != "cpu" and (error := self._device_error()) is not None:
            explanation = explain_error(str(error))
            return CallOutcome(False, None, None, type(error), str(error), explanation, explanation.fixes)
        return predict_call(self.spec, self.x_shape, getattr(torch, self.x_dtype))

    def _device_error(self) -> Exception | None:
        dtype, shape = getattr(torch, self.spec.dtype), self.spec.weight_shape
        weight = torch.empty(1, 1, dtype=dtype).expand(shape)
        bias = torch.empty(1, dtype=dtype).expand(shape[0]) if self.spec.bias else None
        try:
            F.linear(
                torch.empty(self.x_shape, dtype=getattr(torch, self.x_dtype), device="meta"), weight, bias
            )
        except Exception as error:
            return error.with_traceback(None)
        return None

    def repairs(self) -> Iterator["Repair"]:
        """Yield up to three ways that make it succeed, each tried, the likeliest first."""
        if self.x_device != "cpu":
            moved = replace(self, x_device="cpu")
            for fix in self.outcome.fixes[:1]:
                yield Repair(fix, moved)
            return
        if self.outcome.ok:
            return
        dtype: torch.dtype = getattr(torch, self.spec.dtype)
        call = Call(
            self.spec.in_features,
            self.spec.out_features,
            dtype,
            dtype if self.spec.bias else None,
            self.x_shape,
            getattr(torch, self.x_dtype),
        )
        for candidate, _place in zip(working_candidates(call), range(3), strict=False):
            yield Repair(candidate.fix, self._like(candidate.call), candidate.module)

    def _like(self, call: Call) -> "BuiltCall":
        spec = replace(
            self.spec,
            in_features=call.in_features,
            out_features=call.out_features,
            dtype=str(call.dtype).removeprefix("torch."),
        )
        return replace(
            self, spec=spec, x_shape=tuple(call.x_shape), x_dtype=str(call.x_dtype).removeprefix("torch.")
        )


@dataclass(frozen=True)
class Repair:
    """A fix, and the call as it is afterwards.

    Attributes
    ----------
    fix : Fix
    call : BuiltCall
    module : str
        A module that does the same inside a model, such as ``nn.Flatten()``; empty where there is none.
    """

    fix: Fix
    call: BuiltCall
    module: str = ""
