"""Where to start from: worked examples, one press each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pages._ui import controls
from pages._ui.language import N_, _
from pages._ui.layer import matrices
from pages._ui.layer.choices import SAMPLES, SEEDED, LayerState

BY_HAND: Mapping[str, Any] = MappingProxyType(
    {
        "in_features": 2,
        "out_features": 1,
        "batch_size": 1,
        "bias": True,
        "rank": "1",
        "x": "1_2",
        "weight": "0.1098_-0.5404",
        "b": "-0.4456",
    }
)

# The default of every choice that is not named, so that one preset undoes another.
PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "by_hand": BY_HAND,
        "samples": MappingProxyType(
            {"in_features": 5, "out_features": 10, "batch_size": 3, "bias": True, "rank": "2"}
            | {"x": SAMPLES, "weight": SEEDED, "b": SEEDED}
        ),
        "one_hot": MappingProxyType(
            {"in_features": 5, "out_features": 4, "batch_size": 5, "rank": "2"}
            | {"x": "one_hot", "weight": SEEDED, "b": SEEDED}
        ),
    }
)

LABELS = {
    "by_hand": N_("2 → 1 by hand"),
    "samples": N_("three samples"),
    "one_hot": N_("one-hot"),
}


def draw(shown: LayerState) -> None:
    """Offer the presets; the one that the screen shows is marked."""
    names = {name: _(label) for name, label in LABELS.items()}
    controls.actions(_("Start from"), names, _current(shown), _apply, "presets")


def _apply(name: str) -> None:
    matrices.change(**PRESETS[name])


def _current(shown: LayerState) -> str | None:
    for name, values in PRESETS.items():
        if all(shown.values[key] == value for key, value in values.items()):
            return name
    return None
