"""Tables of what a linear layer takes and gives; every cell is what PyTorch did when it was asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import skip_init

from linear_core.layer.spec import LayerSpec, build_layer

X_DTYPES = ("float32", "float64", "float16", "bfloat16", "int64", "int32", "uint8", "bool", "complex64")
SHAPES: tuple[tuple[int, ...], ...] = ((), (3,), (4, 3), (2, 4, 3))


@dataclass(frozen=True)
class DtypeRow:
    """What a float32 layer does with an x of one dtype.

    Attributes
    ----------
    dtype : str
        Of x.
    bias : bool
        Whether the layer has a bias: PyTorch then takes another path, with other messages.
    outcomes : tuple of str
        For x of each of `SHAPES`: the output's shape and dtype, or PyTorch's message.
    oks : tuple of bool
        Whether the call succeeded.
    """

    dtype: str
    bias: bool
    outcomes: tuple[str, ...]
    oks: tuple[bool, ...]

    @property
    def messages(self) -> tuple[str, ...]:
        """PyTorch's messages in this row, each once."""
        failed = (text for text, ok in zip(self.outcomes, self.oks, strict=True) if not ok)
        return tuple(dict.fromkeys(failed))


def dtype_table() -> tuple[DtypeRow, ...]:
    """Call a float32 layer of 3 features and 2 outputs on x of every dtype and number of dimensions.

    Returns
    -------
    tuple of DtypeRow
        Two for each of `X_DTYPES`: with and without a bias.

    Examples
    --------
    >>> row = dtype_table()[0]
    >>> row.dtype, row.bias, row.outcomes[2]
    ('float32', True, '(4, 2) float32')
    """
    rows = []
    for dtype in X_DTYPES:
        for bias in (True, False):
            layer = build_layer(LayerSpec(3, 2, bias))
            results = [_outcome(layer, torch.zeros(shape, dtype=getattr(torch, dtype))) for shape in SHAPES]
            texts, oks = zip(*results, strict=True)
            rows.append(DtypeRow(dtype, bias, texts, oks))
    return tuple(rows)


def _outcome(layer: Callable[[Tensor], Tensor], x: Tensor) -> tuple[str, bool]:
    try:
        output = layer(x)
    except (RuntimeError, TypeError, IndexError) as error:
        return str(error).splitlines()[0], False
    return f"{tuple(output.shape)} {str(output.dtype).removeprefix('torch.')}", True


@dataclass(frozen=True)
class ModeRow:
    """What a mode changes about one call of ``nn.Linear``.

    Attributes
    ----------
    code : str
        How the call is made, on one line.
    is_equal : bool
        Whether the output has the same bits as that of a plain call.
    requires_grad : bool
        Whether the output does.
    backward : str
        Empty where ``y.sum().backward()`` gives the weight a gradient; else the reason why not.
    """

    code: str
    is_equal: bool
    requires_grad: bool
    backward: str


def mode_table() -> tuple[ModeRow, ...]:
    """Call one layer in every mode that learners mix up.

    Returns
    -------
    tuple of ModeRow

    Examples
    --------
    >>> [(row.is_equal, row.requires_grad) for row in mode_table()[:3]]
    [(True, True), (True, True), (True, False)]
    """
    layer, frozen = build_layer(LayerSpec(3, 2)), build_layer(LayerSpec(3, 2))
    x = torch.arange(12.0).reshape(4, 3)
    plain = layer(x).detach()
    frozen.requires_grad_(False)

    def no_grad() -> Tensor:
        with torch.no_grad():
            return layer(x)  # type: ignore[no-any-return]

    def inference() -> Tensor:
        with torch.inference_mode():
            return layer(x)  # type: ignore[no-any-return]

    calls: dict[str, tuple[nn.Linear, Callable[[], Tensor]]] = {
        "y = layer(x)": (layer, lambda: layer(x)),
        "layer.eval(); y = layer(x)": (layer, lambda: layer.eval()(x)),
        "with torch.no_grad(): y = layer(x)": (layer, no_grad),
        "with torch.inference_mode(): y = layer(x)": (layer, inference),
        "layer.requires_grad_(False); y = layer(x)": (frozen, lambda: frozen(x)),
        "y = layer(x).detach()": (layer, lambda: layer(x).detach()),
    }
    rows = []
    for code, (module, call) in calls.items():
        output = call()
        rows.append(
            ModeRow(code, torch.equal(output, plain), output.requires_grad, _backward(module, output))
        )
    return tuple(rows)


