"""A layer of another kind than nn.Linear, recreated for the size of its input."""

import ast
import inspect

import torch
from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd


def remade(layer: nn.Module, x_shape: tuple[int, ...]) -> str:
    """Return the code that makes such a layer for an input of this shape; empty where that is not known.

    PyTorch prints these layers as the code that makes them, with every argument; those that are the default
    are left out here.

    >>> remade(nn.LayerNorm(6), (4, 8))
    'nn.LayerNorm(8)'
    >>> remade(nn.Conv2d(3, 8, kernel_size=3, padding=1), (5, 1, 28, 28))
    'nn.Conv2d(1, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))'
    """
    place = _place(layer, len(x_shape))
    if place is None or getattr(nn, type(layer).__name__, None) is not type(layer):
        return ""
    argument, dim = place
    call = ast.parse(f"nn.{layer!r}", mode="eval").body
    assert isinstance(call, ast.Call)
    call.args[argument] = ast.Constant(x_shape[dim])
    usual = inspect.signature(type(layer)).parameters
    for word in call.keywords:
        if isinstance(word.value, ast.Name):  # printed without quotes: padding=same
            word.value = ast.Constant(word.value.id)
    call.keywords = [word for word in call.keywords if not _is_usual(word, usual.get(word.arg or ""))]
    return ast.unparse(call).removesuffix(")") + _kind_of_numbers(layer) + ")"


def _kind_of_numbers(layer: nn.Module) -> str:
    parameter = next(layer.parameters(), None)
    if parameter is None:
        return ""
    device = "" if parameter.device.type == "cpu" else f', device="{parameter.device}"'
    return device + ("" if parameter.dtype == torch.float32 else f", dtype={parameter.dtype}")


def _place(layer: nn.Module, ndim: int) -> tuple[int, int] | None:
    """Return which argument of a layer is a size of its input, and in which dimension that is."""
    if isinstance(layer, nn.LayerNorm | nn.RMSNorm):
        return (0, -1) if len(layer.normalized_shape) == 1 else None
    if isinstance(layer, nn.RNNBase):
        return (0, -1)
    if isinstance(layer, _ConvNd):
        dim = -1 - len(layer.kernel_size)
        return (0, dim) if ndim >= -dim else None
    if ndim < 2:
        return None
    if isinstance(layer, _NormBase):
        return (0, 1)
    return (1, 1) if isinstance(layer, nn.GroupNorm) else None


def _is_usual(word: ast.keyword, parameter: inspect.Parameter | None) -> bool:
    return parameter is not None and ast.literal_eval(word.value) == parameter.default
