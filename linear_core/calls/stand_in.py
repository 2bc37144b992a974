"""What PyTorch does with one call of a layer, found by calling it on tensors that take no memory.

PyTorch decides whether a call fits from shapes and dtypes alone, before it reads a number. So a call of any
size can be tried on a stand-in. It is always a matrix, with all leading dimensions flattened into rows, as
PyTorch itself does for contiguous tensors:

- where sizes do not fit, views that repeat a single element (stride 0) have the true sizes in no memory.
  Of one, three or more dimensions they would not be flattened, and meet other checks with other messages;
- where sizes fit, only dtypes are left to object to, and sizes of 0, 1 or 2 stand for 0, 1 or many.

Meta tensors cannot take their place: they run other code, with other messages.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from linear_core.errors import ConfigError, ShapeError

# Their tensors carry a scale, which a shape and a dtype do not tell.
_QUANTIZED = (torch.qint8, torch.qint32, torch.quint8, torch.quint4x2, torch.quint2x4)
_WEIGHT_NDIM = 2
# Up to this many elements, an output may be allocated just to see whether it can be.
_FEW = 1 << 20


@dataclass(frozen=True)
class Call:
    """All that decides what a call of a layer on a contiguous tensor will do, but for the device.

    ``make`` is the code of the layer's class, ``options`` are further arguments that a new layer needs, and
    ``weight_shape`` and ``bias_shape`` are given where they are not (out_features, in_features) and
    (out_features,), as they must be.
    """

    in_features: int
    out_features: int
    dtype: torch.dtype
    bias_dtype: torch.dtype | None
    x_shape: tuple[int, ...]
    x_dtype: torch.dtype
    make: str = "nn.Linear"
    options: str = ""
    weight_shape: tuple[int, ...] | None = None
    bias_shape: tuple[int, ...] | None = None

    @property
    def output_shape(self) -> torch.Size:
        """The shape of the output, if the call succeeds; a weight of one dimension leaves none of it."""
        return torch.Size((*self.x_shape[:-1], *(() if self.weight_shape else (self.out_features,))))

    @property
    def fits(self) -> bool:
        """Whether the last dimension of x is the one that the layer sums over."""
        return bool(self.x_shape) and self.x_shape[-1] == self.in_features

    @property
    def num_rows(self) -> int:
        """Rows that the layer maps: the leading dimensions of x, flattened."""
        return math.prod(self.x_shape[:-1])


def call_of(layer: nn.Linear, x_shape: tuple[int, ...], x_dtype: torch.dtype) -> Call:
    """Describe calling a layer that exists; its parameters, not its attributes, are what PyTorch looks at.

    Raises
    ------
    ShapeError
        A lazy layer is to take its in_features from an x without dimensions.
    """
    bias_dtype = None if layer.bias is None else layer.bias.dtype
    odd_shape = odd_bias = None
    if not is_lazy(layer.weight) and layer.weight.ndim != _WEIGHT_NDIM:
        odd_shape = tuple(layer.weight.shape)
        out_features, in_features = layer.out_features, (odd_shape or (0,))[-1]
    elif not is_lazy(layer.weight):
        out_features, in_features = layer.weight.shape
    elif x_shape:
        out_features, in_features = layer.out_features, x_shape[-1]
    else:
        raise ShapeError(
            "expected input_shape of at least one dimension, from which a LazyLinear takes in_features, "
            "but got (); pass an x with a dimension"
        )
    if layer.bias is not None and not is_lazy(layer.bias) and layer.bias.shape != (out_features,):
        odd_bias = tuple(layer.bias.shape)
    device = layer.weight.device
    options = "" if device.type == "cpu" else f', device="{device}"'
    sizes = in_features, out_features
    return Call(
        *sizes,
        layer.weight.dtype,
        bias_dtype,
        x_shape,
        x_dtype,
        options=options,
        weight_shape=odd_shape,
        bias_shape=odd_bias,
    )


def try_call(call: Call) -> torch.dtype | Exception:
    """Return the output's dtype, or the very exception that PyTorch raises for this call."""
    try:
        if call.weight_shape is not None:
            return F.linear(*_odd_tensors(call)).dtype
        if call.fits and call.bias_shape is not None:
            _add_bias(call)
        output = F.linear(*_small_tensors(call) if call.fits else _repeated_tensors(call))
        # A product may be too large to be addressed at all even where x and weight are not.
        torch.empty((call.num_rows, call.out_features), dtype=output.dtype, device="meta")
    except Exception as error:
        return error.with_traceback(None)
    return output.dtype


