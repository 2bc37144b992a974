"""Explained errors outside of a script: in a terminal, a notebook, and in reports of pytest."""

import io
import json
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from torch import nn

from linear_core.__main__ import main
from linear_core.pytest_plugin import pytest_runtest_makereport

ROOT = Path(__file__).parents[1]
MESSAGE = "mat1 and mat2 shapes cannot be multiplied (5760x6 and 128x4)"


def test_message_is_explained(capsys):
    assert main(["explain", MESSAGE]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Meaning: mat1 is x")
    assert "A guess from the sizes: A Flatten may be missing" in out
    assert "Fix 1: " in out


def test_file_and_standard_input_are_read(tmp_path, monkeypatch, capsys):
    (tmp_path / "error.log").write_text(f"Traceback …\nRuntimeError: {MESSAGE}\n")
    assert main(["explain", str(tmp_path / "error.log")]) == 0
    first = capsys.readouterr().out
    for source in ([], ["-"]):
        monkeypatch.setattr("sys.stdin", io.StringIO(MESSAGE))
        assert main(["explain", *source]) == 0
        assert capsys.readouterr().out == first


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_bytes_of_a_log_are_read_in_any_encoding(encoding, tmp_path, monkeypatch, capsys):
    content = f"größer: {MESSAGE}".encode(encoding)
    (tmp_path / "error.log").write_bytes(content)
    assert main(["explain", str(tmp_path / "error.log")]) == 0
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert main(["explain"]) == 0


def test_file_that_is_not_there_is_not_taken_for_a_message(capsys):
    with pytest.raises(SystemExit):
        main(["explain", "no-such.log"])
    assert "no such file: no-such.log" in capsys.readouterr().err


def test_json_is_for_tools(capsys):
    main(["explain", MESSAGE, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["slug"], found["is_known"]) == ("mat1-mat2", True)
    assert found["values"]["features"] == "6"
    assert found["guesses"][0]["slug"] == "flatten"
    assert {"text", "code", "x_shape", "output_shape"} == set(found["fixes"][0])


def test_answer_is_in_chinese_where_asked(capsys):
    main(["explain", MESSAGE, "--lang", "zh"])
    assert capsys.readouterr().out.startswith("含义：mat1")  # noqa: RUF001


def test_unknown_message_ends_with_one(capsys):
    assert main(["explain", "KeyError: 'fc1'"]) == 1
    assert "This message is not known here" in capsys.readouterr().out


def test_module_is_run_by_its_name(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["linear_core", "explain", MESSAGE])
    monkeypatch.delitem(sys.modules, "linear_core.__main__")
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module("linear_core", run_name="__main__")
    assert capsys.readouterr().out.startswith("Meaning: ")


def test_program_writes_to_its_output_only():
    done = subprocess.run(
        [sys.executable, "-m", "linear_core", "explain", MESSAGE], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Meaning: ")


@pytest.fixture
def shell():
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "linear_core.ipython")
    shell.user_ns["model"] = nn.Sequential(nn.Linear(3, 2))
    shell.user_ns["x"] = torch.ones(4, 5)
    yield shell
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def test_magic_explains_the_last_error(shell, capsys, monkeypatch):
    monkeypatch.delattr(sys, "last_value", raising=False)
    shell.run_line_magic("explain", "")
    assert "no error yet" in capsys.readouterr().out
    shell.run_cell("model(x)")
    capsys.readouterr()
    shell.run_line_magic("explain", "")
    assert capsys.readouterr().out.startswith("Meaning: ")
    shell.run_line_magic("explain", "model")
    assert capsys.readouterr().out.startswith("Layer: 0, which is Linear")


def test_magic_explains_all_errors_from_then_on(shell, capsys):
    shell.run_line_magic("explain", "auto")
    shell.run_cell("model(x)")
    assert "Meaning: mat1 is x" in capsys.readouterr().out
    shell.run_cell("{}['a']")
    assert "Meaning" not in capsys.readouterr().out


TESTS = """
import pytest, torch
from torch import nn

@pytest.fixture
def model():
    return nn.Sequential(nn.Linear(3, 2))

def test_with_model(model):
    model(torch.ones(4, 5))

def test_without():
    nn.Linear(3, 2)(torch.ones(4, 5))

def test_other():
    assert 1 == 2
"""


def test_plugin_adds_one_note_to_a_known_error():
    def report(error, **funcargs):
        excinfo = error and SimpleNamespace(value=error)
        item, call = SimpleNamespace(funcargs=funcargs), SimpleNamespace(excinfo=excinfo)
        pytest_runtest_makereport(item, call)
        return getattr(error, "__notes__", [])

    model = nn.Sequential(nn.Linear(3, 2))
    try:
        model(torch.ones(4, 5))
    except RuntimeError as caught:
        error = caught
    assert report(error, model=model)[0].startswith("Layer: 0")
    assert len(report(error)) == 1
    assert report(RuntimeError(MESSAGE))[0].startswith("Meaning: ")
    assert report(KeyError("a")) == report(None) == report(SystemExit()) == []


def test_reports_of_failed_tests_are_explained(tmp_path):
    (tmp_path / "test_it.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "linear_core.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "-q",
    ]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, cwd=tmp_path)
    # Where the environment says CI, pytest writes each message once more in its summary.
    failures, _, _ = done.stdout.partition("short test summary info")
    assert failures.count("Meaning: mat1 is x") == 2
    assert failures.count("Layer: 0, which is Linear(in_features=3") == 1
    assert "3 failed" in done.stdout
    plain = subprocess.run([*command[:3], "-q", str(tmp_path)], capture_output=True, text=True, cwd=tmp_path)
    assert "Meaning" not in plain.stdout
