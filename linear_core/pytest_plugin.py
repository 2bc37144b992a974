"""Explained errors in reports of failed tests: ``pytest -p linear_core.pytest_plugin``.

A test that fails with an error of PyTorch's that is known here gets a note, which says what the error means
and how to fix it. With a fixture called ``model``, the note names the layer.
"""

from contextlib import suppress
from typing import Any

from torch import nn

from linear_core.answers.explain import explain_error
from linear_core.answers.note import note_of
from linear_core.answers.report import report_lines


def pytest_runtest_makereport(item: Any, call: Any) -> None:
    """Add the note before pytest writes the report; pytest's own hook does the rest."""
    if call.excinfo is None or not isinstance(call.excinfo.value, Exception):
        return
    with suppress(Exception):
        error = call.excinfo.value
        note = _note(error, getattr(item, "funcargs", {}).get("model"))
        if note and not getattr(error, "__notes__", ()):
            error.add_note(note)


def _note(error: Exception, model: Any) -> str:
    explanation = explain_error(error)
    if not explanation.is_known:
        return ""
    if isinstance(model, nn.Module):
        return note_of(error, model)
    return "\n".join(report_lines(explanation, everything=False))
