"""The statement of the user's that failed, rewritten: with the names that stand in it."""

import ast
import linecache
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from types import TracebackType
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from linear_core.calls import labels
from linear_core.calls.fixes import distinct
from linear_core.calls.paths import path_code
from linear_core.calls.records import Fix
from linear_core.calls.scopes import entries_of, name_of, user_scopes, value_of


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
            body = _innermost(bodies, entry.tb_lineno)
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
        """Return the lines that compute a name anew; what is kept from earlier steps is detached first."""
        node = self._assignment(place)
        if node is None or not depth:
            return []
        lines = []
        used = _places(node.value) | (_targets(node) if isinstance(node, ast.AugAssign) else set())
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
        used = _places(node.value) if node else set()
        values = (self.value(ast.parse(part, mode="eval").body) for part in (place, *used))
        return isinstance(next(values), Tensor) and any(isinstance(value, nn.Module) for value in values)


_Node = TypeVar("_Node", ast.stmt, ast.expr)


def _innermost(nodes: list[_Node], line: int) -> _Node:
    """Return the smallest part of the code that is at a line."""
    around = [node for node in nodes if node.lineno <= line <= (node.end_lineno or 0)]
    return max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0), node.col_offset))


def _end(node: ast.stmt) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0


def _places(node: ast.AST) -> set[str]:
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
        lines = statement.detached_states()
        for place in filter(statement.detached, sorted(_places(ast.parse(loss)))):
            lines += [line for line in statement.computed(place) if line not in lines]
        if lines:
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
        sizes = [_whole(size, statement.value(size)) for size in call.args[:2]]
        named = [
            ast.keyword(word.arg, _whole(word.value, statement.value(word.value)))
            if word.arg in ("in_features", "out_features")
            else word
            for word in call.keywords
        ]
        whole = ast.Call(call.func, [*sizes, *call.args[2:]], named)
        yield Fix(labels.WHOLE_SIZE, statement.replaced(call, ast.unparse(whole)))


def _whole(size: ast.expr, value: Any) -> ast.expr:
    if isinstance(size, ast.BinOp) and isinstance(size.op, ast.Div):
        return ast.BinOp(size.left, ast.FloorDiv(), size.right)
    if isinstance(value, int) or (isinstance(size, ast.Constant) and isinstance(size.value, int)):
        return size
    code = ast.unparse(size)
    return ast.parse(f"{code}[-1]" if isinstance(value, tuple) else f"int({code})", mode="eval").body


def _of_class(statement: _Statement) -> _Found:
    """Make modules of the classes and functions that stand among modules."""
    for node in statement.classes():
        lists = (getattr(argument, "elts", [argument]) for argument in node.args)
        for argument in chain.from_iterable(lists):
            code = ast.unparse(argument)
            if statement.is_class(argument):
                yield Fix(labels.INSTANCE, statement.replaced(argument, f"{code}()"))
            elif name := _ACTIVATIONS.get(getattr(statement.value(argument), "__name__", "")):
                yield Fix(labels.MODULE_OF_FUNCTION, statement.replaced(argument, f"nn.{name}()"))


# The modules that do what a function does that needs no further argument.
_ACTIVATIONS = {name.lower(): name for name in nn.modules.activation.__all__ if "Softm" not in name}


def _of_list(statement: _Statement) -> _Found:
    for node in statement.classes():
        if len(node.args) == 1:
            code = f"{ast.unparse(node.func)}(*{ast.unparse(node.args[0])})"
            yield Fix(labels.TAKE_MODULES, statement.replaced(node, code))


def _of_called_class(statement: _Statement) -> _Found:
    for node in statement.classes():
        yield Fix(labels.INSTANCE, statement.replaced(node.func, f"{ast.unparse(node.func)}()"))


def _of_product(statement: _Statement) -> _Found:
    """Transpose the right factor of a product outside of any module, or the weight that F.linear is given."""
    for left, right, fits, label in _factors(statement.node):
        x, weight = (tuple(getattr(statement.value(factor), "shape", ())) for factor in (left, right))
        if len(weight) == 2 and x[-1:] == weight[fits:][:1] and weight[:1] != weight[1:]:
            yield Fix(label, statement.replaced(right, f"{ast.unparse(right)}.T"))


def _factors(statement: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, int, str]]:
    """Yield left and right, the dimension of right that is the sum's once it is transposed, and the label."""
    for node in ast.walk(statement):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            yield node.left, node.right, 1, labels.TRANSPOSE_FACTOR
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            factors = [*owner, *node.args][-2:]
            if name in ("matmul", "mm") and len(factors) > 1:
                yield factors[0], factors[1], 1, labels.TRANSPOSE_FACTOR
            elif name == "linear" and len(node.args) > 1:
                yield node.args[0], node.args[1], 0, labels.TRANSPOSE_WEIGHT


_CONVERSIONS = (torch.tensor, torch.as_tensor, torch.from_numpy, torch.Tensor, torch.FloatTensor)


def _of_conversion(statement: _Statement) -> _Found:
    """Convert what torch.tensor or torch.from_numpy cannot take, where it holds nothing but numbers."""
    for call in (node for node in ast.walk(statement.node) if isinstance(node, ast.Call) and node.args):
        if statement.value(call.func) in _CONVERSIONS:
            with suppress(Exception):  # what is no table of numbers cannot be converted
                yield from _of_argument(statement, call, call.args[0])


def _of_argument(statement: _Statement, call: ast.Call, argument: ast.expr) -> _Found:
    value, code = statement.value(argument), ast.unparse(argument)
    function = argument.func if isinstance(argument, ast.Call) else None
    if isinstance(function, ast.Attribute) and function.attr == "to_numpy":
        value, code = statement.value(function.value), ast.unparse(function.value)
    if isinstance(value, list | tuple) and all(isinstance(part, Tensor) for part in value):
        torch.stack(tuple(value))
        yield Fix(labels.STACK, statement.replaced(call, f"torch.stack({code})"))
    elif isinstance(value, list):
        torch.tensor(value, dtype=torch.float32)
        yield Fix(labels.TO_TENSOR, statement.replaced(call, f"torch.tensor({code}, dtype=torch.float32)"))
    elif hasattr(value, "to_numpy"):
        value.to_numpy(dtype="float32")
        yield Fix(labels.NUMBERS_ONLY, statement.replaced(argument, f'{code}.to_numpy(dtype="float32")'))
    elif hasattr(value, "astype") and not isinstance(argument, ast.Name):
        value.astype("float32")
        yield Fix(labels.NUMBERS_ONLY, statement.replaced(argument, f'{code}.astype("float32")'))


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
    "not-a-module": _of_class,
    "product": _of_product,
    "not-convertible": _of_conversion,
    "list-of-tensors": _of_conversion,
    "object-array": _of_conversion,
    "list-not-module": _of_list,
    "class-called": _of_called_class,
    "empty-optimizer": _of_optimizer,
}
