"""Where in a model an exception arose, read from its traceback: nothing is hooked into the model."""

import linecache
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn

_CALL = nn.Module._call_impl.__code__
_LOAD = nn.Module.load_state_dict.__code__
_TORCH = str(Path(torch.__file__).parent)


@dataclass(frozen=True, eq=False)
class FailedCall:
    """The innermost module that had begun and not ended when the exception arose.

    Attributes
    ----------
    module : nn.Module
        A module of the model; one outside it (a loss) only where none of the model was at work.
    paths : tuple of str
        All its paths in the model, as ``named_modules`` spells them; a shared module has several.
    inputs : tuple
        What it was called on, positional and then by keyword; empty for ``load_state_dict``.
    """

    module: nn.Module
    paths: tuple[str, ...]
    inputs: tuple[Any, ...]


def failed_call(error: BaseException, model: nn.Module) -> FailedCall | None:
    """Return the call that failed, or None where no module was at work."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    calls = [_read_frame(frame, model) for frame in frames if frame.f_code in (_CALL, _LOAD)]
    candidates = [call for call in calls if call.paths] or calls
    return candidates[-1] if candidates else None


def paths_of(module: nn.Module, model: nn.Module) -> tuple[str, ...]:
    """Return every path of a module in the model; none if it is no part of it."""
    return tuple(path for path, found in model.named_modules(remove_duplicate=False) if found is module)


def compared_tensors(error: BaseException, sizes: Mapping[str, str]) -> dict[str, Tensor]:
    """Return the two tensors that could not be combined, by name, the prediction first; or nothing.

    They are the arguments of PyTorch's own loss function or, where a loss is written by hand, those two of
    the failing line that have the sizes ``a`` and ``b`` in the dimension ``dim`` of the message.
    """
    frames = list(walk_tb(error.__traceback__))
    for frame, _ in frames:
        values = frame.f_locals
        if _is_torch(frame) and all(isinstance(values.get(name), Tensor) for name in ("input", "target")):
            return {"prediction": values["input"], "target": values["target"]}
    own = [(frame, line) for frame, line in frames if not _is_torch(frame)]
    tensors = _named_tensors(*own[-1]) if own else {}
    # The target is what nothing is learned from.
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


def _named_tensors(frame: FrameType, line: int) -> dict[str, Tensor]:
    source = linecache.getline(frame.f_code.co_filename, line, frame.f_globals)
    known = {**frame.f_globals, **frame.f_locals}
    names = dict.fromkeys(re.findall(r"(?<![\w.])[^\W\d]\w*", source))
    return {name: known[name] for name in names if isinstance(known.get(name), Tensor)}


def _is_torch(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_TORCH)


def _read_frame(frame: FrameType, model: nn.Module) -> FailedCall:
    values = frame.f_locals
    inputs = (*values.get("args", ()), *values.get("kwargs", {}).values())
    return FailedCall(values["self"], paths_of(values["self"], model), inputs)
