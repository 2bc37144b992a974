"""Frames of the user's code, and how that code reaches a value in them."""

import ast
import linecache
import re
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import is_dataclass
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any, TypeVar

import torch
from torch import nn

Node = TypeVar("Node", ast.stmt, ast.expr)
PLACES = ast.Name | ast.Attribute | ast.Subscript  # what can be assigned to
_TORCH = str(Path(torch.__file__).parent)
_LIBRARIES = tuple(sysconfig.get_paths()[kind] for kind in ("stdlib", "purelib", "platlib"))


def entries_of(error: BaseException) -> Iterator[TracebackType]:
    """Yield the entries of a traceback, the outermost first."""
    entry = error.__traceback__
    while entry is not None:
        yield entry
        entry = entry.tb_next


def user_scopes(entries: Sequence[TracebackType], model: nn.Module | None = None) -> list[TracebackType]:
    """Return the frames of the user's code outside the model, the innermost first."""
    own = [entry for entry in reversed(entries) if not is_torch(entry.tb_frame)]
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
        # What a script holds can be anything, even objects that fail when inspected.
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
    elif not isinstance(value, type | ModuleType) and not _is_frozen(value):
        inside = {**vars(value), **vars(value).get("_modules", {})}
        yield from ((f".{key}", item) for key, item in inside.items() if _is_name(key))


def _is_frozen(value: Any) -> bool:
    return is_dataclass(value) and bool(type(value).__dataclass_params__.frozen)  # type: ignore[union-attr]


def value_of(node: ast.expr, scope: Mapping[str, Any]) -> Any:
    """Return what a name, or an attribute or item of what it stands for, is; None for anything else."""
    if isinstance(node, ast.Attribute):
        return getattr(value_of(node.value, scope), node.attr, None)
    if isinstance(node, ast.Subscript):
        owner = value_of(node.value, scope)
        is_safe = isinstance(owner, list | tuple | dict | nn.Module) or hasattr(owner, "to_numpy")
        return owner[ast.literal_eval(node.slice)] if is_safe else None
    return scope.get(node.id) if isinstance(node, ast.Name) else None


def place_of(value: Any, source: str, frame: FrameType) -> str:
    """Return the code of an argument if it is a place where the value is and can be replaced."""
    with suppress(Exception):
        node = ast.parse(source, mode="eval").body
        if isinstance(node, ast.Attribute | ast.Subscript):
            owner = value_of(node.value, {**frame.f_globals, **frame.f_locals})
            return source if any(item is value for _, item in _items(owner)) else ""
    return ""


def argument_of(entry: TracebackType) -> str:
    """Return the first argument of the call that a frame is at, as its source has it."""
    code = entry.tb_frame.f_code
    with suppress(Exception):
        first, last, start, stop = list(code.co_positions())[entry.tb_lasti // 2]
        lines = linecache.getlines(code.co_filename, entry.tb_frame.f_globals)[: last or 0]
        lines = lines[(first or 1) - 1 :]
        text = "".join([*lines[:-1], lines[-1].encode()[:stop].decode()]).encode()[start:].decode()
        call: Any = ast.parse(text, mode="eval").body
        value = call.args[0] if call.args else call.keywords[0].value
        said = ast.unparse(value)
        return said if isinstance(value, PLACES | ast.Call) else f"({said})"
    return ""


def names_inside(entry: TracebackType) -> set[str]:
    """Return the names whose values inside the current statement of a frame differ from those before it.

    They are those of a comprehension, a lambda or a walrus, and what map takes item by item.
    """
    with suppress(Exception):
        statements = [node for node in ast.walk(source_of(entry.tb_frame)) if isinstance(node, ast.stmt)]
        inside = list(ast.walk(innermost(statements, entry.tb_lineno)))
        bound: list[ast.AST] = [
            node.target for node in inside if isinstance(node, ast.comprehension | ast.NamedExpr)
        ]
        bound += [node.args for node in inside if isinstance(node, ast.Lambda)]
        calls = [node for node in inside if isinstance(node, ast.Call)]
        bound += [item for call in calls if ast.unparse(call.func) == "map" for item in call.args[1:]]
        parts = [part for each in bound for part in ast.walk(each)]
        arguments = {part.arg for part in parts if isinstance(part, ast.arg)}
        return arguments | {part.id for part in parts if isinstance(part, ast.Name)}
    return set()


def source_of(frame: FrameType) -> ast.Module:
    """Return the file that a frame is in."""
    return ast.parse("".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals)))


def innermost(nodes: Iterable[Node], line: int) -> Node:
    """Return the smallest part of the code that is at a line."""
    around = (node for node in nodes if node.lineno <= line <= (node.end_lineno or 0))
    return max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0), node.col_offset))


def renamed(code: str, names: Mapping[str, str]) -> str:
    """Return code with other names; texts and attributes are left alone."""
    return re.sub(rf"(?<![\w.\"'])({'|'.join(names)})\b", lambda match: names[match[1]], code)


def is_torch(frame: FrameType) -> bool:
    """Whether a frame runs code of PyTorch's."""
    return _is_in(frame, (_TORCH,))


def _is_in(frame: FrameType, folders: tuple[str, ...]) -> bool:
    return frame.f_code.co_filename.startswith(folders)
