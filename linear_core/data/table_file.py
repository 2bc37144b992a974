"""The columns of a CSV or Parquet file, with the first fault of each remembered, not raised.

Python's ``csv`` module splits lines into cells: it knows the line of every row and how many cells it has,
which pandas does not. Parquet is read by pandas, which is imported only then.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import IO

import torch

from linear_core.data.cells import Column, column_of_numbers, is_number, read_columns, row_of
from linear_core.data.file_kinds import check_kind, decode
from linear_core.errors import DataError

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 100

# The commas last: they also occur inside numbers and names. Chinese keyboards write the wide ones.
_DELIMITERS = "\t|;\N{FULLWIDTH SEMICOLON},\N{FULLWIDTH COMMA}"
_SAMPLE_LINES = 20  # enough to see which delimiter the rows share
_TOTALS = frozenset(
    {"total", "totals", "grand total", "subtotal", "sum", "summe", "合计", "总计", "小计", "average", "mean"}
    | {"mittelwert", "平均", "平均值"}
)
_UNNAMED = re.compile(r"(?:Unnamed: \d+(?:\.\d+)?)?")  # how pandas writes an index, and reads it back


@dataclass(frozen=True, eq=False)
class Table:
    """All columns of a file, and the first fault of a row as a whole."""

    name: str
    num_rows: int
    columns: list[Column]
    fault: DataError | None = None

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        for column in self.columns:
            if column.name == name:
                return column
        names = ", ".join(column.name for column in self.columns)
        raise DataError(
            "expected a column of {table} ({names}), but got {column!r}; choose one of them",
            table=self.name,
            column=name,
            names=names,
        )


def read_file(file: str | Path | IO[bytes]) -> Table:
    """Read all columns of a CSV or Parquet file."""
    name, content = _content(file)
    if content.startswith(b"PAR1") or name.lower().endswith((".parquet", ".pq")):
        return _parquet(name, content)
    check_kind(name, content)
    return _csv(name, decode(name, content))


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
        raise DataError(
            "expected {table} open as bytes, but got text; open it with mode 'rb', or pass an io.BytesIO",
            table=name,
        )
    if len(content) > MAX_BYTES:
        raise DataError(
            "expected at most {most:,} bytes in {table}, but got more; keep fewer rows or columns",
            table=name,
            most=MAX_BYTES,
        )
    if not content.strip():
        raise _empty(name)
    return content


def _empty(name: str) -> DataError:
    return DataError(
        "expected a line of column names and lines of numbers in {table}, but got nothing; fill the file",
        table=name,
    )


def _csv(name: str, text: str) -> Table:
    lines = text.split("\n")
    delimiter = _prepare(lines)
    places, rows = _rows(name, lines, delimiter)
    if not rows:
        raise _empty(name)
    header, rows = rows[0], rows[1:]
    # Spreadsheets end lines with delimiters: such columns have neither a name nor a value.
    while header and not header[-1] and not any("".join(row[len(header) - 1 :]) for row in rows):
        header.pop()
    if _begins_empty(header, rows):  # as lines of a text table begin with its border
        header, rows = header[1:], [row[1:] for row in rows]
    elif delimiter in " \t" and _lacks_index(header, rows):
        header = ["", *header]
    names = _names(name, header, rows)
    if len(rows) > MAX_ROWS:
        raise _too_many_rows(name)
    width = len(names)
    even = list(takewhile(lambda row: len(row) >= width and not any(row[width:]), rows))
    fault = (
        None
        if len(even) == len(rows)
        else _uneven(name, places[len(even) + 1], rows[len(even)], names, delimiter)
    )
    if fault is None and (total := _total_of(rows)) is not None:
        fault = DataError(
            "{table}, line {line}: expected a sample, but got {text!r}, a summary of other rows; remove the "
            "line",
            table=name,
            line=places[total + 1],
            text=_called(rows[total]),
        )
    cells = (
        list(zip(*(row[:width] if len(row) > width else row for row in even), strict=True)) or [()] * width
    )
    columns = read_columns(names, cells, places[1:], delimiter)
    indices = [_without_index(column) for column in takewhile(_is_unnamed, columns)]
    return Table(name, len(even), [*indices, *columns[len(indices) :]], fault)


def _begins_empty(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first column has neither a name nor a value."""
    return len(header) > 1 and not header[0] and bool(rows) and not any(row[0] for row in rows)


