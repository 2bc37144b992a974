"""Where in a model an exception arose, read from its traceback: nothing is hooked into the model."""

import linecache
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn

from linear_core.calls.paths import paths_of

_CALL = nn.Module._call_impl.__code__
_LOAD = nn.Module.load_state_dict.__code__
_TORCH = str(Path(torch.__file__).parent)


@dataclass(frozen=True, eq=False)
class RootCall:
    """The outermost call of the model or of a part of it: what the user wrote.

    Attributes
    ----------
    path : str
        The part of the model that was called; empty for the whole.
    args, kwargs : tuple, mapping
        What it was called on.
    x_name, model_name : str
        What the first argument and the model are called there; ``"x"`` and ``"model"`` where they have no
        name.
    parameters : tuple of str
        The names of the positional arguments in the module's forward.
    """

    path: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    x_name: str = "x"
    model_name: str = "model"
    parameters: tuple[str, ...] = ()

    @property
    def x(self) -> Any:
        """The first argument."""
        return next(iter((*self.args, *self.kwargs.values())), None)


@dataclass(frozen=True, eq=False)
class FailedCall:
    """The innermost module that had begun and not ended when the exception arose.

    Attributes
    ----------
    module : nn.Module
        A module of the model; one outside it (a loss) only where no part of the model was running.
    paths : tuple of str
        All its paths in the model, as ``named_modules`` spells them; a shared module has several.
    inputs : tuple
        What it was called on, positional and then by keyword; empty for ``load_state_dict``.
    root : RootCall or None
        The call that the user wrote; None where no part of the model was running.
    innermost, innermost_inputs : nn.Module, tuple
        Like ``module`` and ``inputs``, but part of the model or not.
    state_dict : mapping or None
        What ``load_state_dict`` was called on.
    """

    module: nn.Module
    paths: tuple[str, ...]
    inputs: tuple[Any, ...]
    root: RootCall | None
    innermost: nn.Module
    innermost_inputs: tuple[Any, ...] = ()
    state_dict: Mapping[str, Any] | None = None


def failed_call(error: BaseException, model: nn.Module) -> FailedCall | None:
    """Return the call that failed, or None where no module was running."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    calls = [frame for frame in frames if frame.f_code in (_CALL, _LOAD)]
    if not calls:
        return None
    inside = [frame for frame in calls if paths_of(frame.f_locals["self"], model)]
    failed = (inside or calls)[-1]
    module = failed.f_locals["self"]
    root = next(iter(inside), None) or _wrapper_of(model, calls)
    return FailedCall(
        module,
        paths_of(module, model),
        _inputs(failed),
        None if root is None else _root_call(root, _caller(frames[: frames.index(root)]), model),
        calls[-1].f_locals["self"],
        _inputs(calls[-1]),
        failed.f_locals.get("state_dict") if failed.f_code is _LOAD else None,
    )


def _wrapper_of(model: nn.Module, calls: list[FrameType]) -> FrameType | None:
    """Return the call of a module that holds the model, such as a compiled or a data-parallel one."""
    return next((frame for frame in calls if paths_of(model, frame.f_locals["self"])), None)


def _caller(before: list[FrameType]) -> FrameType | None:
    return next((frame for frame in reversed(before) if not _is_torch(frame)), None)


def _root_call(frame: FrameType, caller: FrameType | None, model: nn.Module) -> RootCall:
    values = frame.f_locals
    path = next(iter(paths_of(values["self"], model)), "")
    args, kwargs = values.get("args", ()), values.get("kwargs", {})
    code = getattr(values["self"].forward, "__code__", None)
    parameters = code.co_varnames[1 : code.co_argcount] if code else ()
    x = next(iter((*args, *kwargs.values())), None)
    names = _name_of(x, caller, "x"), _name_of(model, caller, "model")
    return RootCall(path, tuple(args), dict(kwargs), *names, parameters)


def _name_of(value: Any, frame: FrameType | None, usual: str) -> str:
    """Return what a value is called in a frame; the usual name where it has none or goes by it too."""
    if frame is None or value is None:
        return usual
    found = [name for name, known in (*frame.f_locals.items(), *frame.f_globals.items()) if known is value]
    good = [name for name in found if name.isidentifier() and not name.startswith("_") and name != "self"]
    return usual if usual in good or not good else good[0]


def _inputs(frame: FrameType) -> tuple[Any, ...]:
    return (*frame.f_locals.get("args", ()), *frame.f_locals.get("kwargs", {}).values())


def compared_tensors(error: BaseException, sizes: Mapping[str, str]) -> dict[str, Tensor]:
    """Return the two tensors that could not be combined, by name, the prediction first; or nothing.

    They are the arguments of PyTorch's own loss function or, where a loss is written by hand, those two of
    the failing line that have the sizes ``a`` and ``b`` in the dimension ``dim`` of the message.
    """
    frames = list(walk_tb(error.__traceback__))
    for frame, _ in frames:
        values = frame.f_locals
        if _is_torch(frame) and all(isinstance(values.get(name), Tensor) for name in ("input", "target")):
            return {"prediction": values["input"], "target": values["target"]}
    own = [(frame, line) for frame, line in frames if not _is_torch(frame)]
    tensors = _named_tensors(*own[-1]) if own else {}
    # The target is what needs no gradient.
    names = sorted(tensors, key=lambda name: not tensors[name].requires_grad)
    wanted = sorted((int(sizes["a"]), int(sizes["b"])))
    for pair in combinations(names, 2):
        if sorted(_sizes_at(int(sizes["dim"]), *(tensors[name].shape for name in pair))) == wanted:
            return {name: tensors[name] for name in pair}
    return {}


def _sizes_at(dim: int, *shapes: torch.Size) -> list[int]:
    # Shapes broadcast aligned at their ends; the dimension counts in the longer of the two.
    rank = max(map(len, shapes))
    return [((1,) * (rank - len(shape)) + shape)[dim] for shape in shapes if dim < rank]


def _named_tensors(frame: FrameType, line: int) -> dict[str, Tensor]:
    source = linecache.getline(frame.f_code.co_filename, line, frame.f_globals)
    known = {**frame.f_globals, **frame.f_locals}
    names = dict.fromkeys(re.findall(r"(?<![\w.])[^\W\d]\w*", source))
    return {name: known[name] for name in names if isinstance(known.get(name), Tensor)}


def _is_torch(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_TORCH)
