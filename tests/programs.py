"""A program that the app offers, run as a visitor would."""

import contextlib
import io

import torch


def output(code: str) -> str:
    """Return what a program prints; a process of its own would load torch first, longer than it runs."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), torch.random.fork_rng():
        exec(compile(code, "program.py", "exec"), {"__name__": "__main__"})  # noqa: S102 - it is our own
    return out.getvalue()
