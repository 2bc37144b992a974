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
    fault: str | None = None

    def add(self, cell: str, place: str) -> None:
        """Read one cell of text; ``place`` is what a message calls its row."""
        text = cell.strip()
        value = math.nan if text.lower() in _MISSING else _number(text)
        self.values.append(value)
        if math.isfinite(value):
            self.num_numbers += 1
        elif self.fault is None:
            self.fault = _fault(text, value, place)

    def check_numbers(self) -> None:
        """Count the finite numbers of a column that came as numbers, and note the first that is not."""
        faults = [row for row, value in enumerate(self.values) if not math.isfinite(value)]
        self.num_numbers = len(self.values) - len(faults)
        if faults:
            value = self.values[faults[0]]
            self.fault = _fault("" if math.isnan(value) else str(value), value, f"row {faults[0] + 1}")


def _fault(text: str, value: float, place: str) -> str:
    if text.lower() in _MISSING:
        return f"the value in {place} is missing; fill it in or remove the row."
    if math.isinf(value):
        return f"the value in {place}, {text[:40]!r}, is not finite; replace it or remove the row."
    hint = "; write decimals with a point" if math.isfinite(_number(text.replace(",", "."))) else ""
    return f"the value in {place}, {text[:40]!r}, is text, not a number{hint}."


@dataclass
class Table:
    """All columns of a file, and the first fault of a row as a whole."""

    name: str
    places: Sequence[int]  # line (CSV) or row (Parquet) of each sample, as a person counts them
    place_word: str
    columns: list[Column]
    fault: str | None = None

    def place(self, row: int) -> str:
        """Return what a message calls the row with this index."""
        return f"{self.place_word} {self.places[row]}"

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        for column in self.columns:
            if column.name == name:
                return column
        names = ", ".join(column.name for column in self.columns)
        raise DataError(f"{self.name} has no column {name!r}; it has: {names}.")


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
        raise DataError(f"{name} is open as text; open it with mode 'rb'.")
    if len(content) > MAX_BYTES:
        raise DataError(f"{name} has more than {MAX_BYTES:,} bytes; keep fewer rows or columns.")
    if not content.strip():
        raise DataError(f"{name} is empty; want a line of column names and lines of numbers.")
    return content


def _csv(name: str, content: bytes) -> Table:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{name} is not UTF-8 text (byte 0x{content[error.start]:02x} in line {line}); "
            f"save it as CSV in UTF-8, or as Parquet."
        ) from None
    rows = _csv_rows(name, text)
    _, header = next(rows)
    lines = array("q")
    table = Table(name, lines, "line", _header(name, header))
    for line, row in rows:
        if len(lines) == MAX_ROWS:
            raise _too_many_rows(name)
        if len(row) != len(header):
            table.fault = f"{name}, line {line}: {len(row)} values for {len(header)} columns; mend the line."
            break
        lines.append(line)
        for column, cell in zip(table.columns, row, strict=True):
            column.add(cell, f"line {line}")
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
        raise DataError(f"{name} cannot be read from line {line} on: {error}; check the quotes.") from None


def _delimiter(text: str) -> str:
    """Return the delimiter that parts the first line into most columns."""
    first = text.lstrip("\r\n").splitlines()[:1]
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader(first, delimiter=delimiter))))


def _header(name: str, cells: Sequence[str]) -> list[Column]:
    names = [cell.strip() for cell in cells]
    if len(names) > MAX_COLUMNS:
        raise DataError(f"{name} has {len(names)} columns; {MAX_COLUMNS} are the most: keep those you need.")
    if all(not math.isnan(_number(column)) for column in names):
        raise DataError(f"the first line of {name} holds numbers only; want the names of the columns there.")
    for position, column in enumerate(names, start=1):
        if not column:
            raise DataError(f"column {position} of {name} has no name; name it or remove it.")
        if column in names[: position - 1]:
            first = names.index(column) + 1
            raise DataError(f"{name} has two columns '{column}', number {first} and {position}; rename one.")
    return [Column(column) for column in names]


def _parquet(name: str, content: bytes) -> Table:
    import pandas as pd

    try:
        # Without columns, only the number of rows is read: a small file can unfold into a huge one.
        num_rows = len(pd.read_parquet(io.BytesIO(content), columns=[]))
        frame = pd.read_parquet(io.BytesIO(content)) if num_rows <= MAX_ROWS else None
    except (OSError, ValueError, NotImplementedError) as error:
        raise DataError(f"{name} is not a readable Parquet file: {error}") from None
    if frame is None:
        raise _too_many_rows(name)
    if frame.index.names != [None]:
        frame = frame.reset_index()  # a named index is a column like any other
    columns = _header(name, [str(column) for column in frame.columns])
    for position, column in enumerate(columns):
        cells = frame.iloc[:, position]
        if not pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_bool_dtype(cells):
            column.fault = f"it holds {cells.dtype}, not numbers."
            continue
        column.values.frombytes(cells.to_numpy(dtype="float64", na_value=math.nan).tobytes())
        column.check_numbers()
    return Table(name, range(1, num_rows + 1), "row", columns)


def _too_many_rows(name: str) -> DataError:
    return DataError(f"{name} has more than {MAX_ROWS:,} rows; keep a sample of them.")


def _number(text: str) -> float:
    """Return the number that a cell spells; NaN for text (Python alone would read 1_000 as a number)."""
    try:
        return math.nan if "_" in text else float(text)
    except ValueError:
        return math.nan
