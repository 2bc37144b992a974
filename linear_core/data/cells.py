"""Cells of text as columns of numbers: how their numbers are written, and the first fault of each column."""

import math
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core.errors import DataError

_MISSING = frozenset(
    {"", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "-nan", "nat", "null", "none", "nil", "missing", "\\n"}
    | {"-", "--", "–", "—", ".", "?", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}
)
_BOOLEANS = {"true": 1.0, "false": 0.0}
_NOT_FINITE = re.compile(r"[+-]?(?:inf|infinity|∞|1\.#inf)", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    r"[0-9]{1,4}(?P<mark>[-/.])[0-9]{1,2}(?P=mark)[0-9]{1,4}(?:[T ].*)?"  # 2017-01-31, 31.1.2017 12:00
    r"|[0-9]{1,4}年[0-9]{1,2}月[0-9]{1,2}日?.*"  # 2017年1月31日
    rf"|(?:[0-9]{{1,2}}[- .]{{1,2}})?{_MONTH}[- .,]{{1,2}}[0-9]{{1,4}}.*"  # 31 Jan 2017, Jan-17, May 5, 2017
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[ap]m)?",  # 12:30
    re.IGNORECASE,
)


def _notation(group: str, decimal: str) -> str:
    grouped = rf"[1-9][0-9]{{0,2}}(?P<mark>[{group} \u00a0\u2009\u202f'’])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    digits = rf"(?:{grouped}|[0-9]+)(?:[{decimal}][0-9]*)?|[{decimal}][0-9]+"
    return rf"[+\u2212-]?(?:{digits})(?:[eE][+\u2212-]?[0-9]+)?"


