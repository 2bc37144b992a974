"""Tensors on different devices, and layers that are not ready for what reaches them."""

from collections.abc import Iterator
from dataclasses import replace

from torch import Tensor
from torch.nn.parameter import is_lazy

from linear_core.calls.answers.common import explained
from linear_core.calls.labels import ADD_BATCH, ADD_CHANNEL, CHANNELS_SECOND, REMAKE_LAYER, SAME_DEVICE
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.records import Explanation, Fix
from linear_core.calls.remade import remade
from linear_core.calls.site import Site
from linear_core.calls.situation import Situation


def of_device(situation: Situation) -> Explanation:
    """Say which devices meet, and move one of the two."""
    site = situation.site
    if site is None:
        code = "x = x.to(next(model.parameters()).device)"
        return explained(situation, "device", (Fix(SAME_DEVICE, code),))
    fixes = site.device_fixes() if any(True for _ in site.layer.parameters()) else ()
    device = next((str(p.device) for p in site.layer.parameters()), "")
    x_device = str(site.value.device) if isinstance(site.value, Tensor) else ""
    values = {"x_device": x_device, "device": device} if device and x_device else {}
    if site.place:
        owner = type(site.model.get_submodule(site.place.owner)).__name__
        return replace(explained(situation, "unregistered", fixes, owner=owner, **values), layers=())
    inside = bool(values) and not site.direct
    return explained(situation, "device-inside" if inside else "device", fixes, **values)


def of_other_layer(situation: Situation) -> Explanation:
    """Images with channels last or without channels, samples without a batch; or another size."""
    site = situation.site
    return explained(situation, situation.slug, site.tried(_of_input_or_layer(site)) if site else ())


def _of_input_or_layer(site: Site) -> Iterator[Fix]:
    ways = {CHANNELS_SECOND: "movedim(-1, 1)", ADD_CHANNEL: "unsqueeze(1)", ADD_BATCH: "unsqueeze(0)"}
    yield from (Fix(label, f"x = x.{method}") for label, method in ways.items())
    if isinstance(site.value, Tensor) and (code := remade(site.layer, tuple(site.value.shape))):
        yield Fix(REMAKE_LAYER, " = ".join((*site.names, code)))


def of_lazy(situation: Situation) -> Explanation:
    """Name the layers that still wait for their first batch."""
    modules = () if situation.model is None else situation.model.modules()
    lazy = [module for module in modules if any(map(is_lazy, module.parameters(recurse=False)))]
    found = explained(situation, "lazy", MEANINGS["lazy"].fixes)
    return replace(found, layers=tuple(situation.paths_of(*lazy)))
