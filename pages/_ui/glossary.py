"""The words of the field, each with one line of meaning, from ``docs/glossary.md``: what a hover says."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from pages._ui.language import _, language

PATH = Path(__file__).parents[2] / "docs" / "glossary.md"


class Term(NamedTuple):
    """A row of the glossary; `instead_of` are the words that the app does not use for it."""

    english: str
    chinese: str
    meaning: str
    meaning_in_chinese: str
    instead_of: tuple[str, ...]


@cache
def terms() -> dict[str, Term]:
    """Return all rows by their English word."""
    rows = [
        line.strip("| ").split("|") for line in PATH.read_text(encoding="utf-8").splitlines() if "|" in line
    ]
    found = {}
    for row in rows[2:]:
        english, chinese, meaning, in_chinese, *rest = (cell.strip() for cell in row)
        words = tuple(word.strip() for word in (rest[0] if rest else "").split(",") if word.strip())
        found[english] = Term(english, chinese, meaning, in_chinese, words)
    return found


def meaning(*words: str) -> str:
    """Return what some terms mean, in the language of the page: for the ``help`` of an element."""
    is_chinese, text = language() == "zh", _("**{term}**: {meaning}")
    return "  \n".join(
        text.format(
            term=row.chinese if is_chinese else row.english,
            meaning=row.meaning_in_chinese if is_chinese else row.meaning,
        )
        for row in (terms()[word] for word in words)
    )
