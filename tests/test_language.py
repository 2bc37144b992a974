"""Every text that a visitor reads is in the catalog, translated, with the same fields to fill in."""

import ast
import string
from pathlib import Path

import pytest
import torch
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from linear_core import BUILTIN_DATA, INITS, TRAPS, DataError, RegressionData, builtin_data
from linear_core.language import DOMAIN, LANGUAGES, LOCALE_DIR, catalog
from linear_core.layer.conventions import CONVENTIONS
from linear_core.layer.known_layers import KNOWN_LAYERS
from linear_core.shapes.silent import SILENT_MISTAKES
from pages._ui import language as words
from pages._ui.errors.choices import TOPICS
from pages._ui.forward import choices as forward
from pages._ui.gradients import choices as gradients
from pages._ui.registry import PAGES, START
from pages._ui.training import choices as training
from pages._ui.training import data as data_of

ROOT = Path(__file__).parents[1]
# Where the texts of each catalog are: the package ships its own, the app falls back onto it.
SOURCES = {
    ROOT / "pages/_ui/locale/zh_CN/LC_MESSAGES/messages.po": ("streamlit_app.py", "pages"),
    LOCALE_DIR / f"zh_CN/LC_MESSAGES/{DOMAIN}.po": ("linear_core",),
}
CATALOGS = list(SOURCES)
ADVICE = "run `make translate` and fill in what is missing"

each_catalog = pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)


MARKS = ("_", "N_", "translate", "KnownLayer", "ShapeError", "DataError", "ConfigError")
KEYWORDS = {**dict.fromkeys(MARKS), "ngettext": (1, 2)}


def texts(message):
    """The forms of a message: one, or one for each plural."""
    return tuple(message) if isinstance(message, tuple | list) else (message,)


def marked_texts(path):
    """Every text marked in the code; Babel by itself would pass over folders such as ``_ui``."""
    rows = []
    for place in SOURCES[path]:
        if (ROOT / place).is_file():
            rows += [row[1] for row in extract_from_file("python", ROOT / place, keywords=KEYWORDS)]
        else:
            found = extract_from_dir(ROOT / place, keywords=KEYWORDS, directory_filter=lambda _path: True)
            rows += [row[2] for row in found]
    return set(rows)


def translations(*paths):
    done = {}
    for path in paths or CATALOGS:
        with path.open("rb") as file:
            done |= {message.id: message.string for message in read_po(file) if message.id}
    return done


def fields(text):
    return sorted(map(str, (field[1:] for field in string.Formatter().parse(text) if field[1] is not None)))


@each_catalog
def test_every_marked_text_is_translated(path):
    catalog = translations(path)
    missing = [text for text in marked_texts(path) if not all(texts(catalog.get(text)))]
    assert sorted(map(texts, missing)) == [], ADVICE


@each_catalog
def test_no_percent_sign_is_taken_for_a_placeholder(path):
    # Babel reads "% of" as one, and then refuses to compile a translation without it.
    with path.open("rb") as file:
        assert [message.id for message in read_po(file) if message.python_format] == []


