"""Where in a model an exception arose, read from its traceback: nothing is hooked into the model."""

import ast
import linecache
import re
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations, takewhile
from pathlib import Path
from traceback import walk_tb
from types import FrameType, ModuleType, TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from linear_core.calls.paths import path_code, paths_of

_CALL = nn.Module._call_impl.__code__
_LOAD = nn.Module.load_state_dict.__code__
_PLACES = ast.Name | ast.Attribute | ast.Subscript  # what can be assigned to
_TORCH = str(Path(torch.__file__).parent)
_LIBRARIES = tuple(sysconfig.get_paths()[kind] for kind in ("stdlib", "purelib", "platlib"))


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
    """

    path: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    x: Any = None
    x_name: str = "x"
    model_name: str = "model"
    source: str = ""
    parameters: tuple[str, ...] = ()

    def say(self, code: str) -> str:
        """Write code about ``x`` and ``model`` with the names that they have where the call was made."""
        return renamed(code, {"x": self.x_name or "x", "model": self.model_name})

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


def renamed(code: str, names: Mapping[str, str]) -> str:
    """Return code with other names; texts and attributes are left alone."""
    return re.sub(rf"(?<![\w.\"'])({'|'.join(names)})\b", lambda match: names[match[1]], code)


def failed_call(error: BaseException, model: nn.Module) -> FailedCall | None:
    """Return the call that failed, or None where no module was running."""
    entries = list(_entries(error))
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


def _entries(error: BaseException) -> Iterator[TracebackType]:
    entry = error.__traceback__
    while entry is not None:
        yield entry
        entry = entry.tb_next


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
    called_from = next((entry for entry in before[::-1] if not _is_torch(entry.tb_frame)), None)
    source = _argument(called_from) if called_from and scopes[:1] == [called_from] else ""
    x_name = name_of(x, scopes[0].tb_frame, "x") if scopes else "x"
    if frame.f_code is _LOAD:  # PyTorch has replaced the argument by a copy
        x_name = source if source and isinstance(ast.parse(source, mode="eval").body, _PLACES) else ""
    models = (name_of(model, scope.tb_frame, "model") for scope in scopes)
    model_name = next(filter(None, models), "model")
    return RootCall(path, tuple(args), dict(kwargs), x, x_name, model_name, source, parameters)


def user_scopes(entries: Sequence[TracebackType], model: nn.Module | None = None) -> list[TracebackType]:
    """Return where code of the user's runs that is no part of the model, the innermost first."""
    own = [entry for entry in reversed(entries) if not _is_torch(entry.tb_frame)]
    parts = set() if model is None else set(model.modules())
    outside = [entry for entry in own if not _is_in(entry.tb_frame, _LIBRARIES)]
    outside = [entry for entry in outside if not _is_one_of(entry.tb_frame.f_locals.get("self"), parts)]
    return outside or own


def _is_one_of(value: Any, modules: set[nn.Module]) -> bool:
    return isinstance(value, nn.Module) and value in modules


def name_of(value: Any, frame: FrameType, usual: str) -> str:
    """Return code that reaches a value in a frame: the usual name, another one, or a place one level down."""
    if value is None:
        return ""
    near, far = (
        {name: scope[name] for name in (usual, *scope) if name in scope and _is_name(name)}
        for scope in (frame.f_locals, frame.f_globals)
    )
    for name, known in near.items():
        if known is value:
            return name
    for name, known in near.items():
        # What a script holds can be anything, even objects that fail when looked at.
        with suppress(Exception):
            for place, item in _items(known):
                if item is value:
                    return f"{name}{place}"
    return next((name for name, known in far.items() if known is value), "")


