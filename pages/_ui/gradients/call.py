"""One call of a layer with its loss and its gradients, as the choices describe it."""

from dataclasses import dataclass, replace

from linear_core import BackwardTrace, build_layer, trace_gradients
from linear_core.gradients.chain import trace_chain
from linear_core.gradients.loss import LossTrace
from linear_core.gradients.trace import GradientTrace
from pages._ui.gradients.choices import STEPS, Gradients
from pages._ui.layer.call import LayerCall, call_of
from pages._ui.walk.backward_matrices import standard_cells


@dataclass(frozen=True, eq=False)
class GradientCall(LayerCall):
    """A layer call with a target, and its backward pass."""

    gradients: GradientTrace = None  # type: ignore[assignment]  # comes after fields with defaults

    @property
    def element(self) -> tuple[int, int]:
        """The element of grad_weight that the sections are about, (out, in)."""
        return self.cell or standard_cells(self.gradients)["weight"]


def gradient_call(shown: Gradients) -> GradientCall:
    """Make the pass that the choices describe."""
    is_weight = STEPS[shown.grad_step] in ("weight", "bias")
    call = call_of(shown, shown.pinned if is_weight else None)
    trace, target = call.trace, call.target
    assert target is not None
    gradients = trace_gradients(trace.x, trace.weight, trace.bias, target, shown.loss, shown.reduction)
    return GradientCall(**{**vars(call), "gradients": gradients})


def chain_of(shown: Gradients, call: GradientCall) -> tuple[LossTrace, list[BackwardTrace]]:
    """Trace x through a first layer of the seed and the layer of the screen's sizes behind it."""
    spec = call.spec
    first = build_layer(replace(spec, out_features=shown.hidden_features, seed=spec.seed + 10))
    second = build_layer(replace(spec, in_features=shown.hidden_features, seed=spec.seed + 11))
    assert call.target is not None
    layers = [(layer.weight, layer.bias) for layer in (first, second)]
    return trace_chain(call.trace.x, layers, call.target, shown.loss, shown.reduction)
