"""The layer at fault with what reached it, and how the user's code reaches both."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from linear_core.calls import labels
from linear_core.calls.failed_call import RootCall
from linear_core.calls.fixes import (
    Candidate,
    distinct,
    is_transposed,
    new_layer,
    transposed_weight,
    working_candidates,
)
from linear_core.calls.paths import PlainPlace, owner_of, path_code, paths_of
from linear_core.calls.records import Fix
from linear_core.calls.stand_in import Call, call_of
from linear_core.calls.trial import MAX_NUMBERS, Trial


@dataclass(frozen=True, eq=False)
class Site:
    """Where a call failed.

    Attributes
    ----------
    model : nn.Module
    root : RootCall
        The call that the user wrote.
    layer : nn.Module
    paths : tuple of str
        Its paths in the model; empty for a layer that is not registered.
    value : Any
        What reached the layer; None where only the message is known.
    place : PlainPlace or None
        Where a layer that is not registered is kept.
    end : float
        When trying ends, as ``time.perf_counter`` tells it.
    refused : list
        The fixes after which the call still failed, each with the new error and the model it is of.
    """

    model: nn.Module
    root: RootCall
    layer: nn.Module
    paths: tuple[str, ...]
    value: Any
    place: PlainPlace | None = None
    end: float = math.inf
    refused: list[tuple[Fix, Exception, nn.Module]] = field(default_factory=list)

    @property
    def direct(self) -> bool:
        """Whether the layer was called on an argument of the user's that has a name."""
        return self.value is not None and self.value is self.root.x and bool(self.root.x_name)

    @property
    def names(self) -> tuple[str, ...]:
        """All the ways in which code reaches the layer of ``model``."""
        if self.place:
            owner = path_code(self.place.owner, "model", self.model)
            return (f"{owner}.{self.place.attribute}{self.place.index}",)
        return tuple(path_code(path, "model", self.model) for path in self.paths)

    @property
    def owner(self) -> str:
        """The class whose forward calls the layer; empty for the whole model and inside a Sequential."""
        holder = owner_of(self.paths[0], self.model) if self.paths else None
        return "" if holder is None or isinstance(holder, nn.Sequential) else type(holder).__name__

    def fixes(self, call: Call) -> tuple[Fix, ...]:
        """Return the fixes of shapes and dtypes with which the user's call succeeds."""
        return self.tried(self._of_call(call))

    def tried(self, fixes: Iterator[Fix | tuple[Fix, ...]]) -> tuple[Fix, ...]:
        """Return the first fixes with which the user's call succeeds, on a copy of the model.

        Fixes are about ``model`` and ``x``, and returned in the user's names. Of a tuple, which holds ways
        to write the same fix, the first that works is taken.
        """
        trial = Trial(self.model, self.root, self.end)

        def works(fix: Fix) -> bool:
            failure = trial.failure_after(fix.code)
            if failure is not None and failure.model is not None:
                self.refused.append((fix, failure.error, failure.model))
            return failure is None

        groups = (fix if isinstance(fix, tuple) else (fix,) for fix in fixes)
        found = (next(filter(works, map(self._reachable, group)), None) for group in groups)
        return distinct(replace(fix, code=self.root.say(fix.code)) for fix in found if fix is not None)

    def _reachable(self, fix: Fix) -> Fix:
        """Change an x that has no name on its way into the model, and a layer in a tuple where it can be."""
        if self.place and self.place.is_tuple and any(f"{name} = " in fix.code for name in self.names):
            return replace(fix, code=f"{self._registered}\n{fix.code}")
        if self.root.x_name:
            return fix
        called = path_code(self.root.path, "model", self.model)
        hook = rf"{called}.register_forward_pre_hook(lambda module, args: (args[0].\1, *args[1:]))"
        return replace(fix, code=re.sub(r"(?m)^x = x\.(.+)$", hook, fix.code))

    def _of_call(self, call: Call) -> Iterator[Fix | tuple[Fix, ...]]:
        layer, names = self.layer, self.names
        if not isinstance(layer, nn.Linear):
            yield from self._of_input(call)
            return
        if is_transposed(layer, call.x_shape):
            yield transposed_weight(layer, self.names[0])
            return
        if is_of_own_class(layer):
            call = replace(call, make=f"type({names[0]})")
        if self.value is not self.root.x:
            yield from self._of_root(call)
        if self._lost_the_batch(call):
            yield Fix(labels.ROWS_BACK, self.before(f"reshape(-1, {call.in_features})"))
        if call.fits and not self.direct:
            yield from self._of_mixed_dtypes(call)
        for candidate in sorted(working_candidates(call, names), key=self._moves_the_batch):
            if not _is_too_large(candidate, call):
                yield (*self._codes(candidate), *self._plain(candidate, call), *self._alone(candidate))
        if call.fits:
            yield from self._of_dtype(call)

    def _of_root(self, call: Call) -> Iterator[Fix]:
        """Change the input of the model, where what is wrong with it only shows in a layer inside."""
        x = self.root.x
        if self.place and call.fits and call.x_dtype.is_floating_point:
            yield Fix(labels.REGISTER, f"{self._registered}.to({call.x_dtype})")
        same = getattr(x, "dtype", None) == call.x_dtype
        if call.fits and same and call.x_dtype != call.dtype and torch.can_cast(call.x_dtype, call.dtype):
            yield Fix(labels.CONVERT_X, f"x = x.to({call.dtype})")
        if len(call.x_shape) > 1 and math.prod(call.x_shape) == call.in_features:
            yield Fix(labels.ADD_BATCH, "x = x.unsqueeze(0)")

    def _lost_the_batch(self, call: Call) -> bool:
        """Whether a flatten or squeeze inside the model removed the batch dimension, too."""
        batch = next(iter(getattr(self.root.x, "shape", ())), 0)
        is_inside = self.value is not None and self.value is not self.root.x
        is_lost = is_inside and call.x_shape[:1] != (batch,) and not call.fits
        return is_lost and math.prod(call.x_shape) == batch * call.in_features > 0

    def _moves_the_batch(self, candidate: Candidate) -> bool:
        """Whether, inside a model, samples would become features because there are as many of them."""
        batch = getattr(self.root.x, "shape", ())[:1]
        is_first = candidate.method in ("T", "movedim(0, -1)") and self.value is not self.root.x
        return is_first and self.value is not None and self.value.shape[:1] == batch

    def _alone(self, candidate: Candidate) -> Iterator[Fix]:
        """Change a layer in one of its places only, where it is used in several."""
        every = " = ".join(self.names)
        if len(self.names) > 1 and candidate.fix.code.startswith(f"{every} = "):
            for name in self.names:
                yield replace(candidate.fix, code=f"{name}{candidate.fix.code.removeprefix(every)}")

    def _plain(self, candidate: Candidate, call: Call) -> Iterator[Fix]:
        """Change the layer itself where its class cannot be called again, or put an nn.Linear there."""
        if call.make != "nn.Linear" and call.make in candidate.fix.code:
            features, name = candidate.call.in_features, self.names[0]
            weight = f"{name}.weight.new_empty({call.out_features}, {features})"
            lines = (f"{name}.in_features, {name}.weight = {features}, nn.Parameter({weight})",)
            yield replace(candidate.fix, code="\n".join((*lines, f"{name}.reset_parameters()")))
            code = candidate.fix.code.replace(call.make, "nn.Linear")
            yield replace(candidate.fix, code=code)

    def _of_input(self, call: Call) -> Iterator[tuple[Fix, ...]]:
        """Change what reaches a module that multiplies by itself: no layer can be made in its place."""
        for candidate in working_candidates(call, self.names):
            if candidate.method:
                yield tuple(self._codes(candidate))

    def _codes(self, candidate: Candidate) -> Iterator[Fix]:
        """Write a candidate for the user's scope: x of an inner layer has no name there."""
        fix = candidate.fix
        if self.direct or not (candidate.method or re.search(r"(?<![\w.])x = ", fix.code)):
            yield fix
        if candidate.module:
            wrapped = f"nn.Sequential({candidate.module}, {self.names[0]})"
            yield replace(fix, code=" = ".join((*self.names, wrapped)))
        elif candidate.method:
            yield replace(fix, code=self.before(candidate.method))
        else:
            yield replace(fix, code=re.sub(r"\nx = .*", "", fix.code))

    def _of_mixed_dtypes(self, call: Call) -> Iterator[Fix]:
        """Convert the whole model where its layers have different dtypes, or the layer alone."""
        if len({p.dtype for p in self.model.parameters() if p.is_floating_point()}) > 1:
            x_dtype = getattr(self.root.x, "dtype", None)
            for dtype in dict.fromkeys((x_dtype, torch.float32)):
                if isinstance(dtype, torch.dtype) and dtype.is_floating_point:
                    yield Fix(labels.CONVERT_MODEL, f"model.to({dtype})")
            if call.x_dtype.is_floating_point:
                yield Fix(labels.CONVERT_LAYER, f"{self.names[0]}.to({call.x_dtype})")

    def _of_dtype(self, call: Call) -> Iterator[Fix]:
        """Convert the whole model, where converting the layer alone is not enough."""
        present = {p.dtype for p in self.model.parameters() if p.is_floating_point() or p.is_complex()}
        if any(dtype.is_complex for dtype in (call.x_dtype, *present)):
            return  # an imaginary part must not be dropped silently
        for dtype in dict.fromkeys((call.x_dtype, call.dtype, torch.float32)):
            if dtype.is_floating_point and dtype.itemsize > 1 and present != {dtype}:
                yield Fix(labels.CONVERT_MODEL, f"model.to({dtype})")
                if getattr(self.root.x, "dtype", dtype) != dtype:
                    code = f"model.to({dtype})\nx = x.to({dtype})"
                    yield Fix(labels.CONVERT_BOTH if dtype == torch.float32 else labels.CONVERT_MODEL, code)

    @property
    def _registered(self) -> str:
        """Code that keeps the layers of a plain container where the model knows them."""
        assert self.place is not None
        kept = f"{path_code(self.place.owner, 'model', self.model)}.{self.place.attribute}"
        return f"{kept} = {self.place.kind}({kept})"

    def device_fixes(self) -> tuple[Fix, ...]:
        """Move the layer and its input to one device."""
        return self.tried(self._of_device())

    def _of_device(self) -> Iterator[Fix]:
        device = next(self.layer.parameters()).device
        x_device = self.value.device if isinstance(self.value, Tensor) else device
        if self.place:
            for where in dict.fromkeys((x_device, device)):
                yield Fix(labels.REGISTER, f'{self._registered}.to("{where}")')
        if self.direct and device.type != "meta":
            yield Fix(labels.SAME_DEVICE, f'x = x.to("{device}")')
        yield Fix(labels.MOVE_MODEL, f'model.to("{x_device}")')
        if self.direct:
            yield Fix(labels.SAME_DEVICE, f'x = x.to("{device}")')
        else:
            yield Fix(labels.MOVE_LAYER, f'{self.names[0]}.to("{x_device}")')
        if device.type == "meta":
            empty = "model" if all(p.is_meta for p in self.model.parameters()) else self.names[0]
            yield Fix(labels.TO_EMPTY, f'{empty}.to_empty(device="{x_device}")')
        for where in dict.fromkeys((device, x_device)):
            yield Fix(labels.ONE_DEVICE, f'model.to("{where}")\nx = x.to("{where}")')

    def output_fixes(self, sizes: tuple[int, int]) -> tuple[Fix, ...]:
        """Make the output of a layer inside as large as what it is combined with."""
        return self.tried(self._of_output(sizes))

    def _of_output(self, sizes: tuple[int, int]) -> Iterator[Fix]:
        # The layer that was running is not what it combines: its own forward or a hook does.
        inside = [part for part in self.layer.modules() if part is not self.layer]
        for layer in inside:
            if isinstance(layer, nn.Linear) and layer.out_features in sizes:
                wanted = sizes[0] if layer.out_features == sizes[1] else sizes[1]
                yield self.with_output(layer, wanted)

    def with_output(self, layer: nn.Linear, wanted: int) -> Fix:
        """Recreate a linear layer with a different number of outputs."""
        call = call_of(layer, (1, layer.in_features), layer.weight.dtype)
        names = (path_code(path, "model", self.model) for path in paths_of(layer, self.model))
        return Fix(labels.MATCH_OUTPUT, " = ".join((*names, new_layer(replace(call, out_features=wanted)))))

    def before(self, method: str) -> str:
        """Return code that changes what reaches the layer, with the line that does it in forward."""
        line = ""
        if self.value is self.root.x and self.root.source:
            line = f"# {self.root.source} → {self.root.source}.{method}\n"
        elif self.owner:
            line = f"# {self.owner}.forward: self{self._part}(... .{method})\n"
        hook = f"lambda module, args: (args[0].{method}, *args[1:])"
        return f"{line}{self.names[0]}.register_forward_pre_hook({hook})"

    @property
    def _part(self) -> str:
        return path_code(self.paths[0].rpartition(".")[2], "", owner_of(self.paths[0], self.model))


def is_of_own_class(layer: nn.Linear) -> bool:
    """Whether a layer is of a class derived from nn.Linear, which a new layer has to keep."""
    return type(layer) is not nn.Linear and not is_parametrized(layer)


def _is_too_large(candidate: Candidate, call: Call) -> bool:
    """Whether trying it would make a weight that takes long or more memory than is available."""
    size = candidate.call.in_features * candidate.call.out_features
    return candidate.call.in_features != call.in_features and size > MAX_NUMBERS
