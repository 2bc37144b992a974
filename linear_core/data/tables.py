"""A user's own table, CSV or Parquet, as data to train on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import torch
from torch import Tensor

from linear_core.data.cells import Column
from linear_core.data.regression import RegressionData
from linear_core.data.table_file import Table, read_file
from linear_core.errors import DataError

# Rounding to float32 is harmless noise unless it is large against the range of the column: a timestamp of
# today is rounded to 128 seconds. From here on, distinct values that become equal are refused.
MAX_ROUNDING = 1e-5


@dataclass(frozen=True)
class TableColumn:
    """One column that a table offers.

    Parameters
    ----------
    name : str
    numeric : bool
        Whether it is meant as numbers: a cell is a number or a boolean, or each is a number with a unit.
    fault : str or None
        What keeps `read_table` from taking it, with the line or row; None if nothing does.
    """

    name: str
    numeric: bool
    fault: str | None


def table_columns(file: str | Path | IO[bytes]) -> tuple[TableColumn, ...]:
    r"""List the columns of a table, so that a person can choose.

    Parameters
    ----------
    file : str, Path or binary file
        As in `read_table`.

    Returns
    -------
    tuple of TableColumn
        In the order of the file; a fault in a cell is returned, not raised.

    Raises
    ------
    DataError
        If the file has no columns to list: it is empty, too large, not UTF-8, or its first line has a name
        missing or twice.

    Examples
    --------
    >>> import io
    >>> [(c.name, c.numeric) for c in table_columns(io.BytesIO(b"city,size\nOslo,7\nRome,28\n"))]
    [('city', False), ('size', True)]
    """
    table = read_file(file)
    faults = [_column_fault(column, torch.float32) for column in table.columns]
    return tuple(
        TableColumn(column.name, column.is_numeric, None if fault is None else str(fault))
        for column, fault in zip(table.columns, faults, strict=True)
    )


def read_table(
    file: str | Path | IO[bytes],
    target: str | Sequence[str],
    features: str | Sequence[str] | None = None,
    *,
    dtype: torch.dtype = torch.float32,
) -> RegressionData:
    r"""Read a table of one's own: the first line names the columns, each further one is a sample.

    CSV may be delimited by comma, semicolon, tab, pipe or spaces, with or without quotes, in UTF-8, UTF-16 or
    UTF-32. Decimals are written with a point or a comma, thousands with the other, a space or an apostrophe;
    which one is told by all columns together: ``1.234`` is 1234 where a column has ``2,5``, else 1.234, but
    refused beside ``950``, as ``1,234`` is where nothing tells. ``True`` and ``False`` are 1 and 0. Lines
    that begin with ``#``, Excel's ``sep=`` line, ruled lines of text tables, and rows and nameless columns
    without any value are no part of the table. Parquet is read by pandas, which is imported only then. At
    most 100,000 rows, 100 columns and 20,000,000 bytes.

    Parameters
    ----------
    file : str, Path or binary file
        A path, or an open file (an upload) from its beginning, whose ``name`` appears in messages.
    target : str or sequence of str
        The column or columns to predict.
    features : str or sequence of str, optional
        The columns to predict from; by default all others that are meant as numbers. Text, dates, empty
        columns and the index that pandas or R writes are left out then, and ``left_out`` of the result names
        each.
    dtype : torch.dtype
        Of the result.

    Returns
    -------
    RegressionData

    Raises
    ------
    DataError
        If the file is empty, too large, neither CSV nor Parquet, in another encoding, or has fewer than two
        rows; if a name is missing, a number, occurs twice or is unknown; if a row has too few or too many
        values, or sums up others; if a chosen column is constant or has a value that
        is missing, text, a date, infinite, has a unit, can be read in two ways, or is too large for
        ``dtype``; if values that differ become equal in ``dtype`` and its rounding is large against the range
        of the column. The message names file, column, and line (CSV: the line of names is 1 or below) or row
        (Parquet: the first sample is 1).

    Examples
    --------
    >>> import io
    >>> data = read_table(io.BytesIO(b"city,size,price\nOslo,7,3\nRome,28,4\n"), "price")
    >>> data.feature_names, data.x.tolist(), data.target.tolist()
    (('size',), [[7.0], [28.0]], [[3.0], [4.0]])
    >>> data.left_out
    {'city': "expected a number in line 2, but got the text 'Oslo'; replace it, or choose another column"}
    """
    table = read_file(file)
    if table.fault is not None:
        raise table.fault
    if table.num_rows == 0:
        raise DataError(
            "expected at least two rows below the column names of {table}, but got none; add rows",
            table=table.name,
        )
    if table.num_rows == 1:
        raise DataError(
            "expected at least two rows below the column names of {table}, but got one; add rows",
            table=table.name,
        )
    target_names = _names(target)
    others = [column for column in table.columns if column.name not in target_names]
    feature_names = [c.name for c in others if c.is_numeric] if features is None else _names(features)
    if not feature_names and others and features is None:
        raise DataError(
            "expected a column of {table} for the features, but got none; choose or add one with numbers. "
            "Column {column!r}: {fault}",
            table=table.name,
            column=others[0].name,
            fault=others[0].fault,
        )
    if not feature_names:
        raise DataError(
            "expected a column of {table} for the features, but got none; choose or add one with numbers",
            table=table.name,
        )
    if not target_names:
        raise DataError(
            "expected a column of {table} for the target, but got none; choose one with numbers",
            table=table.name,
        )
    return RegressionData(
        _matrix(table, feature_names, dtype),
        _matrix(table, target_names, dtype),
        feature_names,
        target_names,
        source=table.name,
        left_out={c.name: str(c.fault) for c in others if features is None and not c.is_numeric},
    )


def _names(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _matrix(table: Table, names: list[str], dtype: torch.dtype) -> Tensor:
    columns = [table.column(name) for name in names]
    for column in columns:
        fault = _column_fault(column, dtype)
        if fault is not None:
            raise DataError(
                "{table}, column {column!r}: {fault}", table=table.name, column=column.name, fault=fault
            )
    return torch.stack([column.values for column in columns], dim=1).to(dtype)


def _column_fault(column: Column, dtype: torch.dtype) -> DataError | None:
    """Return why a column cannot be used: a fault of its own, or one of the dtype it is read as."""
    if column.fault is not None or len(column.values) < 2:
        return column.fault
    values = column.values.to(dtype)
    if not bool(values.isfinite().all()):
        row = int((~values.isfinite()).nonzero()[0])
        return DataError(
            "expected a value that {dtype} can hold in {place}, but got {value:g}; measure it in a "
            "larger unit",
            place=column.place(row),
            value=column.values[row].item(),
            dtype=dtype,
        )
    if bool((column.values == column.values[0]).all()):
        return DataError(
            "expected values that differ, but got {value:g} in every row; leave this column out, or choose "
            "another",
            value=column.values[0].item(),
        )
    return _merged(column, values)


def _merged(column: Column, values: Tensor) -> DataError | None:
    """Return the fault of a column whose distinct values become equal, if that blurs its range."""
    spread = column.values.max() - column.values.min()
    if (values.double() - column.values).abs().max() <= MAX_ROUNDING * spread:
        return None
    order = column.values.argsort(stable=True)
    exact, rounded = column.values[order], values[order]
    merged = ((exact[1:] != exact[:-1]) & (rounded[1:] == rounded[:-1])).nonzero()
    if len(merged) == 0:
        return None
    first, second = order[int(merged[0]) :][:2].tolist()
    return DataError(
        "expected values that differ in {dtype}, but got {low} and {high} in {first} and {second}; "
        "subtract the smallest value from all, or read the table as torch.float64",
        first=column.place(first),
        second=column.place(second),
        low=repr(column.values[first].item()).removesuffix(".0"),
        high=repr(column.values[second].item()).removesuffix(".0"),
        dtype=values.dtype,
    )
