"""CONTRIBUTING.md says how a page is added; this does it, to the letter, in a copy of the app."""

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"^ *```python\n(.*?)^ *```", TEXT, re.M | re.S)]
VISIT = """
from streamlit.testing.v1 import AppTest

at = AppTest.from_file("streamlit_app.py", default_timeout=60)
at.switch_page("pages/5_Hello.py")
at.query_params["in_features"] = "3"
at.query_params["x"] = "ones"
at.query_params["lang"] = "zh"
at.run()
assert not at.exception, at.exception
print(at.title[0].value)
print(at.slider(key="in_features").value)
print(len(at.get("vega_lite_chart")))
print("x = torch.ones(3, 3)" in at.code[0].value or "[[1.0, 1.0, 1.0]" in at.code[0].value)
print([link.proto.page for link in at.get("page_link")][-1])
print(at.toggle(key="with_script").label)
at.slider(key="in_features").set_value(2)
at.run()
print(sorted(at.query_params))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("pages", ".streamlit", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "linear_core").symlink_to(ROOT / "linear_core")
    shutil.copy(ROOT / "streamlit_app.py", tmp_path)
    return tmp_path


def test_a_page_is_added_as_it_is_said(copy):
    choices, entry, script = BLOCKS
    (copy / "pages/_ui/hello.py").write_text(choices)
    (copy / "pages/5_Hello.py").write_text(script)
    registry = copy / "pages/_ui/registry.py"
    registry.write_text(registry.read_text() + "\n" + entry)
    assert len(script.splitlines()) <= 30
    code = f"import sys; sys.path.insert(0, {str(copy)!r})\n{VISIT}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    title, size, charts, in_script, way, label, query = done.stdout.splitlines()
    assert (title, size, charts, in_script) == ("What does y hold?", "3", "1", "True")
    assert way == "Hello"
    assert label != "Script and files"  # the page was opened in Chinese
    assert query == "['in_features', 'lang', 'x']"


def test_every_place_that_is_named_exists():
    places = re.findall(r"`((?:pages|tests|docs|linear_core)/[\w./]*)`", TEXT)
    new = {"pages/_ui/hello.py", "pages/5_Hello.py", "tests/screenshots/"}
    assert [place for place in places if not (ROOT / place).exists() and place not in new] == []
