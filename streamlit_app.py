"""What does one linear layer do?"""

from pages._ui import frame
from pages._ui.layer.choices import Sizes
from pages._ui.registry import START
from pages._ui.start import cards, layer, program


@frame.page(START)
def start(shown: Sizes) -> None:
    """The layer at work, three things to try, and what can be read afterwards."""
    layer.draw(shown)
    cards.draw()
    program.draw()