# A number by its decimal mark; the other one may separate its thousands, as may a space or an apostrophe.
_NOTATIONS = {".": re.compile(_notation(",", ".")), ",": re.compile(_notation(".", ","))}
_DECIMAL_MARK = re.compile("[.,]")
_GROUP_MARKS = re.compile("[ \u00a0\u2009\u202f'’]")
_GROUP = 3  # digits, up to which a whole number has no separator
_INTEGER = re.compile(r"[+\u2212-]?[0-9]+")
_NUMBER = r"[+\u2212-]?[0-9][0-9., \u00a0\u2009\u202f'’]*"
_SYMBOL = r"[^\w\s.,:/+\-<>≤≥≈~±#()\[\]{}'\"\u2018\u2019\u201c\u201d\u00ab\u00bb]"  # of a unit
_WITH_UNIT = re.compile(
    rf"(?:(?:{_SYMBOL}|#){{1,3}} ?|[A-Za-z]{{1,3}}[ $]){_NUMBER}[^0-9]{{0,30}}"  # $5, US$ 5, EUR 5
    rf"|{_NUMBER}(?:{_SYMBOL}|[^\W0-9])[^0-9]{{0,30}}"  # 5%, 12 kg
)


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
    values : Tensor, ``(num_rows,)``
        Float64; NaN where the cell is no number.
    place : callable
        Names a row, counted from 0, as a person counts it: by its line or its row.
    fault : DataError or None
        The first reason that keeps the column from being used.
    is_numeric : bool
        Whether it is meant as numbers, even if one of them is at fault.
    """

    name: str
    values: Tensor
    place: Callable[[int], DataError]
    fault: DataError | None = None
    is_numeric: bool = True


def row_of(row: int) -> DataError:
    """Name a row of a file without lines; part of a message, so that it is translated with it."""
    return DataError("row {row}", row=row + 1)


def column_of_numbers(name: str, values: Tensor) -> Column:
    """Return a column that came as numbers, float64; the first that is not finite is its fault."""
    faults = (~values.isfinite()).nonzero()
    if len(faults) == 0:
        return Column(name, values, row_of)
    row = int(faults[0])
    text = "" if values[row].isnan() else str(values[row].item())
    return Column(name, values, row_of, _fault(text, ".", row_of(row)), bool(values.isfinite().any()))


def is_number(text: str) -> bool:
    """Return whether a text is a number in one of the notations that are read."""
    return any(pattern.fullmatch(text) for pattern in _NOTATIONS.values())


def read_columns(
    names: Sequence[str], cells: Sequence[Sequence[str]], lines: Sequence[int], delimiter: str
) -> list[Column]:
    """Read each column of cells; all columns together decide how decimals are written.

    Parameters
    ----------
    names : sequence of str
        One for each column.
    cells : sequence of sequence of str
        The texts of each column.
    lines : sequence of int
        The line of each row.
    delimiter : str
        What separates the cells of a line.

    Returns
    -------
    list of Column
    """
    marks = [_decimal_marks(set(column)) for column in cells]
    certain = {next(iter(each)) for each in marks if len(each) == 1}
    if not certain and delimiter == ",":
        certain = {"."}  # a decimal comma would have asked for another delimiter

    def place(row: int) -> DataError:
        return DataError("line {line}", line=lines[row])

    return [
        _column(name, column, fitting, certain, place)
        for name, column, fitting in zip(names, cells, marks, strict=True)
    ]


def _decimal_marks(texts: Set[str]) -> set[str]:
    """Return the decimal marks with which every number of a column can be read."""
    fitting = set(_NOTATIONS)
    for text in texts:
        if not _INTEGER.fullmatch(text):  # those can be read with either
            fitting &= _marks_of(text) or fitting
    return fitting


def _marks_of(text: str) -> set[str]:
    return {mark for mark, pattern in _NOTATIONS.items() if pattern.fullmatch(text)}


def _column(
    name: str, texts: Sequence[str], fitting: set[str], certain: set[str], place: Callable[[int], DataError]
) -> Column:
    distinct = dict.fromkeys(texts)  # in their order; each is looked at once
    present = [text for text in distinct if text.lower() not in _MISSING]
    mark = _decimal_mark(present, fitting, certain)
    if present and all(text.lower() in _BOOLEANS for text in present):
        meaning = {text: _BOOLEANS.get(text.lower(), math.nan) for text in distinct}
    else:
        meaning = {text: _number(text, mark) for text in distinct}
    numbers = [meaning[text] for text in texts]
    values = torch.tensor(numbers, dtype=torch.float64)
    bad = next((row for row, number in enumerate(numbers) if not math.isfinite(number)), None)
    if bad is None:
        return Column(name, values, place, _merged(texts, meaning, place))
    is_numeric = _is_meant_as_numbers(present)
    if present and not is_numeric:
        bad = texts.index(present[0])  # why it is no column of numbers, rather than its first gap
    return Column(name, values, place, _fault(texts[bad], mark, place(bad)), is_numeric)


def _whole(text: str) -> int:
    return int(text.replace("\N{MINUS SIGN}", "-"))


def _merged(
    texts: Sequence[str], meaning: Mapping[str, float], place: Callable[[int], DataError]
) -> DataError | None:
    """Return the fault of whole numbers that differ, such as identifiers, but are one number in float64."""
    first: dict[float, str] = {}
    for text, number in meaning.items():
        if (
            15 < len(text) < 40
            and _INTEGER.fullmatch(text)
            and _whole(first.setdefault(number, text)) != _whole(text)
        ):
            return DataError(
                "expected values that differ in torch.float64, but got {low} and {high} in {first} and "
                "{second}; subtract the smallest value from all, or choose another column",
                first=place(texts.index(first[number])),
                second=place(texts.index(text)),
                low=first[number],
                high=text,
            )
    return None


def _is_meant_as_numbers(present: Sequence[str]) -> bool:
    """Return whether a column has a number in it, or is one of numbers with their units."""
    if any(is_number(text) or text.lower() in _BOOLEANS or _NOT_FINITE.fullmatch(text) for text in present):
        return True
    return bool(present) and all(_WITH_UNIT.fullmatch(text) and not _DATE.fullmatch(text) for text in present)


def _decimal_mark(present: Sequence[str], fitting: set[str], certain: set[str]) -> str | None:
    """Return the decimal mark to read a column with; None if it can be read in two ways."""
    if len(fitting) == 1:
        return next(iter(fitting))
    if not fitting:  # no mark fits all: the first number that has one decides, and the next is the fault
        return next(marks.pop() for marks in map(_marks_of, present) if len(marks) == 1)
    if len(certain) == 1:
        return next(iter(certain))
    if not any(_DECIMAL_MARK.search(text) for text in present):
        return "."  # whole numbers
    if certain or any("," in text for text in present):
        return None
    # 1.234 in a table without any decimal comma; but beside 950, which no decimals follow, it may be 1234.
    return None if any(len(text) <= _GROUP and _INTEGER.fullmatch(text) for text in present) else "."


def _number(text: str, mark: str | None) -> float:
    """Return the number that a cell spells, NaN for anything else."""
    if (mark is None and _DECIMAL_MARK.search(text)) or not _NOTATIONS[mark or "."].fullmatch(text):
        return math.nan  # Python alone would read 1_000, nan and digits of other scripts
    plain = _GROUP_MARKS.sub("", text.replace("." if mark == "," else ",", ""))
    return float(plain.replace(",", ".").replace("\N{MINUS SIGN}", "-"))


def _fault(text: str, mark: str | None, place: DataError) -> DataError:
    given = {"place": place, "text": text[:40]}
    if text.lower() in _MISSING:
        return DataError(
            "expected a number in {place}, but got nothing; fill it in, or remove the row", place=place
        )
    if mark is None and is_number(text) and _DECIMAL_MARK.search(text):
        return DataError(
            "expected a number in {place} that can be read in only one way, but got {text!r}; write "
            "thousands without a separator, or one of the decimals with more or fewer than three digits",
            **given,
        )
    if _NOT_FINITE.fullmatch(text) or _NOTATIONS[mark or "."].fullmatch(text):
        return DataError(
            "expected a finite number in {place}, but got {text!r}; replace it, or remove the row", **given
        )
    if is_number(text):
        return DataError(
            "expected the decimal mark of the rows above in {place}, but got {text!r}; write all "
            "decimals with a point",
            **given,
        )
    if _DATE.fullmatch(text):
        return DataError(
            "expected a number in {place}, but got the date or time {text!r}; write it as a number, such "
            "as the days since the first",
            **given,
        )
    if _WITH_UNIT.fullmatch(text):
        return DataError(
            "expected a number alone in {place}, but got {text!r}; write its unit in the name of the column",
            **given,
        )
    return DataError(
        "expected a number in {place}, but got the text {text!r}; replace it, or choose another column",
        **given,
    )
