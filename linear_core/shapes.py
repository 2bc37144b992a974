"""What has to fit before a layer can be traced: refused here in words, with both numbers."""

from torch import Tensor

from linear_core.errors import ShapeError
from linear_core.layer import DTYPES


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
            f"weight has shape {tuple(weight.shape)}, but the layer wants two dimensions,"
            " (out_features, in_features)"
        )
    out_features, in_features = weight.shape
    if x.shape[-1] != in_features:
        raise ShapeError(_wrong_features(x, in_features, out_features))
    if bias is not None and bias.shape != (out_features,):
        raise ShapeError(
            f"bias has shape {tuple(bias.shape)}, but weight has {out_features} rows (out_features),"
            f" so the bias has to be ({out_features},)"
        )
    dtypes = {name: tensor.dtype for name, tensor in named.items()}
    if len(set(dtypes.values())) > 1:
        given = ", ".join(f"{name} is {dtype}" for name, dtype in dtypes.items())
        raise ShapeError(f"{given}, but one dtype is wanted; x.to(weight.dtype) makes x fit")


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
            f"{name} is a {type(tensor).__name__}, but a torch.Tensor is wanted;"
            f" torch.tensor({name}) makes one"
        )
    if tensor.dtype not in DTYPES.values():
        raise ShapeError(
            f"{name} is {tensor.dtype}, but a layer wants {', '.join(DTYPES)}; {name}.float() makes float32"
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


def _wrong_features(x: Tensor, in_features: int, out_features: int) -> str:
    """Say that x and weight do not meet, and notice a weight that is the wrong way round."""
    message = (
        f"x has {x.shape[-1]} features in its last dimension, but the layer wants in_features={in_features}"
        f" (weight is {out_features} × {in_features}, out × in)"
    )
    if x.shape[-1] == out_features:
        return message + "; weight.T would fit, if the weight is stored (in, out)"
    return message + "; give x that many features, or a weight with as many columns"
