"""Where a module is in a model, and how code reaches it."""

import keyword
from dataclasses import dataclass
from typing import Any

from torch import nn


def paths_of(module: nn.Module, model: nn.Module) -> tuple[str, ...]:
    """Return every path of a module in the model; none if it is not part of it."""
    return tuple(path for path, found in model.named_modules(remove_duplicate=False) if found is module)


def join_path(prefix: str, path: str) -> str:
    """Join two paths, either of which may be that of the whole model (empty)."""
    return f"{prefix}.{path}".strip(".")


def path_code(path: str, name: str = "model", model: nn.Module | None = None) -> str:
    """Write a path as code; with the model known, a part is an index only where its owner takes one.

    >>> path_code("encoder.layers.0.fc1")
    'model.encoder.layers[0].fc1'
    """
    code, owner = name, model
    for part in path.split(".") if path else ():
        code += _part_code(part, owner)
        owner = None if owner is None else owner._modules.get(part)
    return code


def _part_code(part: str, owner: nn.Module | None) -> str:
    if part.isidentifier() and not keyword.iskeyword(part):
        return f".{part}"
    if owner is not None and not hasattr(owner, "__getitem__"):
        return f"._modules[{part!r}]"
    return f"[{part}]" if part.isdigit() else f"[{part!r}]"


def owner_of(path: str, model: nn.Module) -> nn.Module | None:
    """Return the module that holds the one at the path; None for the whole model."""
    return model.get_submodule(path.rpartition(".")[0]) if path else None


@dataclass(frozen=True)
class PlainPlace:
    """A module that is kept in a plain list, tuple or dict of the model, which does not know it.

    Attributes
    ----------
    owner : str
        The path of the module whose attribute the container is.
    attribute : str
        The name of that attribute.
    index : str
        Where in the container it is, as code: ``"[0]"``.
    kind : str
        The container that would register it: ``"nn.ModuleList"`` or ``"nn.ModuleDict"``.
    is_tuple : bool
        Whether the container is a tuple, to whose places nothing can be assigned.
    """

    owner: str
    attribute: str
    index: str
    kind: str
    is_tuple: bool = False

    @property
    def path(self) -> str:
        """Where it is, as a reader would say it: ``rest[0]``."""
        return join_path(self.owner, f"{self.attribute}{self.index}")


def plain_place(module: nn.Module, model: nn.Module) -> PlainPlace | None:
    """Find a module that the model holds in a plain list, tuple or dict."""
    for owner_path, owner in model.named_modules():
        for name, value in vars(owner).items():
            if name == "_modules" or not isinstance(value, list | tuple | dict):
                continue
            kind = "nn.ModuleDict" if isinstance(value, dict) else "nn.ModuleList"
            if index := _index_in(value, module):
                return PlainPlace(owner_path, name, index, kind, isinstance(value, tuple))
    return None


def _index_in(value: Any, module: nn.Module, depth: int = 3) -> str:
    """Return the code that reaches a module in containers in containers; empty where it is not there."""
    if isinstance(value, nn.Module):
        paths = paths_of(module, value)
        return path_code(paths[0], " ", value) if paths else ""
    if depth and isinstance(value, list | tuple | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if index := _index_in(item, module, depth - 1):
                return f"[{key!r}]{index.strip()}"
    return ""
