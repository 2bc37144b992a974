"""The step-by-step picture of matrix products: numbers in, a picture that moves; choices and edits out.

Python sends every number once, ready to be drawn; the browser draws, moves and highlights, and speaks to the
server only when a step or an element has been chosen, or a number is edited.

It may import `linear_core`, `pages._ui.component`, `pages._ui.language` and `pages._ui.session`, and no
page's folder.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pages._ui.component import Edits, component
from pages._ui.session import Slot, control
from pages._ui.walk import numbers
from pages._ui.walk.picture import Cell, Elementwise, Matrix, Order, Product, Step, WalkPicture

__all__ = [
    "Cell",
    "Elementwise",
    "Hidden",
    "Matrix",
    "OnEdit",
    "Order",
    "Product",
    "Step",
    "WalkPicture",
    "walk",
]

FOLDER = Path(__file__).parent
SCRIPTS = (
    "../edits.js",
    "../hand.js",
    "scene.js",
    "editing.js",
    "elements.js",
    "picture.js",
    "corner.js",
    "formula.js",
    "neurons.js",
    "editor.js",
    "player.js",
    "walk.js",
)

# A product, a place of it ("result" or "beside"), and an element of the tensor there.
Hidden = tuple[int, str, Cell]
OnEdit = Callable[[str, int, int, str | None, bool], str | None]


_COMPONENT = component("linear_walk", FOLDER, *SCRIPTS)


def walk(
    picture: WalkPicture,
    *,
    step: int,
    pinned: Cell | None = None,
    on_change: Callable[[int, Cell | None], None],
    on_edit: OnEdit | None = None,
    show_neurons: bool = False,
    hidden: Sequence[Hidden] = (),
    key: str = "walk",
) -> None:
    """Draw a walk.

    Parameters
    ----------
    picture : WalkPicture
        What is drawn.
    step : int
        The walk's step: 0 for the overview, before it has begun, up to ``len(picture.steps) - 1``.
    pinned : (row, column), optional
        The pinned element of the step's result; outside the result it counts as none.
    on_change : callable
        Called as ``on_change(step, pinned)`` before the next run when the visitor has chosen either.
    on_edit : callable, optional
        Called as ``on_edit(matrix, row, column, text, continued)`` before the next run when the visitor has
        edited a number: the matrix by its key, the text a finite number. ``continued`` means that the drag of
        the call before goes on, or, where the text is None, that it is canceled and its change is to be
        taken back. What it returns, if anything, is why the number is refused, and is shown at the cell.
    show_neurons : bool
        Whether the product is drawn as neurons too.
    hidden : sequence of Hidden
        Elements that are not shown, nor what leads to them: the visitor is to predict them.
    key : str
        Unique among the walks of a page.

    Notes
    -----
    Rows and columns of ``pinned``, ``on_change`` and ``on_edit`` are those of the tensors, however they are
    drawn (see `Matrix.transposed`).
    """
    chosen = control(key) or {}
    refusal: Slot[str | None] = Slot(f"{key}_refusal", lambda: None)
    edits = Edits(key)

    def changed() -> None:
        choice = control(key)["choice"]
        at = int(choice["step"])
        result = picture.product_of(at).result
        on_change(at, result.stored(*choice["pinned"]) if choice["pinned"] else None)

    def edited() -> None:
        for edit, continued in edits.take():
            take(edit, continued=continued)

    def take(edit: Mapping[str, Any], *, continued: bool) -> None:
        if on_edit is None or (edit["isCanceled"] and not continued):
            return
        matrix = picture.products[int(edit["product"])].drawn[edit["place"]]
        row, column = matrix.stored(int(edit["row"]), int(edit["column"]))
        text = None if edit["isCanceled"] else str(edit["text"])
        refusal.set(on_edit(matrix.key, row, column, text, continued))

    at = min(max(step, 0), len(picture.steps) - 1)
    state = {
        "step": at,
        "pinned": _drawn(pinned, picture.product_of(at).result),
        "neurons": show_neurons,
        "hidden": [
            [product, place, *picture.products[product].drawn[place].stored(*cell)]
            for product, place, cell in hidden
        ],
        "turn": (chosen.get("choice") or {}).get("turn", 0),
        "edited": {"turn": edits.answered, "refusal": refusal.get()},
    }
    data: dict[str, Any] = {
        "frames": [_frame(product, on_edit is not None) for product in picture.products],
        "numbers": [numbers.payload(product) for product in picture.products],
        "steps": [vars(one) for one in picture.steps],
        "words": dict(picture.words),
        "state": state,
    }
    # In a list: in a dict Streamlit looks for tables, and loads pandas for it.
    _COMPONENT(key=key, data=[data], on_choice_change=changed, on_edits_change=edited)


def _frame(product: Product | Elementwise, can_edit: bool) -> dict[str, Any]:
    frame = product.frame
    for matrix in frame["matrices"].values():
        matrix["editable"] = matrix["editable"] and can_edit
    return frame


def _drawn(cell: Cell | None, result: Matrix) -> list[int] | None:
    if cell is None:
        return None
    row, column = result.stored(*cell)
    fits = 0 <= row < len(result.rows) and 0 <= column < len(result.columns)
    return [row, column] if fits else None
