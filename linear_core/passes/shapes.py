"""What has to fit before a layer can be traced: refused here in words, with both numbers."""

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
            "x is a single number without dimensions, but the layer wants (*, in_features);"
            " x.reshape(1) makes one sample of one feature"
        )
    if weight.ndim != 2:
        raise ShapeError(
            "weight has shape {shape}, but the layer wants two dimensions, (out_features, in_features)",
            shape=tuple(weight.shape),
        )
    out_features, in_features = weight.shape
    if x.shape[-1] != in_features:
        raise _wrong_features(x, in_features, out_features)
    if bias is not None and bias.shape != (out_features,):
        raise ShapeError(
            "bias has shape {shape}, but weight has {out_features} rows (out_features), "
            "so the bias has to be ({out_features},)",
            shape=tuple(bias.shape),
            out_features=out_features,
        )
    if bias is None and x.dtype != weight.dtype:
        raise ShapeError(
            "x is {x}, weight is {weight}, but one dtype is wanted; x.to(weight.dtype) makes x fit",
            x=x.dtype,
            weight=weight.dtype,
        )
    if bias is not None and len({x.dtype, weight.dtype, bias.dtype}) > 1:
        raise ShapeError(
            "x is {x}, weight is {weight}, bias is {bias}, but one dtype is wanted; "
            "x.to(weight.dtype) makes x fit",
            x=x.dtype,
            weight=weight.dtype,
            bias=bias.dtype,
        )


def check_tensor(name: str, tensor: Tensor) -> None:
    """Refuse what is no tensor of a floating dtype that a layer can have.

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
            "{name} is a {kind}, but a torch.Tensor is wanted; torch.tensor({name}) makes one",
            name=name,
            kind=type(tensor).__name__,
        )
    if tensor.dtype not in DTYPES.values():
        raise ShapeError(
            "{name} is {dtype}, but a layer wants {known}; {name}.float() makes float32",
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
        there_is = f"from 0 to {length - 1}" if length else "so there is none"
        raise IndexError(f"{name} is {index}, but it has to be one of {length}, {there_is}")


def _wrong_features(x: Tensor, in_features: int, out_features: int) -> ShapeError:
    """Say that x and weight do not meet, and notice a weight that is the wrong way round."""
    given = {"features": x.shape[-1], "in_features": in_features, "out_features": out_features}
    if x.shape[-1] == out_features:
        return ShapeError(
            "x has {features} features in its last dimension, but the layer wants in_features={in_features}"
            " (weight is {out_features} × {in_features}, out × in); weight.T would fit, if the weight is"
            " stored (in, out)",
            **given,
        )
    return ShapeError(
        "x has {features} features in its last dimension, but the layer wants in_features={in_features}"
        " (weight is {out_features} × {in_features}, out × in); give x that many features,"
        " or a weight with as many columns",
        **given,
    )
