"""The layer in one line: the formula in the tensors' hues, and its shapes."""

import re

import streamlit as st

from linear_core.layer.conventions import CONVENTIONS
from pages._ui.layer import matrices
from pages._ui.layer.call import LayerCall

HUES = {"y": "green", "x": "blue", "W": "violet", "W^\\top": "violet", "K": "violet", "b": "orange"}
TOKEN = re.compile(r"W\^\\top|[yxWKb]")


def draw(call: LayerCall, section: str | None = None, convention_name: str = "linear") -> None:
    """One line of formula and shapes; equal inner sizes are colored alike."""
    convention = CONVENTIONS[convention_name]
    formula = convention.formula if call.spec.bias else convention.formula_without_bias
    colored = TOKEN.sub(lambda token: f":{HUES[token[0]]}[${token[0]}$]", formula.replace("=", "$=$"))
    line(colored.replace(" + ", " $+$ "), shapes(call, convention_name), section)


def line(formula: str, shapes: str, section: str | None) -> None:
    """Draw a formula and its shapes above a picture, and the way back where its numbers were changed.

    The open ``section`` has that itself if it is the one of one's own numbers.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="formula"):
        st.markdown(formula, width="content")
        st.markdown(shapes, width="content")
        if section != "numbers" and not matrices.undo.is_empty:
            st.space("stretch")
            matrices.undo.button(type="tertiary")


def shapes(call: LayerCall, convention_name: str = "linear") -> str:
    """For example ``(3, 10) = (3, 5) @ (5, 10) + (10,)``, the sizes of features in their hues."""
    # The formula multiplies by Wᵀ, so its shape is shown, not the one that is stored.
    convention = CONVENTIONS[convention_name]
    words = convention.shapes.replace("(out, in)ᵀ", "(in, out)")
    summands, _, output = words.partition(" → ")
    if not call.spec.bias:
        summands = " + ".join(part for part in summands.split(" + ") if "@" in part)
    # Where samples are columns, leading dims are folded first.
    columns = convention.samples_are_columns and call.leading
    batch = str(call.trace.num_rows) if columns else ", ".join(map(str, call.leading))
    sizes = {
        "batch": batch,
        "in": f":blue[{call.spec.in_features}]",
        "out": f":violet[{call.spec.out_features}]",
    }
    line = f"{output} = {summands}"
    if not call.leading:
        line = line.replace("(batch, ", "(").replace(", batch)", ")")
        line = re.sub(r"\((in|out)(, 1)?\)", r"(\1,)", line)
    return re.sub(r"\b(batch|in|out)\b", lambda word: sizes[word[0]], line)
