"""What a CSV or Parquet file holds, column by column, with the first fault of each remembered, not raised."""

import csv
import io
import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from linear_core.errors import DataError

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 100

_DELIMITERS = (",", ";", "\t")
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?"})


@dataclass
class Column:
    """One column as it is being read; a cell that is no finite number is NaN here and noted in ``fault``."""

    name: str
    values: "array[float]" = field(default_factory=lambda: array("d"))
    num_numbers: int = 0
    fault: DataError | None = None

    def add(self, cell: str, line: int) -> None:
        """Read one cell of text, which stands in this line."""
        text = cell.strip()
        value = math.nan if text.lower() in _MISSING else _number(text)
        self.values.append(value)
        if math.isfinite(value):
            self.num_numbers += 1
        elif self.fault is None:
            self.fault = _fault(text, value, line)

    def check_numbers(self) -> None:
        """Count the finite numbers of a column that came as numbers, and note the first that is not."""
        faults = [row for row, value in enumerate(self.values) if not math.isfinite(value)]
        self.num_numbers = len(self.values) - len(faults)
        if faults:
            value, row = self.values[faults[0]], faults[0] + 1
            if math.isnan(value):
                self.fault = DataError(
                    "the value in row {row} is missing; fill it in or remove the row.", row=row
                )
            else:
                self.fault = DataError(
                    "the value in row {row}, '{value}', is not finite; replace it or remove the row.",
                    row=row,
                    value=value,
                )


def _fault(text: str, value: float, line: int) -> DataError:
    if text.lower() in _MISSING:
        return DataError("the value in line {line} is missing; fill it in or remove the row.", line=line)
    short = text[:40]
    if math.isinf(value):
        return DataError(
            "the value in line {line}, {text!r}, is not finite; replace it or remove the row.",
            line=line,
            text=short,
        )
    if math.isfinite(_number(text.replace(",", "."))):
        return DataError(
            "the value in line {line}, {text!r}, is text, not a number; write decimals with a point.",
            line=line,
            text=short,
        )
    return DataError("the value in line {line}, {text!r}, is text, not a number.", line=line, text=short)


@dataclass
class Table:
    """All columns of a file, and the first fault of a row as a whole."""

    name: str
    places: Sequence[int]  # line (CSV) or row (Parquet) of each sample, as a person counts them
    has_lines: bool  # a message speaks of lines, else of rows
    columns: list[Column]
    fault: DataError | None = None

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        for column in self.columns:
            if column.name == name:
                return column
        names = ", ".join(column.name for column in self.columns)
        raise DataError(
            "{table} has no column {column!r}; it has: {names}.", table=self.name, column=name, names=names
        )


def read_file(file: str | Path | IO[bytes]) -> Table:
    """Read all columns of a CSV or Parquet file."""
    name, content = _content(file)
    if content.startswith(b"PAR1") or name.lower().endswith((".parquet", ".pq")):
        return _parquet(name, content)
    return _csv(name, content)


def _content(file: str | Path | IO[bytes]) -> tuple[str, bytes]:
    if isinstance(file, str | Path):
        with Path(file).open("rb") as opened:
            return Path(file).name, _limited(Path(file).name, opened)
    name = Path(str(getattr(file, "name", "the table"))).name
    if file.seekable():
        file.seek(0)  # an upload may have been looked at before
    return name, _limited(name, file)


def _limited(name: str, file: IO[bytes]) -> bytes:
    content = file.read(MAX_BYTES + 1)
    if not isinstance(content, bytes):
        raise DataError("{table} is open as text; open it with mode 'rb'.", table=name)
    if len(content) > MAX_BYTES:
        raise DataError(
            "{table} has more than {most:,} bytes; keep fewer rows or columns.", table=name, most=MAX_BYTES
        )
    if not content.strip():
        raise DataError("{table} is empty; want a line of column names and lines of numbers.", table=name)
    return content


def _csv(name: str, content: bytes) -> Table:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            "{table} is not UTF-8 text (byte 0x{byte:02x} in line {line}); save it as CSV in UTF-8, "
            "or as Parquet.",
            table=name,
            byte=content[error.start],
            line=line,
        ) from None
    rows = _csv_rows(name, text)
    _, header = next(rows)
    lines = array("q")
    table = Table(name, lines, True, _header(name, header))
    for line, row in rows:
        if len(lines) == MAX_ROWS:
            raise _too_many_rows(name)
        if len(row) != len(header):
            table.fault = DataError(
                "{table}, line {line}: {count} values for {columns} columns; mend the line.",
                table=name,
                line=line,
                count=len(row),
                columns=len(header),
            )
            break
        lines.append(line)
        for column, cell in zip(table.columns, row, strict=True):
            column.add(cell, line)
    return table


def _csv_rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the number of the line where it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row) or len(row) > 1:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            "{table} cannot be read from line {line} on: {error}; check the quotes.",
            table=name,
            line=line,
            error=error,
        ) from None


def _delimiter(text: str) -> str:
    """Return the delimiter that parts the first line into most columns."""
    first = text.lstrip("\r\n").splitlines()[:1]
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader(first, delimiter=delimiter))))


def _header(name: str, cells: Sequence[str]) -> list[Column]:
    names = [cell.strip() for cell in cells]
    if len(names) > MAX_COLUMNS:
        raise DataError(
            "{table} has {count} columns; {most} are the most: keep those you need.",
            table=name,
            count=len(names),
            most=MAX_COLUMNS,
        )
    if all(not math.isnan(_number(column)) for column in names):
        raise DataError(
            "the first line of {table} holds numbers only; want the names of the columns there.", table=name
        )
    for position, column in enumerate(names, start=1):
        if not column:
            raise DataError(
                "column {position} of {table} has no name; name it or remove it.",
                position=position,
                table=name,
            )
        if column in names[: position - 1]:
            first = names.index(column) + 1
            raise DataError(
                "{table} has two columns '{column}', number {first} and {position}; rename one.",
                table=name,
                column=column,
                first=first,
                position=position,
            )
    return [Column(column) for column in names]


def _parquet(name: str, content: bytes) -> Table:
    import pandas as pd

    try:
        # Without columns, only the number of rows is read: a small file can unfold into a huge one.
        num_rows = len(pd.read_parquet(io.BytesIO(content), columns=[]))
        frame = pd.read_parquet(io.BytesIO(content)) if num_rows <= MAX_ROWS else None
    except (OSError, ValueError, NotImplementedError) as error:
        raise DataError("{table} is not a readable Parquet file: {error}", table=name, error=error) from None
    if frame is None:
        raise _too_many_rows(name)
    if frame.index.names != [None]:
        frame = frame.reset_index()  # a named index is a column like any other
    columns = _header(name, [str(column) for column in frame.columns])
    for position, column in enumerate(columns):
        cells = frame.iloc[:, position]
        if not pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_bool_dtype(cells):
            column.fault = DataError("it holds {dtype}, not numbers.", dtype=str(cells.dtype))
            continue
        column.values.frombytes(cells.to_numpy(dtype="float64", na_value=math.nan).tobytes())
        column.check_numbers()
    return Table(name, range(1, num_rows + 1), False, columns)


def _too_many_rows(name: str) -> DataError:
    return DataError("{table} has more than {most:,} rows; keep a sample of them.", table=name, most=MAX_ROWS)


def _number(text: str) -> float:
    """Return the number that a cell spells; NaN for text (Python alone would read 1_000 as a number)."""
    try:
        return math.nan if "_" in text else float(text)
    except ValueError:
        return math.nan
