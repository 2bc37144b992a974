"""Whether a fix works: its code is run on a copy of the model, and the user's own call is made again."""

import copy
import io
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
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


class Trial:
    """A call that failed, to be made again with changes; neither model nor input of the user is touched."""

    def __init__(self, model: nn.Module, root: RootCall) -> None:
        self.model, self.root = model, root
        self._end = time.perf_counter() + SECONDS

    def output_of(self, code: str) -> Any:
        """Run the code in a scope like the user's, then the call.

        Raises
        ------
        Exception
            Whatever the code or the call raises, or TimeoutError.
        """
        if time.perf_counter() > self._end:
            raise TimeoutError
        root = self.root
        x = _own(root.x)
        scope: dict[str, Any] = {"torch": torch, "nn": nn, root.x_name: x}
        scope[root.model_name] = copy_model(self.model)
        with quiet():
            run(code, scope)
            return call_again(scope[root.model_name], root, scope[root.x_name])

    def accepts(self, code: str) -> bool:
        """Whether the call succeeds after the code."""
        try:
            self.output_of(code)
        except Exception:
            return False
        return True

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
    """Make the user's call on another model, with another first argument; never compiled."""
    args, kwargs = tree_map(
        lambda value: x if value is root.x else _own(value), (root.args, dict(root.kwargs))
    )
    called = model.get_submodule(root.path)
    called = getattr(called, "_orig_mod", called)
    if root.args:
        args = (x, *args[1:])
    elif kwargs:
        kwargs[next(iter(kwargs))] = x
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
    return value.detach().clone()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep output, warnings, gradients and random numbers of a trial from the user."""
    with _ONE_AT_A_TIME, warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            yield
