"""The numbers of one call: those of a seed, of a fill, or given."""

import torch
from torch import Tensor

from linear_core.errors import ConfigError, ShapeError
from linear_core.layer.fills import FILLS, fill
from linear_core.layer.spec import DTYPES, LayerSpec, build_layer

SEEDED = "seeded"


def layer_numbers(
    spec: LayerSpec,
    leading: tuple[int, ...],
    x: str | Tensor = SEEDED,
    weight: str | Tensor = SEEDED,
    bias: str | Tensor = SEEDED,
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Make x, weight and bias for one call of a layer.

    Each of the three is "seeded", one of `FILLS`, or a tensor of exactly the shape that the layer expects.

    Parameters
    ----------
    spec : LayerSpec
        Sizes, init, seed and dtype; without a bias the last argument is not read.
    leading : tuple of int
        All dims of x before the last; empty for a single sample.
    x, weight, bias : str or Tensor
        Where the numbers come from. A seeded x is in tenths, readable at a glance; a seeded weight and bias
        are those of ``build_layer(spec)``.

    Returns
    -------
    tuple of Tensor
        x, ``(*leading, in_features)``; weight, ``(out_features, in_features)``; bias, ``(out_features,)``,
        or None. All of ``spec.dtype``.

    Raises
    ------
    ShapeError
        A tensor has another shape than the layer expects.
    ConfigError
        A name is neither "seeded" nor one of `FILLS`.

    Examples
    --------
    >>> given = torch.tensor([1.0, 2.0]), torch.tensor([[0.1098, -0.5404]]), torch.tensor([-0.4456])
    >>> x, weight, bias = layer_numbers(LayerSpec(2, 1), (), *given)
    >>> torch.nn.functional.linear(x, weight, bias)
    tensor([-1.4166])
    """
    layer = build_layer(spec)
    # A seed of its own for each: from the same seed, x and weight would be correlated.
    x_seed, weight_seed, bias_seed = (spec.seed + i for i in (1, 2, 3))
    x_shape = (*leading, spec.in_features)
    tenths = (_fill("random", x_shape, x_seed) * 10).round() / 10 + 0.0  # no -0.0 to read
    return (
        _numbers("x", x, tenths.to(DTYPES[spec.dtype]), x_seed),
        _numbers("weight", weight, layer.weight.detach(), weight_seed),
        None if layer.bias is None else _numbers("bias", bias, layer.bias.detach(), bias_seed),
    )


def _numbers(name: str, given: str | Tensor, seeded: Tensor, seed: int) -> Tensor:
    """Return one tensor of the shape and dtype of ``seeded``."""
    if isinstance(given, Tensor):
        if given.shape != seeded.shape:
            raise ShapeError(
                "expected {name} of shape {expected}, but got {shape}; pass a tensor of that shape",
                name=name,
                expected=tuple(seeded.shape),
                shape=tuple(given.shape),
            )
        return given.detach().to(seeded.dtype)
    if given == SEEDED:
        return seeded
    if given not in FILLS:
        raise ConfigError(
            "expected {name} to be {seeded!r} or one of {known}, but got {given!r}; choose one of them",
            name=name,
            seeded=SEEDED,
            known=", ".join(FILLS),
            given=given,
        )
    return _fill(given, seeded.shape, seed).to(seeded.dtype)


def _fill(name: str, shape: tuple[int, ...], seed: int) -> Tensor:
    """Fill a tensor as the matrix of its rows."""
    return fill(name, torch.Size(shape[:-1]).numel(), shape[-1], seed).reshape(shape)
