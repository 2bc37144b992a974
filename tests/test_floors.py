"""Who may import whom: a floor imports only what lies below it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STANDARD = sys.stdlib_module_names

# The folder of a floor, and what its modules may import beside the standard library.
FLOORS = {
    "linear_core": {"torch", "linear_core"},
    "linear_core/charts": {"linear_core", "torch", "pandas", "altair", "vl_convert", "PIL"},
    "pages/_ui": {"linear_core", "pages", "streamlit", "altair", "pandas"},
    "pages": {"linear_core", "pages", "streamlit"},
}


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that ``path`` imports, and whether it does so when it is loaded."""
    tree = ast.parse(path.read_text())
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield str(node.module), id(node) in top


def floor_of(path: Path) -> str:
    folder = path.relative_to(ROOT).parent.as_posix()
    fitting = [floor for floor in FLOORS if folder == floor or folder.startswith(f"{floor}/")]
    return max(fitting, key=len, default="pages")


MODULES = sorted([ROOT / "streamlit_app.py", *ROOT.glob("pages/**/*.py"), *ROOT.glob("linear_core/**/*.py")])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_imports_only_from_its_floor_down(path):
    allowed = FLOORS[floor_of(path)]
    for name, _ in imports(path):
        package = name.partition(".")[0]
        lazily = {"linear_core/data": "pandas", "linear_core/exchange": "safetensors"}
        if package == lazily.get(path.parent.relative_to(ROOT).as_posix()):
            continue
        assert package in STANDARD or package in allowed, f"{path} imports {name}"
        below_charts = floor_of(path) == "linear_core"
        assert not (below_charts and name.startswith("linear_core.charts")), f"{path} imports {name}"


def test_importing_the_package_loads_no_screen():
    code = "import sys, linear_core; print(*({'pandas', 'altair', 'streamlit'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def test_requirements_name_exactly_what_the_code_imports():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    required = {re.match(r"[\w-]+", line)[0] for line in lines if line and not line.startswith("#")}
    imported = {name.partition(".")[0] for path in MODULES for name, _ in imports(path)}
    third_party = imported - STANDARD - {"linear_core", "pages"}
    distributions = {"PIL": "pillow", "vl_convert": "vl-convert-python"}
    assert {distributions.get(name, name) for name in third_party} == required
