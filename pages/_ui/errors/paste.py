"""Topic "Paste your error": a message or a traceback, and what it means. Nothing pasted is run or kept."""

from typing import TYPE_CHECKING

import streamlit as st

from linear_core import explain_error
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.printout import model_of_text
from linear_core.calls.records import Explanation
from linear_core.errors import Refusal
from linear_core.layer.spec import LayerSpec
from linear_core.shapes.built_call import BuiltCall
from pages._ui import controls, link, session
from pages._ui.errors import answer
from pages._ui.errors.blocks import blocks
from pages._ui.errors.choices import Errors
from pages._ui.language import _

if TYPE_CHECKING:
    from torch.nn import Module

MAX_CHARACTERS = 400_000
EXAMPLE = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (5760x6 and 128x4)"


# The message that the field was filled with; what is typed over it stays.
_LOOKED_UP = session.Slot("looked_up_message", str)


def draw(shown: Errors) -> None:
    """Draw the fields and, beside them, the answer."""
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        text = _field(shown)
        model = _model()
    with right:
        _answer(text, model)


def _field(shown: Errors) -> str:
    if shown.message and (shown.message != _LOOKED_UP.get() or session.control("pasted_error") is None):
        session.show("pasted_error", MEANINGS[shown.message].example)
    _LOOKED_UP.set(shown.message)
    text = st.text_area(
        _("The message, or the whole traceback"),
        key="pasted_error",
        placeholder=EXAMPLE,
        height=150,  # on a phone the answer stands below
        max_chars=MAX_CHARACTERS,
        on_change=link.setting(message=""),  # it is no longer the one that was looked up
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        # The press ends the typing.
        st.button(_("Explain"), type="primary", icon=":material/search:", key="explain")
        st.caption(_("What you paste is neither run nor stored nor logged."))
    controls.select(Errors.message)
    return text or ""


def _model() -> "Module | None":
    """Return the model that was pasted, so that its layer can be named."""
    with st.expander(_("Your model, so that its layer is named"), icon=":material/account_tree:"):
        text = st.text_area(
            _("What `print(model)` shows, or the code of its class"),
            key="pasted_model",
            height=160,
            max_chars=MAX_CHARACTERS,
        )
        model = model_of_text(text) if text else None
        if text and model is None:
            st.caption(_("This text names no linear layer."))
    return model


def _answer(text: str, model: "Module | None") -> None:
    if not text.strip():
        st.caption(_("The answer appears here: what the message means, and the likeliest fix."))
        return
    found = explain_error(text, model)
    if found.is_known:
        if found.layers:
            st.markdown(
                _("In your model: {layers}").format(layers=_(", ").join(f"`{p}`" for p in found.layers))
            )
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
    """Return the call that the four sizes of a message describe, if its layer can be built."""
    names = ("rows", "features", "in_features", "out_features")
    if found.slug != "mat1-mat2" or not set(names) <= set(found.values):
        return None
    rows, features, in_features, out_features = (int(str(found.values[name])) for name in names)
    try:
        return BuiltCall(LayerSpec(in_features, out_features), (rows, features))
    except Refusal:
        return None
