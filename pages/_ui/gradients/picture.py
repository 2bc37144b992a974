"""The picture of one backward pass: a walk whose step and pinned element are part of the link."""

from typing import cast

from linear_core.gradients.guesses import wrong_gradients
from pages._ui import link, predict
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import STEPS, Gradients
from pages._ui.gradients.words import HINTS, element_rules
from pages._ui.language import _
from pages._ui.layer import matrices
from pages._ui.predict import Question
from pages._ui.walk import Hidden, Order, walk
from pages._ui.walk.backward import G_PICTURE, WEIGHT_PICTURE, X_PICTURE, backward_picture
from pages._ui.walk.backward_matrices import standard_cells

# Where the walk shows an element of each tensor.
PLACES = {
    "weight": (WEIGHT_PICTURE, "result"),
    "bias": (WEIGHT_PICTURE, "beside"),
    "x": (X_PICTURE, "result"),
    "G": (G_PICTURE, "result"),
}


def draw(shown: Gradients, call: GradientCall) -> None:
    """Draw the walk, and ask for one of its elements where the visitor wants to predict."""
    trace = call.gradients
    names = call.row_names
    picture = backward_picture(trace, names, element_rules(trace.loss), order=cast(Order, shown.grad_view))
    questions = _questions(shown, call) if shown.learn == "predict" else {}
    hidden: list[Hidden] = [
        (*PLACES[name], (cell[0], 0) if name == "bias" else cell)
        for name, (cell, question) in questions.items()
        if not question.is_open
    ]
    walk(
        picture,
        step=shown.grad_step,
        pinned=shown.pinned,
        on_change=_take,
        on_edit=_edit,
        hidden=hidden,
        key="gradients_walk",
    )
    asked = STEPS[shown.grad_step]
    if asked in questions:
        predict.ask(questions[asked][1])


def _questions(shown: Gradients, call: GradientCall) -> dict[str, tuple[tuple[int, int], Question]]:
    """One element of each tensor to predict: the pinned one, or that in focus."""
    trace, now = call.gradients, STEPS[shown.grad_step]
    tensors = {
        "G": trace.backward.grad_output_rows,
        "weight": trace.backward.grad_weight,
        "bias": trace.backward.grad_bias,
        "x": trace.backward.grad_x_rows,
    }
    found = {}
    for name, tensor in tensors.items():
        if tensor is None:
            continue
        is_now = name == now or {name, now} == {"weight", "bias"}
        cell = shown.pinned if shown.pinned and is_now else standard_cells(trace)[name]
        index = cell[:1] if name == "bias" else cell
        row = call.row_names[cell[0]] if name in ("x", "G") else str(cell[0])
        places = ", ".join(filter(None, (row, *map(str, index[1:]))))
        called = "G" if name == "G" else f"grad_{name}"
        question = Question(
            f"{called}[{places}]", tensor[index].item(), wrong_gradients(trace, name, index), _(HINTS[name])
        )
        found[name] = (cell, question)
    return found


def _take(step: int, pinned: tuple[int, int] | None) -> None:
    link.change(grad_step=step, grad_cell=pinned)


def _edit(name: str, row: int, column: int, text: str | None, continued: bool) -> str | None:
    return matrices.set_number(name, row, column, text, continued=continued)
