"""Where does each gradient come from?"""

from pages._ui import frame, layout
from pages._ui.gradients import controls, picture
from pages._ui.gradients.call import gradient_call
from pages._ui.gradients.choices import SECTIONS, Gradients
from pages._ui.registry import GRADIENTS
from pages._ui.sections import sections


@frame.page(GRADIENTS)
def gradients(shown: Gradients) -> None:
    """Controls beside the picture of one backward pass, and sections below."""
    call = gradient_call(shown)
    left, right = layout.split()
    with left:
        controls.draw(shown, call)
    with right:
        picture.draw(shown, call)
        sections(Gradients.grad_part, SECTIONS, shown, call)
