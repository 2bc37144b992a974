"""The statement of the user's that failed, rewritten: with the names that stand in it."""

import ast
import linecache
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

from torch import Tensor, nn

from linear_core.calls import labels
from linear_core.calls.fixes import distinct
from linear_core.calls.paths import path_code
from linear_core.calls.records import Fix
from linear_core.calls.scopes import entries_of, name_of, user_scopes


def statement_fixes(slug: str, error: BaseException, model: nn.Module | None) -> tuple[Fix, ...]:
    """Return fixes that rewrite the failing statement; none where its source is not known or does not fit."""
    scopes = user_scopes(list(entries_of(error)), model)[:1]
    rewrite = REWRITES.get(slug)
    if not scopes or rewrite is None:
        return ()
    with suppress(Exception):  # the source on the disk may be another by now
        return distinct(rewrite(_Statement(scopes[0], model)))
    return ()


class _Statement:
    """A statement, those before it in the file, and what names mean where it stands."""

    def __init__(self, entry: TracebackType, model: nn.Module | None) -> None:
        frame = entry.tb_frame
        lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
        tree = ast.parse("".join(lines))
        known = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        self.node = _innermost(known, entry.tb_lineno)
        if frame.f_code.co_name == "<lambda>":  # what it returns is all that runs there
            bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
            self.node = ast.Expr(_innermost(bodies, entry.tb_lineno))
        self.code = ast.unparse(self.node)
        self.model, self.model_name = model, name_of(model, frame, "model")
        earlier = [node for node in known if (node.end_lineno or 0) < entry.tb_lineno]
        self._assigned = [node for node in earlier[::-1] if isinstance(node, ast.Assign)]
        self._scope = {**frame.f_globals, **frame.f_locals}

    def value(self, node: ast.expr) -> Any:
        """Return what a name, or an attribute of a module, stands for."""
        if isinstance(node, ast.Attribute):
            return getattr(self.value(node.value), node.attr, None)
        return self._scope.get(node.id) if isinstance(node, ast.Name) else None

    def is_class(self, node: ast.expr) -> bool:
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

    def computed(self, name: str, depth: int = 4) -> list[str]:
        """Return the lines that compute a name anew; what is kept from earlier steps is detached first."""
        node = next((node for node in self._assigned if name in _names(*node.targets)), None)
        if node is None or not depth:
            return []
        lines = []
        for part in sorted(_names(node.value)):
            is_kept = getattr(self._scope.get(part), "grad_fn", None) is not None
            if part in _names(*node.targets):
                lines += [f"{part} = {part}.detach()"] if is_kept else []
            elif is_kept or self._is_result(part):
                lines += self.computed(part, depth - 1) or [f"{part} = {part}.detach()"]
        return [*lines, ast.unparse(node)]

    def _is_result(self, name: str) -> bool:
        """Whether a tensor was assigned what a module returned."""
        node = next((node for node in self._assigned if name in _names(*node.targets)), None)
        used = _names(node.value) if node else set()
        is_tensor = isinstance(self._scope.get(name), Tensor)
        return is_tensor and any(isinstance(self._scope.get(part), nn.Module) for part in used)


_Node = TypeVar("_Node", ast.stmt, ast.expr)


def _innermost(nodes: list[_Node], line: int) -> _Node:
    """Return the smallest part of the code that is at a line."""
    around = [node for node in nodes if node.lineno <= line <= (node.end_lineno or 0)]
    return max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0), node.col_offset))


def _names(*nodes: ast.AST) -> set[str]:
    return {part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)}


_Found = Iterator[Fix]


def _of_backward(statement: _Statement) -> _Found:
    for call, loss in statement.calls("backward"):
        yield Fix(labels.MEAN_LOSS, statement.replaced(call, f"{loss}.mean().backward()"))
        yield Fix(labels.SUM_LOSS, statement.replaced(call, f"{loss}.sum().backward()"))


def _of_item(statement: _Statement) -> _Found:
    for call, tensor in statement.calls("item"):
        yield Fix(labels.ONE_NUMBER, statement.replaced(call, f"{tensor}.mean().item()"))
        yield Fix(labels.ALL_NUMBERS, statement.replaced(call, f"{tensor}.tolist()"))


def _of_second_backward(statement: _Statement) -> _Found:
    for call, loss in statement.calls("backward"):
        if lines := statement.computed(loss):
            label = labels.DETACH_STATE if any("detach()" in line for line in lines) else labels.FRESH_LOSS
            yield Fix(label, "\n".join((*lines, statement.code)))
            kept = statement.replaced(call, f"{loss}.backward(retain_graph=True)")
            yield Fix(labels.RETAIN_GRAPH, "\n".join((*lines, kept, statement.code)))


def _of_no_grad(statement: _Statement) -> _Found:
    model, name = statement.model, statement.model_name
    for _, loss in statement.calls("backward"):
        lines = statement.computed(loss)
        if lines and model is not None and name and not any(p.requires_grad for p in model.parameters()):
            yield Fix(labels.UNFREEZE, "\n".join((f"{name}.requires_grad_(True)", *lines, statement.code)))
        elif lines:
            inside = "\n".join(f"    {line}" for line in lines)
            yield Fix(labels.ENABLE_GRAD, f"with torch.enable_grad():\n{inside}\n{statement.code}")


