"""The note that is added to an exception: the layer, what it got, what it expects, the meaning, the fixes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from linear_core.answers.explain import explain
from linear_core.answers.report import report_lines
from linear_core.calls.compared import compared_tensors
from linear_core.calls.named_sizes import NamedSizes
from linear_core.calls.records import Explanation
from linear_core.calls.situation import Situation, situation_of
from linear_core.language import N_, say

WHERE = N_("Layer: {paths}, which is {kind}")
ALSO = N_(", also ")
WHOLE = N_("the model itself")
NOWHERE = N_("Layer: no part of the model was running")
OUTSIDE = N_("Layer: no part of the model was running (the error is in {kind})")
CAME_IN = N_("Got: {values}")
EXPECTED = N_("Expected: {values}")
NOT_REGISTERED = N_(
    "Note: this layer is kept in a plain list or dict, so the model does not know it; use {kind}."
)
NOT_HELD = N_(
    "Note: it was in {kind}, which is not part of the model. A layer that is created inside "
    "forward is new in every call and learns nothing: create it in __init__, as self.layer = ..."
)
LIKE_PREDICTION = N_("a target of the prediction's shape")


def note_of(
    error: BaseException, model: nn.Module, dims: Mapping[str, str] | None = None, lang: str = "en"
) -> str:
    """Write the note; empty for an error that concerns neither a module nor a known message."""
    situation = situation_of(error, model, None)
    explanation = explain(situation)
    if situation.failed is None and not explanation.is_known:
        return ""
    named = NamedSizes.of(situation, dims or {})
    lines = [
        *_readable(_where(situation, explanation, lang)),
        *_readable(_came_in(situation, explanation, named, lang)),
        *_readable(_expected(situation, explanation, named, lang)),
    ]
    lines += report_lines(named.explained(explanation), lang, everything=False)
    return "\n".join(lines)


def _readable(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines as long as what they describe can be read; the other lines do not depend on it."""
    with suppress(Exception):
        yield from lines


def _kind(module: nn.Module) -> str:
    """Return the module as PyTorch prints it, or its class where it has parts or cannot be printed."""
    with suppress(Exception):
        if not any(module.children()):
            return repr(module)
    return type(module).__name__


def _where(situation: Situation, explanation: Explanation, lang: str) -> Iterator[str]:
    model, place, failed = situation.model, situation.place, situation.failed
    if place and failed:
        yield say(WHERE, {"paths": place.path, "kind": _kind(failed.innermost)}, lang)
        if explanation.slug != "unregistered":
            yield say(NOT_REGISTERED, {"kind": place.kind}, lang)
    elif model is None or not explanation.layers:
        kind = type(failed.module).__name__ if failed else ""
        yield say(OUTSIDE, {"kind": kind}, lang) if failed else say(NOWHERE, {}, lang)
    else:
        module = dict(model.named_modules())[explanation.layers[0]]
        paths = say(ALSO, {}, lang).join(path or say(WHOLE, {}, lang) for path in explanation.layers)
        yield say(WHERE, {"paths": paths, "kind": _kind(module)}, lang)
        if (
            failed
            and failed.innermost is not failed.module
            and any(True for _ in failed.innermost.parameters())
        ):
            yield say(NOT_HELD, {"kind": _kind(failed.innermost)}, lang)


def _came_in(situation: Situation, explanation: Explanation, named: NamedSizes, lang: str) -> Iterator[str]:
    values, failed = explanation.values, situation.failed
    if explanation.slug == "checkpoint-shape":
        yield say(CAME_IN, {"values": "Tensor ({given}) for {key}".format(**values)}, lang)
    elif explanation.slug.startswith("checkpoint"):
        if values.get("unexpected"):
            yield say(CAME_IN, {"values": values["unexpected"]}, lang)
    elif failed:
        inputs = failed.innermost_inputs if situation.place else failed.inputs
        if situation.layer is not None and situation.value is None and "rows" in situation.sizes:
            flat = tuple(situation.sizes[name] for name in ("rows", "features"))
            yield say(CAME_IN, {"values": f"Tensor {named.shape(flat)}"}, lang)
        elif inputs:
            text = ", ".join(_described(value, named, _shows_device(situation, inputs)) for value in inputs)
            yield say(CAME_IN, {"values": text}, lang)
    elif situation.error is not None and explanation.slug == "broadcast-loss":
        for name, tensor in compared_tensors(situation.error, situation.values).items():
            yield say(CAME_IN, {"values": f"{name} {_described(tensor, named, False)}"}, lang)


def _expected(situation: Situation, explanation: Explanation, named: NamedSizes, lang: str) -> Iterator[str]:
    values = explanation.values
    if explanation.slug == "checkpoint-shape":
        yield say(EXPECTED, {"values": "Tensor ({expected})".format(**values)}, lang)
    elif explanation.slug.startswith("checkpoint"):
        if values.get("missing"):
            yield say(EXPECTED, {"values": values["missing"]}, lang)
    elif explanation.slug in ("broadcast-loss", "target-size"):
        yield say(EXPECTED, {"values": say(LIKE_PREDICTION, {}, lang)}, lang)
    elif isinstance(situation.layer, nn.Linear) and situation.failed and explanation.slug != "own-product":
        shown = _shows_device(situation, situation.failed.innermost_inputs)
        yield say(EXPECTED, {"values": _accepted(situation.layer, explanation, named, shown)}, lang)


def _accepted(layer: nn.Linear, explanation: Explanation, named: NamedSizes, shows_device: bool) -> str:
    """Say what the layer takes, by its weight, or by its attributes where the weight is wrong."""
    weight = layer.weight
    if explanation.slug == "weight-dim":
        return f"weight {explanation.values['expected']}"
    in_features = "any" if is_lazy(weight) else named.size(weight.shape[-1])
    if explanation.slug in ("weight-not-transposed", "weight-transposed"):
        in_features = named.size(layer.in_features)
    device = f" on {weight.device}" if shows_device else ""
    return f"Tensor (*, {in_features}) {weight.dtype}{device}"


def _shows_device(situation: Situation, inputs: Sequence[Any]) -> bool:
    """Whether the devices of layer and input differ."""
    parameters = () if situation.layer is None else tuple(situation.layer.parameters())
    devices = {tensor.device for tensor in (*inputs, *parameters) if isinstance(tensor, Tensor)}
    return len(devices) > 1


def _described(value: Any, named: NamedSizes, shows_device: bool) -> str:
    """Describe a value; a field that cannot be read is left out."""
    kind = type(value)
    name = "" if kind.__module__ in ("builtins", "torch") else f"{kind.__module__}."
    if isinstance(value, type):
        return f"class {value.__qualname__}"
    parts = [f"{name}{kind.__qualname__}"]
    shape = _field(value, "shape")
    if shape is not None:
        parts += [_shape(shape, named), _field(value, "dtype")]
    elif isinstance(value, list | tuple):
        inside = ", ".join(_described(item, named, shows_device) for item in value[:3])
        parts.append(
            f"({inside}{', ...' if len(value) > 3 else ''})"
            if any(isinstance(i, Tensor) for i in value)
            else ""
        )
    if shows_device and isinstance(value, Tensor):
        parts.append(f"on {value.device}")
    return " ".join(str(part) for part in parts if part is not None and str(part))


def _field(value: Any, name: str) -> Any:
    with suppress(Exception):
        return getattr(value, name, None)
    return None


def _shape(shape: Any, named: NamedSizes) -> str:
    with suppress(Exception):
        return named.shape(tuple(shape))
    return ""
