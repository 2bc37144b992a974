"""Section "PyTorch script": what prints the numbers on the screen."""

from pages._ui import downloads
from pages._ui.forward.choices import Forward
from pages._ui.layer.call import LayerCall


def script_of(shown: Forward, call: LayerCall) -> str:
    """Return the script, in the convention that is chosen."""
    is_own = shown.convention != Forward.convention.default
    return call.script(shown.convention if is_own else None)


def draw(shown: Forward, call: LayerCall) -> None:
    """Show it, to copy or to download."""
    downloads.script(script_of(shown, call), "linear_layer")
