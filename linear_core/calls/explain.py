"""Explain an error of PyTorch's about a linear layer: what the message means, and up to three ways out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from linear_core.calls.checkpoints import Checkpoint, parse_size, read_checkpoint
from linear_core.calls.compared import compared_tensors, last_line, loss_call, objects_in_line
from linear_core.calls.conversions import conversion_fixes, conversions_of_kind
from linear_core.calls.fixes import call_fixes, is_transposed
from linear_core.calls.labels import (
    ADD_BATCH,
    ADD_CHANNEL,
    CHANNELS_SECOND,
    CONVERT_BOTH,
    CONVERT_X,
    LINEAR_FORWARD,
    NUMBERS_ONLY,
    REASON_STEPS,
    RESHAPE_BIAS,
    SAME_DEVICE,
    TO_TENSOR,
)
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.pitfalls import call_pitfalls
from linear_core.calls.records import Explanation, Fix, Pitfall
from linear_core.calls.site import Site
from linear_core.calls.situation import Situation, has_own_forward, situation_of
from linear_core.calls.sizes import guess_sizes, guess_widths, is_packed
from linear_core.calls.stand_in import Call, call_of
from linear_core.calls.targets import loss_fixes, target_fixes
from linear_core.calls.trial import Trial, quiet, run

MAX_STEPS = 3
_MATRIX = 2


def explain_error(
    error_or_text: BaseException | str, model: nn.Module | None = None, x: Any = None
) -> Explanation:
    """Say what an error means and how to fix it.

    Parameters
    ----------
    error_or_text : exception or str
        The exception itself, its message, or a whole pasted traceback. Nothing in a text is executed.
    model : nn.Module, optional
        Where it happened: the fixes then name its layer as code. An exception tells which layer it was, and
        its fixes are tried on a copy of the model; for a text, every layer that would give this message is
        named.
    x : Tensor, optional
        What the layer was called on: the fixes then follow from its shape. An exception tells that too.

    Returns
    -------
    Explanation
        With ``fixes`` and ``layers``. For a message that is not known here ``is_known`` is false.

    Examples
    --------
    >>> message = "mat1 and mat2 shapes cannot be multiplied (4x5 and 3x2)"
    >>> explain_error(message).fixes[0].code
    'layer = nn.Linear(5, 2)'
    >>> model = nn.Sequential(nn.Linear(8, 3), nn.ReLU(), nn.Linear(3, 2))
    >>> explanation = explain_error(f"RuntimeError: {message}", model)
    >>> explanation.layers
    ('2',)
    >>> explanation.fixes[0].code
    'model[2] = nn.Linear(5, 2)'
    """
    return explain(situation_of(error_or_text, model, x))


def explain(situation: Situation, steps: int = MAX_STEPS) -> Explanation:
    """Explain an error of which everything has been gathered; a fix may take several steps."""
    if situation.reading is None:
        return _of_unknown(situation)
    slug = situation.reading.slug
    found = Explanation("", situation.values, MEANINGS[slug].fixes, slug=slug)
    # Models can be anything, even such that fail when looked at: what the message says is known all the same.
    with suppress(Exception):
        found = replace(found, layers=situation.paths)
        if find := _FINDERS.get(slug):
            found = find(situation)
        if not found.fixes and situation.site and steps > 1:
            found = replace(found, fixes=_in_steps(situation.site, steps))
    return replace(found, template=MEANINGS[found.slug].template(found.values))


def _of_unknown(situation: Situation) -> Explanation:
    """Say that an array is no tensor: it may fail in words of its own, as NumPy has a flatten, too."""
    found = Explanation(MEANINGS["unknown"].template({}))
    with suppress(Exception):
        found = replace(found, layers=situation.paths)
        site = situation.site
        if site and not isinstance(site.value, Tensor | None) and (fixes := conversion_fixes(site)):
            values = {"kind": type(site.value).__name__}
            template = MEANINGS["not-a-tensor"].template(values)
            found = replace(found, template=template, values=values, fixes=fixes, slug="not-a-tensor")
    return found


def _in_steps(site: Site, steps: int) -> tuple[Fix, ...]:
    """Return the first fix after which another error is left that can be repaired in turn."""
    for fix, error, model in site.refused:
        further = explain(situation_of(error, model, None), steps - 1).fixes
        if further:
            code = site.root.say(f"{fix.code}\n{further[0].code}")
            return (replace(fix, code=code, reason=REASON_STEPS),)
    return ()


def _explained(situation: Situation, slug: str, fixes: tuple[Fix, ...], **values: Any) -> Explanation:
    return Explanation("", {**situation.values, **values}, fixes, situation.paths, slug)


def _of_product(situation: Situation) -> Explanation:
    """Sizes do not fit: name the layer, and fix what reached it or the layer itself."""
    sizes = situation.sizes
    found = _explained(situation, "mat1-mat2", ())
    if len(sizes) == len(("rows", "features", "in_features", "out_features")):
        guesses = guess_sizes(
            (sizes["rows"], sizes["features"]), (sizes["in_features"], sizes["out_features"])
        )
        found = replace(found, guesses=guesses)
        if is_packed(sizes["features"], sizes["in_features"], sizes["out_features"]):
            return replace(found, slug="packed-weight")
    layer = situation.layer
    owner = layer or (situation.failed.module if situation.failed and situation.failed.paths else None)
    if owner is not None and _is_stored_otherwise(situation, owner):
        if sizes.get("features") == sizes["out_features"]:
            return _of_own_forward(situation, owner, found)
        # Nothing is known of what its rows and columns are meant to be.
        values = {name: value for name, value in found.values.items() if name != "out_features"}
        return replace(found, values=values)
    if _is_own_product(situation):
        return replace(found, slug="own-product", guesses=())
    if isinstance(layer, nn.Linear) and is_transposed(layer, situation.value_shape or ()):
        values = {"in_features": layer.in_features, "out_features": layer.out_features}
        found = replace(found, slug="weight-transposed", values={**found.values, **values})
    call = _call(situation)
    if call is None or call.fits:  # without its sizes, nothing follows from a message
        return found
    return replace(found, fixes=_fixes(situation, call), pitfalls=_pitfalls(situation, call))


def _is_stored_otherwise(situation: Situation, layer: nn.Module) -> bool:
    """Whether mat2 is the weight itself: a forward of the user's own does not transpose."""
    sizes = situation.sizes
    shape = (sizes.get("in_features"), sizes.get("out_features"))
    if not has_own_forward(layer) or shape[0] == shape[1]:
        return False
    return any(tuple(parameter.shape) == shape for parameter in layer.parameters(recurse=False))


