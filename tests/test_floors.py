"""What is imported, and when; who may import whom is checked by ``make lint``."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from pages._ui.registry import PAGES

ROOT = Path(__file__).parents[1]
DISTRIBUTIONS = {"PIL": "pillow", "vl_convert": "vl-convert-python"}
HEAVY = "{'torch', 'pandas', 'altair', 'streamlit', 'numpy', 'sympy'}"
MODULES = sorted([ROOT / "streamlit_app.py", *ROOT.glob("pages/**/*.py"), *ROOT.glob("linear_core/**/*.py")])


def imports(path: Path) -> set[str]:
    """Every package that ``path`` imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).partition(".")[0])
    return found


def floors_of_the_map() -> dict[str, int]:
    """The folders that the README's map names, and the line of each."""
    floors = {}
    rows = re.findall(r"^\| (`[a-z_.]+.*?) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    for floor, row in enumerate(rows):
        first, *others = re.findall(r"`([\w/]+)/`", row)
        folders = [first, *(f"{Path(first).parent}/{name}" for name in others)]
        floors |= {folder.removeprefix("./"): floor for folder in folders}
    return floors


def test_the_map_in_the_readme_is_the_house():
    floors = floors_of_the_map()
    pages = [page.url_path.lower() for page in PAGES]  # one that is a single module is there, too
    looking_up = {ROOT / f"pages/_ui/{name}.py" for name in ("registry", "frame", "sections", *pages)}
    folders = {path.parent.relative_to(ROOT).as_posix() for path in MODULES}
    assert folders - set(floors) == {".", "linear_core", "pages/_ui/errors/blocks"}
    for path in set(MODULES) - looking_up:
        floor = floors.get(path.parent.relative_to(ROOT).as_posix(), 0)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                place = node.module.replace(".", "/")
                assert floors.get(place, floors.get(Path(place).parent.as_posix(), floor)) >= floor, (
                    path,
                    place,
                )


@pytest.mark.parametrize("module", ["pages/_ui", "linear_core", "tests", "benchmarks"])
def test_the_first_file_of_each_folder_says_what_it_may_import(module):
    for path in sorted((ROOT / module).rglob("__init__.py")):
        about = ast.get_docstring(ast.parse(path.read_text())) or ""
        assert "import" in about, path


def test_start_page_imports_only_what_a_page_may():
    assert imports(ROOT / "streamlit_app.py") <= {"linear_core", "pages", "streamlit"}


@pytest.mark.parametrize(
    ("used", "loaded"),
    [
        ("", []),
        ("linear_core.Refusal", []),
        ("dir(linear_core)", []),
        ("linear_core.build_layer(linear_core.LayerSpec(2, 1))", ["numpy", "torch"]),
        ("linear_core.Trainer, linear_core.read_table, linear_core.TRAPS", ["numpy", "torch"]),
    ],
)
def test_package_loads_only_what_is_used(used, loaded):
    code = f"import sys, linear_core\n{used}\nprint(*sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == loaded


def third_party(paths: Iterable[Path]) -> set[str]:
    """The distributions that modules need."""
    packages = set().union(*map(imports, paths)) - set(sys.stdlib_module_names) - {"linear_core", "pages"}
    return {DISTRIBUTIONS.get(name, name) for name in packages}


def named(lines: Iterable[str]) -> set[str]:
    return {re.match(r"[\w-]+", line)[0] for line in lines if line and not line.startswith("#")}


def test_requirements_name_exactly_what_the_code_imports():
    assert third_party(MODULES) == named((ROOT / "requirements.txt").read_text().splitlines())


def test_extra_for_charts_brings_all_that_they_import():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    brought = named([*project["dependencies"], *project["optional-dependencies"]["charts"]])
    assert third_party(ROOT.glob("linear_core/charts/*.py")) <= brought


def test_every_test_that_drives_a_browser_is_marked(request):
    drives = [item for item in request.session.items if "browser" in item.path.parts]
    assert all(item.get_closest_marker("browser") for item in drives)
