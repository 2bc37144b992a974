"""The numbers of one call: those that a seed or a fill gives, with somebody's own laid over them."""

import torch
from torch import Tensor

from linear_core.exchange.matrix_link import decode_matrix
from linear_core.layer.fills import FILLS, fill
from linear_core.layer.spec import LayerSpec, build_layer

SEEDED = "seeded"


def layer_numbers(
    spec: LayerSpec,
    leading: tuple[int, ...],
    x: str = SEEDED,
    weight: str = SEEDED,
    bias: str = SEEDED,
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Make x, weight and bias of the sizes that are asked for, from three short texts.

    Each text is "seeded", one of `FILLS`, or a matrix of one's own as `encode_matrix` writes it. An own
    matrix keeps its numbers when a size changes: it is cut where the size is smaller, and goes on with seeded
    numbers where it is larger.

    Parameters
    ----------
    spec : LayerSpec
        Sizes and seed; without a bias the third text is not read.
    leading : tuple of int
        All dims of x before the last; empty for one sample of rank 1.
    x, weight, bias : str
        Where the numbers come from. Seeded are x in tenths, readable at a glance, and the parameters of
        ``build_layer(spec)``.

    Returns
    -------
    tuple of Tensor
        x, ``(*leading, in_features)``; weight, ``(out_features, in_features)``; bias, ``(out_features,)``,
        or None.

    Raises
    ------
    DataError
        A text is none of the three.

    Examples
    --------
    >>> x, weight, bias = layer_numbers(LayerSpec(2, 1), (), "1_2", "0.1098_-0.5404", "-0.4456")
    >>> torch.nn.functional.linear(x, weight, bias)
    tensor([-1.4166])
    """
    layer = build_layer(spec)
    num_rows = torch.Size(leading).numel()
    # A seed of its own for each: from one and the same, x and weight would go up and down together.
    x_seed, weight_seed, bias_seed = (spec.seed + i for i in (1, 2, 3))
    tenths = (fill("random", num_rows, spec.in_features, x_seed) * 10).round() / 10 + 0.0  # no -0.0 to read
    rows = _from_text(x, tenths, x_seed)
    own_bias = None if layer.bias is None else _from_text(bias, layer.bias.detach()[None], bias_seed)[0]
    return (
        rows.reshape(*leading, spec.in_features),
        _from_text(weight, layer.weight.detach(), weight_seed),
        own_bias,
    )


def _from_text(text: str, seeded: Tensor, seed: int) -> Tensor:
    """Read one text; `seeded` gives the shape, and the numbers where there are no others."""
    if text == SEEDED:
        return seeded
    rows, columns = seeded.shape
    if text in FILLS:
        return fill(text, rows, columns, seed)
    own = decode_matrix(text)[:rows, :columns]
    whole = seeded.clone()
    whole[: own.shape[0], : own.shape[1]] = own
    return whole
