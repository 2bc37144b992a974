"""Where in a model an exception arose, read from its traceback: nothing is hooked into the model."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from types import FrameType, TracebackType
from typing import Any

from torch import nn
from torch.nn.utils.stateless import _functional_call

from linear_core.calls.paths import path_code, paths_of
from linear_core.calls.scopes import (
    PLACES,
    argument_of,
    entries_of,
    is_torch,
    name_of,
    names_inside,
    place_of,
    renamed,
    user_scopes,
)

_CALL = nn.Module._call_impl.__code__
_LOAD = nn.Module.load_state_dict.__code__


@dataclass(frozen=True, eq=False)
class RootCall:
    """The outermost call of the model or of a part of it: what the user wrote.

    Attributes
    ----------
    path : str
        The part of the model that was called; empty for the whole.
    args, kwargs : tuple, mapping
        What it was called on.
    x : Any
        The argument that reached the layer at fault; the first one where none did.
    x_name, model_name : str
        How code reaches x and the model where the call was made; ``x_name`` is empty where x has no name.
    source : str
        What the call says in the place of its first argument, ready to be followed by a method; empty where
        that is not known.
    parameters : tuple of str
        The names of the positional arguments in the module's forward.
    swapped : mapping of str to Tensor, optional
        The parameters with which ``torch.func.functional_call`` called the model, in place of its own.
    swapped_name : str
        How code reaches them.
    """

    path: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    x: Any = None
    x_name: str = "x"
    model_name: str = "model"
    source: str = ""
    parameters: tuple[str, ...] = ()
    swapped: Mapping[str, Any] | None = None
    swapped_name: str = ""

    def say(self, code: str) -> str:
        """Write code about ``x`` and ``model`` with the names that they have where the call was made."""
        names = {"x": self.x_name or "x", "model": self.model_name}
        return renamed(code, names | ({"params": self.swapped_name} if self.swapped_name else {}))

    def say_loading(self, code: str) -> str:
        """Write code about ``state_dict`` and ``model``, which may have to load what has no name."""
        if self.source and not self.x_name and "state_dict = " in code:
            code = f"state_dict = {self.source}\n{code}"
            if ".load_state_dict(" not in code:
                code += f"\n{path_code(self.path)}.load_state_dict(state_dict)"
        return renamed(code, {"state_dict": self.x_name or "state_dict", "model": self.model_name})


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
    entries = list(entries_of(error))
    calls = [entry.tb_frame for entry in entries if entry.tb_frame.f_code in (_CALL, _LOAD)]
    if not calls:
        return None
    inside = [frame for frame in calls if paths_of(frame.f_locals["self"], model)]
    failed = (inside or calls)[-1]
    module = failed.f_locals["self"]
    root = next(iter(inside), None) or _wrapper_of(model, calls)
    before = list(takewhile(lambda entry: entry.tb_frame is not root, entries))
    return FailedCall(
        module,
        paths_of(module, model),
        _inputs(failed),
        None if root is None else _root_call(root, before, model, _inputs(failed)),
        calls[-1].f_locals["self"],
        _inputs(calls[-1]),
        failed.f_locals.get("state_dict") if failed.f_code is _LOAD else None,
    )


def _wrapper_of(model: nn.Module, calls: list[FrameType]) -> FrameType | None:
    """Return the call of a module that holds the model, such as a compiled or a data-parallel one."""
    return next((frame for frame in calls if paths_of(model, frame.f_locals["self"])), None)


def _root_call(
    frame: FrameType, before: list[TracebackType], model: nn.Module, inputs: tuple[Any, ...]
) -> RootCall:
    values = frame.f_locals
    path = next(iter(paths_of(values["self"], model)), "")
    args, kwargs = values.get("args", ()), values.get("kwargs", {})
    code = getattr(values["self"].forward, "__code__", None)
    parameters = code.co_varnames[1 : code.co_argcount] if code else ()
    given = (*args, *kwargs.values())
    x = next((value for value in given if inputs and value is inputs[0]), given[0] if given else None)
    scopes = user_scopes(before, model)
    called_from = next((entry for entry in before[::-1] if not is_torch(entry.tb_frame)), None)
    source = argument_of(called_from) if called_from and scopes[:1] == [called_from] else ""
    x_name = name_of(x, scopes[0].tb_frame, "x") if scopes else "x"
    if scopes and re.split(r"\W", x_name)[0] in names_inside(scopes[0]):
        x_name = ""  # nothing can be assigned to it before the call
    if scopes and source and not x_name:
        x_name = place_of(x, source, scopes[0].tb_frame)
    if frame.f_code is _LOAD:  # PyTorch has replaced the argument by a copy
        x_name = source if source and isinstance(ast.parse(source, mode="eval").body, PLACES) else ""
    models = (name_of(model, scope.tb_frame, "model") for scope in scopes)
    model_name = next(filter(None, models), "model")
    swapped = next((e.tb_frame.f_locals["parameters_and_buffers"] for e in before if _swaps(e)), None)
    swapped_name = name_of(swapped, scopes[0].tb_frame, "params") if scopes else ""
    return RootCall(
        path, tuple(args), dict(kwargs), x, x_name, model_name, source, parameters, swapped, swapped_name
    )


def _swaps(entry: TracebackType) -> bool:
    return entry.tb_frame.f_code is _functional_call.__code__


def _inputs(frame: FrameType) -> tuple[Any, ...]:
    return (*frame.f_locals.get("args", ()), *frame.f_locals.get("kwargs", {}).values())
