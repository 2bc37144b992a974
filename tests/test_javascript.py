"""The pure JavaScript: `tests/js/*.test.mjs`, run by the node that Playwright ships, without npm packages."""

import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

FILES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))
NODE = compute_driver_executable()[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.mjs"))
def test_javascript(file):
    done = subprocess.run(
        [NODE, "--test", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
