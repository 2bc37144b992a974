"""Matrices as part of a link: readable while they are short, compressed when they are long.

Every character is one that URLs carry as it is: ``1_2.5~-3_4`` has rows [1, 2.5] and [-3, 4]. A longer matrix
is that text compressed, ``z…``, or the bits of its float32 numbers compressed, ``f3.…`` for three columns,
whichever is shorter: numbers of few digits as text, random or measured ones as bits. The letter tells the
format, so that another can be added.
"""

import re
import struct
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

import torch
from torch import Tensor

from linear_core.errors import DataError, ShapeError
from linear_core.exchange.matrix_text import MAX_CELLS, MAX_CHARACTERS, number_text, numbers_to_tensor
from linear_core.passes.shapes import check_tensor

# Servers commonly refuse addresses above 8 KiB, and a page has more than one matrix.
MAX_LINK_CHARACTERS = 4000
_MAX_PLAIN_CHARACTERS = 200
_COMPRESSED = "z"  # no number begins with it
_BITS = re.compile(r"f([1-9][0-9]{0,4})\.(.*)", re.DOTALL)


def encode_matrix(matrix: Tensor) -> str:
    """Write a matrix for a link, exactly.

    Parameters
    ----------
    matrix : Tensor, ``(rows, columns)`` or ``(columns,)``
        Of any floating dtype, finite.

    Returns
    -------
    str
        Letters, digits and ``- . _ ~`` only; at most `MAX_LINK_CHARACTERS`.

    Raises
    ------
    ShapeError
        It is no floating tensor of one or two dimensions.
    DataError
        It is empty, has NaN or infinity, or is too large for a link.

    Examples
    --------
    >>> encode_matrix(torch.tensor([[1.0, 2.5], [-3.0, 4.0]]))
    '1_2.5~-3_4'
    """
    check_tensor("matrix", matrix)
    if matrix.ndim not in (1, 2):
        raise ShapeError(
            "expected a matrix of one or two dimensions, but got shape {shape}; reshape it",
            shape=tuple(matrix.shape),
        )
    if matrix.numel() == 0 or not matrix.isfinite().all():
        raise DataError(
            "expected finite numbers, but got a matrix of shape {shape} that is empty or has NaN or "
            "infinity; pass one of finite numbers",
            shape=tuple(matrix.shape),
        )
    if matrix.numel() > MAX_CELLS:
        raise DataError(
            "expected at most {most:,} elements in a link, but got a matrix of {count:,}; save it as a "
            "file, or choose a fill",
            count=matrix.numel(),
            most=MAX_CELLS,
        )
    rows = [
        "_".join(number_text(value, matrix.dtype) for value in row)
        for row in matrix.reshape(-1, matrix.shape[-1]).tolist()
    ]
    # Exponents lose their plus sign, which a URL would read as a space.
    text = "~".join(rows).replace("+", "")
    if len(text) > _MAX_PLAIN_CHARACTERS:
        text = _COMPRESSED + _compress(text.encode())
        if matrix.dtype == torch.float32:
            bits = _compress(struct.pack(f"<{matrix.numel()}f", *matrix.flatten().tolist()))
            text = min(text, f"f{matrix.shape[-1]}.{bits}", key=len)
    if len(text) > MAX_LINK_CHARACTERS:
        raise DataError(
            "expected a matrix that fits into the {most:,} characters of a link, but got shape {shape} "
            "with {count:,}; save it as a file, or choose a fill",
            shape=tuple(matrix.shape),
            count=len(text),
            most=MAX_LINK_CHARACTERS,
        )
    return text


def decode_matrix(text: str, dtype: torch.dtype = torch.float32) -> Tensor:
    """Read a matrix from a link.

    Parameters
    ----------
    text : str
        What `encode_matrix` wrote, or what was made from it by hand.
    dtype : torch.dtype
        Of the result.

    Returns
    -------
    Tensor, ``(rows, columns)``
        A 1-D tensor comes back as one row.

    Raises
    ------
    DataError
        The text is cut off or damaged, unpacks to too much, or its numbers do not make a matrix.

    Examples
    --------
    >>> decode_matrix("1_2.5~-3_4")
    tensor([[ 1.0000,  2.5000],
            [-3.0000,  4.0000]])
    """
    if len(text) > MAX_LINK_CHARACTERS:
        raise DataError(
            "expected at most {most:,} characters in the link's matrix, but got {count:,}; copy "
            "the whole link again",
            count=len(text),
            most=MAX_LINK_CHARACTERS,
        )
    bits = _BITS.fullmatch(text)
    if bits is not None:
        return _from_bits(_decompress(bits[2], 4 * MAX_CELLS), int(bits[1]), dtype)
    if text.startswith(_COMPRESSED):
        try:
            text = _decompress(text.removeprefix(_COMPRESSED), MAX_CHARACTERS).decode("ascii")
        except UnicodeDecodeError as error:
            raise _damaged() from error
    return numbers_to_tensor([row.split("_") for row in text.split("~")] if text else [], dtype)


def _from_bits(data: bytes, columns: int, dtype: torch.dtype) -> Tensor:
    if len(data) == 0 or len(data) % (4 * columns):
        raise _damaged()
    numbers = struct.unpack(f"<{len(data) // 4}f", data)  # little-endian on every machine
    exact = torch.tensor(numbers, dtype=torch.float64).reshape(-1, columns)
    matrix = exact.to(dtype)
    if not matrix.isfinite().all():
        raise DataError(
            "expected numbers that are finite in {dtype}, but got others in the link; copy the "
            "whole link again",
            dtype=dtype,
        )
    return matrix


def _compress(data: bytes) -> str:
    return urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")


def _decompress(packed: str, most: int) -> bytes:
    """Unpack, but never more than `most` bytes: a short link can unpack to gigabytes."""
    unpack = zlib.decompressobj()
    try:
        data = unpack.decompress(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), most + 1)
    except (zlib.error, ValueError) as error:
        raise _damaged() from error
    if len(data) > most:
        raise DataError(
            "expected at most {most:,} bytes from the matrix in the link, but got more; copy a "
            "link that this app has made",
            most=most,
        )
    if not unpack.eof or unpack.unused_data:
        raise DataError(
            "expected a whole matrix in the link, but got one that is cut off or has something "
            "after it; copy the whole link again"
        )
    return data


def _damaged() -> DataError:
    return DataError(
        "expected a matrix in the link, but got text that does not decode; copy the whole link again"
    )
