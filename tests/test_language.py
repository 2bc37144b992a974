"""Every text that a visitor reads is in the catalogue, translated, with the same fields to fill in."""

import string
from pathlib import Path

from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from linear_core import DataError
from pages._ui import language as words

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "pages/_ui/locale/zh_CN/LC_MESSAGES/messages.po"
ADVICE = "run `make translate` and fill in what is missing"


KEYWORDS = dict.fromkeys(("_", "N_", "translate", "KnownLayer", "ShapeError", "DataError", "ConfigError"))


def marked_texts():
    """Every text marked in the code; Babel by itself would pass over folders such as ``_ui``."""
    rows = [row[1] for row in extract_from_file("python", ROOT / "streamlit_app.py", keywords=KEYWORDS)]
    for folder in ("pages", "linear_core"):
        found = extract_from_dir(ROOT / folder, keywords=KEYWORDS, directory_filter=lambda _path: True)
        rows += [row[2] for row in found]
    return set(rows)


def translations():
    with CATALOGUE.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def fields(text):
    return sorted(map(str, (field[1:] for field in string.Formatter().parse(text) if field[1] is not None)))


def test_every_marked_text_is_translated():
    catalogue = translations()
    assert sorted(text for text in marked_texts() if not catalogue.get(text)) == [], ADVICE


def test_catalogue_holds_nothing_that_is_no_longer_shown():
    assert sorted(set(translations()) - marked_texts()) == [], ADVICE


def test_compiled_catalogue_is_fresh():
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == {text: done for text, done in translations().items() if done}, ADVICE


def test_translation_fills_in_the_same_fields():
    unequal = [text for text, done in translations().items() if done and fields(done) != fields(text)]
    assert unequal == []


def test_a_refusal_is_said_in_the_visitors_language_with_the_reason_inside_it(monkeypatch):
    monkeypatch.setattr(words, "language", lambda: "zh")
    fault = DataError("the value in line {line}, {text!r}, is text, not a number.", line=2, text="{x}")
    error = DataError("{table}, column {column!r}: {fault}", table="t.csv", column="a", fault=fault)
    assert words.said(error) == translations()[error.template].format(
        table="t.csv", column="a", fault=translations()[fault.template].format(line=2, text="{x}")
    )


def test_what_is_no_refusal_is_said_as_it_is():
    assert words.said(OSError("no such {file}")) == "no such {file}"


def test_a_refusal_without_values_keeps_its_braces(monkeypatch):
    monkeypatch.setattr(words, "language", lambda: "zh")
    assert words.said(DataError("write {1, 2}")) == "write {1, 2}"
