"""The glossary is complete, and the texts of the app keep to it."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from pages._ui.glossary import meaning, terms
from pages._ui.registry import PAGES, START

ROOT = Path(__file__).parents[1]
CATALOGS = sorted((*ROOT.glob("pages/_ui/locale/**/*.po"), *ROOT.glob("linear_core/locale/**/*.po")))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def messages(path):
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def texts(message):
    """All forms of a message, in both languages."""
    for part in (message.id, message.string):
        yield from part if isinstance(part, tuple | list) else (part,)


def test_both_catalogs_are_read():
    assert [path.stem for path in CATALOGS] == ["linear_core", "messages"]


def test_every_term_has_a_meaning_in_both_languages():
    assert len(terms()) >= 60
    for term in terms().values():
        assert term.meaning.endswith("."), term
        assert term.meaning_in_chinese.endswith("。"), term
        assert CHINESE.search(term.chinese), term


def test_a_meaning_names_its_term():
    assert meaning("gradient norm").startswith("**gradient norm**: ")


def is_said(word, text):
    """Whether a text uses a word: as a whole one in English."""
    if CHINESE.search(word):
        return word in text
    return re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) is not None


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_no_text_uses_a_word_that_the_glossary_forbids(path):
    forbidden = {word: term for term in terms().values() for word in term.instead_of}
    found = [
        f"{word!r} instead of {term.english!r} / {term.chinese!r}: {text}"
        for message in messages(path)
        for text in texts(message)
        for word, term in forbidden.items()
        if is_said(word, text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_punctuation_beside_chinese_is_full_width(path):
    half = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")
    assert [text for message in messages(path) for text in texts(message) if half.search(text)] == []


def test_a_forbidden_word_is_found():
    assert is_said("bowl", "The bowl it rolls down")
    assert not is_said("fold", "tenfold")
    assert is_said("碗", "这只碗")


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_every_hover_names_terms_of_the_glossary(path):
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "meaning":
            words = {word.value for word in call.args if isinstance(word, ast.Constant)}
            assert words <= set(terms())


@pytest.mark.parametrize("page", [START, *PAGES], ids=lambda page: page.title)
def test_every_page_tells_its_terms_where_it_begins(page):
    assert page.terms
    assert set(page.terms) <= set(terms())
