"""Ways out of errors beside the call itself: no tensor, a checkpoint's or a target's shape; all as code."""

import keyword
import math
from collections.abc import Mapping, Sequence

import torch
from torch import nn

from linear_core.calls.explanations import (
    FLATTEN_PREDICTION,
    LIKE_CHECKPOINT,
    RESHAPE_TARGET,
    TO_TENSOR,
    TRANSPOSE_CHECKPOINT,
    TRANSPOSE_TARGET,
)
from linear_core.calls.fixes import Fix

_CONVERSIONS: Mapping[str, str] = {
    "numpy.ndarray": "x = torch.from_numpy(x).to({dtype})",
    "list": "x = torch.tensor(x, dtype={dtype})",
    "tuple": "x = torch.tensor(x, dtype={dtype})",
    "float": "x = torch.tensor([x], dtype={dtype})",
    "int": "x = torch.tensor([x], dtype={dtype})",
    "DataFrame": "x = torch.tensor(x.to_numpy(), dtype={dtype})",
    "Series": "x = torch.tensor(x.to_numpy(), dtype={dtype})",
}


def conversion_fixes(kind: str, dtype: torch.dtype) -> tuple[Fix, ...]:
    """Make a tensor of what is none; nothing is offered for kinds that hold no numbers."""
    code = _CONVERSIONS.get(kind)
    return (Fix(TO_TENSOR, code.format(dtype=dtype)),) if code else ()


def checkpoint_fixes(
    mismatches: Sequence[Mapping[str, str]], loaded: nn.Module | None, prefixes: Sequence[str]
) -> tuple[Fix, ...]:
    """Turn the checkpoint's weights round, where that mends all of it; or build its layers.

    Parameters
    ----------
    mismatches : sequence of mapping
        ``key``, ``given`` and ``wanted`` of each parameter, as the message spells them.
    loaded : nn.Module or None
        What the checkpoint was loaded into, if known.
    prefixes : sequence of str
        The paths of ``loaded`` in the model.
    """
    fixes = []
    sizes = {item["key"]: (parse_size(item["given"]), parse_size(item["wanted"])) for item in mismatches}
    if all(len(given) == 2 and given[::-1] == wanted for given, wanted in sizes.values()):
        lines = (f'state_dict["{key}"] = state_dict["{key}"].T' for key in sizes)
        fixes.append(Fix(TRANSPOSE_CHECKPOINT, "\n".join(lines)))
    weights = {key: given for key, (given, _) in sizes.items() if len(given) == 2}
    layers = [code for key in weights if (code := _like_checkpoint(key, weights[key], loaded, prefixes))]
    if 0 < len(layers) == len(weights):
        fixes.append(Fix(LIKE_CHECKPOINT, "\n".join(layers)))
    return tuple(fixes)


def target_fixes(sizes: Mapping[str, tuple[int, ...]]) -> tuple[Fix, ...]:
    """Make prediction and target, which ``sizes`` names in this order, alike; nothing mends a lost sample."""
    (prediction, wanted), (target, given) = sizes.items()
    if math.prod(wanted) != math.prod(given):
        return ()
    fixes = [Fix(RESHAPE_TARGET, f"{target} = {target}.reshape({prediction}.shape)")]
    if len(given) == 2 and given[::-1] == wanted:
        fixes.insert(0, Fix(TRANSPOSE_TARGET, f"{target} = {target}.T"))
    if (*given, 1) == wanted:
        fixes.append(Fix(FLATTEN_PREDICTION, f"{prediction} = {prediction}.squeeze(-1)"))
    return tuple(fixes)


def parse_size(text: str) -> tuple[int, ...]:
    """Read the numbers of a printed ``torch.Size``.

    >>> parse_size("8, 1")
    (8, 1)
    """
    return tuple(int(number) for number in text.split(",") if number.strip())


def join_path(prefix: str, path: str) -> str:
    """Join two paths of modules; the root's own path is empty."""
    return f"{prefix}.{path}".strip(".")


def path_code(path: str) -> str:
    """Write a path as code.

    >>> path_code("encoder.layers.0.fc1")
    'model.encoder.layers[0].fc1'
    """
    return "model" + "".join(map(_part_code, path.split(".") if path else ()))


def _part_code(part: str) -> str:
    if part.isidentifier() and not keyword.iskeyword(part):
        return f".{part}"
    return f"[{part}]" if part.isdigit() else f"[{part!r}]"


def _like_checkpoint(
    key: str, given: tuple[int, ...], loaded: nn.Module | None, prefixes: Sequence[str]
) -> str | None:
    """Return the code of the layer that the checkpoint's weight was in; None where it is no Linear's."""
    owner = key.rpartition(".")[0]
    layer = None if loaded is None else dict(loaded.named_modules()).get(owner)
    if not prefixes or (loaded is not None and not isinstance(layer, nn.Linear)):
        return None
    out_features, in_features = given
    bias = ", bias=False" if layer is not None and layer.bias is None else ""
    new_layer = f"nn.Linear({in_features}, {out_features}{bias})"
    return " = ".join((*(path_code(join_path(prefix, owner)) for prefix in prefixes), new_layer))
