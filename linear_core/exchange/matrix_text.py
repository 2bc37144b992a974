"""Matrices as people write and paste them: lists, tables, and what ``print(tensor)`` shows."""

import re
from ctypes import c_float

import torch
from torch import Tensor

from linear_core.errors import DataError, ShapeError
from linear_core.passes.shapes import check_tensor

MAX_CELLS = 2**16
MAX_CHARACTERS = 32 * MAX_CELLS  # a float64 with its separator takes 26 at most

# A minus as books and this package's pictures print it, the separators of Chinese keyboards, a file's mark.
_PLAIN_SIGNS = str.maketrans(
    {"\N{MINUS SIGN}": "-", "\N{FULLWIDTH COMMA}": ",", "\N{FULLWIDTH SEMICOLON}": ";", "\ufeff": ""}
)
_WRAPPED = re.compile(r"(?:Parameter containing:\s*)?(?:\w+\.)?(?:tensor|Tensor|array)\((.*)\)", re.DOTALL)
_OPTIONS = re.compile(r",\s*(?:dtype|device|requires_grad|grad_fn|layout|size)=.*", re.DOTALL)
# Each part below can match in one way only, so that no text, however made, takes long to refuse.
_ROW = r"\[[^\[\]]*\]"
_MATRIX = re.compile(rf"\[\s*(?:{_ROW}\s*+,?\s*+)++\]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)


def parse_matrix(text: str, dtype: torch.dtype = torch.float32) -> Tensor:
    """Read a matrix from text, without running any of it.

    Takes ``[[1, 2], [3, 4]]`` and ``[1, 2]``, lines with commas, semicolons, tabs or spaces between the
    numbers, and what ``print`` shows of a tensor, a parameter or a NumPy array.

    Parameters
    ----------
    text : str
        What somebody typed or pasted; at most `MAX_CHARACTERS`.
    dtype : torch.dtype
        Of the result, whatever the text says of its own.

    Returns
    -------
    Tensor, ``(rows, columns)``
        A single list or line is one row.

    Raises
    ------
    DataError
        Nothing there, a cell that is no finite number in this dtype, rows of different lengths, brackets that
        do not close, more than two levels of them, a print that leaves numbers out, or too much. Rows and
        columns are counted from 0.

    Examples
    --------
    >>> parse_matrix("tensor([[1., -2.5e+00]], grad_fn=<AddmmBackward0>)")
    tensor([[ 1.0000, -2.5000]])
    """
    if len(text) > MAX_CHARACTERS:
        raise DataError(
            "expected at most {most:,} characters, but got {count:,}; paste a smaller matrix, or choose "
            "a fill",
            count=len(text),
            most=MAX_CHARACTERS,
        )
    if "..." in text or "…" in text:
        raise DataError(
            "expected all numbers of a tensor, but got '...' for some of them; print it after "
            "torch.set_printoptions(threshold={threshold}), or paste a part of it",
            threshold=MAX_CELLS + 1,
        )
    body = _unwrap(text.translate(_PLAIN_SIGNS).strip())
    if "[" in body or "]" in body:
        rows = [_cells(row.strip().removesuffix(",")) for row in _bracketed(body)]
    else:
        rows = [_cells(line.strip()) for line in body.splitlines() if line.strip()]
    return numbers_to_tensor(rows, dtype)


def format_matrix(matrix: Tensor) -> str:
    """Write a matrix so that `parse_matrix` reads the same numbers again, to the last bit.

    Parameters
    ----------
    matrix : Tensor, ``(rows, columns)`` or ``(columns,)``
        Of any floating dtype.

    Returns
    -------
    str
        A list in brackets, a line per row; each number in the fewest digits, of 6 to 9 (17 for float64),
        that give it back.

    Raises
    ------
    ShapeError
        It is no floating tensor of one or two dimensions.

    Examples
    --------
    >>> print(format_matrix(torch.tensor([[1.0, 0.1], [1 / 3, -2.0]])))
    [[1, 0.1],
     [0.33333334, -2]]
    """
    check_tensor("matrix", matrix)
    if matrix.ndim not in (1, 2):
        raise ShapeError(
            "expected a matrix of one or two dimensions, but got shape {shape}; reshape it",
            shape=tuple(matrix.shape),
        )
    if matrix.ndim == 1:
        return _row_text(matrix)
    return "[" + ",\n ".join(map(_row_text, matrix)) + "]"


def numbers_to_tensor(rows: list[list[str]], dtype: torch.dtype) -> Tensor:
    """Make a matrix of numbers that are still text.

    Parameters
    ----------
    rows : list of list of str
        One text for each cell.
    dtype : torch.dtype
        Of the result.

    Returns
    -------
    Tensor, ``(rows, columns)``
        Finite everywhere.

    Raises
    ------
    DataError
        No cells, too many, rows of different lengths, or a cell that is no finite number in this dtype.
    """
    width = len(rows[0]) if rows else 0
    if width == 0:
        raise DataError("expected numbers in the text, but got none; write, for example, [[1, 2], [3, 4]]")
    if len(rows) * width > MAX_CELLS:
        raise DataError(
            "expected at most {most:,} numbers, but got {rows:,} × {width:,}; paste a smaller matrix, or "
            "choose a fill",
            rows=len(rows),
            width=width,
            most=MAX_CELLS,
        )
    for row, cells in enumerate(rows):
        if len(cells) != width:
            raise DataError(
                "expected rows of the same length, but got length {count} in row {row} and "
                "{width} in row 0 (counted from 0); write the same number of values in every row",
                row=row,
                count=len(cells),
                width=width,
            )
    values = [
        [_number(text, row, column) for column, text in enumerate(cells)] for row, cells in enumerate(rows)
    ]
    matrix = torch.tensor(values, dtype=torch.float64).to(dtype)
    too_large = (~matrix.isfinite()).nonzero().tolist()
    if too_large:
        row, column = too_large[0]
        raise DataError(
            "expected a magnitude of at most {largest:.4g} ({dtype}) in row {row}, column {column} (counted "
            "from 0), but got {text}; use a number closer to 0",
            row=row,
            column=column,
            text=_short(rows[row][column]),
            dtype=dtype,
            largest=torch.finfo(dtype).max,
        )
    return matrix


def number_text(value: float, dtype: torch.dtype) -> str:
    """Write a number with as few digits as read back to the same number.

    Parameters
    ----------
    value : float
        A number of that dtype.
    dtype : torch.dtype
        Float64 needs up to 17 digits, float32 6 to 9, and smaller ones are written like float32.

    Returns
    -------
    str
        Whole numbers without a point.

    Examples
    --------
    >>> number_text(torch.tensor(0.1).item(), torch.float32), number_text(-2.0, torch.float64)
    ('0.1', '-2')
    """
    if dtype == torch.float64:
        return repr(value).removesuffix(".0")
    for digits in (6, 7, 8):
        text = f"{value:.{digits}g}"
        if c_float(float(text)).value == value:
            return text
    return f"{value:.9g}"


def _unwrap(text: str) -> str:
    """Take away what print puts around the numbers."""
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped is None:
        return text
    end = wrapped[1].rfind("]") + 1
    return (wrapped[1][:end] + _OPTIONS.sub("", wrapped[1][end:])).strip()


def _bracketed(text: str) -> list[str]:
    """Split [[…], […]] or […] into the texts between the inner brackets."""
    if re.fullmatch(_ROW, text):
        return [text[1:-1]]
    if _MATRIX.fullmatch(text):
        return [row[1:-1] for row in re.findall(_ROW, text)]
    if re.match(r"\[\s*\[\s*\[", text):
        raise DataError(
            "expected a matrix with two levels of brackets, but got three or more; write it like [[1, "
            "2], [3, 4]]"
        )
    raise DataError(
        "expected brackets around each row and around all rows, but got others; write it like [[1, 2], "
        "[3, 4]]"
    )


def _cells(line: str) -> list[str]:
    """Split a row at its separators: commas, semicolons or tabs where there are any, else spaces."""
    if "," in line and ";" in line:
        raise DataError(
            "expected one separator, but got commas and semicolons in the row {line}; separate by one of "
            "them, and write decimals with a point",
            line=_short(line),
        )
    return (
        [cell.strip() for cell in re.split(r"[,;\t]", line)] if re.search(r"[,;\t]", line) else line.split()
    )


def _number(text: str, row: int, column: int) -> float:
    """Read one cell, or say which one is no number, and why."""
    if _NUMBER.fullmatch(text):
        return float(text)
    if text == "":
        raise DataError(
            "expected a number in row {row}, column {column} (counted from 0), but got nothing; write "
            "one there",
            row=row,
            column=column,
        )
    if _NOT_FINITE.fullmatch(text):
        raise DataError(
            "expected a finite number in row {row}, column {column} (counted from 0), but got {text}; "
            "replace it",
            row=row,
            column=column,
            text=text,
        )
    raise DataError(
        "expected a number in row {row}, column {column} (counted from 0), but got {text}; write it like "
        "-1.5 or 2e-3",
        row=row,
        column=column,
        text=_short(text),
    )


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:24] + "…")


def _row_text(row: Tensor) -> str:
    return "[" + ", ".join(number_text(value, row.dtype) for value in row.tolist()) + "]"