def _is_own_product(situation: Situation) -> bool:
    """Whether none of the two matrices is a weight of the module that was running."""
    failed, sizes = situation.failed, situation.sizes
    error = situation.error
    if failed is None or error is None or not {"in_features", "out_features"} <= set(sizes):
        return False
    if "linear" in last_line(error):  # F.linear takes a weight, wherever it is from
        return False
    owner, x = failed.innermost, next(iter(failed.innermost_inputs), None)
    if isinstance(owner, nn.Linear):
        weight = tuple(owner.weight.shape)
        return isinstance(x, Tensor) and x.shape[-1:] == weight[-1:] and x.shape[-1] != sizes["in_features"]
    if hasattr(owner, "in_features") or situation.layer is not None:
        return False
    shapes = {
        tuple(tensor.shape) for tensor in (*owner.parameters(), *owner.buffers()) if not is_lazy(tensor)
    }
    told = (sizes["in_features"], sizes["out_features"])
    return not {told, told[::-1]} & shapes


def _of_own_forward(situation: Situation, layer: nn.Module, found: Explanation) -> Explanation:
    site = situation.site
    out_features, in_features = situation.sizes["in_features"], situation.sizes["out_features"]
    stored = (out_features, in_features)
    named = layer.named_parameters(recurse=False)
    values = {
        "in_features": in_features,
        "out_features": out_features,
        "owner": type(layer).__name__,
        "parameter": next(name for name, parameter in named if tuple(parameter.shape) == stored),
    }
    fixes: tuple[Fix, ...] = ()
    if site and site.names and isinstance(layer, nn.Linear):
        bias = "" if layer.bias is not None else ", bias=False"
        name = site.names[0]
        code = (
            f"layer = nn.Linear({in_features}, {out_features}{bias})\n"
            f"layer.weight, layer.bias = {name}.weight, {name}.bias\n{' = '.join(site.names)} = layer"
        )
        fixes = site.tried(iter((Fix(LINEAR_FORWARD, code),)))
    values = {**found.values, **values}
    return replace(found, slug="weight-not-transposed", values=values, fixes=fixes, guesses=())


