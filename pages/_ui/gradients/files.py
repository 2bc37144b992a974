"""Section "Script and files": autograd alone prints every number on the screen; pictures as files."""

from linear_core import backward_script
from linear_core.charts.gradients import gradient_chart
from linear_core.charts.step import step_chart
from linear_core.gradients.update import longest_step
from pages._ui import downloads
from pages._ui.gradients.call import GradientCall
from pages._ui.gradients.choices import Gradients
from pages._ui.language import _, translator


def draw(shown: Gradients, call: GradientCall) -> None:
    """Show the script, and a line for each picture; a file is made after the click."""
    trace, names, rate = call.gradients, call.row_names, shown.one_rate
    downloads.script(backward_script(trace, _), "gradients")
    translate = translator()  # what makes a file later does not know whose language it is
    downloads.pictures(
        {
            "gradients": (_("Gradients"), lambda: gradient_chart(trace, names, translate)),
            "one_update": (_("One update"), lambda: step_chart(trace, rate, longest_step(trace), translate)),
        }
    )
