"""Tensors as source code, exact to the bit."""

import base64
import math
import textwrap

import torch
from torch import Tensor

LONGEST_LIST = 2000
LINE = 100


def tensor_code(tensor: Tensor) -> str:
    """Write an expression that gives an equal tensor in plain PyTorch, to the last bit.

    Up to 2,000 numbers are written as the shortest decimals that read back to them; more are written as
    their bytes in base64, which is smaller and just as exact.

    Parameters
    ----------
    tensor : Tensor, any shape
        Of floating dtype.

    Returns
    -------
    str
        An expression that needs ``import torch``, and ``import base64`` if it says so.

    Examples
    --------
    >>> print(tensor_code(torch.tensor([[0.1, 2.0]])))
    torch.tensor([[0.1, 2.0]])
    """
    tensor = tensor.detach().contiguous()
    dtype = "" if tensor.dtype == torch.float32 else f", dtype={tensor.dtype}"
    if tensor.numel() <= LONGEST_LIST:
        shape = "" if tensor.numel() or tensor.dim() == 1 else f".reshape({tuple(tensor.shape)})"
        return f"torch.tensor({_nested(tensor, _shortest(tensor))}{dtype}){shape}"
    raw = bytes(tensor.view(torch.uint8).flatten().tolist())
    text = "\n".join(textwrap.wrap(base64.b64encode(raw).decode(), LINE))
    return (
        f'torch.frombuffer(bytearray(base64.b64decode("""\n{text}\n""")),'
        f" dtype={tensor.dtype}).reshape({tuple(tensor.shape)})"
    )


def _shortest(tensor: Tensor) -> list[str]:
    """Write each number with as few digits as read back to it."""
    numbers = tensor.double().flatten().tolist()
    texts = [repr(number) for number in numbers]
    if tensor.dtype == torch.float64:
        return [_spelled(text, number) for text, number in zip(texts, numbers, strict=True)]
    # Nine digits are always enough for float32; going down, the last that still fits wins.
    for digits in range(9, 0, -1):
        shorter = [f"{number:.{digits}g}" for number in numbers]
        back = torch.tensor([float(text) for text in shorter], dtype=tensor.dtype).double().tolist()
        for position, (text, number) in enumerate(zip(shorter, back, strict=True)):
            if number == numbers[position]:
                texts[position] = text
    return [_spelled(text, number) for text, number in zip(texts, numbers, strict=True)]


def _spelled(text: str, number: float) -> str:
    if not math.isfinite(number):
        return f'float("{text}")'
    return text if set(text) & set(".e") else f"{text}.0"


def _nested(tensor: Tensor, texts: list[str]) -> str:
    """Put the numbers into brackets as deep as the tensor's shape."""
    if tensor.dim() == 0:
        return texts[0]
    parts = texts
    for size in reversed(tensor.shape[1:]):
        parts = [f"[{', '.join(parts[i : i + size])}]" for i in range(0, len(parts), max(1, size))]
    flat = f"[{', '.join(parts)}]"
    if len(flat) <= LINE:
        return flat
    if tensor.dim() > 1:
        return "[\n    " + ",\n    ".join(parts) + ",\n]"
    lines = textwrap.wrap(", ".join(parts), LINE)
    return "[\n    " + "\n    ".join(lines) + "\n]"
