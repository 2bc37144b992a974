"""What does a layer say?"""

from linear_core.charts import neurons_chart
from pages._ui import controls, downloads, frame
from pages._ui.figure import figure
from pages._ui.hello import Hello
from pages._ui.language import _
from pages._ui.layer import formula
from pages._ui.layer.call import call_of
from pages._ui.registry import HELLO


@frame.page(HELLO)
def hello(shown: Hello) -> None:
    """Draw one call."""
    call = call_of(shown)
    formula.draw(call)
    figure(neurons_chart(call.trace.weight, call.trace.bias, translate=_), "neurons", scrolls=True)
    if controls.toggle(Hello.script):
        downloads.script(call.script(), "hello")