def _lacks_index(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether every row has one value more than there are names, as R writes the names of rows."""
    one_more = {len(row) for row in rows} == {len(header) + 1} and any(row[-1] for row in rows)
    return one_more and _is_index([row[0] for row in rows])


def _prepare(lines: list[str]) -> str:
    """Blank what is not part of the table, so that lines keep their numbers; return the delimiter."""
    stated = re.match(r'"?sep *= *(\\t|.)', lines[0], re.IGNORECASE)
    if stated:  # Excel's own first line
        lines[0] = ""
    lines[:] = ["" if _is_ruled(line) else line for line in lines]
    table = [place for place, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    comments = [place for place, line in enumerate(lines) if line.lstrip().startswith("#")]
    delimiter = (
        stated[1].replace("\\t", "\t")
        if stated
        else _delimiter([lines[place] for place in table[:_SAMPLE_LINES]])
    )
    if delimiter == " ":
        lines[:] = [line.strip() for line in lines]
    num_cells = _num_cells(lines[table[0]], delimiter) if table else 0
    for place in comments:
        text = lines[place].lstrip().lstrip("#").strip()
        same = _num_cells(text, delimiter) == num_cells > 1
        if not table or place < table[0]:
            names_it = same and any(is_number(cell) for cell in _cells(lines[table[0]], delimiter))
            lines[place] = text if names_it else ""  # NumPy writes the names of columns as a comment
        elif not same and '"' not in text:
            lines[place] = ""  # with as many cells as the table it is a row of it
    return delimiter


def _is_ruled(line: str) -> bool:
    """Whether a line is only a rule of a table drawn as text, as below the names of columns in Markdown."""
    return any(rule in line for rule in ("---", ":--", "--:")) and set(line) <= set("-+|: \t")


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]


def _num_cells(line: str, delimiter: str) -> int:
    return len(_cells(line, delimiter))


def _delimiter(sample: Sequence[str]) -> str:
    """Return the first delimiter that every line has as often as the header, else the header's most."""
    bare = [re.sub('"[^"]*"', '""', line).strip(" ") for line in sample]
    header = bare[0] if bare else ""
    for delimiter in _DELIMITERS:
        if 0 < header.count(delimiter) <= min(line.count(delimiter) for line in bare):
            return delimiter
    most = max(_DELIMITERS, key=header.count)
    if header.count(most):
        return most
    width = len(header.split())
    return " " if width > 1 and all(len(line.split()) >= width for line in bare) else ","


def _rows(name: str, lines: Sequence[str], delimiter: str) -> tuple[list[int], list[list[str]]]:
    """Return the line where each row starts, and its cells; rows without any value are left out."""
    whole = (line + "\n" for line in lines)
    reader = csv.reader(whole, delimiter=delimiter, skipinitialspace=True, strict=True)
    places, rows, line = [], [], 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                places.append(line)
                rows.append(cells)
            if len(rows) > MAX_ROWS + 1:
                break
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            "expected CSV in {table}, but got text that cannot be read from line {line} on ({error}); "
            "check the quotes",
            table=name,
            line=line,
            error=error,
        ) from None
    return places, rows


