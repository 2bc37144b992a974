"""What the answers share: the call at fault, its fixes, and what does not help."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from linear_core.calls.fixes import call_fixes
from linear_core.calls.pitfalls import call_pitfalls
from linear_core.calls.records import Explanation, Fix, Pitfall
from linear_core.calls.site import is_of_own_class
from linear_core.calls.situation import Situation
from linear_core.calls.stand_in import Call, call_of
from linear_core.calls.trial import quiet


def explained(situation: Situation, slug: str, fixes: tuple[Fix, ...], **values: Any) -> Explanation:
    """Return an explanation whose text follows from its slug."""
    return Explanation("", {**situation.values, **values}, fixes, situation.paths, slug)


def call_at_fault(situation: Situation) -> Call | None:
    """Describe the call that failed, from the layer's input, else from the message."""
    layer = situation.layer
    if isinstance(layer, nn.Linear) and not is_lazy(layer.weight):
        shape, dtype = situation.value_shape, situation.value_dtype or layer.weight.dtype
        if shape is None:
            shape = (1, call_of(layer, (1, 1), dtype).in_features)
        return call_of(layer, shape, dtype)
    return situation.told


def fixes_of(situation: Situation, call: Call) -> tuple[Fix, ...]:
    """Return fixes: tried on a copy of the model where the call can be repeated, else on stand-ins."""
    site = situation.site
    if site is not None:
        return site.fixes(call)
    layer = situation.layer
    if isinstance(layer, nn.Linear) and is_of_own_class(layer):
        with suppress(Exception), quiet():  # the class may take other arguments than nn.Linear
            type(layer)(1, 1)
            call = replace(call, make=f"type({situation.names[0]})")
    return call_fixes(call, situation.names)


def pitfalls_of(situation: Situation, call: Call) -> tuple[Pitfall, ...]:
    """Return what does not help; the flattened x of a message is not enough to tell."""
    return call_pitfalls(call) if isinstance(situation.value, Tensor) else ()
