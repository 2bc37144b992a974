"""Topic "Paste your error": a message or a traceback, and what it means. Nothing pasted is run or kept."""

import streamlit as st

from linear_core import explain_error
from linear_core.calls.meanings import MEANINGS
from pages._ui import controls, session
from pages._ui.errors import answer
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
        answer.explanation(found)
        answer.fixes(found)
        answer.guesses(found.guesses)
        answer.pitfalls(found)
    else:
        st.info(_(found.template), icon=":material/help:")