def _is_name(name: str) -> bool:
    return name.isidentifier() and not name.startswith("_")


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a container or an object holds, with the code that reaches it and may be assigned to."""
    if isinstance(value, dict):
        yield from ((f"[{key!r}]", item) for key, item in value.items() if isinstance(key, str | int))
    elif isinstance(value, list):
        yield from ((f"[{index}]", item) for index, item in enumerate(value[:100]))
    elif not isinstance(value, type | ModuleType):
        inside = {**vars(value), **vars(value).get("_modules", {})}
        yield from ((f".{key}", item) for key, item in inside.items() if _is_name(key))


def _argument(entry: TracebackType) -> str:
    """Return the first argument of the call where a frame stands, as its source says it."""
    code = entry.tb_frame.f_code
    with suppress(Exception):
        first, last, start, stop = list(code.co_positions())[entry.tb_lasti // 2]
        lines = linecache.getlines(code.co_filename, entry.tb_frame.f_globals)[: last or 0]
        lines = lines[(first or 1) - 1 :]
        text = "".join([*lines[:-1], lines[-1].encode()[:stop].decode()]).encode()[start:].decode()
        call: Any = ast.parse(text, mode="eval").body
        value = call.args[0] if call.args else call.keywords[0].value
        said = ast.unparse(value)
        return said if isinstance(value, _PLACES | ast.Call) else f"({said})"
    return ""


def _inputs(frame: FrameType) -> tuple[Any, ...]:
    return (*frame.f_locals.get("args", ()), *frame.f_locals.get("kwargs", {}).values())


@dataclass(frozen=True, eq=False)
class LossCall:
    """A loss function of PyTorch's that was running.

    Attributes
    ----------
    function : str
        Its name in ``torch.nn.functional``.
    arguments : mapping
        What it was called on, with ``input`` and ``target``.
    names : mapping of str to str
        What ``prediction`` and ``target`` are called where the call was made; empty where they have no name.
    """

    function: str
    arguments: Mapping[str, Any]
    names: Mapping[str, str]

    @property
    def tensors(self) -> dict[str, Tensor]:
        """Prediction and target, by their names."""
        values = {"prediction": self.arguments["input"], "target": self.arguments["target"]}
        return {self.names[name] or name: value for name, value in values.items()}


def loss_call(error: BaseException, model: nn.Module | None = None) -> LossCall | None:
    """Return the loss function that failed, or None where it was none of PyTorch's."""
    entries = list(_entries(error))
    for place, entry in enumerate(entries):
        code, values = entry.tb_frame.f_code, entry.tb_frame.f_locals
        tensors = {"prediction": values.get("input"), "target": values.get("target")}
        is_loss = code.co_filename == F.__file__ and all(isinstance(t, Tensor) for t in tensors.values())
        if is_loss:
            arguments = {name: values[name] for name in code.co_varnames[: code.co_argcount]}
            scopes = user_scopes(entries[:place], model)
            named = {k: name_of(t, scopes[0].tb_frame, k) if scopes else k for k, t in tensors.items()}
            return LossCall(code.co_name, arguments, named)
    return None


def compared_tensors(error: BaseException, sizes: Mapping[str, str]) -> dict[str, Tensor]:
    """Return the two tensors that could not be combined, by name, the prediction first; or nothing.

    They are the arguments of PyTorch's own loss function or, where a loss is written by hand, those two of
    the failing line that have the sizes ``a`` and ``b`` in the dimension ``dim`` of the message.
    """
    if loss := loss_call(error):
        return loss.tensors
    own = [(frame, line) for frame, line in walk_tb(error.__traceback__) if not _is_torch(frame)]
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


def last_line(error: BaseException) -> str:
    """Return the line of Python that was running when the error arose."""
    frame, line = list(walk_tb(error.__traceback__))[-1]
    return linecache.getline(frame.f_code.co_filename, line, frame.f_globals)


def objects_in_line(error: BaseException) -> dict[str, Any]:
    """Return the arrays and tables of Python objects that the failing line of the user's names."""
    scopes = user_scopes(list(_entries(error)))[:1]
    known = (item for scope in scopes for item in _named(scope.tb_frame, scope.tb_lineno).items())
    return {name: value for name, value in known if _holds_objects(value)}


def _holds_objects(value: Any) -> bool:
    with suppress(Exception):
        dtypes = value.dtypes if value.ndim > 1 and hasattr(value, "dtypes") else (value.dtype,)
        return "object" in map(str, dtypes)
    return False


def _named_tensors(frame: FrameType, line: int) -> dict[str, Tensor]:
    return {name: value for name, value in _named(frame, line).items() if isinstance(value, Tensor)}


def _named(frame: FrameType, line: int) -> dict[str, Any]:
    source = linecache.getline(frame.f_code.co_filename, line, frame.f_globals)
    known = {**frame.f_globals, **frame.f_locals}
    names = dict.fromkeys(re.findall(r"(?<![\w.])[^\W\d]\w*", source))
    return {name: known[name] for name in names if name in known}


def _is_torch(frame: FrameType) -> bool:
    return _is_in(frame, (_TORCH,))


def _is_in(frame: FrameType, folders: tuple[str, ...]) -> bool:
    return frame.f_code.co_filename.startswith(folders)
