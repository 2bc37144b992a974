"""What the loss that failed, or the failing line, worked on."""

import linecache
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from traceback import walk_tb
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from linear_core.calls.scopes import entries_of, is_torch, name_of, user_scopes


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
    """Return the loss function that failed, or None where it was not one of PyTorch's."""
    entries = list(entries_of(error))
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
    own = [(frame, line) for frame, line in walk_tb(error.__traceback__) if not is_torch(frame)]
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
    scopes = user_scopes(list(entries_of(error)))[:1]
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
