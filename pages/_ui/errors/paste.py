"""Topic "Paste your error": a message or a traceback, and what it means. Nothing pasted is run or kept."""

import streamlit as st

from linear_core import explain_error
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.records import Explanation
from linear_core.errors import Refusal
from linear_core.layer.spec import LayerSpec
from linear_core.shapes.built_call import BuiltCall
from pages._ui import controls, session
from pages._ui.errors import answer
from pages._ui.errors.blocks import blocks
from pages._ui.errors.choices import Errors
from pages._ui.language import _

MAX_CHARACTERS = 400_000
EXAMPLE = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (5760x6 and 128x4)"


def draw(shown: Errors) -> None:
    """Draw the field and, beside it, the answer."""
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        text = _field(shown)
    with right:
        _answer(text)


def _field(shown: Errors) -> str:
    if shown.message and not session.control("pasted_error"):
        session.show("pasted_error", MEANINGS[shown.message].example)
    text = st.text_area(
        _("The message, or the whole traceback"),
        key="pasted_error",
        placeholder=EXAMPLE,
        height=220,
        max_chars=MAX_CHARACTERS,
    )
    st.button(
        _("Explain"), type="primary", icon=":material/search:", key="explain"
    )  # the press ends the typing
    st.caption(_("What you paste is neither run nor stored nor logged."))
    controls.select(Errors.message, _("Or look up a message"), _title)
    return text or ""


def _title(slug: str) -> str:
    return MEANINGS[slug].example.splitlines()[0][:90] if slug and MEANINGS[slug].example else slug or "–"


def _answer(text: str) -> None:
    if not text.strip():
        st.caption(_("The answer appears here: what the message means, and the likeliest fix."))
        return
    found = explain_error(text)
    if found.is_known:
        _meaning(found)
        answer.fixes(found)
        answer.pitfalls(found)
    else:
        st.info(_(found.template), icon=":material/help:")


def _meaning(found: Explanation) -> None:
    """Say what the message means, and draw its four numbers as blocks where it has them."""
    call = _told(found)
    if call is None:
        answer.explanation(found)
    else:
        blocks(call, call.outcome, message=False)


def _told(found: Explanation) -> BuiltCall | None:
    """Return the call that a message tells of by its four sizes, if its layer can be built."""
    names = ("rows", "features", "in_features", "out_features")
    if found.slug != "mat1-mat2" or not set(names) <= set(found.values):
        return None
    rows, features, in_features, out_features = (int(str(found.values[name])) for name in names)
    try:
        return BuiltCall(LayerSpec(in_features, out_features), (rows, features))
    except Refusal:
        return None
