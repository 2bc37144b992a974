"""One call of a layer with its loss and its gradients, as the choices describe it."""

from dataclasses import dataclass

from linear_core import GradientTrace, trace_gradients
from pages._ui.gradients.choices import Gradients
from pages._ui.layer.call import LayerCall, call_of


@dataclass(frozen=True, eq=False)
class GradientCall(LayerCall):
    """A layer call with a target, and the way back."""

    gradients: GradientTrace = None  # type: ignore[assignment]  # comes after fields with defaults

    @property
    def parameters(self) -> str:
        """The gradients of the parameters in words: those of weight and bias, or of weight alone."""
        return "weight" if self.trace.bias is None else "weight, bias"


def gradient_call(shown: Gradients) -> GradientCall:
    """Make the pass that the choices describe."""
    call = call_of(shown, shown.pinned)
    trace, target = call.trace, call.target
    assert target is not None
    gradients = trace_gradients(trace.x, trace.weight, trace.bias, target, shown.loss, shown.reduction)
    return GradientCall(**{**vars(call), "gradients": gradients})
