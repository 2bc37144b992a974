"""The animated layer: its sliders, its formula and its numbers; shapes follow while a slider is dragged."""

import json
from pathlib import Path
from typing import Any

from pages._ui import link, session
from pages._ui.component import component
from pages._ui.language import _
from pages._ui.layer.choices import Sizes

FOLDER = Path(__file__).parent
FIRST = FOLDER / "first_numbers.json"  # of PyTorch, for the first screen, which loads nothing
SIZES = ("in_features", "out_features", "batch_size")


_COMPONENT = component("start_layer", FOLDER, "../hand.js", "../walk/elements.js", "layer.js")


def draw(shown: Sizes) -> None:
    """Draw the layer; releasing a slider brings new numbers."""
    words = {
        "about": _(
            "Every output is a weighted sum of a sample's features, plus a bias. That is all, "
            "and every number here comes from PyTorch."
        ),
        "picture": _("x times Wᵀ plus b gives y, element by element"),
        "again": _("Play again"),
        "about_one": _(
            ":green[y][{row}, {out}]: :blue[row {row} of x] · "
            ":violet[row {out} of weight = column {out} of Wᵀ]"
        ),
        "hint": _("<Hover over|Tap> an element of y."),
    }
    sliders = {name: [shown.values[name], Sizes.params()[name].high] for name in SIZES}  # type: ignore[attr-defined]
    data = {"numbers": numbers_of(shown), "sizes": sliders, "words": words}
    # In a list: in a dict Streamlit looks for tables, and loads pandas for it.
    _COMPONENT(key="start_layer", data=[data], on_sizes_change=_take)


def _take() -> None:
    link.change(**{name: int(size) for name, size in session.control("start_layer")["sizes"].items()})


def numbers_of(shown: Sizes) -> Any:
    """Return what is drawn of a call of these sizes: texts and places on the color scale."""
    first = json.loads(FIRST.read_text(encoding="utf-8"))
    if all(first[name] == shown.values[name] for name in SIZES):
        return first
    from pages._ui.start.numbers import numbers

    return numbers(*(shown.values[name] for name in SIZES))
