"""A chain of layers and the shape after each, known before anything large is computed.

Every layer is PyTorch's own module on the meta device, which has shapes and no numbers; where one does not
fit, PyTorch's own message comes from the CPU, on a tensor that repeats a single element.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from linear_core.calls.stand_in import Call, try_call
from linear_core.errors import ConfigError, ShapeError

MAX_ELEMENTS = 10**12
MAX_PARAMETERS = 10**7  # of a layer that is made for its message

Shape = tuple[int, ...]


@dataclass(frozen=True)
class ChainLayer:
    """One layer of a chain, as it is written: the class in ``torch.nn`` and its arguments.

    Examples
    --------
    >>> ChainLayer("Conv2d", (1, 10, 5)).code
    'nn.Conv2d(1, 10, 5)'
    """

    kind: str
    arguments: tuple[Any, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def code(self) -> str:
        """The call that makes it, with ``from torch import nn``."""
        words = [repr(value) for value in self.arguments]
        words += [f"{name}={value!r}" for name, value in self.options]
        return f"nn.{self.kind}({', '.join(words)})"

    def build(self, device: str = "meta") -> nn.Module:
        """Make the module on a device.

        Raises
        ------
        ConfigError
            PyTorch refuses the arguments.
        """
        try:
            with torch.device(device):
                module: nn.Module = getattr(nn, self.kind)(*self.arguments, **dict(self.options))
        except (TypeError, ValueError, RuntimeError, AssertionError) as error:
            raise ConfigError(
                "expected arguments that nn.{kind} accepts, but got {code}: {error}",
                kind=self.kind,
                code=self.code,
                error=str(error).splitlines()[0],
            ) from error
        return module


@dataclass(frozen=True)
class ChainStep:
    """What one layer of a chain makes of the shape that it gets.

    Attributes
    ----------
    layer : ChainLayer
    input_shape : tuple of int
    output_shape : tuple of int or None
        None where the layer does not fit.
    arithmetic : str
        How the sizes follow, for instance ``(28 + 2·0 − 5) / 1 + 1 = 24``; empty where nothing is computed.
    message : str or None
        PyTorch's own message where the layer does not fit.
    repairs : tuple of tuple of ChainLayer
        What may replace the layer so that it fits, the likeliest first.
    """

    layer: ChainLayer
    input_shape: Shape
    output_shape: Shape | None
    arithmetic: str = ""
    message: str | None = None
    repairs: tuple[tuple[ChainLayer, ...], ...] = ()


def _sizes(value: Any, dims: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,) * dims


def _window(module: nn.Module, shape: Shape) -> str:
    """Write how a convolution or a pooling makes each size."""
    dims = 1 if type(module).__name__.endswith("1d") else 2
    named: dict[str, Any] = {"padding": 0, "dilation": 1}
    kernel, stride, padding, dilation = (
        _sizes(getattr(module, name, named.get(name)), dims)
        for name in ("kernel_size", "stride", "padding", "dilation")
    )
    lines = []
    for size, k, s, p, d in zip(shape[-dims:], kernel, stride, padding, dilation, strict=True):
        if not isinstance(p, int):  # padding="same" keeps the size
            continue
        reach = f"{d}·({k} − 1) − 1" if d != 1 else str(k)
        exact = (size + 2 * p - (d * (k - 1) + 1)) / s + 1
        whole = math.floor(exact)
        rounded = "" if exact == whole else f" = {exact:g}, rounded down"
        lines.append(f"({size} + 2·{p} − {reach}) / {s} + 1{rounded} = {whole}")
    return "; ".join(dict.fromkeys(lines))


def _flattened(module: nn.Module, shape: Shape) -> str:
    start, end = int(getattr(module, "start_dim", 1)), int(getattr(module, "end_dim", -1))
    sizes = shape[start:] if end == -1 else shape[start : end + 1]
    return f"{' · '.join(map(str, sizes))} = {math.prod(sizes)}"


def _nothing(module: nn.Module, shape: Shape) -> str:
    return ""


# What a chain may be made of; the sizes that follow are written out by the function.
CHAIN_LAYERS: Mapping[str, Callable[[nn.Module, Shape], str]] = MappingProxyType(
    {
        "Linear": _nothing,
        "Flatten": _flattened,
        "Unflatten": _nothing,
        "ReLU": _nothing,
        "Conv1d": _window,
        "Conv2d": _window,
        "MaxPool2d": _window,
        "AdaptiveAvgPool2d": _nothing,
        "LSTM": _nothing,
        "Embedding": _nothing,
    }
)


def trace_chain(layers: Sequence[ChainLayer], input_shape: Shape) -> tuple[ChainStep, ...]:
    """Return the shape after each layer, up to the first that does not fit.

    Parameters
    ----------
    layers : sequence of ChainLayer
    input_shape : tuple of int
        Of what goes in, the batch first.

    Returns
    -------
    tuple of ChainStep
        One for each layer; the last one has no output shape where it does not fit.

    Raises
    ------
    ConfigError
        PyTorch refuses a layer's arguments.
    ShapeError
        The input is not a shape, or far too large.

    Examples
    --------
    >>> layers = [ChainLayer("Conv2d", (1, 10, 5)), ChainLayer("Flatten"), ChainLayer("Linear", (320, 50))]
    >>> steps = trace_chain(layers, (32, 1, 28, 28))
    >>> [step.output_shape for step in steps]
    [(32, 10, 24, 24), (32, 5760), None]
    >>> steps[1].arithmetic
    '10 · 24 · 24 = 5760'
    >>> steps[2].repairs[0][0].code
    'nn.Linear(5760, 50)'
    """
    if any(size < 0 for size in input_shape) or math.prod(input_shape) > MAX_ELEMENTS:
        raise ShapeError(
            "expected sizes of at least 0 with at most 10¹² elements, but got {shape}; choose sizes within "
            "both limits",
            shape=input_shape,
        )
    shape, steps = tuple(input_shape), []
    for layer in layers:
        step = _step(layer, shape)
        steps.append(step)
        if step.output_shape is None:
            break
        shape = step.output_shape
    return tuple(steps)


def _step(layer: ChainLayer, shape: Shape) -> ChainStep:
    module = layer.build()
    dtype = torch.long if layer.kind == "Embedding" else torch.float32
    try:
        output = _first(module(torch.empty(shape, dtype=dtype, device="meta")))
    except Exception as error:  # whatever PyTorch raises, its words from the CPU are shown
        message = _message(layer, shape, dtype, error)
        return ChainStep(layer, shape, None, "", message, _repairs(layer, shape))
    arithmetic = CHAIN_LAYERS[layer.kind](module, shape)
    return ChainStep(layer, shape, tuple(output.shape), arithmetic)


def _first(output: Any) -> Tensor:
    """Return the output itself: an LSTM returns it with its state."""
    found: Tensor = output[0] if isinstance(output, tuple) else output
    return found


def _message(layer: ChainLayer, shape: Shape, dtype: torch.dtype, error: Exception) -> str:
    """Return what the CPU says; what the meta device says where a layer is too large to be made."""
    if layer.kind == "Linear":
        module = layer.build()
        assert isinstance(module, nn.Linear)
        bias_dtype = None if module.bias is None else torch.float32
        outcome = try_call(
            Call(module.in_features, module.out_features, torch.float32, bias_dtype, shape, torch.float32)
        )
        return str(outcome)
    module = layer.build()
    if sum(one.numel() for one in module.parameters()) <= MAX_PARAMETERS:
        try:
            # Without numbers, whose draw would touch the global random state.
            module.to_empty(device="cpu")(torch.empty((), dtype=dtype).expand(shape))
        except Exception as caught:  # the message is what is wanted
            error = caught
    return str(error)


def _repairs(layer: ChainLayer, shape: Shape) -> tuple[tuple[ChainLayer, ...], ...]:
    """Return replacements for a layer that does not fit, the likeliest first; each one was tried."""
    candidates: list[tuple[ChainLayer, ...]] = []
    if layer.kind == "Linear" and shape:
        flat = math.prod(shape[1:])
        if len(shape) > 1 and flat == _size(layer, "in_features"):
            candidates.append((ChainLayer("Flatten"), layer))
        if len(shape) == 4:  # images: a classifier's first linear layer takes all numbers of one
            candidates.append((ChainLayer("Flatten"), _with_first(layer, flat, "in_features")))
        candidates.append((_with_first(layer, shape[-1], "in_features"),))
    if layer.kind in ("Conv1d", "Conv2d"):
        dims = int(layer.kind[4])
        if len(shape) == dims + 2:
            candidates.append((_with_first(layer, shape[1], "in_channels"),))
        elif len(shape) == dims + 1:
            candidates.append((ChainLayer("Unflatten", (1, (1, shape[1]))), layer))
    if layer.kind == "LSTM" and shape:
        candidates.append((_with_first(layer, shape[-1], "input_size"),))
    return tuple(dict.fromkeys(repair for repair in candidates if _fits(repair, shape)))


def _fits(layers: tuple[ChainLayer, ...], shape: Shape) -> bool:
    for layer in layers:
        try:
            dtype = torch.long if layer.kind == "Embedding" else torch.float32
            shape = tuple(_first(layer.build()(torch.empty(shape, dtype=dtype, device="meta"))).shape)
        except Exception:  # a repair that does not fit is not offered
            return False
    return True


def _size(layer: ChainLayer, name: str) -> Any:
    return layer.arguments[0] if layer.arguments else dict(layer.options).get(name)


def _with_first(layer: ChainLayer, size: int, name: str) -> ChainLayer:
    """Return the layer with another first size, wherever it is written."""
    if layer.arguments:
        return replace(layer, arguments=(size, *layer.arguments[1:]))
    return replace(
        layer, options=tuple((key, size if key == name else value) for key, value in layer.options)
    )
