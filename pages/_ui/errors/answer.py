"""An explanation on the screen: what the message means, fixes as cards, guesses, and what does not help."""

from collections.abc import Callable

import streamlit as st

from linear_core.calls.records import Explanation, Fix, Guess, Pitfall
from linear_core.shapes.built_call import BuiltCall
from pages._ui import link
from pages._ui.language import _, filled


def explanation(found: Explanation) -> None:
    """Say what a message means."""
    st.markdown(filled(found.template, found.values))


def repairs(call: BuiltCall, choices_of: Callable[[BuiltCall], dict[str, object]]) -> None:
    """Draw each way to repair a call as a card whose button applies it; the likeliest is marked."""
    found = list(call.repairs())
    for place, (column, repair) in enumerate(zip(st.columns(max(len(found), 1)), found, strict=False)):
        with column.container(border=True, height="stretch", gap="xsmall"):
            _card(repair.fix, place)
            if repair.module:
                st.caption(_("inside a model: `{module}` before the layer").format(module=repair.module))
            st.button(
                _("Apply"),
                key=f"apply_{place}",
                on_click=link.setting(**choices_of(repair.call)),
                type="primary" if place == 0 else "secondary",
            )


def fixes(found: Explanation) -> None:
    """Draw what the sizes suggest, each with its reason, and then the fixes of a message."""
    guesses(found.guesses)
    # A guess from the sizes is more specific than the fix that always works.
    first = 1 if found.guesses else 0
    for place, (column, fix) in enumerate(
        zip(st.columns(max(len(found.fixes), 1)), found.fixes, strict=False), first
    ):
        with column.container(border=True, height="stretch", gap="xsmall"):
            _card(fix, place)


def guesses(found: tuple[Guess, ...]) -> None:
    """List what the sizes suggest, each with its reason."""
    for guess in found:
        with st.container(border=True, gap="xsmall"):
            st.markdown(_("**What the numbers suggest** :green-badge[a guess]"))
            if guess.code:
                st.code(guess.code, language="python", wrap_lines=True)
            st.caption(filled(guess.template, guess.values))


def pitfalls(found: Explanation) -> None:
    """Say what is often tried and does not help, and why."""
    if not found.pitfalls:
        return
    with st.expander(_("What does not help, and why"), icon=":material/block:"):
        for pitfall in found.pitfalls:
            _pitfall(pitfall)


def _pitfall(pitfall: Pitfall) -> None:
    outcome = _("runs, but is wrong") if pitfall.runs else _("fails too")
    reason = filled(pitfall.template, pitfall.values)
    st.markdown(_("`{code}` · {outcome}: {reason}").format(code=pitfall.code, outcome=outcome, reason=reason))


def _card(fix: Fix, place: int) -> None:
    likeliest = " " + _(":green-badge[likeliest]") if place == 0 else ""
    title, _colon, rest = _(fix.label).replace("\N{FULLWIDTH COLON}", ": ").partition(": ")
    st.markdown(f"**{title}**{likeliest}")
    # Its meaning with these numbers is more specific than its meaning in general.
    sentences = [filled(fix.reason, fix.values), filled(fix.meaning, fix.values) if fix.meaning else rest]
    if fix.output_shape is not None:
        shapes = _("x {x} → output {output}")
        sentences.append(shapes.format(x=tuple(fix.x_shape or ()), output=fix.output_shape))
    st.code(fix.code, language="python", wrap_lines=True)
    st.caption("  \n".join(sentence for sentence in sentences if sentence))
