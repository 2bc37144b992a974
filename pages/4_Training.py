"""How does the layer learn a line, and why so slowly?"""

from pages._ui import frame
from pages._ui.layout import split
from pages._ui.registry import TRAINING
from pages._ui.sections import sections
from pages._ui.training import changes, controls, film
from pages._ui.training.choices import SECTIONS, Training


@frame.page(TRAINING, film.settle)
def training(shown: Training) -> None:
    """Controls beside the film of the run, and sections below."""
    left, right = split()
    with right:  # first, since it is waited for
        film.draw(shown)
        changes.draw(shown)
    with left:
        controls.draw(shown)
    sections(Training.section, SECTIONS, shown)
