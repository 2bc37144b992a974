"""Let errors inside a model explain themselves: which layer, what came in, what it wants, what mends it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from torch import nn
from torch.nn.parameter import is_lazy

from linear_core.calls.explain import explain_error
from linear_core.calls.explanations import BROADCAST, CHECKPOINT, TARGET_SIZE, UNKNOWN, Explanation
from linear_core.calls.failed_call import FailedCall, compared_tensors, failed_call


@contextmanager
def explained_errors(model: nn.Module) -> Iterator[None]:
    """Add a note to every exception that leaves the block: the layer, what it got, what it wants, the fixes.

    The very same exception goes on up, with its type, message and traceback. Nothing is hooked into the
    model, which runs as it would without: the layer is read from the traceback. Warnings stay warnings.

    Parameters
    ----------
    model : nn.Module
        The whole model: layers are named by their path in it.

    Examples
    --------
    >>> import torch
    >>> model = nn.Sequential(nn.Linear(3, 8), nn.Linear(4, 2))
    >>> try:
    ...     with explained_errors(model):
    ...         model(torch.ones(5, 3))
    ... except RuntimeError as error:
    ...     print(error.__notes__[0].splitlines()[0])
    Layer: 1, which is Linear(in_features=4, out_features=2, bias=True)
    """
    try:
        yield
    except Exception as error:
        # Inputs can be anything, even objects that fail when looked at: the user's own error comes first.
        with suppress(Exception):
            note = _note(error, model)
            if note and note not in getattr(error, "__notes__", ()):
                error.add_note(note)
        raise


def _note(error: Exception, model: nn.Module) -> str:
    """Write the note; empty for an error that has to do neither with a module nor with a known message."""
    failed = failed_call(error, model)
    explanation = explain_error(error, model)
    if failed is None and explanation.template == UNKNOWN:
        return ""
    lines = [
        *_where(failed, explanation, model),
        *_came_in(failed, explanation, error),
        *_wanted(failed, explanation),
    ]
    lines.append(f"Meaning: {explanation.text}")
    for number, fix in enumerate(explanation.fixes, start=1):
        lines += [f"Fix {number}: {fix.label}", *(f"    {line}" for line in fix.code.splitlines())]
    return "\n".join(lines)


def _where(failed: FailedCall | None, explanation: Explanation, model: nn.Module) -> list[str]:
    if not explanation.layers:
        outside = f" (it was in {type(failed.module).__name__})" if failed else ""
        return [f"Layer: none of the model was at work{outside}"]
    modules = dict(model.named_modules(remove_duplicate=False))
    module = modules[explanation.layers[0]]
    kind = type(module).__name__ if any(module.children()) else repr(module)
    paths = ", also ".join(path or "the model itself" for path in explanation.layers)
    return [f"Layer: {paths}, which is {kind}"]


def _came_in(failed: FailedCall | None, explanation: Explanation, error: Exception) -> list[str]:
    if explanation.template == CHECKPOINT:
        return ["Came in: Tensor ({given}) for {key}".format(**explanation.values)]
    if failed:
        return [f"Came in: {', '.join(map(_describe, failed.inputs))}"]
    if explanation.template != BROADCAST:
        return []
    tensors = compared_tensors(error, explanation.values)
    return [f"Came in: {name} {_describe(tensor)}" for name, tensor in tensors.items()]


def _wanted(failed: FailedCall | None, explanation: Explanation) -> list[str]:
    if explanation.template == CHECKPOINT:
        return ["Wanted: Tensor ({wanted})".format(**explanation.values)]
    if explanation.template in (BROADCAST, TARGET_SIZE):
        return ["Wanted: a target of the prediction's shape"]
    if failed is None or not isinstance(failed.module, nn.Linear):
        return []
    weight = failed.module.weight
    in_features = "any" if is_lazy(weight) else weight.shape[1]
    return [f"Wanted: Tensor (*, {in_features}) {weight.dtype}"]


def _describe(value: Any) -> str:
    kind = type(value)
    name = "" if kind.__module__ in ("builtins", "torch") else f"{kind.__module__}."
    size = (tuple(value.shape), getattr(value, "dtype", "")) if hasattr(value, "shape") else ()
    return " ".join(map(str, (f"{name}{kind.__qualname__}", *size))).strip()
