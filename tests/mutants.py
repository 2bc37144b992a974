"""Break the mathematics on purpose, one named way at a time, and expect the tests to notice.

Not a mutation tool: those run every test for every mutant, and each run pays for loading torch; and most of
what they change by rote says little. The list in ``mutant_list.py`` was chosen by a person: it says what the
tests must notice, and which of them have to.

``make mutate`` runs it. A mutant is a copy of the package with one text replaced; the files that you edit are
never touched.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutant_list import MUTANTS, Mutant

ROOT = Path(__file__).parents[1]
AT_ONCE = 2
TIMEOUT = 600  # seconds
# A failure counts as it is found: to make its example smaller can take minutes.
CONFTEST = """\
from hypothesis import Phase, settings
settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], derandomize=True)
settings.load_profile("mutants")
"""
SOME_FAILED = 1  # pytest's exit code; a mutant that cannot even be imported has another, and shows nothing


def faults() -> Iterator[str]:
    """Say which mutants no longer apply, since their text is not there exactly once."""
    for mutant in MUTANTS:
        count = (ROOT / mutant.file).read_text().count(mutant.old)
        if count != 1:
            yield f"{mutant.file}, {mutant.name}: {mutant.old!r} is there {count} times"
        missing = [path for path in mutant.paths() if not (ROOT / path.partition("::")[0]).exists()]
        if missing:
            yield f"{mutant.file}, {mutant.name}: no {', '.join(missing)}"


def copied(folder: str) -> Path:
    """Copy what the tests need."""
    copy = Path(folder) / "copy"
    for name in ("linear_core", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("screenshots"))
    shutil.copy2(ROOT / "pyproject.toml", copy)
    (copy / "conftest.py").write_text(CONFTEST)
    return copy


def tested(copy: Path, paths: list[str]) -> tuple[int, str]:
    """Run test files against a copy; give pytest's exit code and last line."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *paths]
    # One thread for each run: two at a time would only wait for each other's.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(copy)}
    done = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines()
    return done.returncode, lines[-1] if lines else ""


def outcome(mutant: Mutant) -> tuple[bool, str]:
    """Tell whether the tests notice."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(folder)
        file = copy / mutant.file
        file.write_text(file.read_text().replace(mutant.old, mutant.new))
        code, last_line = tested(copy, mutant.paths())
    said = {0: "SURVIVED", SOME_FAILED: "killed"}.get(code, f"no answer ({last_line})")
    return code == SOME_FAILED, f"{said:9} {mutant.file}: {mutant.name}"


def main() -> int:
    """Run all mutants, or those whose file or name holds the words given; 1 if one is not noticed."""
    words = sys.argv[1:]
    chosen = [m for m in MUTANTS if not words or any(word in f"{m.file} {m.name}" for word in words)]
    broken = list(faults())
    if broken:
        sys.stdout.write("\n".join(broken) + "\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        code, last_line = tested(copied(folder), sorted({path for m in chosen for path in m.paths()}))
    if code != 0:
        sys.stdout.write(f"the package fails its tests without any mutant: {last_line}\n")
        return 1
    killed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for noticed, line in pool.map(outcome, chosen):
            killed += noticed
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    sys.stdout.write(f"{killed} of {len(chosen)} mutants killed\n")
    return 0 if killed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
