"""The API page is that of the present docstrings, and all its links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import linear_core
import linear_core.charts

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "api.md"


def outside_code(text):
    return "".join(re.split(r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE)[::2])


def test_the_page_is_fresh(tmp_path):
    fresh = tmp_path / "api.md"
    subprocess.run([sys.executable, "docs/make_api.py", str(fresh)], cwd=ROOT, check=True, timeout=120)
    assert fresh.read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8"), "make docs writes it anew"


def test_every_public_name_has_a_heading():
    headings = re.findall(r"^### `(\w+)`$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {*linear_core.__all__, *linear_core.charts.__all__} <= set(headings)


def test_every_link_within_the_page_leads_to_a_heading():
    text = outside_code(PAGE.read_text(encoding="utf-8"))
    anchors = []
    for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE):
        anchor = "".join(c for c in heading.lower() if c.isalnum() or c in "-_ ").replace(" ", "-")
        repeated = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", each) is not None for each in anchors)
        anchors.append(f"{anchor}-{repeated}" if repeated else anchor)
    links = re.findall(r"\]\(#([^)]+)\)", text)
    assert len(links) > 100
    assert set(links) <= set(anchors)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/api.md"])
def test_files_that_are_linked_exist(page):
    text = outside_code((ROOT / page).read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^#)][^)]*)\)", text):
        assert "://" in link or (ROOT / page).parent.joinpath(link.partition("#")[0]).exists(), link
