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


def named(*words: str) -> list[tuple[str, str]]:
    """Return some terms, each with its meaning, in the language of the page."""
    rows = [terms()[word] for word in words]
    if language() == "zh":
        return [(row.chinese, row.meaning_in_chinese) for row in rows]
    return [(row.english, row.meaning) for row in rows]


def meaning(*words: str) -> str:
    """Return what some terms mean, in the language of the page: for the ``help`` of an element."""
    text = _("**{term}**: {meaning}")
    return "  \n".join(text.format(term=term, meaning=meant) for term, meant in named(*words))