def _of_numpy(statement: _Statement, way: str = "detach()", label: str = labels.DETACH) -> _Found:
    called = list(statement.calls("numpy"))
    for call, tensor in called:
        yield Fix(label, statement.replaced(call, f"{tensor}.{way}.numpy()"))
    calls = [] if called else [node for node in ast.walk(statement.node) if isinstance(node, ast.Call)]
    for argument in (argument for call in calls for argument in call.args[:1]):
        value = statement.value(argument)  # of a function of NumPy's
        if isinstance(value, Tensor) and (value.requires_grad or value.device.type != "cpu"):
            yield Fix(label, statement.replaced(argument, f"{ast.unparse(argument)}.{way}"))


def _of_numpy_device(statement: _Statement) -> _Found:
    return _of_numpy(statement, "detach().cpu()", labels.CPU_ARRAY)


def _of_leaf(statement: _Statement) -> _Found:
    yield Fix(labels.NO_GRAD_UPDATE, f"with torch.no_grad():\n{textwrap.indent(statement.code, '    ')}")


def _of_parameter(statement: _Statement) -> _Found:
    if isinstance(statement.node, ast.Assign):
        target, value = ast.unparse(statement.node.targets[0]), ast.unparse(statement.node.value)
        if not isinstance(statement.value(statement.node.value), Tensor):
            value = f"torch.as_tensor({value}, dtype={target}.dtype)"
        yield Fix(labels.PARAMETER, f"{target} = nn.Parameter({value})")
        yield Fix(labels.NO_GRAD_UPDATE, f"with torch.no_grad():\n    {target}.copy_({value})")


def _of_lowercase(statement: _Statement) -> _Found:
    for call, module in statement.calls("linear"):
        if any(isinstance(statement.value(word), Tensor) for word in call.args):
            yield Fix(labels.FUNCTION, statement.replaced(call.func, f"{module}.functional.linear"))
        else:
            yield Fix(labels.MODULE_CLASS, statement.replaced(call.func, f"{module}.Linear"))


def _of_size(statement: _Statement) -> _Found:
    for call, _ in statement.calls("Linear"):
        whole = ast.Call(call.func, [*map(_whole, call.args[:2]), *call.args[2:]], call.keywords)
        yield Fix(labels.WHOLE_SIZE, statement.replaced(call, ast.unparse(whole)))


def _whole(size: ast.expr) -> ast.expr:
    if isinstance(size, ast.BinOp) and isinstance(size.op, ast.Div):
        return ast.BinOp(size.left, ast.FloorDiv(), size.right)
    is_whole = isinstance(size, ast.Constant) and isinstance(size.value, int)
    return size if is_whole else ast.parse(f"int({ast.unparse(size)})", mode="eval").body


def _of_class(statement: _Statement) -> _Found:
    """Make modules of the classes that stand among modules."""
    for node in statement.classes():
        for argument in filter(statement.is_class, node.args):
            yield Fix(labels.INSTANCE, statement.replaced(argument, f"{ast.unparse(argument)}()"))


def _of_list(statement: _Statement) -> _Found:
    for node in statement.classes():
        if len(node.args) == 1:
            code = f"{ast.unparse(node.func)}(*{ast.unparse(node.args[0])})"
            yield Fix(labels.TAKE_MODULES, statement.replaced(node, code))


def _of_called_class(statement: _Statement) -> _Found:
    for node in statement.classes():
        yield Fix(labels.INSTANCE, statement.replaced(node.func, f"{ast.unparse(node.func)}()"))


def _of_optimizer(statement: _Statement) -> _Found:
    """Register what a model holds in plain containers."""
    model, name = statement.model, statement.model_name
    for path, owner in model.named_modules() if model is not None and name else ():
        for attribute, value in vars(owner).items():
            kept = value.values() if isinstance(value, dict) else value
            is_plain = isinstance(value, list | tuple | dict) and attribute != "_modules" and len(value) > 0
            if is_plain and all(isinstance(part, nn.Module) for part in kept):
                place = f"{path_code(path, name, model)}.{attribute}"
                kind = "nn.ModuleDict" if isinstance(value, dict) else "nn.ModuleList"
                yield Fix(labels.REGISTER, f"{place} = {kind}({place})")


REWRITES: Mapping[str, Callable[[_Statement], _Found]] = {
    "not-scalar": _of_backward,
    "not-one-number": _of_item,
    "backward-twice": _of_second_backward,
    "no-grad": _of_no_grad,
    "numpy-grad": _of_numpy,
    "numpy-device": _of_numpy_device,
    "leaf": _of_leaf,
    "assign-parameter": _of_parameter,
    "nn-linear": _of_lowercase,
    "size-not-whole": _of_size,
    "class-not-module": _of_class,
    "list-not-module": _of_list,
    "class-called": _of_called_class,
    "empty-optimizer": _of_optimizer,
}
