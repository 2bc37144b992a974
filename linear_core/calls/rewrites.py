"""The user's statement that failed, rewritten with its own names."""

import ast
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from inspect import signature
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from linear_core.calls import labels
from linear_core.calls.fixes import distinct
from linear_core.calls.paths import path_code
from linear_core.calls.records import Fix
from linear_core.calls.scopes import entries_of, user_scopes
from linear_core.calls.statements import Statement, places_in


def statement_fixes(slug: str, error: BaseException, model: nn.Module | None) -> tuple[Fix, ...]:
    """Return fixes that rewrite the failing statement; none where its source is unknown or does not match."""
    scopes = user_scopes(list(entries_of(error)), model)[:1]
    rewrite = REWRITES.get(slug)
    if not scopes or rewrite is None:
        return ()
    with suppress(Exception):  # the file may have changed since
        return distinct(rewrite(Statement(scopes[0], model)))
    return ()


_Found = Iterator[Fix]


def _of_backward(statement: Statement) -> _Found:
    for call, loss in statement.calls("backward"):
        yield Fix(labels.MEAN_LOSS, statement.replaced(call, f"{loss}.mean().backward()"))
        yield Fix(labels.SUM_LOSS, statement.replaced(call, f"{loss}.sum().backward()"))


def _of_item(statement: Statement) -> _Found:
    for call, tensor in statement.calls("item"):
        yield Fix(labels.ONE_NUMBER, statement.replaced(call, f"{tensor}.mean().item()"))
        yield Fix(labels.ALL_NUMBERS, statement.replaced(call, f"{tensor}.tolist()"))


def _of_number(statement: Statement) -> _Found:
    """Reduce what float() or int() is called on; join a list of tensors."""
    for call in (node for node in ast.walk(statement.node) if isinstance(node, ast.Call) and node.args):
        if ast.unparse(call.func) in ("float", "int"):
            code = f"{ast.unparse(call.args[0])}.mean().item()"
            yield Fix(labels.ONE_NUMBER, statement.replaced(call, code))
    yield from _of_conversion(statement)


def _of_arguments(statement: Statement) -> _Found:
    """Pass by position what a module was given by a name that its forward does not have."""
    for call in (node for node in ast.walk(statement.node) if isinstance(node, ast.Call)):
        module = statement.value(call.func)
        words = {word.arg: word.value for word in call.keywords if word.arg}
        if isinstance(module, nn.Module) and words and not _binds(module, call.args, words):
            given = [*call.args, *words.values()]
            if _binds(module, given, {}):
                code = f"{ast.unparse(call.func)}({', '.join(map(ast.unparse, given))})"
                yield Fix(labels.BY_POSITION, statement.replaced(call, code))


def _binds(module: nn.Module, args: Sequence[object], words: Mapping[str, object]) -> bool:
    """Whether the forward of a module takes these arguments."""
    try:
        signature(module.forward).bind(*args, **words)
    except TypeError:
        return False
    return True


def _of_second_backward(statement: Statement) -> _Found:
    for call, loss in statement.calls("backward"):
        lines = statement.detached_states()
        for place in filter(statement.detached, sorted(places_in(ast.parse(loss)))):
            lines += [line for line in statement.computed(place) if line not in lines]
        if lines:
            label = labels.DETACH_STATE if any("detach()" in line for line in lines) else labels.FRESH_LOSS
            yield Fix(label, "\n".join((*lines, statement.code)))
            kept = statement.replaced(call, f"{loss}.backward(retain_graph=True)")
            yield Fix(labels.RETAIN_GRAPH, "\n".join((*lines, kept, statement.code)))


