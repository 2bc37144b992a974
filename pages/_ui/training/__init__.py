"""What the training page is made of: its controls, the run itself, its pictures, and the sections below.

A section is one entry in `SECTIONS` (and its key in the page's choices): what it is called, what draws it.
"""

from collections.abc import Callable

from pages._ui.language import N_


def _later(module: str, function: str) -> Callable[[], None]:
    """Load a section's module when it is drawn for the first time."""

    def draw() -> None:
        from importlib import import_module

        getattr(import_module(f"pages._ui.training.{module}"), function)()

    return draw


SECTIONS: dict[str, tuple[str, Callable[[], None]]] = {
    "states": (N_("Any step, past or to come"), _later("states", "draw")),
    "microscope": (N_("One step under the microscope"), _later("microscope", "draw")),
    "traps": (N_("Traps"), _later("traps", "draw")),
    "data": (N_("Data"), _later("samples", "draw")),
    "race": (N_("Optimizers side by side"), _later("race", "draw")),
    "log": (N_("Log"), _later("log", "draw_log")),
    "script": (N_("Script"), _later("log", "draw_script")),
    "take_away": (N_("Take it with you"), _later("take_away", "draw")),
}
