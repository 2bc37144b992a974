"""The numbers of one call as a link carries them: three short texts."""

from dataclasses import replace

from torch import Tensor

from linear_core.exchange.matrix_link import decode_matrix
from linear_core.layer.fills import FILLS
from linear_core.layer.numbers import SEEDED, layer_numbers
from linear_core.layer.spec import LayerSpec


def linked_numbers(
    spec: LayerSpec, leading: tuple[int, ...], x: str, weight: str, bias: str
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Make x, weight and bias for one call of a layer from the texts of a link.

    Each text is "seeded", one of `FILLS`, or a matrix as `encode_matrix` writes it. Where the sizes have
    changed since the matrix was written, it is cut, or continued with the seeded numbers.

    Parameters
    ----------
    spec : LayerSpec
        Sizes and seed; without a bias the last text is not read.
    leading : tuple of int
        All dims of x before the last; the rows of a matrix for x are those of all of them.
    x, weight, bias : str
        One text each.

    Returns
    -------
    tuple of Tensor
        As `layer_numbers` returns them.

    Raises
    ------
    DataError
        A text is none of the three.

    Examples
    --------
    >>> x, weight, bias = linked_numbers(LayerSpec(2, 1), (), "1_2", "0.1098_-0.5404", "-0.4456")
    >>> x, bias
    (tensor([1., 2.]), tensor([-0.4456]))
    """
    seeded = layer_numbers(spec, leading)
    given = [
        text if tensor is None else _read(text, tensor)
        for text, tensor in zip((x, weight, bias), seeded, strict=True)
    ]
    return layer_numbers(spec, leading, *given)


def linked_target(spec: LayerSpec, leading: tuple[int, ...], target: str) -> Tensor:
    """Make the target that the output of a call is compared with from the text of a link.

    Parameters
    ----------
    spec : LayerSpec
        The layer; its out_features are the columns of the target.
    leading : tuple of int
        All dims of the target before the last.
    target : str
        As one of the texts of `linked_numbers`; a seeded target is in tenths, as x is.

    Returns
    -------
    Tensor, ``(*leading, out_features)``

    Raises
    ------
    DataError
        The text is none of the three.

    Examples
    --------
    >>> linked_target(LayerSpec(2, 1), (2,), "1~2")
    tensor([[1.],
            [2.]])
    """
    # The numbers of an x as wide as the output, with a seed of its own.
    like_x = replace(spec, in_features=spec.out_features, seed=spec.seed + 3)
    return linked_numbers(like_x, leading, target, SEEDED, SEEDED)[0]


def _read(text: str, seeded: Tensor) -> str | Tensor:
    if text == SEEDED or text in FILLS:
        return text
    rows = seeded.reshape(-1, seeded.shape[-1]).clone()
    own = decode_matrix(text)[: rows.shape[0], : rows.shape[1]]
    rows[: own.shape[0], : own.shape[1]] = own
    return rows.reshape(seeded.shape)
