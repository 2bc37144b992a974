"""Worked examples to start from; no torch is needed to read them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pages._ui.language import N_
from pages._ui.layer.choices import SAMPLES, SEEDED

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
