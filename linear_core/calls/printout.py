"""A model from its printout or its code, without numbers: it names the layers. Nothing is run."""

import ast
import re
import textwrap
from contextlib import suppress

import torch
from torch import nn

MAX_MODULES = 5000
_PRINTED = re.compile(
    r"(?P<indent> {0,200})(?:\((?P<name>[\w.\-]{1,80})\): )?(?:\d{1,6} x )?(?P<kind>\w{1,80})\((?P<rest>.*)"
)
_SIZES = re.compile(r"in_features=(\d{1,9}), out_features=(\d{1,9})(?:, bias=(True|False))?")
_CONTAINERS = {"Sequential": nn.Sequential, "ModuleList": nn.ModuleList, "ModuleDict": nn.ModuleDict}


def model_of_text(text: str) -> nn.Module | None:
    """Return a model with the linear layers that a text names, or None where it names none.

    Parameters
    ----------
    text : str
        What ``print(model)`` shows, or the Python code of its class. Code is read, not run.

    Returns
    -------
    nn.Module or None
        Its parameters take no memory.

    Examples
    --------
    >>> model = model_of_text("self.fc1 = nn.Linear(784, 128)")
    >>> [path for path, module in model.named_modules() if path]
    ['fc1']
    """
    model = _of_code(text) or _of_printout(text)
    return model if any(isinstance(module, nn.Linear) for module in model.modules()) else None


def _of_printout(text: str) -> nn.Module:
    root = nn.Module()
    # The modules that the parts of a line belong to, by its indentation.
    owners: list[tuple[int, list[nn.Module]]] = [(-1, [root])]
    count = 0
    for found in filter(None, map(_PRINTED.match, text.splitlines())):
        if found["name"] is None:
            if count == 0:
                root = _module(found["kind"], found["rest"])
                owners = [(-1, [root])]
            continue
        while len(owners) > 1 and owners[-1][0] >= len(found["indent"]):
            owners.pop()
        keys, made = _keys(found["name"]), []
        count += len(keys) * len(owners[-1][1])
        if count > MAX_MODULES:
            break
        for owner in owners[-1][1]:
            for key in keys:
                made.append(_module(found["kind"], found["rest"]))
                owner.add_module(key.replace(".", "_"), made[-1])
        owners.append((len(found["indent"]), made))
    return root


def _keys(name: str) -> tuple[str, ...]:
    """Return the names that a line of a printout stands for: ``0-5`` for six equal parts."""
    first, _, last = name.partition("-")
    if re.fullmatch("[0-9]{1,4}", first) and re.fullmatch("[0-9]{1,4}", last):
        return tuple(map(str, range(int(first), int(last) + 1)))
    return (name,)


def _module(kind: str, rest: str) -> nn.Module:
    sizes = _SIZES.match(rest)
    if sizes and kind.endswith("Linear"):
        return _linear(int(sizes[1]), int(sizes[2]), sizes[3] != "False")
    container: type[nn.Module] = _CONTAINERS.get(kind, nn.Module)
    return container()


def _linear(in_features: int, out_features: int, bias: bool = True) -> nn.Linear:
    layer = nn.Linear(in_features, out_features, bias, device="meta")
    layer.weight = nn.Parameter(torch.empty(1, 1).expand(out_features, in_features))
    if bias:
        layer.bias = nn.Parameter(torch.empty(1).expand(out_features))
    return layer


def _of_code(text: str) -> nn.Module | None:
    try:
        tree = ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    model = nn.Module()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        target, made = node.targets[0], _made(node.value)
        if isinstance(target, ast.Attribute) and made is not None:
            model.add_module(target.attr, made)
        elif isinstance(target, ast.Name) and isinstance(made, nn.Sequential):
            return made
    return model


def _made(node: ast.expr) -> nn.Module | None:
    """Return the module that a call in code makes; only sizes that are written as numbers count."""
    if not isinstance(node, ast.Call):
        return None
    kind = ast.unparse(node.func).rpartition(".")[2]
    if kind in ("Sequential", "ModuleList"):
        items = node.args[0].elts if node.args and isinstance(node.args[0], ast.List) else node.args
        parts = [_made(item) or nn.Module() for item in items]
        return nn.Sequential(*parts) if kind == "Sequential" else nn.ModuleList(parts)
    if kind == "Linear":
        with suppress(ValueError, TypeError, RuntimeError):
            named = {word.arg: ast.literal_eval(word.value) for word in node.keywords if word.arg}
            named = {name: named[name] for name in ("in_features", "out_features", "bias") if name in named}
            return _linear(*map(ast.literal_eval, node.args), **named)
    return nn.Module()
