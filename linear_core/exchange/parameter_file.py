"""The linear layers in a file of parameters: a saved ``state_dict``, or safetensors."""

import io
import json
import math
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from linear_core.errors import DataError

MAX_FILE_BYTES = 2**26

# Names of floating types in a safetensors header. The format is these few lines and has been frozen since
# its first release, so that reading it needs no package of its own.
SAFETENSORS_TYPES: Mapping[str, torch.dtype] = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
}


@dataclass(frozen=True, eq=False)
class StoredLayer:
    """The parameters of one linear layer, as a file holds them.

    Attributes
    ----------
    name : str
        What stands before ``.weight``; empty for a file of one layer.
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
        Its ending tells which: ``.pt``, ``.pth``, ``.bin`` or ``.safetensors``.

    Returns
    -------
    list of StoredLayer
        Every two-dimensional floating ``weight`` with the ``bias`` that fits it, in the order of the file.

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
            "the file has {count:,} bytes, at most {most:,} are read", count=len(data), most=MAX_FILE_BYTES
        )
    ending = file_name.rpartition(".")[2].lower()
    if ending == "safetensors":
        tensors = _read_safetensors(data)
    elif ending in ("pt", "pth", "bin"):
        tensors = _read_torch(data)
    else:
        raise DataError(
            "{file_name!r} ends neither in .pt, .pth, .bin nor in .safetensors; give one of these",
            file_name=file_name,
        )
    layers = list(_layers(tensors))
    if not layers:
        raise DataError(
            "the file has no linear layer: no two-dimensional tensor called 'weight' or ending in '.weight';"
            " save model.state_dict()"
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
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise DataError(
            "the file is damaged, or holds more than tensors, which is not loaded because it could run code;"
            " save model.state_dict(), not the model"
        ) from error
    if not isinstance(loaded, Mapping):
        raise DataError("the file holds a {kind}; save model.state_dict()", kind=type(loaded).__name__)
    return {str(key): value.detach() for key, value in loaded.items() if isinstance(value, Tensor)}


def _read_safetensors(data: bytes) -> dict[str, Tensor]:
    """Eight bytes for the header's length, the header as JSON, then the numbers."""
    length = int.from_bytes(data[:8], "little")
    body = memoryview(data)[8 + length :]
    try:
        header = json.loads(data[8 : 8 + length])
        return {
            name: _slice(body, entry)
            for name, entry in header.items()
            if name != "__metadata__" and entry["dtype"] in SAFETENSORS_TYPES
        }
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise DataError("the file is damaged, or no safetensors file; save it again") from error


def _slice(body: memoryview, entry: Mapping[str, Any]) -> Tensor:
    begin, end = map(int, entry["data_offsets"])
    shape, dtype = torch.Size(entry["shape"]), SAFETENSORS_TYPES[entry["dtype"]]
    if end - begin != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{end - begin} bytes do not hold {tuple(shape)}")
    if begin == end:
        return torch.empty(shape, dtype=dtype)
    # A copy: the tensor outlives the file's bytes, which cannot be written to.
    return torch.frombuffer(bytearray(body[begin:end]), dtype=dtype).reshape(shape)
