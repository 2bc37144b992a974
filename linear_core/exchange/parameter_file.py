"""The linear layers in a file of parameters: a saved ``state_dict``, or safetensors."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core.errors import DataError

MAX_FILE_BYTES = 2**26


@dataclass(frozen=True, eq=False)
class StoredLayer:
    """The parameters of one linear layer, as a file holds them.

    Attributes
    ----------
    name : str
        The part before ``.weight``; empty for a file of one layer.
    weight : Tensor, ``(out_features, in_features)``
        Float32.
    bias : Tensor, ``(out_features,)``, or None
        Float32.
    """

    name: str
    weight: Tensor
    bias: Tensor | None


def read_layers(data: bytes, file_name: str) -> list[StoredLayer]:
    """Find the linear layers in a file of parameters, without running anything that is in it.

    Parameters
    ----------
    data : bytes
        The whole file: what ``torch.save(model.state_dict(), …)`` writes, or safetensors.
    file_name : str
        Its extension decides which: ``.pt``, ``.pth``, ``.bin`` or ``.safetensors``.

    Returns
    -------
    list of StoredLayer
        Every two-dimensional floating ``weight`` with the ``bias`` that fits it, in the order of the file; of
        safetensors, which have none, in that of their names.

    Raises
    ------
    DataError
        Another ending, a file that is damaged, too large or holds code, or no linear layer in it.

    Examples
    --------
    >>> file = io.BytesIO()
    >>> torch.save(torch.nn.Linear(2, 3).state_dict(), file)
    >>> [layer] = read_layers(file.getvalue(), "layer.pt")
    >>> layer.weight.shape, layer.bias.shape
    (torch.Size([3, 2]), torch.Size([3]))
    """
    if len(data) > MAX_FILE_BYTES:
        raise DataError(
            "expected a file of at most {most:,} bytes, but got {count:,}; save fewer parameters",
            count=len(data),
            most=MAX_FILE_BYTES,
        )
    ending = file_name.rpartition(".")[2].lower()
    if ending == "safetensors":
        tensors = _read_safetensors(data)
    elif ending in ("pt", "pth", "bin"):
        tensors = _read_torch(data)
    else:
        raise DataError(
            "expected a file that ends in .pt, .pth, .bin or .safetensors, but got {file_name!r}; rename "
            "or save it as one",
            file_name=file_name,
        )
    layers = list(_layers(tensors))
    if not layers:
        raise DataError(
            "expected a linear layer in the file, but got no two-dimensional tensor called 'weight' or "
            "ending in '.weight'; save the state_dict() of a model with a linear layer"
        )
    return layers


def _layers(tensors: Mapping[str, Tensor]) -> list[StoredLayer]:
    found = []
    for key, weight in tensors.items():
        name, _, last = key.rpartition(".")
        if last != "weight" or weight.ndim != 2 or not weight.is_floating_point() or weight.numel() == 0:
            continue
        bias = tensors.get(f"{name}.bias" if name else "bias")
        fits = bias is not None and bias.shape == weight.shape[:1]
        found.append(StoredLayer(name, weight.float(), bias.float() if bias is not None and fits else None))
    return found


def _read_torch(data: bytes) -> dict[str, Tensor]:
    """Load tensors alone: a pickle could otherwise run anything."""
    try:
        loaded = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file can make the reader raise anything, IndexError for one
        raise DataError(
            "expected a file of tensors only, but got one that is damaged or holds more, which is not "
            "loaded because it could run code; save model.state_dict(), not the model"
        ) from error
    if not isinstance(loaded, Mapping):
        raise DataError(
            "expected a state_dict in the file, but got {kind}; save model.state_dict()",
            kind=type(loaded).__name__,
        )
    return {str(key): value.detach() for key, value in loaded.items() if isinstance(value, Tensor)}


def _read_safetensors(data: bytes) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(data)
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise DataError(
            "expected a safetensors file, but got one that is damaged or of another kind; save it again"
        ) from error
    # The library gives them in any order; people count layer 2 before layer 10.
    return {name: tensors[name] for name in sorted(tensors, key=_natural)}


def _natural(name: str) -> list[str | int]:
    return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"([0-9]{1,9})", name))]
