"""Tensors on different devices, and layers that are not ready for what reaches them."""

from collections.abc import Iterator
from dataclasses import replace

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from linear_core.answers.common import explained
from linear_core.calls.compared import loss_call
from linear_core.calls.labels import (
    ADD_BATCH,
    ADD_CHANNEL,
    CHANNELS_SECOND,
    FEATURES_SECOND,
    REMAKE_LAYER,
    SAME_DEVICE,
)
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.records import Explanation, Fix, Guess
from linear_core.calls.remade import remade
from linear_core.calls.site import Site
from linear_core.calls.situation import Situation
from linear_core.calls.sizes import VIEW, guess_widths
from linear_core.calls.targets import loss_fixes


def of_device(situation: Situation) -> Explanation:
    """Say which devices meet, and move one of the two."""
    if situation.error is not None and (call := loss_call(situation.error, situation.model)):
        return explained(situation, "device", loss_fixes(call))
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
    given = {name: int(situation.values[name]) for name in ("a", "b") if name in situation.values}
    fixes = site.tried(_of_input_or_layer(site, **given)) if site else ()
    found = explained(situation, situation.slug, fixes)
    return replace(found, guesses=guess_widths((1, given["b"]), (1, given["a"]))) if len(given) > 1 else found


def _of_input_or_layer(site: Site, a: int = 0, b: int = 0) -> Iterator[Fix]:
    """Bring x into the expected form, or recreate the layer, or the one before it with a outputs, not b."""
    ways = {CHANNELS_SECOND: "movedim(-1, 1)", ADD_CHANNEL: "unsqueeze(1)", ADD_BATCH: "unsqueeze(0)"}
    yield from (Fix(label, f"x = x.{method}") for label, method in ways.items())
    shape = tuple(site.value.shape) if isinstance(site.value, Tensor) else ()
    if len(shape) > 2 and shape[-1] == a and hasattr(site.layer, "num_features"):
        there, back = "(args[0].movedim(-1, 1), *args[1:])", "output.movedim(1, -1)"
        hooks = (
            f"{site.names[0]}.register_forward_pre_hook(lambda module, args: {there})",
            f"{site.names[0]}.register_forward_hook(lambda module, args, output: {back})",
        )
        yield Fix(FEATURES_SECOND, "\n".join(hooks))
    if shape and (code := remade(site.layer, shape)):
        yield Fix(REMAKE_LAYER, " = ".join((*site.names, code)))
    else:
        for part in site.model.modules():
            if isinstance(part, nn.Linear) and part.out_features == b:
                yield site.with_output(part, a)


def of_view(situation: Situation) -> Explanation:
    """Name the layer whose in_features is passed to view, where samples have another number of features."""
    found = explained(situation, situation.slug, MEANINGS[situation.slug].fixes)
    site, values = situation.site, situation.values
    samples = next(iter(getattr(site.root.x, "shape", ())), 0) if site else 0
    if site is None or "a" not in values or not samples or int(values["number"]) % samples:
        return found
    features, wanted = int(values["number"]) // samples, int(values["a"])
    layer = next((m for m in site.layer.modules() if getattr(m, "in_features", 0) == wanted), None)
    if layer is None or features == wanted:
        return found
    told = {"samples": samples, "features": features, "in_features": wanted}
    guess = Guess("view-size", VIEW, {**told, "layer": situation.paths_of(layer)[0]})
    return replace(found, guesses=(guess,))


def of_lazy(situation: Situation) -> Explanation:
    """Name the layers that still wait for their first batch."""
    modules = () if situation.model is None else situation.model.modules()
    lazy = [module for module in modules if any(map(is_lazy, module.parameters(recurse=False)))]
    found = explained(situation, "lazy", MEANINGS["lazy"].fixes)
    return replace(found, layers=tuple(situation.paths_of(*lazy)))
