"""Tensors combined element by element: a loss, a residual connection, a bias."""

from torch import nn

from linear_core.answers.common import explained
from linear_core.calls.checkpoints import parse_size
from linear_core.calls.compared import compared_tensors, loss_call
from linear_core.calls.fixes import fitting_bias
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.records import Explanation
from linear_core.calls.situation import Situation
from linear_core.calls.targets import loss_fixes, target_fixes


def of_loss(situation: Situation) -> Explanation:
    """A loss function of PyTorch's is called again; without one, the message may give the shapes."""
    slug, values = situation.slug, situation.values
    if situation.error is not None and (call := loss_call(situation.error, situation.model)):
        return explained(situation, slug, loss_fixes(call))
    if {"prediction", "target"} <= set(values):
        sizes = {name: parse_size(values[name]) for name in ("prediction", "target")}
        return explained(situation, slug, target_fixes(sizes))
    return explained(situation, slug, MEANINGS[slug].fixes)


def of_broadcast(situation: Situation) -> Explanation:
    """A residual inside forward is not a loss."""
    if situation.error is not None and (call := loss_call(situation.error, situation.model)):
        return explained(situation, "broadcast-loss", loss_fixes(call))
    if situation.paths and situation.failed and "dim" in situation.values:
        if found := _of_bias(situation):
            return found
        module = situation.failed.module
        sizes = int(situation.values["a"]), int(situation.values["b"])
        fixes = situation.site.output_fixes(sizes) if situation.site else ()
        inside = [part for part in module.modules() if part is not module]
        outputs = {getattr(m, name, None) for m in inside for name in ("out_features", "out_channels")}
        slug = "broadcast-forward" if outputs & set(sizes) else "broadcast-inside"
        return explained(situation, slug, fixes, owner=type(module).__name__)
    tensors = compared_tensors(situation.error, situation.values) if situation.error else {}
    if not tensors:
        return explained(situation, "broadcast", ())
    fixes = target_fixes({name: tuple(tensor.shape) for name, tensor in tensors.items()})
    return explained(situation, "broadcast-loss", fixes)


def _of_bias(situation: Situation) -> Explanation | None:
    """What is expanded or broadcast is a bias whose size is not out_features."""
    layer, site = situation.layer, situation.site
    if not isinstance(layer, nn.Linear) or layer.bias is None or layer.bias.shape == layer.weight.shape[:1]:
        return None
    given, expected = tuple(layer.bias.shape), tuple(layer.weight.shape[:1])
    fixes = site.tried(iter((fitting_bias(layer, situation.names[0]),))) if site else ()
    return explained(situation, "bias-dim", fixes, given=given, expected=expected)


def of_expand(situation: Situation) -> Explanation:
    """In a layer, only the bias is expanded."""
    return _of_bias(situation) or explained(situation, "expand", ())
