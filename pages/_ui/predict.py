"""Predict first: one element is hidden until it has been typed, and a wrong answer is traced to its rule."""

from dataclasses import dataclass, field

import streamlit as st

from linear_core.errors import DataError
from linear_core.gradients.guesses import RULES, Alternatives, Verdict, matching_rules
from pages._ui import refusals, session
from pages._ui.language import _
from pages._ui.session import Slot

_answers: Slot[dict[str, str]] = Slot("predicted", dict)  # the latest answer to each question
_given_up: Slot[set[str]] = Slot("given_up", set)


@dataclass(frozen=True)
class Question:
    """One element to predict.

    Attributes
    ----------
    name : str
        What it is called, such as ``:violet[grad_weight][1, 2]``.
    right : float
        Its value.
    wrong : mapping of str to iterable of float
        What wrong rules would give, by the names of ``RULES``.
    hint : str
        The rule in words.
    """

    name: str
    right: float
    wrong: Alternatives = field(default_factory=dict)
    hint: str = ""

    @property
    def key(self) -> str:
        """Tells this element with this value from all others: other numbers are another question."""
        return f"{self.name} {self.right!r}"

    @property
    def verdict(self) -> Verdict | None:
        """What the latest answer tells, if there is one."""
        answer = _answers.get().get(self.key)
        return None if answer is None else matching_rules(answer, self.right, self.wrong)

    @property
    def is_open(self) -> bool:
        """Whether the element may be shown: it was predicted, or asked for."""
        verdict = self.verdict
        return self.key in _given_up.get() or (verdict is not None and verdict.right)


def ask(question: Question) -> None:
    """Ask for the element, and say what the latest answer tells."""
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with line, st.form("prediction", border=False), st.container(horizontal=True):
        st.markdown(f"{question.name} =", width="content")
        st.text_input(
            _("Your prediction"),
            key="prediction",
            placeholder="−0.12",
            label_visibility="collapsed",
            width=140,
        )
        st.form_submit_button(_("Check"), on_click=_check, args=(question,), type="primary")
        show, is_open = _("Show it"), question.is_open
        st.form_submit_button(show, on_click=_give_up, args=(question,), disabled=is_open)
        _say(question)
    refusals.show("prediction")


def _say(question: Question) -> None:
    verdict, value = question.verdict, f"{question.right:.6g}".replace("-", "−")
    if question.key in _given_up.get():
        st.markdown(_("It is {value}.").format(value=f"**{value}**"), width="content")
    elif verdict is None:
        st.markdown(f":gray[{question.hint}]", width="content")
    elif verdict.right:
        st.markdown(f":material/check: {_('Right: {value}.').format(value=f'**{value}**')}", width="content")
    elif verdict.rules:
        st.markdown(f":material/close: {_(RULES[verdict.rules[0]])}", width="content")
    else:
        text = _("Not this, and no common mistake leads here. {hint}")
        st.markdown(f":material/close: {text.format(hint=question.hint)}", width="content")


def _check(question: Question) -> None:
    answer = str(session.control("prediction") or "")
    try:
        matching_rules(answer, question.right, question.wrong)
    except DataError as error:
        refusals.refuse("prediction", error)
    else:
        _answers.get()[question.key] = answer
        refusals.accept("prediction")


def _give_up(question: Question) -> None:
    _given_up.get().add(question.key)
    refusals.accept("prediction")
