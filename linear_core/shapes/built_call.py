"""One call built by hand: any layer, any x, on any of two devices; what it gives, and what repairs it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core.answers.explain import explain_error
from linear_core.answers.predict import CallOutcome, predict_call
from linear_core.calls.fixes import working_candidates
from linear_core.calls.labels import SAME_DEVICE
from linear_core.calls.records import Explanation, Fix
from linear_core.calls.stand_in import Call, check_possible
from linear_core.language import N_
from linear_core.layer.spec import LayerSpec

# Without a bias, no check on the meta device looks at the weight's device.
NOT_LOOKED_AT = N_(
    "The meta device has shapes and no numbers; there, without a bias, PyTorch does not check the weight's "
    "device. A GPU does: move x to the device of the layer."
)


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
        ``"cpu"``, or ``"meta"``, which stands for any device that the layer is not on.

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
        """What PyTorch does with it.

        Raises
        ------
        ShapeError
            No tensor can have the shape of x.
        """
        if self.x_device == "cpu":
            return predict_call(self.spec, self.x_shape, getattr(torch, self.x_dtype))
        check_possible(self.x_shape, getattr(torch, self.x_dtype))
        try:
            output = F.linear(*self._apart())
        except Exception as error:
            found = explain_error(str(error))
            return CallOutcome(False, None, None, type(error), str(error), found, found.fixes)
        return CallOutcome(
            True,
            torch.Size((*self.x_shape[:-1], self.spec.out_features)),
            output.dtype,
            None,
            None,
            Explanation(NOT_LOOKED_AT, slug="device"),
            (),
        )

    def _apart(self) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return x on the other device, and parameters that take no memory and meet the same checks."""
        ins, outs, dtype = self.spec.in_features, self.spec.out_features, getattr(torch, self.spec.dtype)
        shape, weight = self.x_shape, torch.empty(1, 1, dtype=dtype).expand(outs, ins)
        if shape[-1:] == (ins,):  # sizes of 1 fit as well, and the weight is contiguous as a real one is
            shape, weight = (*shape[:-1], 1), torch.empty(1, 1, dtype=dtype)
        x = torch.empty(shape, dtype=getattr(torch, self.x_dtype), device="meta")
        return x, weight, torch.empty(len(weight), dtype=dtype) if self.spec.bias else None

    def repairs(self) -> Iterator["Repair"]:
        """Yield up to three ways that make it succeed, each tried, the likeliest first."""
        if self.x_device != "cpu":
            yield from self._moved()
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

    def _moved(self) -> Iterator["Repair"]:
        """Yield the move to the layer's device, with what else the call then needs."""
        fix = Fix(SAME_DEVICE, "x = x.to(layer.weight.device)")
        moved = replace(self, x_device="cpu")
        if moved.outcome.ok:
            yield Repair(fix, moved)
        for repair in moved.repairs():
            code = f"{fix.code}\n{repair.fix.code}"
            yield replace(repair, fix=replace(repair.fix, code=code))

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
    """A fix, and the call as it is afterward.

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
