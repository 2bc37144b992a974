"""Numbers of different dtypes, or of one that has no kernel."""

import re
from dataclasses import replace

import torch

from linear_core.answers.common import call_at_fault, explained, fixes_of, pitfalls_of
from linear_core.answers.place import of_device
from linear_core.calls.compared import loss_call
from linear_core.calls.labels import CONVERT_BOTH, CONVERT_X
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.records import Explanation, Fix
from linear_core.calls.situation import Situation
from linear_core.calls.targets import CLASS_LOSSES, loss_fixes

# What a product says in one version, and a loss for classes in another.
_EXPECTED_FOUND = "expected scalar type {dtype} but found {x_dtype}"
_LOSS = re.compile(r"_nn\.(?:cross_entropy_loss|nll_loss\w*|multi(?:label)?_margin_loss)\(")


def of_dtypes(situation: Situation) -> Explanation:
    """Say which dtypes meet, and convert one of them."""
    if found := _of_classes(situation):
        return found
    call = call_at_fault(situation)
    slug = situation.slug
    has_layer = slug == "bias-dtype" and situation.layer is not None
    if (slug == "dtype" or has_layer) and situation.layer_dtype in (torch.uint8, torch.int8):
        return explained(situation, "packed-weight", (), dtype=_word(situation.layer_dtype))
    if len({"cuda" in situation.values.get(name, "") for name in ("x_dtype", "dtype")}) > 1:
        return of_device(situation)
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
    fixes = fixes_of(situation, call) if call else ()
    if slug == "two-dtypes" and situation.site is None:
        # The message does not say which of the two is x.
        fixes = MEANINGS[slug].fixes
    pitfalls = pitfalls_of(situation, call) if call else ()
    return replace(explained(situation, slug, fixes, **{**values, **situation.values}), pitfalls=pitfalls)


def _of_classes(situation: Situation) -> Explanation | None:
    """Tell a loss for classes from a product: both say which scalar type was expected and which found."""
    text, of_indices = situation.text, situation.values.get("dtype") == "Long"
    if situation.reading is None or situation.reading.wording.text != _EXPECTED_FOUND:
        return None
    call = None if situation.error is None else loss_call(situation.error, situation.model)
    if (call and call.function in CLASS_LOSSES) or _LOSS.search(text.rpartition('File "')[2]):
        slug = "index-dtype" if of_indices else "class-weight-dtype"
        fixes = loss_fixes(call) if call and of_indices else MEANINGS[slug].fixes
        return explained(situation, slug, fixes)
    if of_indices and situation.error is None and 'File "' not in text:
        return explained(situation, "index-or-x", MEANINGS["index-or-x"].fixes)
    return None


def _word(dtype: torch.dtype | None) -> str:
    return "" if dtype is None else str(dtype).removeprefix("torch.")


def _left_autocast(situation: Situation) -> bool:
    """Whether half-precision numbers reach a layer of a model that has none of its own."""
    site, dtype = situation.site, situation.value_dtype
    if site is None or site.direct or dtype not in (torch.float16, torch.bfloat16):
        return False
    x = site.root.x
    return all(p.dtype != dtype for p in site.model.parameters()) and getattr(x, "dtype", None) != dtype


def of_kernel(situation: Situation) -> Explanation:
    """No kernel for a dtype: half precision needs another dtype, integers a conversion."""
    call = call_at_fault(situation)
    dtype = situation.layer_dtype or (call and call.dtype)
    if dtype in (torch.float16, torch.bfloat16):
        name = situation.names[0]
        fixes: tuple[Fix, ...] = (Fix(CONVERT_BOTH, f"{name}.to(torch.float32)\nx = x.to(torch.float32)"),)
        if situation.site:
            fixes = situation.site.tried(iter(fixes))
    elif situation.site is None:
        fixes = (Fix(CONVERT_X, "x = x.to(torch.float32)"),)
    else:
        fixes = fixes_of(situation, call) if call else ()
    return explained(situation, "no-kernel", fixes)
