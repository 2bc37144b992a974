"""The choices of the page "Hello"."""

from pages._ui.language import N_
from pages._ui.layer.choices import LayerState
from pages._ui.params import Flag


class Hello(LayerState):
    """One call of a layer, and whether its script is shown."""

    script = Flag(True, N_("Script and files"))