def _of_weight(situation: Situation) -> Explanation:
    """The weight is no matrix."""
    layer = situation.layer
    if not isinstance(layer, nn.Linear) or is_lazy(layer.weight) or layer.weight.ndim == _MATRIX:
        slug = situation.slug
        return _explained(situation, slug, ())
    expected = (layer.out_features, layer.in_features)
    call = _call(situation)
    fixes = _fixes(situation, call) if call else ()
    return _explained(situation, "weight-dim", fixes, given=tuple(layer.weight.shape), expected=expected)


def _of_dtypes(situation: Situation) -> Explanation:
    call = _call(situation)
    slug = situation.slug
    if slug == "dtype" and situation.layer_dtype in (torch.uint8, torch.int8):
        return _explained(situation, "packed-weight", (), dtype=_word(situation.layer_dtype))
    if len({"cuda" in situation.values.get(name, "") for name in ("x_dtype", "dtype")}) > 1:
        return _of_device(situation)
    if slug == "two-dtypes" and situation.site and situation.value_dtype and situation.layer_dtype:
        slug = "dtype"
    values = (
        {"x_dtype": _word(situation.value_dtype), "dtype": _word(situation.layer_dtype)}
        if situation.site
        else {}
    )
    values = {name: word for name, word in values.items() if word}
    if slug == "dtype" and _left_autocast(situation):
        slug = "dtype-autocast"
    fixes = _fixes(situation, call) if call else ()
    if slug == "two-dtypes" and situation.site is None:
        # Which of the two is x is not said.
        fixes = MEANINGS[slug].fixes
    pitfalls = _pitfalls(situation, call) if call else ()
    return replace(_explained(situation, slug, fixes, **{**values, **situation.values}), pitfalls=pitfalls)


def _word(dtype: torch.dtype | None) -> str:
    return "" if dtype is None else str(dtype).removeprefix("torch.")


def _left_autocast(situation: Situation) -> bool:
    """Whether half-precision numbers reach a layer of a model that has none of its own."""
    site, dtype = situation.site, situation.value_dtype
    if site is None or site.direct or dtype not in (torch.float16, torch.bfloat16):
        return False
    x = site.root.x
    return all(p.dtype != dtype for p in site.model.parameters()) and getattr(x, "dtype", None) != dtype


def _of_kernel(situation: Situation) -> Explanation:
    """No kernel for a dtype: half precision needs another dtype, integers a conversion."""
    call = _call(situation)
    dtype = situation.layer_dtype or (call and call.dtype)
    if dtype in (torch.float16, torch.bfloat16):
        name = situation.names[0]
        fixes: tuple[Fix, ...] = (Fix(CONVERT_BOTH, f"{name}.to(torch.float32)\nx = x.to(torch.float32)"),)
        if situation.site:
            fixes = situation.site.tried(iter(fixes))
    elif situation.site is None:
        fixes = (Fix(CONVERT_X, "x = x.to(torch.float32)"),)
    else:
        fixes = _fixes(situation, call) if call else ()
    return _explained(situation, "no-kernel", fixes)


def _of_value(situation: Situation) -> Explanation:
    """Something else than a tensor reached a module."""
    kind = situation.values.get("kind", "")
    is_nothing = kind == "NoneType" and situation.values.get("name") != "weight"
    values = {"nothing": "None"} if is_nothing else {}
    site = situation.site
    fixes = conversions_of_kind(kind) if situation.error is None else ()
    if site is not None and site.value is not None and not isinstance(site.value, Tensor):
        fixes = conversion_fixes(site)
        if not fixes and isinstance(site.value, list) and _is_uneven(site.value):
            return _explained(situation, "object-array", ())
    return _explained(situation, "not-a-tensor", fixes, **values)


def _is_uneven(rows: list[Any]) -> bool:
    return len({len(row) for row in rows if isinstance(row, list | tuple)}) > 1


