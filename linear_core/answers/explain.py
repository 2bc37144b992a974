"""Explain PyTorch's errors about linear layers: what the message means, and up to three fixes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from linear_core.answers.checkpoint import of_checkpoint
from linear_core.answers.dtype import of_dtypes, of_kernel
from linear_core.answers.elementwise import of_broadcast, of_expand, of_loss
from linear_core.answers.place import of_device, of_lazy, of_other_layer, of_view
from linear_core.answers.product import of_batches, of_product, of_weight
from linear_core.answers.value import of_array, of_value
from linear_core.calls.conversions import conversion_fixes
from linear_core.calls.labels import REASON_STEPS
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.records import Explanation, Fix
from linear_core.calls.rewrites import statement_fixes
from linear_core.calls.site import Site
from linear_core.calls.situation import Situation, situation_of

MAX_STEPS = 8
# The answer to each kind of error, by its slug.
ANSWERS: Mapping[str, Callable[[Situation], Explanation]] = {
    "mat1-mat2": of_product,
    "scalar": of_dtypes,
    "weight-dim": of_weight,
    "mat-vec": of_weight,
    "batched-product": of_batches,
    "dtype": of_dtypes,
    "bias-dtype": of_dtypes,
    "two-dtypes": of_dtypes,
    "no-kernel": of_kernel,
    "not-a-tensor": of_value,
    "object-array": of_array,
    "checkpoint-shape": of_checkpoint,
    "checkpoint-keys": of_checkpoint,
    "target-size": of_loss,
    "loss-dtype": of_loss,
    "batch-size": of_loss,
    "class-target": of_loss,
    "index-dtype": of_loss,
    "class-probabilities": of_loss,
    "broadcast": of_broadcast,
    "expand": of_expand,
    "view-size": of_view,
    "device": of_device,
    "lazy": of_lazy,
    "other-layer": of_other_layer,
}


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
    """Explain an error from all that is known about it; a fix may take several steps."""
    if situation.reading is None:
        return _of_unknown(situation)
    slug = situation.reading.slug
    found = Explanation("", situation.values, MEANINGS[slug].fixes, slug=slug)
    # A model can be anything, even one that fails when inspected; the message can still be explained.
    with suppress(Exception):
        found = replace(found, layers=situation.paths)
        if answer := ANSWERS.get(slug):
            found = answer(situation)
        if situation.error is not None:
            fixes = statement_fixes(found.slug, situation.error, situation.model)
            found = replace(found, fixes=fixes or found.fixes)
        if not found.fixes and situation.site and steps > 1:
            found = replace(found, fixes=_in_steps(situation, situation.site, steps))
    return replace(found, template=MEANINGS[found.slug].template(found.values))


def _of_unknown(situation: Situation) -> Explanation:
    """Say that an array is not a tensor: the error may be NumPy's, whose arrays have a flatten, too."""
    found = Explanation(MEANINGS["unknown"].template({}))
    with suppress(Exception):
        found = replace(found, layers=situation.paths)
        site = situation.site
        if site and not isinstance(site.value, Tensor | None) and (fixes := conversion_fixes(site)):
            values = {"kind": type(site.value).__name__}
            template = MEANINGS["not-a-tensor"].template(values)
            found = replace(found, template=template, values=values, fixes=fixes, slug="not-a-tensor")
    return found


def _in_steps(situation: Situation, site: Site, steps: int) -> tuple[Fix, ...]:
    """Return the first fix after which another error remains that can be fixed, too.

    Of the errors that follow, only the likeliest fix is followed further; all of them would take too long.
    """
    for fix, left in _further(situation, site)[: None if steps == MAX_STEPS else 1]:
        further = explain(left, steps - 1).fixes
        if further:
            places = (left.names[0], str(further[0].values.get("places", "")))
            values = {**fix.values, "places": site.root.say(", ".join(filter(None, places)))}
            code = _without_overwritten(f"{fix.code}\n{further[0].code}")
            return site.tried(iter((replace(fix, code=code, reason=REASON_STEPS, values=values),)))
    return ()


def _further(situation: Situation, site: Site) -> list[tuple[Fix, Situation]]:
    """Return the fixes after which something else fails, with what is known about it."""
    found = (
        (fix, replace(situation_of(error, model, None), end=situation.end))
        for fix, error, model in site.refused
    )
    return [(fix, left) for fix, left in found if _fault(left) != _fault(situation)]


def _fault(situation: Situation) -> tuple[object, ...]:
    return situation.slug, situation.paths, repr(situation.layer)


def _without_overwritten(code: str) -> str:
    """Leave out lines whose result a later line overwrites."""
    lines = code.splitlines()
    later = enumerate(lines, start=1)
    return "\n".join(
        line for number, line in later if not any(_overwrites(by, line) for by in lines[number:])
    )


def _overwrites(later: str, line: str) -> bool:
    target, _, value = later.rpartition(" = ")
    return bool(target) and line.startswith(f"{target} = ") and target not in value