def _of_no_grad(statement: Statement) -> _Found:
    model, name = statement.model, statement.model_name
    for _, loss in statement.calls("backward"):
        lines = statement.computed(loss)
        if lines and model is not None and name and not any(p.requires_grad for p in model.parameters()):
            yield Fix(labels.UNFREEZE, "\n".join((f"{name}.requires_grad_(True)", *lines, statement.code)))
        elif any(".detach()" in line for line in lines):
            attached = [line.replace(".detach()", "") for line in lines]
            yield Fix(labels.WITHOUT_DETACH, "\n".join((*attached, statement.code)))
        elif lines:
            inside = "\n".join(f"    {line}" for line in lines)
            yield Fix(labels.ENABLE_GRAD, f"with torch.enable_grad():\n{inside}\n{statement.code}")


def _of_numpy(statement: Statement, way: str = "detach()", label: str = labels.DETACH) -> _Found:
    called = list(statement.calls("numpy"))
    for call, tensor in called:
        yield Fix(label, statement.replaced(call, f"{tensor}.{way}.numpy()"))
    calls = [] if called else [node for node in ast.walk(statement.node) if isinstance(node, ast.Call)]
    for argument in (argument for call in calls for argument in call.args[:1]):
        value = statement.value(argument)  # of a function of NumPy's
        if isinstance(value, Tensor) and (value.requires_grad or value.device.type != "cpu"):
            yield Fix(label, statement.replaced(argument, f"{ast.unparse(argument)}.{way}"))


def _of_numpy_device(statement: Statement) -> _Found:
    return _of_numpy(statement, "detach().cpu()", labels.CPU_ARRAY)


def _of_leaf(statement: Statement) -> _Found:
    yield Fix(labels.NO_GRAD_UPDATE, f"with torch.no_grad():\n{textwrap.indent(statement.code, '    ')}")


def _of_parameter(statement: Statement) -> _Found:
    if isinstance(statement.node, ast.Assign):
        target, value = ast.unparse(statement.node.targets[0]), ast.unparse(statement.node.value)
        if not isinstance(statement.value(statement.node.value), Tensor):
            value = f"torch.as_tensor({value}, dtype={target}.dtype)"
        yield Fix(labels.PARAMETER, f"{target} = nn.Parameter({value})")
        yield Fix(labels.NO_GRAD_UPDATE, f"with torch.no_grad():\n    {target}.copy_({value})")


def _of_lowercase(statement: Statement) -> _Found:
    for call, module in statement.calls("linear"):
        if any(isinstance(statement.value(word), Tensor) for word in call.args):
            yield Fix(labels.FUNCTION, statement.replaced(call.func, f"{module}.functional.linear"))
        else:
            yield Fix(labels.MODULE_CLASS, statement.replaced(call.func, f"{module}.Linear"))


def _of_size(statement: Statement) -> _Found:
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


def _of_class(statement: Statement) -> _Found:
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


def _of_list(statement: Statement) -> _Found:
    for node in statement.classes():
        if len(node.args) == 1:
            code = f"{ast.unparse(node.func)}(*{ast.unparse(node.args[0])})"
            yield Fix(labels.TAKE_MODULES, statement.replaced(node, code))


def _of_called_class(statement: Statement) -> _Found:
    for node in statement.classes():
        yield Fix(labels.INSTANCE, statement.replaced(node.func, f"{ast.unparse(node.func)}()"))


def _of_product(statement: Statement) -> _Found:
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


def _of_conversion(statement: Statement) -> _Found:
    """Convert what torch.tensor or torch.from_numpy cannot take, where it holds nothing but numbers."""
    for call in (node for node in ast.walk(statement.node) if isinstance(node, ast.Call) and node.args):
        if statement.value(call.func) in _CONVERSIONS:
            with suppress(Exception):  # what is not a table of numbers cannot be converted
                yield from _of_argument(statement, call, call.args[0])


def _of_argument(statement: Statement, call: ast.Call, argument: ast.expr) -> _Found:
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


def _of_optimizer(statement: Statement) -> _Found:
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


REWRITES: Mapping[str, Callable[[Statement], _Found]] = {
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
    "list-of-tensors": _of_number,
    "arguments": _of_arguments,
    "object-array": _of_conversion,
    "list-not-module": _of_list,
    "class-called": _of_called_class,
    "empty-optimizer": _of_optimizer,
}
