"""The kind of a file that is not CSV, and the encoding of one that is."""

import codecs

from linear_core.errors import DataError

# How the files begin that people take for CSV, or rename to it.
_KINDS = {
    b"\xd0\xcf\x11\xe0": "Excel (.xls)",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"\xfd7zXZ": "xz",
    b"%PDF": "PDF",
    b"SQLite format 3": "SQLite",
    b"\x89HDF": "HDF5",
    b"\x93NUMPY": "NumPy (.npy)",
    b"ARROW1": "Feather",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x80\x02": "pickle",
    b"\x80\x03": "pickle",
    b"\x80\x04": "pickle",
    b"\x80\x05": "pickle",
    b"$FL2": "SPSS (.sav)",
    b"MATLAB 5.0": "MATLAB (.mat)",
    b"<stata_dta>": "Stata (.dta)",
    b"<": "HTML or XML",
    b"{\\rtf": "RTF",
    b"{": "JSON",
    b"[": "JSON",
    b"@relation": "ARFF",
}
_INVISIBLE = "\u200b\u2060\ufeff"  # what web pages leave in what is copied from them
_ARCHIVES = {
    b"xl/": "Excel (.xlsx)",
    b"opendocument.spreadsheet": "OpenDocument (.ods)",
    b"Index/": "Numbers",
    b".npy": "NumPy (.npz)",
    b"data.pkl": "PyTorch (.pt)",
    b"word/": "Word (.docx)",
}
# UTF-32 first: its mark begins like that of UTF-16.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def check_kind(name: str, content: bytes) -> None:
    """Refuse a file that is known not to be text with columns, and name what it is."""
    kind = _archive(content) if content.startswith(b"PK\x03\x04") else _beginning(content)
    if kind is not None:
        raise DataError(
            "expected {table} to be CSV, but got {kind}; save the table as CSV or Parquet",
            table=name,
            kind=kind,
        )


def _archive(content: bytes) -> str:
    kinds = (kind for part, kind in _ARCHIVES.items() if part in content)
    return next(kinds, "ZIP, as Excel (.xlsx) is")


def _beginning(content: bytes) -> str | None:
    start = content[:64].removeprefix(codecs.BOM_UTF8).lstrip()
    kinds = (kind for beginning, kind in _KINDS.items() if start.lower().startswith(beginning.lower()))
    return next(kinds, None)


def decode(name: str, content: bytes) -> str:
    r"""Return the text of a file, with ``\n`` at the end of each line."""
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(name, encoding, content, error.start) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for invisible in _INVISIBLE:
        text = text.replace(invisible, "")
    if "\0" in text:
        raise DataError(
            "expected {table} to be CSV text, but got a binary file (a zero byte in line {line}); save "
            "the table as CSV or Parquet",
            table=name,
            line=text.count("\n", 0, text.index("\0")) + 1,
        )
    return text


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return encoding
    # UTF-16 without its mark: every second byte of digits, delimiters and Latin letters is zero.
    start = content[:400]
    for encoding, zeros, others in (
        ("utf-16-le", start[1::2], start[::2]),
        ("utf-16-be", start[::2], start[1::2]),
    ):
        if zeros.count(0) > 0.8 * len(zeros) and 0 not in others:
            return encoding
    return "utf-8"


def _undecodable(name: str, encoding: str, content: bytes, start: int) -> DataError:
    if encoding.startswith(("utf-16", "utf-32")):
        return DataError(
            "expected {table} to be {encoding} to its end, but got other bytes from byte {start:,} on: it is "
            "cut off or damaged; save it as CSV in UTF-8",
            table=name,
            encoding=encoding.upper(),
            start=start + 1,  # counted from 1, as lines are
        )
    # The bytes do not show which of the older encodings it is: 0xe4 is ä in Latin-1 and ฤ in another.
    return DataError(
        "expected {table} to be UTF-8 text, but got byte 0x{byte:02x} in line {line}; save it as CSV in "
        "UTF-8, or as Parquet",
        table=name,
        byte=content[start],
        line=len(content[:start].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")),
    )
