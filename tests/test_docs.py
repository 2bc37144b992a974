"""The API page has every public name, and all links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import linear_core
import linear_core.charts

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The text of the page that ``make docs`` writes."""
    file = tmp_path_factory.mktemp("docs") / "api.md"
    subprocess.run([sys.executable, "docs/make_api.py", str(file)], cwd=ROOT, check=True, timeout=120)
    return file.read_text(encoding="utf-8")


def outside_code(text):
    return "".join(re.split(r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE)[::2])


def test_every_public_name_has_a_heading(page):
    headings = re.findall(r"^### `(\w+)`$", page, flags=re.MULTILINE)
    assert {*linear_core.__all__, *linear_core.charts.__all__} <= set(headings)


def test_every_link_within_the_page_leads_to_a_heading(page):
    text = outside_code(page)
    anchors = []
    for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE):
        anchor = "".join(c for c in heading.lower() if c.isalnum() or c in "-_ ").replace(" ", "-")
        repeated = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", each) is not None for each in anchors)
        anchors.append(f"{anchor}-{repeated}" if repeated else anchor)
    links = re.findall(r"\]\(#([^)]+)\)", text)
    assert len(links) > 100
    assert set(links) <= set(anchors)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_files_that_are_linked_exist(name):
    text = outside_code((ROOT / name).read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^#)][^)]*)\)", text):
        assert "://" in link or (ROOT / link.partition("#")[0]).exists(), link
