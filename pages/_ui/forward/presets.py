"""Where to start from: worked examples, one click each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from pages._ui import link
from pages._ui.choices import FORWARD
from pages._ui.language import N_, _

YOURS = "yours"

PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "by_hand": {
            "in_features": 2,
            "out_features": 1,
            "bias": True,
            "rank": "1",
            "x": "1_2",
            "weight": "0.1098_-0.5404",
            "b": "-0.4456",
        },
        "samples": {
            "in_features": 5,
            "out_features": 10,
            "batch_size": 3,
            "bias": True,
            "rank": "2",
            "x": FORWARD["x"].default,
            "weight": "seeded",
            "b": "seeded",
        },
        "one_hot": {
            "in_features": 5,
            "out_features": 4,
            "batch_size": 5,
            "rank": "2",
            "x": "one_hot",
            "weight": "seeded",
            "b": "seeded",
        },
    }
)

LABELS = {
    "by_hand": N_("2 → 1 by hand"),
    "samples": N_("three samples"),
    "one_hot": N_("one-hot"),
    YOURS: N_("your numbers…"),
}


def draw() -> None:
    """Offer the presets; the one that the screen shows is marked."""
    link.show(preset=_current())
    st.pills(
        _("Start from"),
        tuple(LABELS),
        format_func=lambda name: _(LABELS[name]),
        key="preset",
        on_change=_apply,
    )


def _apply() -> None:
    if link.is_stale("preset"):
        return
    name = st.session_state["preset"]
    if name == YOURS:
        link.put(part=YOURS)
    elif name is not None:
        link.put(**PRESETS[name], cell="")


def _current() -> str | None:
    state = st.session_state
    for name, values in PRESETS.items():
        if all(state[key] == value for key, value in values.items()):
            return name
    return YOURS if state.get("part") == YOURS else None
