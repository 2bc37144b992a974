"""Values that are not tensors, and arrays that hold something other than numbers."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from torch import Tensor

from linear_core.answers.common import explained
from linear_core.calls.compared import objects_in_line
from linear_core.calls.conversions import conversion_fixes, conversions_of_kind
from linear_core.calls.labels import NUMBERS_ONLY, TO_TENSOR
from linear_core.calls.records import Explanation, Fix
from linear_core.calls.situation import Situation
from linear_core.calls.trial import quiet, run


def of_value(situation: Situation) -> Explanation:
    """Something other than a tensor reached a module."""
    kind = situation.values.get("kind", "")
    is_nothing = kind == "NoneType" and situation.values.get("name") != "weight"
    values = {"nothing": "None"} if is_nothing else {}
    site = situation.site
    fixes = conversions_of_kind(kind) if situation.error is None else ()
    if site is not None and site.value is not None and not isinstance(site.value, Tensor):
        fixes = conversion_fixes(site)
        if not fixes and isinstance(site.value, list) and _is_uneven(site.value):
            return explained(situation, "object-array", ())
    return explained(situation, "not-a-tensor", fixes, **values)


def _is_uneven(rows: list[Any]) -> bool:
    return len({len(row) for row in rows if isinstance(row, list | tuple)}) > 1


def of_array(situation: Situation) -> Explanation:
    """Convert the array where it has a name and holds nothing but numbers."""
    if situation.error is None:
        fix = Fix(TO_TENSOR, 'x = torch.from_numpy(x.astype("float32"))')
        return explained(situation, "object-array", (fix,))
    arrays = objects_in_line(situation.error)
    fixes = (Fix(NUMBERS_ONLY, f'{name} = {name}.astype("float32")') for name in arrays)
    return explained(situation, "object-array", tuple(fix for fix in fixes if _converts(fix, arrays)))


def _converts(fix: Fix, arrays: Mapping[str, Any]) -> bool:
    with suppress(Exception), quiet():
        run(fix.code, dict(arrays))
        return True
    return False
