"""The picture of one backward pass: a walk whose step and pinned element are part of the link."""

from typing import cast

import streamlit as st

from linear_core.gradients.guesses import wrong_gradients
from pages._ui import link, predict
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import STEPS, Gradients
from pages._ui.gradients.words import HINTS
from pages._ui.language import _
from pages._ui.layer import formula, matrices
from pages._ui.predict import Question
from pages._ui.walk import Hidden, Order, WalkPicture, walk
from pages._ui.walk.backward import backward_picture
from pages._ui.walk.backward_matrices import standard_cells
from pages._ui.walk.backward_words import Place

FORMULA = r":violet[$\partial\text{loss}/\partial W$] $=$ :red[$G^\top$] :blue[$x$]"

# Where the walk shows an element of each gradient.
PLACES = {
    "weight": (Place.WEIGHT, "result"),
    "bias": (Place.WEIGHT, "beside"),
    "x": (Place.X, "result"),
    "G": (Place.G, "result"),
}


def draw(shown: Gradients, call: GradientCall) -> None:
    """Draw the walk below its formula, and ask for one of its elements where the visitor wants to predict."""
    ins, outs, rows = call.spec.in_features, call.spec.out_features, call.trace.num_rows
    sizes = f":violet[{outs}]", f":blue[{ins}]"
    shapes = f"({sizes[0]}, {sizes[1]}) = ({sizes[0]}, {rows}) @ ({rows}, {sizes[1]})"
    formula.line(FORMULA, shapes, shown.grad_part)
    picture = backward_picture(call.gradients, call.row_names, order=cast(Order, shown.grad_view))
    questions = _questions(shown, call, picture) if shown.learn == "predict" else {}
    walk(
        picture,
        step=shown.grad_step,
        pinned=shown.pinned,
        on_change=_take,
        on_edit=matrices.set_number,
        hidden=[place for place, question in questions.values() if not question.is_open],
        key="gradients_walk",
    )
    if int(shown.rank) > 2:
        text = _(
            "x has {rank} dims on the page Forward pass. Here it is a batch, {shape}: more dims would be "
            "more rows, and the sums over them longer."
        )
        st.caption(text.format(rank=shown.rank, shape=tuple(call.trace.x.shape)))
    if (asked := STEPS[shown.grad_step]) in questions:
        predict.ask(questions[asked][1])


def _questions(
    shown: Gradients, call: GradientCall, picture: WalkPicture
) -> dict[str, tuple[Hidden, Question]]:
    """One element of each gradient to predict: the pinned one, or that in focus."""
    trace, now = call.gradients, STEPS[shown.grad_step]
    found: dict[str, tuple[Hidden, Question]] = {}
    for name, tensor in trace.backward.matrices.items():
        is_now = name == now or {name, now} == {"weight", "bias"}
        cell = shown.pinned if shown.pinned and is_now else standard_cells(trace)[name]
        index, (product, of) = cell[: tensor.ndim], PLACES[name]
        place = (cell[0], 0) if of == "beside" else cell
        called = picture.products[product].drawn[of].called(*place)
        question = Question(called, tensor[index].item(), wrong_gradients(trace, name, index), _(HINTS[name]))
        found[name] = ((product, of, place), question)
    return found


def _take(step: int, pinned: tuple[int, int] | None) -> None:
    link.change(grad_step=step, grad_cell=pinned)