def test_no_marked_text_is_inside_an_f_string():
    # Before Python 3.12, Babel does not look into them.
    found = []
    for file in (*(ROOT / "pages").rglob("*.py"), *(ROOT / "linear_core").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        calls = [
            part
            for text in ast.walk(tree)
            if isinstance(text, ast.JoinedStr)
            for part in ast.walk(text)
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in KEYWORDS
        ]
        found += [f"{file}:{call.lineno}" for call in calls if isinstance(call.args[0], ast.Constant)]
    assert found == []


@each_catalog
def test_catalog_holds_nothing_that_is_no_longer_shown(path):
    assert sorted(map(texts, set(translations(path)) - marked_texts(path))) == [], ADVICE


def test_no_entry_of_a_registry_forgot_to_mark_its_title():
    titles = [
        entry.title for each in (INITS, BUILTIN_DATA, TRAPS, SILENT_MISTAKES) for entry in each.values()
    ]
    titles += [*KNOWN_LAYERS, *(convention.about for convention in CONVENTIONS.values())]
    titles += [title for about in BUILTIN_DATA.values() for title in about.titles.values()]
    for page in (START, *PAGES):
        titles += [page.title, page.question, page.caption, page.hint]
    for sections in (TOPICS, forward.SECTIONS, gradients.SECTIONS, training.SECTIONS):
        titles += [title for title, _module in sections.values()]
    assert {title for title in titles if title} - set(translations()) == set(), "mark it with N_"


@each_catalog
def test_compiled_catalog_is_fresh(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {texts(message.id): texts(message.string) for message in read_mo(file) if message.id}
    done = {text: done for text, done in translations(path).items() if all(texts(done))}
    assert compiled == {texts(text): texts(form) for text, form in done.items()}, ADVICE


@each_catalog
def test_translation_fills_in_the_same_fields(path):
    pairs = [(texts(text)[-1], form) for text, done in translations(path).items() for form in texts(done)]
    unequal = [text for text, form in pairs if form and fields(form) != fields(text)]
    assert unequal == []


def test_a_column_has_its_title_and_unit_in_the_visitors_language(monkeypatch):
    cars = builtin_data("cars")
    assert data_of.axis(cars, "distance") == "stopping distance (ft)"
    monkeypatch.setattr(words, "language", lambda: "zh")
    assert data_of.axis(cars, "distance") == "刹车距离（英尺）"  # noqa: RUF001
    assert data_of.axis(cars.standardized(), "speed") == "车速（标准化）"  # noqa: RUF001
    assert data_of.axis(cars.with_rows(cars.rows), "speed") == "车速（英里/时）"  # noqa: RUF001


@pytest.mark.parametrize(("names", "axes"), [("xy", ["x", "target"]), ("yx", ["y", "x"])])
def test_axes_are_called_by_their_columns_unless_these_are_called_x_and_y(names, axes):
    data = RegressionData(torch.ones(2, 1), torch.ones(2, 1), names[0], names[1])
    assert list(data_of.axis_words(data).values()) == axes


def test_app_says_the_texts_of_the_package_too(monkeypatch):
    monkeypatch.setattr(words, "language", lambda: "zh")
    own, core = (next(iter(translations(path).items())) for path in CATALOGS)
    assert (words._(own[0]), words._(core[0])) == (own[1], core[1])


@pytest.mark.parametrize("lang", ["zh", "zh_CN", "zh-CN", "ZH"])
def test_package_speaks_chinese_by_itself(lang):
    text, done = next(iter(translations(CATALOGS[1]).items()))
    assert catalog(lang).gettext(text) == done
    assert set(LANGUAGES) == set(words.LANGUAGES)


@pytest.mark.parametrize("lang", ["en", "en_GB", "xx"])
def test_any_other_language_is_english(lang):
    text = next(iter(translations(CATALOGS[1])))
    assert catalog(lang).gettext(text) == text


def test_a_refusal_is_said_in_the_visitors_language_with_the_reason_inside_it(monkeypatch):
    monkeypatch.setattr(words, "language", lambda: "zh")
    line = DataError("line {line}", line=2)
    fault = DataError(
        "expected a number in {place}, but got the text {text!r}; replace it, or choose another column",
        place=line,
        text="{x}",
    )
    error = DataError("{table}, column {column!r}: {fault}", table="t.csv", column="a", fault=fault)
    assert words.said(error) == translations()[error.template].format(
        table="t.csv",
        column="a",
        fault=translations()[fault.template].format(place=words.said(line), text="{x}"),
    )


def test_what_is_no_refusal_is_said_as_it_is():
    assert words.said(OSError("no such {file}")) == "no such {file}"


def test_a_refusal_without_values_keeps_its_braces(monkeypatch):
    monkeypatch.setattr(words, "language", lambda: "zh")
    assert words.said(DataError("write {1, 2}")) == "write {1, 2}"
