"""Where to start from: worked examples, one press each."""

from pages._ui import controls
from pages._ui.language import _
from pages._ui.layer import matrices
from pages._ui.layer.choices import LayerState
from pages._ui.layer.examples import LABELS, PRESETS


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
