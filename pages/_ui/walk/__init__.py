"""The step-by-step picture of one layer: numbers in, a picture that moves, the chosen step and cell out.

Python sends every number once, ready to be drawn; the browser draws, moves and lights up, and speaks to the
server only when a step or a cell has been chosen.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from linear_core import ForwardTrace
from linear_core.layer.conventions import CONVENTIONS
from pages._ui.walk import numbers, words

STEPS = words.STEPS
VIEWS = tuple(words.VIEWS)
FOLDER = Path(__file__).parent

Cell = tuple[int, int]


def _text(*names: str) -> str:
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


_COMPONENT = st.components.v2.component(
    "linear_walk",
    html=_text("walk.html"),
    css=_text("walk.css"),
    js=_text("scene.js", "picture.js", "neurons.js", "walk.js"),
)


def standard_cell(trace: ForwardTrace) -> Cell:
    """The cell that the picture is about while none is pinned."""
    rows, outs = trace.output_rows.shape
    return min(1, rows - 1), min(3, outs - 1)


def walk(
    trace: ForwardTrace,
    *,
    step: int,
    view: str = "dot_products",
    pinned: Cell | None = None,
    on_change: Callable[[int, Cell | None], None],
    row_names: Sequence[str] | None = None,
    convention: str = "linear",
    show_neurons: bool = False,
    key: str = "walk",
) -> Callable[[], None]:
    """Work out one call of a layer as a walk in six steps; the function that is returned draws it.

    Parameters
    ----------
    trace : ForwardTrace
        The call; at most 16 features, 16 outputs and 8 rows fit a screen.
    step : int
        Where the walk stands, from 1 to ``len(STEPS)``.
    view : str
        In which order step 5 fills the output: one of `VIEWS`.
    pinned : (row, out), optional
        The cell of the output that is held on to; outside the output it counts as none.
    on_change : callable
        Called as ``on_change(step, pinned)`` before the next run when the visitor has chosen either.
    row_names : sequence of str, optional
        Names of the samples; their numbers otherwise.
    convention : str
        How the layer is written: one of ``linear_core.CONVENTIONS``. Where samples are columns, so they are
        in the picture; where the weight is stored (in, out), nothing is turned.
    show_neurons : bool
        Whether the layer is drawn as neurons too.
    key : str
        Tells several walks of one page apart.
    """
    chosen = st.session_state.get(key) or {}

    def changed() -> None:
        choice = st.session_state[key]["choice"]
        on_change(int(choice["step"]), tuple(choice["pinned"]) if choice["pinned"] else None)

    rows, outs = trace.output_rows.shape
    fits = pinned is not None and 0 <= pinned[0] < rows and 0 <= pinned[1] < outs
    names = list(row_names or map(str, range(rows)))
    written = CONVENTIONS[convention]
    layout = (
        "columns" if written.samples_are_columns else "kernel" if written.weight_is_stored_in_out else "rows"
    )
    layer = words.Layer(rows, outs, trace.weight.shape[1], trace.bias is not None, layout)
    state: dict[str, Any] = {
        "step": min(max(step, 1), len(STEPS)),
        "view": view,
        "pinned": list(pinned) if fits and pinned else None,
        "focus": list(standard_cell(trace)),
        "neurons": show_neurons,
        "turn": (chosen.get("choice") or {}).get("turn", 0),
    }
    data = {
        "numbers": numbers.payload(trace, names, layout),
        "words": words.all_words(layer),
        "captions": words.captions(layer, view),
        "state": state,
    }
    return lambda: _COMPONENT(key=key, data=data, on_choice_change=changed)