def _of_array(situation: Situation) -> Explanation:
    """Convert the array where it has a name and holds nothing but numbers."""
    if situation.error is None:
        fix = Fix(TO_TENSOR, 'x = torch.from_numpy(x.astype("float32"))')
        return _explained(situation, "object-array", (fix,))
    arrays = objects_in_line(situation.error)
    fixes = (Fix(NUMBERS_ONLY, f'{name} = {name}.astype("float32")') for name in arrays)
    return _explained(situation, "object-array", tuple(fix for fix in fixes if _converts(fix, arrays)))


def _converts(fix: Fix, arrays: Mapping[str, Any]) -> bool:
    with suppress(Exception), quiet():
        run(fix.code, dict(arrays))
        return True
    return False


def _of_checkpoint(situation: Situation) -> Explanation:
    failed, slug = situation.failed, situation.slug
    matches = situation.matches if slug == "checkpoint-shape" else ()
    read = read_checkpoint(situation.text, matches)
    loaded = failed.module if failed else situation.model
    prefixes = failed.paths if failed else ("",) if situation.model is not None else ()
    state_dict = failed.state_dict if failed else None
    checkpoint = Checkpoint(**read, loaded=loaded, prefixes=prefixes, state_dict=state_dict)
    trial = (
        Trial(situation.model, failed.root)
        if situation.model is not None and failed and failed.root
        else None
    )
    fixes = checkpoint.fixes(trial)
    if failed and failed.root:
        fixes = tuple(replace(fix, code=failed.root.say_loading(fix.code)) for fix in fixes)
    values: dict[str, str] = {}
    if slug == "checkpoint-keys" and checkpoint.prefix:
        slug, values = "checkpoint-prefix", {"prefix": checkpoint.prefix}
    if checkpoint.unexpected or checkpoint.missing:
        values |= {
            "unexpected": ", ".join(checkpoint.unexpected[:3]),
            "missing": ", ".join(checkpoint.missing[:3]),
        }
    layers = checkpoint.paths if situation.model is not None else ()
    guesses = guess_widths(*next(iter(checkpoint.mismatches.values()), ((), ())))
    return replace(_explained(situation, slug, fixes, **values), layers=layers, guesses=guesses)


def _of_loss(situation: Situation) -> Explanation:
    """A loss of PyTorch's is computed again; a text may tell the shapes."""
    slug, values = situation.slug, situation.values
    if situation.error is not None and (call := loss_call(situation.error, situation.model)):
        return _explained(situation, slug, loss_fixes(call))
    if {"prediction", "target"} <= set(values):
        sizes = {name: parse_size(values[name]) for name in ("prediction", "target")}
        return _explained(situation, slug, target_fixes(sizes))
    return _explained(situation, slug, MEANINGS[slug].fixes)


def _of_broadcast(situation: Situation) -> Explanation:
    """A residual inside of forward is no loss."""
    if situation.error is not None and (call := loss_call(situation.error, situation.model)):
        return _explained(situation, "broadcast-loss", loss_fixes(call))
    if situation.paths and situation.failed and "dim" in situation.values:
        if found := _of_bias(situation):
            return found
        module = situation.failed.module
        sizes = int(situation.values["a"]), int(situation.values["b"])
        fixes = situation.site.output_fixes(sizes) if situation.site else ()
        outputs = {
            getattr(m, name, None) for m in module.modules() for name in ("out_features", "out_channels")
        }
        slug = "broadcast-forward" if outputs & set(sizes) else "broadcast-inside"
        return _explained(situation, slug, fixes, owner=type(module).__name__)
    tensors = compared_tensors(situation.error, situation.values) if situation.error else {}
    if not tensors:
        return _explained(situation, "broadcast", ())
    fixes = target_fixes({name: tuple(tensor.shape) for name, tensor in tensors.items()})
    return _explained(situation, "broadcast-loss", fixes)


