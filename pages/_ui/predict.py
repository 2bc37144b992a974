"""Predict first: one element is hidden until it has been typed, and a wrong answer is traced to its rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui import controls, refusals, session
from pages._ui.language import N_, _
from pages._ui.params import Choice
from pages._ui.session import Slot

if TYPE_CHECKING:
    from linear_core.gradients.guesses import Verdict

LEARN = {"watch": N_("watching"), "predict": N_("predicting")}

_answers: Slot[dict[str, str]] = Slot("predicted", dict)  # the latest answer to each question
_given_up: Slot[set[str]] = Slot("given_up", set)


def learn() -> Choice:
    """Return the choice of a page whose visitors may predict before they look."""
    return Choice("watch", LEARN, N_("Learn by"))


def switch(param: Choice) -> None:
    """Draw that choice, with its label beside it."""
    controls.line(param)


@dataclass(frozen=True)
class Question:
    """One element to predict.

    Attributes
    ----------
    name : str
        What it is called, such as ``grad_weight[1, 2]``.
    right : float
        Its value.
    wrong : mapping of str to iterable of float
        What wrong rules would give, by the names of ``linear_core.gradients.guesses.RULES``.
    hint : str
        The rule in words.
    """

    name: str
    right: float
    wrong: Mapping[str, Iterable[float]] = field(default_factory=dict)
    hint: str = ""

    @property
    def key(self) -> str:
        """Identifies this element with this value: with other numbers, it is another question."""
        return f"{self.name} {self.right!r}"

    @property
    def answer(self) -> str | None:
        """The latest answer, if there is one."""
        return _answers.get().get(self.key)

    @property
    def is_given_up(self) -> bool:
        """Whether the visitor has asked for it."""
        return self.key in _given_up.get()

    @property
    def is_open(self) -> bool:
        """Whether the element may be shown: it was predicted, or asked for."""
        return self.is_given_up or (self.answer is not None and self.judge(self.answer).right)

    def judge(self, answer: str) -> "Verdict":
        """Compare an answer with the right number and with what wrong rules give."""
        from linear_core.gradients.guesses import matching_rules  # pages are listed without torch

        return matching_rules(answer, self.right, self.wrong)


def ask(question: Question) -> None:
    """Ask for the element, and comment on the latest answer."""
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with (
        line,
        st.form("prediction", border=False),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        st.markdown(f"{question.name} =", width="content")
        st.text_input(
            _("Your prediction"),
            key="prediction",
            placeholder="−0.12",
            label_visibility="collapsed",
            width=140,
        )
        st.form_submit_button(_("Check the answer"), on_click=_check, args=(question,), type="primary")
        show, is_open = _("Show the answer"), question.is_open
        st.form_submit_button(show, on_click=_give_up, args=(question,), disabled=is_open)
        icon, text = _said(question)
        st.markdown(f"{icon} {text}", width="content")
    refusals.show("prediction")


def _said(question: Question) -> tuple[str, str]:
    from pages._ui.numbers import significant  # pages are listed without torch

    value = f"**{significant(question.right, 6)}**"
    if question.answer is None:
        text = _("It is {value}.").format(value=value) if question.is_given_up else question.hint
        return "", text
    verdict = question.judge(question.answer)
    if verdict.right:
        return ":green[:material/check:]", _("Right: {value}. Choose another element to go on.").format(
            value=value
        )
    why = _reason(verdict.rules, question.hint)
    if question.is_given_up:
        text = _("It is {value}, not {answer}. {why}")
        return ":red[:material/close:]", text.format(value=value, answer=question.answer, why=why)
    return ":red[:material/close:]", why


def _reason(rules: tuple[str, ...], hint: str) -> str:
    from linear_core.gradients.guesses import RULES

    return _(RULES[rules[0]]) if rules else _("No common mistake explains this. {hint}").format(hint=hint)


def _check(question: Question) -> None:
    from linear_core.errors import DataError

    answer = str(session.control("prediction") or "")
    try:
        question.judge(answer)
    except DataError as error:
        refusals.refuse("prediction", error)
    else:
        _answers.get()[question.key] = answer
        refusals.accept("prediction")


def _give_up(question: Question) -> None:
    _given_up.get().add(question.key)
    refusals.accept("prediction")
