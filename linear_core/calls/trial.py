"""Whether a fix works: its code is run on a copy of the model, and the user's own call is repeated."""

import copy
import io
import math
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.utils._pytree import tree_map

from linear_core.calls.failed_call import RootCall

# All trials of one error take no longer than that; and none makes more numbers than that.
SECONDS = 3.0
MAX_NUMBERS = 100_000_000
# Output and warnings are caught for the whole process.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, eq=False)
class Failure:
    """How a call fails after a fix; ``model`` is None where the fix itself could not be run."""

    error: Exception
    model: nn.Module | None


class Trial:
    """A call that failed, to be repeated with changes; neither model nor input of the user is touched."""

    def __init__(self, model: nn.Module, root: RootCall, end: float = math.inf) -> None:
        self.model, self.root, self.end = model, root, end

    def failure_after(self, code: str) -> Failure | None:
        """Return how the call fails after the code, which knows ``model`` and ``x``; None if it succeeds."""
        called = None
        try:
            if time.perf_counter() > self.end:
                raise TimeoutError
            scope: dict[str, Any] = {"torch": torch, "nn": nn, "x": _own(self.root.x)}
            scope["model"] = copy_model(self.model)
            with quiet():
                root = self.root
                if root.swapped is not None:
                    root = replace(root, swapped=scope.setdefault("params", dict(root.swapped)))
                run(code, scope)
                called = scope["model"]
                call_again(called, root, scope["x"])
        except Exception as error:
            return Failure(error, called)
        return None

    def loads(self, code: str, state_dict: Mapping[str, Any]) -> bool:
        """Whether the parameters can be loaded after the code, if the code does not load them itself."""
        try:
            model = copy_model(self.model, "meta")
            scope: dict[str, Any] = {"torch": torch, "nn": nn, "model": model, "state_dict": dict(state_dict)}
            with quiet():
                run(code, scope)
                if ".load_state_dict(" not in code:
                    scope["model"].get_submodule(self.root.path).load_state_dict(scope["state_dict"])
        except Exception:
            return False
        return True


def call_again(model: nn.Module, root: RootCall, x: Any) -> Any:
    """Make the user's call on another model, with another x; never compiled."""

    def argument(value: Any) -> Any:
        return x if value is root.x else tree_map(_own, value)

    called = model.get_submodule(root.path)
    called = called._modules.get("_orig_mod") or called
    args = tuple(map(argument, root.args))
    kwargs = {name: argument(value) for name, value in root.kwargs.items()}
    if root.swapped is not None:
        return torch.func.functional_call(called, dict(root.swapped), args, kwargs)
    return called(*args, **kwargs)


def run(code: str, scope: dict[str, Any]) -> None:
    """Run the code of a fix, which this package wrote; no text of a message becomes code."""
    exec(compile(code, "<fix>", "exec"), scope)  # noqa: S102


def copy_model(model: nn.Module, device: str | None = None) -> nn.Module:
    """Copy a model with its buffers, but let it share the numbers of the parameters, which may be large.

    With a device, parameters and buffers are made there, without numbers.
    """
    memo: dict[int, Any] = {}
    for parameter in model.parameters():
        if type(parameter) is nn.Parameter and not is_lazy(parameter):
            data = parameter.detach() if device is None else torch.empty_like(parameter, device=device)
            memo[id(parameter)] = nn.Parameter(data, parameter.requires_grad)
    if device is not None:
        memo |= {id(buffer): torch.empty_like(buffer, device=device) for buffer in model.buffers()}
    with suppress(Exception):
        return copy.deepcopy(model, dict(memo))
    _share_what_cannot_be_copied(model, memo)
    return copy.deepcopy(model, memo)


def _share_what_cannot_be_copied(model: nn.Module, memo: dict[int, Any]) -> None:
    """Let a copy have a model's own locks, open files, and tensors that lead into a graph."""
    inside = set(vars(nn.Module()))
    for module in model.modules():
        for name, value in vars(module).items():
            if name not in inside:
                try:
                    copy.deepcopy(value, dict(memo))
                except Exception:
                    memo[id(value)] = value


def _own(value: Any) -> Any:
    """Copy a tensor, so that a model that works in place changes its own."""
    if not isinstance(value, Tensor):
        return value
    if value.numel() > MAX_NUMBERS:
        raise MemoryError
    if torch._C._functorch.is_functorch_wrapped_tensor(value):
        return torch.zeros(value.shape, dtype=value.dtype)  # its numbers ended with the vmap that it is of
    return value.detach().clone()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep output, warnings, gradients and random numbers of a trial from the user."""
    with _ONE_AT_A_TIME, warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            yield
