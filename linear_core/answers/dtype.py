"""Numbers of different dtypes, or of one that has no kernel."""

from dataclasses import replace

import torch

from linear_core.answers.common import call_at_fault, explained, fixes_of, pitfalls_of
from linear_core.answers.place import of_device
from linear_core.calls.labels import CONVERT_BOTH, CONVERT_X
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.records import Explanation, Fix
from linear_core.calls.situation import Situation


def of_dtypes(situation: Situation) -> Explanation:
    """Say which dtypes meet, and convert one of them."""
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