def check_possible(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    """Refuse what no tensor can be.

    Raises
    ------
    ShapeError
        A size is negative, not an integer, or the tensor would pass the range of addresses.
    ConfigError
        The dtype is not a dtype of PyTorch, or is a quantized one.
    """
    if not isinstance(dtype, torch.dtype) or dtype in _QUANTIZED:
        raise ConfigError(
            "expected input_dtype to be a torch.dtype that is not quantized, but got {dtype!r}; use "
            "torch.float32, for example",
            dtype=dtype,
        )
    try:
        torch.empty(shape, dtype=dtype, device="meta")
    except (TypeError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise ShapeError(
            "expected input_shape that a tensor can have, but got {shape} ({reason}); pass integers of "
            "at least 0 that are not too large",
            shape=shape,
            reason=reason,
        ) from error


def _add_bias(call: Call) -> None:
    """Raise what PyTorch raises where a bias of another shape cannot be added to all rows."""
    if call.num_rows * call.out_features <= _FEW:
        # No numbers are multiplied, but the bias is added in the same way as with many.
        x, weight = _empty((*call.x_shape[:-1], 0), call.x_dtype), _empty((call.out_features, 0), call.dtype)
        F.linear(x, weight, _empty(call.bias_shape or (), call.bias_dtype or call.dtype))
    else:
        _repeated(call.bias_shape or (), call.dtype).expand(call.num_rows, call.out_features)


def _small_tensors(call: Call) -> tuple[Tensor, Tensor, Tensor | None]:
    rows, in_features, out_features = (
        min(size, 2) for size in (call.num_rows, call.in_features, call.out_features)
    )
    return (
        _empty((rows, in_features), call.x_dtype),
        _empty((out_features, in_features), call.dtype),
        None if call.bias_dtype is None else _empty((out_features,), call.bias_dtype),
    )


def _odd_tensors(call: Call) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return tensors with the true number of dimensions; only a weight of one dimension can be used."""
    weight_shape = call.weight_shape or ()
    x_shape = (
        (call.num_rows, *call.x_shape[-1:]) if len(weight_shape) == 1 < len(call.x_shape) else call.x_shape
    )
    if call.bias_dtype is not None:
        # With a bias, PyTorch looks at the numbers of dimensions first, and at contiguous tensors otherwise.
        sizes = (x_shape, weight_shape, (call.out_features,))
        x_shape, weight_shape, bias_shape = (tuple(min(size, 2) for size in shape) for shape in sizes)
        x, weight = _empty(x_shape, call.x_dtype), _empty(weight_shape, call.dtype)
        return x, weight, _empty(bias_shape, call.bias_dtype)
    if call.fits:
        x_shape, weight_shape = (tuple(min(size, 2) for size in shape) for shape in (x_shape, weight_shape))
    return (
        _repeated(x_shape, call.x_dtype),
        _repeated(weight_shape, call.dtype),
        None,
    )


def _repeated_tensors(call: Call) -> tuple[Tensor, Tensor, Tensor | None]:
    flattened = (call.num_rows, call.x_shape[-1]) if call.x_shape else ()
    return (
        _repeated(flattened, call.x_dtype),
        _repeated((call.out_features, call.in_features), call.dtype),
        None if call.bias_dtype is None else _repeated((call.out_features,), call.bias_dtype),
    )


def _repeated(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    return _empty((1,) * len(shape), dtype).expand(shape)


def _empty(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    # Not zeros: some dtypes cannot be filled. On the CPU, whatever the default device is.
    return torch.empty(shape, dtype=dtype, device="cpu")
