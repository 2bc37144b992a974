"""A user's own table, CSV or Parquet, as data to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import torch
from torch import Tensor

from linear_core.data.regression import RegressionData
from linear_core.data.table_file import Column, Table, read_file
from linear_core.errors import DataError


@dataclass(frozen=True)
class TableColumn:
    """One column that a table offers.

    Parameters
    ----------
    name : str
    numeric : bool
        Whether it holds numbers: at least one cell does.
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
        In the order of the file; a fault in a cell is told, not raised.

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
    faults = [_column_fault(table, column) for column in table.columns]
    return tuple(
        TableColumn(column.name, column.num_numbers > 0, None if fault is None else str(fault))
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

    CSV may be parted by comma, semicolon or tab, with or without quotes, in UTF-8. Parquet is read
    by pandas, which is imported only then. At most 100,000 rows, 100 columns and 20,000,000 bytes.

    Parameters
    ----------
    file : str, Path or binary file
        A path, or an open file (an upload) from its beginning, whose ``name`` appears in messages.
    target : str or sequence of str
        The column or columns to predict.
    features : str or sequence of str, optional
        The columns to predict from; by default all others that hold numbers.
    dtype : torch.dtype
        Of the result.

    Returns
    -------
    RegressionData

    Raises
    ------
    DataError
        If the file is empty, too large, not UTF-8, or has fewer than two rows; if a name is missing, occurs
        twice or is unknown; if a row has too few or too many values; if a chosen column is constant or has a
        value that is missing, text, infinite or too large for ``dtype``. The message names file, column, and
        line (CSV: the line of names is 1) or row (Parquet: the first sample is 1).

    Examples
    --------
    >>> import io
    >>> data = read_table(io.BytesIO(b"city,size,price\nOslo,7,3\nRome,28,4\n"), "price")
    >>> data.feature_names, data.x.tolist(), data.target.tolist()
    (('size',), [[7.0], [28.0]], [[3.0], [4.0]])
    """
    table = read_file(file)
    if table.fault is not None:
        raise table.fault
    if len(table.places) == 0:
        raise DataError("{table} has no rows below its column names; want two at least.", table=table.name)
    if len(table.places) == 1:
        raise DataError("{table} has one row below its column names; want two at least.", table=table.name)
    target_names = _names(target)
    feature_names = _others(table, target_names) if features is None else _names(features)
    if not feature_names:
        raise DataError(
            "{table} has no column left for the features; choose one with numbers.", table=table.name
        )
    if not target_names:
        raise DataError(
            "{table} has no column left for the target; choose one with numbers.", table=table.name
        )
    return RegressionData(
        _matrix(table, feature_names, dtype),
        _matrix(table, target_names, dtype),
        feature_names,
        target_names,
        source=table.name,
    )


def _names(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _others(table: Table, target_names: list[str]) -> list[str]:
    return [c.name for c in table.columns if c.num_numbers > 0 and c.name not in target_names]


def _matrix(table: Table, names: list[str], dtype: torch.dtype) -> Tensor:
    columns = [table.column(name) for name in names]
    for column in columns:
        fault = _column_fault(table, column, dtype)
        if fault is not None:
            raise DataError(
                "{table}, column {column!r}: {fault}", table=table.name, column=column.name, fault=fault
            )
    return torch.stack([_values(column) for column in columns], dim=1).to(dtype)


def _values(column: Column) -> Tensor:
    return torch.frombuffer(column.values, dtype=torch.float64)


def _column_fault(table: Table, column: Column, dtype: torch.dtype = torch.float32) -> DataError | None:
    if column.fault is not None or len(column.values) < 2:
        return column.fault
    values = _values(column).to(dtype)
    if not bool(values.isfinite().all()):
        row = int((~values.isfinite()).nonzero()[0])
        given = {"place": table.places[row], "value": column.values[row], "dtype": dtype}
        if table.has_lines:
            return DataError(
                "the value in line {place}, {value:g}, is too large for {dtype}; "
                "measure it in a larger unit.",
                **given,
            )
        return DataError(
            "the value in row {place}, {value:g}, is too large for {dtype}; measure it in a larger unit.",
            **given,
        )
    if bool((values == values[0]).all()):
        return DataError(
            "every value is {value:g}; a constant column tells nothing, leave it out.", value=column.values[0]
        )
    return None
