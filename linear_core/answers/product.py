"""Two matrices that cannot be multiplied, and a weight that is not a matrix."""

from dataclasses import replace

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from linear_core.answers.common import call_at_fault, explained, fixes_of, pitfalls_of
from linear_core.calls.compared import last_line
from linear_core.calls.fixes import is_transposed
from linear_core.calls.labels import LINEAR_FORWARD, TRANSPOSE_WEIGHT
from linear_core.calls.records import Explanation, Fix
from linear_core.calls.rewrites import statement_fixes
from linear_core.calls.situation import Situation, has_own_forward
from linear_core.calls.sizes import guess_sizes, is_packed

_MATRIX = 2


def of_product(situation: Situation) -> Explanation:
    """Sizes do not match: name the layer, and fix what reached it or the layer itself."""
    sizes = situation.sizes
    found = explained(situation, "mat1-mat2", ())
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
        # What its rows and columns are meant to be is not known.
        values = {name: value for name, value in found.values.items() if name != "out_features"}
        return replace(found, values=values)
    if _is_own_product(situation):
        values = {**found.values, **_transposed_parameter(situation)}
        return replace(found, slug="own-product", guesses=(), values=values)
    if layer is not None and (given := _swapped_weight(situation, layer)):
        return given
    found = _as_transposed(found, layer, situation.value_shape or ())
    call = call_at_fault(situation)
    if call is None or call.fits:  # without its sizes, nothing follows from a message
        return found
    fixes = _of_statement(situation)
    if fixes is None:
        return replace(found, fixes=fixes_of(situation, call), pitfalls=pitfalls_of(situation, call))
    return replace(found, fixes=fixes)


def _of_statement(situation: Situation) -> tuple[Fix, ...] | None:
    """Return the fixes of a product outside of any layer; None where it may be a layer's."""
    if situation.error is None or situation.model is None or situation.failed is not None:
        return None
    return statement_fixes("product", situation.error, situation.model) or (
        None if situation.layer is not None else ()
    )


def _as_transposed(found: Explanation, layer: nn.Module | None, x_shape: tuple[int, ...]) -> Explanation:
    """Say so where x would fit if the layer's weight were not stored transposed."""
    if not isinstance(layer, nn.Linear) or not is_transposed(layer, x_shape):
        return found
    values = {"in_features": layer.in_features, "out_features": layer.out_features}
    return replace(found, slug="weight-transposed", values={**found.values, **values})


def _swapped_weight(situation: Situation, layer: nn.Module) -> Explanation | None:
    """A transposed weight that functional_call was given in place of the layer's own."""
    root = situation.failed.root if situation.failed else None
    if root is None or root.swapped is None or not isinstance(layer, nn.Linear):
        return None
    key = next((f"{path}.weight" for path in situation.paths if f"{path}.weight" in root.swapped), "")
    expected = (layer.out_features, layer.in_features)
    if not key or tuple(root.swapped[key].shape) != expected[::-1] or expected == expected[::-1]:
        return None
    fix = Fix(TRANSPOSE_WEIGHT, f'params["{key}"] = params["{key}"].T')
    fixes = situation.site.tried(iter((fix,))) if situation.site and root.swapped_name else ()
    values = {"in_features": layer.in_features, "out_features": layer.out_features}
    return explained(situation, "weight-transposed", fixes, **values)


def of_batches(situation: Situation) -> Explanation:
    """Batches of matrices: those of a layer inside vmap are reported as one product."""
    layer, shape = situation.layer, situation.value_shape
    if type(layer) is nn.Linear and shape and shape[-1] != layer.in_features:
        values = {"features": shape[-1], "in_features": layer.in_features}
        return Explanation("", values, (), situation.paths, "mat1-mat2")
    return explained(situation, situation.slug, ())


def _is_stored_otherwise(situation: Situation, layer: nn.Module) -> bool:
    """Whether mat2 is the weight itself: a forward of the user's own does not transpose."""
    sizes = situation.sizes
    shape = (sizes.get("in_features"), sizes.get("out_features"))
    if not has_own_forward(layer) or shape[0] == shape[1]:
        return False
    return any(tuple(parameter.shape) == shape for parameter in layer.parameters(recurse=False))


def _is_own_product(situation: Situation) -> bool:
    """Whether neither of the two matrices is a weight of the module that was running."""
    failed, sizes = situation.failed, situation.sizes
    error = situation.error
    if failed is None or error is None or not {"in_features", "out_features"} <= set(sizes):
        return False
    if "linear" in last_line(error):  # F.linear takes a weight, wherever it comes from
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


def _transposed_parameter(situation: Situation) -> dict[str, str]:
    """Name the parameter that is multiplied transposed, where it would fit as it is stored."""
    sizes, module = situation.sizes, situation.failed.innermost if situation.failed else nn.Module()
    stored = (sizes["out_features"], sizes["in_features"])
    named = module.named_parameters(recurse=False)
    found = (name for name, parameter in named if tuple(parameter.shape) == stored)
    fits = sizes.get("features") == sizes["out_features"]
    return {"parameter": name, "owner": type(module).__name__} if fits and (name := next(found, "")) else {}


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


def of_weight(situation: Situation) -> Explanation:
    """The weight is not a matrix."""
    layer = situation.layer
    if not isinstance(layer, nn.Linear) or is_lazy(layer.weight) or layer.weight.ndim == _MATRIX:
        return explained(situation, situation.slug, ())
    expected = (layer.out_features, layer.in_features)
    call = call_at_fault(situation)
    fixes = fixes_of(situation, call) if call else ()
    return explained(situation, "weight-dim", fixes, given=tuple(layer.weight.shape), expected=expected)
