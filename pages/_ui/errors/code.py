"""Topic "In your code": how a failing script explains itself, with the real output beside."""

import subprocess
import sys

import streamlit as st

from pages._ui.errors.choices import Errors
from pages._ui.language import _, language

SCRIPT = """\
import torch
from torch import nn
import linear_core

model = nn.Sequential(
    nn.Conv2d(1, 10, 3, padding=1),
    nn.MaxPool2d(4),
    nn.Linear(490, 10),
)
x = torch.randn(32, 1, 28, 28)

with linear_core.explained_errors(model{lang}):
    model(x)
"""
TERMINAL = """\
python train.py 2>&1 | python -m linear_core explain -
python -m linear_core explain "mat1 and mat2 shapes cannot be multiplied (5760x6 and 128x4)"
"""
NOTEBOOK, TESTS = "%load_ext linear_core.ipython", "pytest -p linear_core.pytest_plugin"
SECONDS = 60


def draw(shown: Errors) -> None:
    """Draw a script with what it prints, and the ways from a terminal, a notebook and tests."""
    lang = "" if language() == "en" else f', lang="{language()}"'
    script = SCRIPT.format(lang=lang)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(_("Around the call that fails:"))
        st.code(script, language="python", wrap_lines=True)
        for title, code, kind in (
            (_("In the terminal, for a log or a single message:"), TERMINAL, "bash"),
            (_("In a notebook:"), NOTEBOOK, "python"),
            (_("In tests:"), TESTS, "bash"),
        ):
            st.markdown(title)
            st.code(code, language=kind, wrap_lines=True)
    with right:
        st.markdown(_("What the script prints:"))
        with st.spinner(_("Running the script…")):
            st.code(_printed(script), language=None, wrap_lines=True)


@st.cache_data(show_spinner=False)
def _printed(script: str) -> str:
    """Run the script in a process of its own, and return the end of its traceback."""
    command = [sys.executable, "-c", script]
    # The script is the one above: nothing of a visitor is in it.
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    lines = done.stderr.splitlines()
    first = next((place for place, line in enumerate(lines) if line.startswith("RuntimeError")), 0)
    return "\n".join(["Traceback (most recent call last):", "  …", *lines[first:]])
