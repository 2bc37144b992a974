"""What has to fit before a layer can be traced: checked here, with both numbers in the message."""

from torch import Tensor

from linear_core.errors import ShapeError
from linear_core.layer.spec import DTYPES


def check_linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> None:
    """Refuse an x, weight and bias that do not make one linear layer.

    Parameters
    ----------
    x : Tensor, ``(*, in_features)``
        At least one dimension; any number of rows, none included.
    weight : Tensor, ``(out_features, in_features)``
        As PyTorch stores it.
    bias : Tensor, ``(out_features,)``, optional
        One number per output.

    Raises
    ------
    ShapeError
        Something is not a tensor, a shape does not fit, or the dtypes differ or are no floating dtype.
    """
    named = {"x": x, "weight": weight} | ({} if bias is None else {"bias": bias})
    for name, tensor in named.items():
        check_tensor(name, tensor)
    if x.ndim == 0:
        raise ShapeError(
            "expected x of shape (*, in_features), but got a 0-D tensor; use x.reshape(1) for one sample "
            "of one feature"
        )
    if weight.ndim != 2:
        raise ShapeError(
            "expected weight of shape (out_features, in_features), but got {shape}; pass a tensor of two "
            "dimensions",
            shape=tuple(weight.shape),
        )
    out_features, in_features = weight.shape
    if x.shape[-1] != in_features:
        raise _wrong_features(x, in_features, out_features)
    if bias is not None and bias.shape != (out_features,):
        raise ShapeError(
            "expected bias of shape ({out_features},), but got {shape}; pass one number for each row of "
            "weight",
            shape=tuple(bias.shape),
            out_features=out_features,
        )
    if bias is None and x.dtype != weight.dtype:
        raise ShapeError(
            "expected one dtype, but got x {x} and weight {weight}; use x.to(weight.dtype)",
            x=x.dtype,
            weight=weight.dtype,
        )
    if bias is not None and len({x.dtype, weight.dtype, bias.dtype}) > 1:
        raise ShapeError(
            "expected one dtype, but got x {x}, weight {weight} and bias {bias}; use x.to(weight.dtype) and "
            "bias.to(weight.dtype)",
            x=x.dtype,
            weight=weight.dtype,
            bias=bias.dtype,
        )


def check_tensor(name: str, tensor: Tensor) -> None:
    """Refuse anything but a tensor of a floating dtype that a layer can have.

    Parameters
    ----------
    name : str
        What the message calls it.
    tensor : Tensor
        Anything that came in.

    Raises
    ------
    ShapeError
        It is not a tensor, or its dtype is not one of `DTYPES`.
    """
    if not isinstance(tensor, Tensor):
        raise ShapeError(
            "expected {name} to be a torch.Tensor, but got {kind}; pass a tensor, which torch.tensor makes "
            "of numbers, lists and arrays",
            name=name,
            kind=type(tensor).__name__,
        )
    if tensor.dtype not in DTYPES.values():
        raise ShapeError(
            "expected {name} of dtype {known}, but got {dtype}; use {name}.float()",
            name=name,
            dtype=tensor.dtype,
            known=", ".join(DTYPES),
        )


def check_index(name: str, index: int, length: int) -> None:
    """Refuse an index outside, a negative one included: pictures count from the first.

    Parameters
    ----------
    name : str
        What the message calls it.
    index, length : int
        A place, and how many there are.

    Raises
    ------
    IndexError
        The index is not from 0 to ``length`` − 1.
    """
    if not 0 <= index < length:
        if length == 0:
            raise IndexError(f"expected no {name}, since there is none, but got {index}; leave it out")
        raise IndexError(f"expected {name} from 0 to {length - 1}, but got {index}; choose one in this range")


def _wrong_features(x: Tensor, in_features: int, out_features: int) -> ShapeError:
    """Say that x and weight do not match, and notice a transposed weight."""
    given = {"features": x.shape[-1], "in_features": in_features, "out_features": out_features}
    if x.shape[-1] == out_features:
        return ShapeError(
            "expected x with in_features={in_features} in its last dimension (weight is {out_features} ×"
            " {in_features}, out × in), but got {features}; use weight.T if the weight is stored (in, out)",
            **given,
        )
    return ShapeError(
        "expected x with in_features={in_features} in its last dimension (weight is {out_features} × "
        "{in_features}, out × in), but got {features}; pass an x with that many features, or a weight "
        "with as many columns",
        **given,
    )