def _total_of(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the first row that sums up others: no other row is called what it is called."""
    names = Counter(map(_called, rows))
    sums = (place for place, row in enumerate(rows) if names[_called(row)] == 1 and _is_total(_called(row)))
    return next(sums, None)


def _called(row: Sequence[str]) -> str:
    return next(filter(None, row), "")


def _is_total(text: str) -> bool:
    return text.rstrip(":\N{FULLWIDTH COLON} ").lower() in _TOTALS


def _uneven(name: str, line: int, row: Sequence[str], names: Sequence[str], delimiter: str) -> DataError:
    given = {"table": name, "line": line, "count": len(row), "columns": len(names)}
    if len(names) == 1:
        return DataError(
            "{table}, line {line}: expected one value for the one column {column!r} that the first line "
            "names, but got {count}; begin the file with the names of all columns, delimited like the "
            "values",
            **given,
            column=names[0][:40],
        )
    if delimiter == "," and len(row) > len(names):
        return DataError(
            "{table}, line {line}: expected {columns} values, one for each column, but got {count}; fix "
            "the line, and put numbers with a comma in quotes",
            **given,
        )
    return DataError(
        "{table}, line {line}: expected {columns} values, one for each column, but got {count}; fix the line",
        **given,
    )


def _is_unnamed(column: Column) -> bool:
    return _UNNAMED.fullmatch(column.name) is not None


def _without_index(column: Column) -> Column:
    """Mark the index that pandas writes before the columns as no column of numbers; give it pandas' name."""
    fault = DataError(
        "expected a name, but got none, so it is taken for the index of the rows; name it to use it"
    )
    return replace(column, name=column.name or "Unnamed: 0", fault=fault, is_numeric=False)


def _names(name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    _check_header(name, header)
    for position, column in enumerate(header, start=1):
        if not column and not (position == 1 and _is_index([row[0] for row in rows])):
            raise DataError(
                "expected a name for each column of {table}, but got none for column {position}; name "
                "it, or remove it",
                position=position,
                table=name,
            )
        if column in header[: position - 1]:
            first = header.index(column) + 1
            raise DataError(
                "expected a different name for each column of {table}, but got '{column}' for columns "
                "{first} and {position}; rename one",
                table=name,
                column=column,
                first=first,
                position=position,
            )
    return list(header)


def _check_header(name: str, header: Sequence[str]) -> None:
    if len(header) > MAX_COLUMNS:
        raise DataError(
            "expected at most {most} columns in {table}, but got {count}; keep those you need",
            table=name,
            count=len(header),
            most=MAX_COLUMNS,
        )
    numbers = [column for column in header if is_number(column)]
    if len(numbers) == len(header):
        raise DataError(
            "expected the names of the columns in the first line of {table}, but got numbers only; add a "
            "line of names, or rename the columns of a Parquet file",
            table=name,
        )
    if numbers and not _is_series(numbers):
        raise DataError(
            "expected the names of the columns in the first line of {table}, but got the number "
            "{number!r} among them; put a line of names before the first row, or name this column",
            table=name,
            number=numbers[0],
        )


def _is_series(numbers: Sequence[str]) -> bool:
    """Return whether numbers can be names of columns: years, or a count from 0 or 1."""
    if not all(re.fullmatch("[0-9]{1,4}", number) for number in numbers):
        return False
    values = [int(number) for number in numbers]
    return values in ([*range(len(values))], [*range(1, len(values) + 1)]) or min(values) >= 1000


def _is_index(cells: Sequence[str]) -> bool:
    """Return whether cells can be an index: no two alike, and whole numbers or text."""
    return len(set(cells)) == len(cells) and all(cell.isdigit() or not is_number(cell) for cell in cells)


def _parquet(name: str, content: bytes) -> Table:
    import pandas as pd

    try:
        # Without columns, only the number of rows is read: a small file can expand into a huge one.
        num_rows = len(pd.read_parquet(io.BytesIO(content), columns=[]))
        frame = pd.read_parquet(io.BytesIO(content)) if num_rows <= MAX_ROWS else None
    except (OSError, ValueError, NotImplementedError) as error:
        raise DataError(
            "expected {table} to be a Parquet file, but got one that cannot be read ({error}); save it again",
            table=name,
            error=error,
        ) from None
    if frame is None:
        raise _too_many_rows(name)
    if frame.index.names != [None]:
        frame = frame.reset_index()  # a named index is a column like any other
    names = _names(name, [str(column) for column in frame.columns], [])
    columns = []
    for position, column in enumerate(names):
        cells = frame.iloc[:, position]
        if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_complex_dtype(cells):
            values = torch.from_numpy(cells.to_numpy(dtype="float64", na_value=float("nan")).copy())
            columns.append(column_of_numbers(column, values))
        else:
            fault = DataError(
                "expected numbers, but got {dtype}; choose another column", dtype=str(cells.dtype)
            )
            columns.append(Column(column, torch.full((num_rows,), torch.nan).double(), row_of, fault, False))
    return Table(name, num_rows, columns)


def _too_many_rows(name: str) -> DataError:
    return DataError(
        "expected at most {most:,} rows in {table}, but got more; keep a sample of them",
        table=name,
        most=MAX_ROWS,
    )
