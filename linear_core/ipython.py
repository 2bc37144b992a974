"""Explained errors in a notebook: ``%load_ext linear_core.ipython``, then ``%explain`` or ``%explain auto``.

``%explain`` explains the last error. ``%explain model`` names the layer of that model, and ``%explain auto``
adds a note to every error that is known, from then on.
"""

import sys
from types import TracebackType
from typing import Any

from torch import nn

from linear_core.answers.explain import explain_error
from linear_core.answers.note import note_of
from linear_core.answers.report import report_lines


def load_ipython_extension(shell: Any) -> None:
    """Register the magic."""

    def explain(line: str) -> None:
        """Explain the last error, with a model by its name; or ``auto``: all errors, from now on."""
        name = line.strip()
        if name == "auto":
            shell.set_custom_exc((Exception,), _with_note)
            return
        error = getattr(sys, "last_value", None)
        model = shell.user_ns.get(name)
        if error is None:
            text = "There has been no error yet."
        elif isinstance(model, nn.Module) and (note := note_of(error, model)):
            text = note
        else:
            text = "\n".join(report_lines(explain_error(error)))
        sys.stdout.write(f"{text}\n")

    shell.register_magic_function(explain, "line", "explain")


def _with_note(
    shell: Any,
    _kind: type[BaseException],
    error: BaseException,
    _tb: TracebackType,
    tb_offset: int | None = None,
) -> None:
    explanation = explain_error(error)
    if explanation.is_known and not getattr(error, "__notes__", ()):
        error.add_note("\n".join(report_lines(explanation, everything=False)))
    shell.showtraceback(tb_offset=tb_offset)