def _of_bias(situation: Situation) -> Explanation | None:
    """A bias of another size than the layer's is what is expanded, or broadcast."""
    layer, site = situation.layer, situation.site
    if not isinstance(layer, nn.Linear) or layer.bias is None or layer.bias.shape == (layer.out_features,):
        return None
    given, expected = tuple(layer.bias.shape), (layer.out_features,)
    name = situation.names[0]
    fix = Fix(RESHAPE_BIAS, f"{name}.bias = nn.Parameter({name}.bias.reshape({layer.out_features}))")
    fixes = site.tried(iter((fix,))) if site else ()
    return _explained(situation, "bias-dim", fixes, given=given, expected=expected)


def _of_expand(situation: Situation) -> Explanation:
    return _of_bias(situation) or _explained(situation, "expand", ())


def _of_device(situation: Situation) -> Explanation:
    site = situation.site
    if site is None:
        code = "x = x.to(next(model.parameters()).device)"
        return _explained(situation, "device", (Fix(SAME_DEVICE, code),))
    fixes = site.device_fixes() if any(True for _ in site.layer.parameters()) else ()
    device = next((str(p.device) for p in site.layer.parameters()), "")
    x_device = str(site.value.device) if isinstance(site.value, Tensor) else ""
    values = {"x_device": x_device, "device": device} if device and x_device else {}
    if site.place:
        owner = type(site.model.get_submodule(site.place.owner)).__name__
        return replace(_explained(situation, "unregistered", fixes, owner=owner, **values), layers=())
    inside = bool(values) and not site.direct
    return _explained(situation, "device-inside" if inside else "device", fixes, **values)


def _of_other_layer(situation: Situation) -> Explanation:
    """Images with channels last or without channels, samples without a batch."""
    ways = {CHANNELS_SECOND: "movedim(-1, 1)", ADD_CHANNEL: "unsqueeze(1)", ADD_BATCH: "unsqueeze(0)"}
    found = (Fix(label, f"x = x.{method}") for label, method in ways.items())
    return _explained(situation, situation.slug, situation.site.tried(found) if situation.site else ())


def _of_lazy(situation: Situation) -> Explanation:
    """Name the layers that still wait for their first batch."""
    modules = () if situation.model is None else situation.model.modules()
    lazy = [module for module in modules if any(map(is_lazy, module.parameters(recurse=False)))]
    found = _explained(situation, "lazy", MEANINGS["lazy"].fixes)
    return replace(found, layers=tuple(situation.paths_of(*lazy)))


def _call(situation: Situation) -> Call | None:
    """Describe the call that failed, from what reached the layer, else from what the message tells."""
    return next(iter(_calls(situation)), None)


def _calls(situation: Situation) -> Iterator[Call]:
    layer = situation.layer
    if isinstance(layer, nn.Linear) and not is_lazy(layer.weight):
        shape, dtype = situation.value_shape, situation.value_dtype or layer.weight.dtype
        if shape is None:
            shape = (1, call_of(layer, (1, 1), dtype).in_features)
        yield call_of(layer, shape, dtype)
    elif situation.told is not None:
        yield situation.told


def _fixes(situation: Situation, call: Call) -> tuple[Fix, ...]:
    """Return fixes: tried on a copy of the model where the call can be made again, else on stand-ins."""
    site = situation.site
    if site is not None:
        return site.fixes(call)
    return call_fixes(call, situation.names)


def _pitfalls(situation: Situation, call: Call) -> tuple[Pitfall, ...]:
    """Return what does not help; what a message shows of x, flattened, is not enough to tell."""
    return call_pitfalls(call) if isinstance(situation.value, Tensor) else ()


_FINDERS: Mapping[str, Callable[[Situation], Explanation]] = {
    "mat1-mat2": _of_product,
    "scalar": _of_dtypes,
    "weight-dim": _of_weight,
    "mat-vec": _of_weight,
    "dtype": _of_dtypes,
    "bias-dtype": _of_dtypes,
    "two-dtypes": _of_dtypes,
    "no-kernel": _of_kernel,
    "not-a-tensor": _of_value,
    "object-array": _of_array,
    "checkpoint-shape": _of_checkpoint,
    "checkpoint-keys": _of_checkpoint,
    "target-size": _of_loss,
    "batch-size": _of_loss,
    "class-target": _of_loss,
    "broadcast": _of_broadcast,
    "expand": _of_expand,
    "device": _of_device,
    "lazy": _of_lazy,
    "other-layer": _of_other_layer,
}
