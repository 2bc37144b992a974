"""Large matrices in few numbers: blocks for the whole, a window for the detail, a limit for what is made."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core._checks import check_count
from linear_core.errors import ConfigError, ShapeError
from linear_core.layer.spec import DTYPES, LayerSpec
from linear_core.passes.shapes import check_tensor

# 64 MiB of float32: what one choice may cost a server that many visitors share.
MAX_WEIGHTS = 2**24


@dataclass(frozen=True, eq=False)
class BlockSummary:
    """A matrix cut into blocks, two numbers for each.

    Attributes
    ----------
    mean : Tensor, ``(block_rows, block_columns)``
        The mean of each block.
    extreme : Tensor, ``(block_rows, block_columns)``
        The value of largest magnitude in each block, with its sign; the positive one of a tie.
    row_edges, column_edges : tuple of int
        Block i holds rows ``row_edges[i]`` up to, not including, ``row_edges[i + 1]``. All blocks are of one
        size, but those at the end may be smaller.
    """

    mean: Tensor
    extreme: Tensor
    row_edges: tuple[int, ...]
    column_edges: tuple[int, ...]


def block_summary(matrix: Tensor, max_rows: int = 64, max_columns: int = 64) -> BlockSummary:
    """Summarize a matrix in a bounded number of blocks, whatever its size.

    A mean alone hides the outliers that matter in real weights; an extreme alone makes all blocks look alike.

    Parameters
    ----------
    matrix : Tensor, ``(rows, columns)``
        With at least one cell.
    max_rows, max_columns : int
        The most blocks that one side may have; a matrix no larger than that is given cell by cell.

    Returns
    -------
    BlockSummary
        NaN where a block has one.

    Raises
    ------
    ShapeError
        The matrix is not two-dimensional, is empty, or is no floating tensor.
    ConfigError
        A limit is below 1.

    Examples
    --------
    >>> matrix = torch.tensor([[1.0, 3.0, 5.0], [2.0, -6.0, 5.0]])
    >>> summary = block_summary(matrix, max_rows=1, max_columns=2)
    >>> summary.mean.tolist(), summary.extreme.tolist(), summary.column_edges
    ([[0.0, 5.0]], [[-6.0, 5.0]], (0, 2, 3))
    """
    _check_matrix(matrix)
    check_count("max_rows", max_rows)
    check_count("max_columns", max_columns)
    rows, columns = matrix.shape
    height, width = -(-rows // max_rows), -(-columns // max_columns)  # rounded up
    image = matrix.detach()[None, None]  # pooling expects (samples, channels, rows, columns)
    # Rows first, then columns: two short sums round less than one long sum.
    mean = _mean(_mean(image, (height, 1)), (1, width))
    largest, smallest = (
        sign * F.max_pool2d(sign * image, (height, width), ceil_mode=True) for sign in (1, -1)
    )
    extreme = torch.where(largest >= -smallest, largest, smallest)
    return BlockSummary(mean[0, 0], extreme[0, 0], _edges(rows, height), _edges(columns, width))


def window(matrix: Tensor, row: int, column: int, height: int, width: int) -> Tensor:
    """Take a rectangle out of a matrix, as a view.

    Parameters
    ----------
    matrix : Tensor, ``(rows, columns)``
        Any size.
    row, column : int
        The first row and column to see.
    height, width : int
        How many.

    Returns
    -------
    Tensor, ``(height, width)``
        The same memory as the matrix.

    Raises
    ------
    ShapeError
        The matrix is not two-dimensional, is empty, or is no floating tensor.
    ConfigError
        The rectangle reaches outside; it is never cut silently.

    Examples
    --------
    >>> window(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), row=1, column=1, height=1, width=2)
    tensor([[5., 6.]])
    """
    _check_matrix(matrix)
    rows, columns = matrix.shape
    check_count("height", height, largest=rows)
    check_count("width", width, largest=columns)
    check_count("row", row, smallest=0, largest=rows - height)
    check_count("column", column, smallest=0, largest=columns - width)
    return matrix.detach()[row : row + height, column : column + width]


def check_size(spec: LayerSpec) -> None:
    """Refuse to make a layer of more than `MAX_WEIGHTS` weights, and show the arithmetic.

    Counting needs no weights: ``spec.num_parameters`` and ``spec.macs`` answer for any size.

    Parameters
    ----------
    spec : LayerSpec
        The layer that somebody asks for.

    Raises
    ------
    ConfigError
        ``in_features × out_features`` is more than `MAX_WEIGHTS`.

    Examples
    --------
    >>> check_size(LayerSpec(4096, 4096))
    """
    num_weights = spec.in_features * spec.out_features
    if num_weights > MAX_WEIGHTS:
        itemsize = DTYPES[spec.dtype].itemsize
        mebibytes = num_weights * itemsize / 2**20
        fit_in = min(spec.in_features, MAX_WEIGHTS)
        raise ConfigError(
            "expected at most 2²⁴ = {most:,} weights, but got {in_features:,} × {out_features:,} ="
            " {num_weights:,} ({mebibytes:,.0f} MiB in {dtype}); choose at most {fit_in:,} × {fit_out:,},"
            " for example",
            in_features=spec.in_features,
            out_features=spec.out_features,
            num_weights=num_weights,
            mebibytes=mebibytes,
            dtype=spec.dtype,
            most=MAX_WEIGHTS,
            fit_in=fit_in,
            fit_out=MAX_WEIGHTS // fit_in,
        )


def _check_matrix(matrix: Tensor) -> None:
    """Refuse anything but a matrix with at least one element."""
    check_tensor("matrix", matrix)
    if matrix.ndim != 2 or matrix.numel() == 0:
        raise ShapeError(
            "expected a matrix of two dimensions, each at least 1, but got shape {shape}; pass "
            "one, such as x.reshape(-1, x.shape[-1]) of a batch x",
            shape=tuple(matrix.shape),
        )


def _mean(image: Tensor, kernel: tuple[int, int]) -> Tensor:
    """Average blocks; a smaller block at the end by its own number of cells."""
    return F.avg_pool2d(image, kernel, ceil_mode=True, count_include_pad=False)


def _edges(length: int, size: int) -> tuple[int, ...]:
    """List where blocks of one size begin, and where the last one ends."""
    return (*range(0, length, size), length)