def _backward(layer: nn.Linear, output: Tensor) -> str:
    layer.zero_grad()
    try:
        output.sum().backward()  # type: ignore[no-untyped-call]
    except RuntimeError as error:
        return str(error).splitlines()[0]
    return "" if layer.weight.grad is not None else "weight.grad is None"


@dataclass(frozen=True)
class RelativeRow:
    """A relative of ``nn.Linear`` and whether it computes the same.

    Attributes
    ----------
    name : str
    code : str
        A call that gives what ``layer(x)`` gives, where there is one.
    input_shape, weight_shape, output_shape : tuple of int
    largest_difference : float
        From ``layer(x)``, with the same parameters.
    """

    name: str
    code: str
    input_shape: tuple[int, ...]
    weight_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    largest_difference: float


def relatives_table(
    in_features: int = 3, out_features: int = 2, batch_size: int = 4
) -> tuple[RelativeRow, ...]:
    """Set ``nn.Linear`` beside its relatives, with the same parameters wherever they can be.

    Parameters
    ----------
    in_features, out_features, batch_size : int
        At least 1.

    Returns
    -------
    tuple of RelativeRow

    Examples
    --------
    >>> [(row.name, row.largest_difference == 0) for row in relatives_table()[:3]]
    [('nn.Linear', True), ('F.linear', True), ('@', True)]
    """
    layer = build_layer(LayerSpec(in_features, out_features))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        x = torch.randn(batch_size, in_features, generator=generator)
        words = torch.randint(in_features, (batch_size,), generator=generator)
        return tuple(_relatives(layer, x, words))


def _relatives(layer: nn.Linear, x: Tensor, words: Tensor) -> list[RelativeRow]:
    (batch_size, ins), outs, wanted = x.shape, layer.out_features, layer(x)
    weight, bias = layer.weight, layer.bias
    lazy = nn.LazyLinear(outs, device="cpu")
    lazy.load_state_dict(layer.state_dict())
    # Without an initialization of their own, which would draw from the global random state.
    make: Any = skip_init
    conv, bilinear = make(nn.Conv1d, ins, outs, 1), make(nn.Bilinear, ins, 1, outs)
    for module in (conv, bilinear):
        module.load_state_dict({"weight": weight[:, :, None], "bias": bias})
    embedding = nn.Embedding(ins, outs, _weight=weight.T + bias)
    one_hot = F.one_hot(words, ins).float()

    def row(
        name: str, code: str, given: Tensor, stored: Tensor, output: Tensor, right: Tensor
    ) -> RelativeRow:
        difference = (output - right).abs().max().item()
        return RelativeRow(
            name, code, tuple(given.shape), tuple(stored.shape), tuple(output.shape), difference
        )

    return [
        row("nn.Linear", "layer(x)", x, weight, layer(x), wanted),
        row("F.linear", "F.linear(x, weight, bias)", x, weight, F.linear(x, weight, bias), wanted),
        row("@", "x @ weight.T + bias", x, weight, x @ weight.T + bias, wanted),
        row("nn.LazyLinear", f"nn.LazyLinear({outs})(x)", x, lazy.weight, lazy(x), wanted),
        row(
            "nn.Conv1d, kernel 1",
            "conv(x.T[None])[0].T  # conv.weight = weight[:, :, None]",
            x.T[None],
            conv.weight,
            conv(x.T[None])[0].T,
            wanted,
        ),
        row(
            "nn.Embedding",
            "embedding(words)  # layer(one_hot(words)); embedding.weight = weight.T + bias",
            words,
            embedding.weight,
            embedding(words),
            layer(one_hot),
        ),
        row(
            "nn.Bilinear",
            "bilinear(x, torch.ones(len(x), 1))",
            x,
            bilinear.weight,
            bilinear(x, torch.ones(batch_size, 1)),
            wanted,
        ),
    ]
