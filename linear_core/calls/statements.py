"""The user's statement that failed: its source, the statements before it, and what its names stand for."""

import ast
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from torch import Tensor, nn

from linear_core.calls.paths import path_code
from linear_core.calls.scopes import innermost, name_of, source_of, value_of


class Statement:
    """A statement, those before it in the file, and what names mean where it stands."""

    def __init__(self, entry: TracebackType, model: nn.Module | None) -> None:
        frame = entry.tb_frame
        tree = source_of(frame)
        known = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        self.node = innermost(known, entry.tb_lineno)
        if frame.f_code.co_name == "<lambda>":  # nothing runs there but the expression it returns
            bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
            body = innermost(bodies, entry.tb_lineno)
            self.node = ast.copy_location(ast.Expr(body), body)
        self.code = ast.unparse(self.node)
        self.model, self.model_name = model, name_of(model, frame, "model")
        earlier = [node for node in known if _end(node) <= (self.node.lineno, self.node.col_offset)]
        self._assigned = [node for node in earlier[::-1] if isinstance(node, ast.Assign | ast.AugAssign)]
        self._scope = {**frame.f_globals, **frame.f_locals}

    def value(self, node: ast.expr) -> Any:
        """Return what a name, or an attribute or item of what it stands for, is; None for anything else."""
        return value_of(node, self._scope)

    def is_class(self, node: ast.expr) -> bool:
        """Whether it names a class of modules."""
        value = self.value(node)
        return isinstance(value, type) and issubclass(value, nn.Module)

    def replaced(self, old: ast.expr, new: str) -> str:
        """Return the code with another expression in one place."""

        class Replace(ast.NodeTransformer):
            def visit(self, node: ast.AST) -> ast.AST:
                is_old = isinstance(node, ast.expr) and ast.dump(node) == ast.dump(old)
                return ast.parse(new, mode="eval").body if is_old else self.generic_visit(node)

        return ast.unparse(Replace().visit(ast.parse(self.code)))

    def calls(self, *names: str) -> Iterator[tuple[ast.Call, str]]:
        """Yield the calls of methods of these names, with the code of what they are called on."""
        for node in ast.walk(self.node):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in names
            ):
                yield node, ast.unparse(node.func.value)

    def classes(self) -> Iterator[ast.Call]:
        """Yield the calls of classes of modules."""
        for node in ast.walk(self.node):
            if isinstance(node, ast.Call) and self.is_class(node.func):
                yield node

    def computed(self, place: str, depth: int = 4) -> list[str]:
        """Return the lines that compute a name again; what is kept from earlier steps is detached first."""
        node = self._assignment(place)
        if node is None or not depth:
            return []
        lines = []
        used = places_in(node.value) | (_targets(node) if isinstance(node, ast.AugAssign) else set())
        for part in sorted(used):
            detached = self.detached(part)
            if part in _targets(node):
                lines += detached
            elif detached or self._is_result(part):
                lines += self.computed(part, depth - 1) or [f"{part} = {part}.detach()"]
        return [*lines, ast.unparse(node)]

    def detached(self, place: str) -> list[str]:
        """Return the line that detaches a tensor, or a tuple of tensors, that has a history."""
        value = self.value(ast.parse(place, mode="eval").body)
        if isinstance(value, tuple) and any(getattr(part, "grad_fn", None) is not None for part in value):
            return [f"{place} = tuple(part.detach() for part in {place})"]
        return [f"{place} = {place}.detach()"] if getattr(value, "grad_fn", None) is not None else []

    def detached_states(self) -> list[str]:
        """Return the lines that detach what the modules keep from one call to the next."""
        named = {} if self.model is None or not self.model_name else dict(self.model.named_modules())
        return [
            line
            for path, module in named.items()
            for name in vars(module)
            if not name.startswith("_")
            for line in self.detached(f"{path_code(path, self.model_name, self.model)}.{name}")
        ]

    def _assignment(self, place: str) -> ast.Assign | ast.AugAssign | None:
        return next((node for node in self._assigned if place in _targets(node)), None)

    def _is_result(self, place: str) -> bool:
        """Whether a tensor was assigned what a module returned."""
        node = self._assignment(place)
        used = places_in(node.value) if node else set()
        values = (self.value(ast.parse(part, mode="eval").body) for part in (place, *used))
        return isinstance(next(values), Tensor) and any(isinstance(value, nn.Module) for value in values)


def _end(node: ast.stmt) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0


def places_in(node: ast.AST) -> set[str]:
    """Return the names in an expression, and the attributes of names."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) or (isinstance(part, ast.Attribute) and _is_place(part.value)):
            found.add(ast.unparse(part))
    return found


def _is_place(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_place(node.value))


def _targets(node: ast.Assign | ast.AugAssign) -> set[str]:
    """Return what is assigned to; of a tuple, its parts."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    parts = [part for target in targets for part in getattr(target, "elts", [target])]
    return set(map(ast.unparse, parts))
