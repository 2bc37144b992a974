"""Section "Script": autograd alone prints every number on the screen."""

from linear_core import backward_script
from pages._ui import downloads
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients


def draw(shown: Gradients, call: GradientCall) -> None:
    """Show the script, to copy or to download."""
    downloads.script(backward_script(call.gradients), "gradients")
