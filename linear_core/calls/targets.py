"""Prediction and target of different shapes."""

import math
from collections.abc import Mapping

from linear_core.calls import labels
from linear_core.calls.records import Fix


def target_fixes(sizes: Mapping[str, tuple[int, ...]]) -> tuple[Fix, ...]:
    """Make prediction and target, which ``sizes`` names in this order, alike.

    Nothing is offered where their numbers of elements differ: no fix brings back a lost sample.
    """
    (prediction, expected), (target, given) = sizes.items()
    if math.prod(expected) != math.prod(given):
        return ()
    fixes = [Fix(labels.RESHAPE_TARGET, f"{target} = {target}.reshape({prediction}.shape)")]
    if len(given) == 2 and given[::-1] == expected and given != expected:
        fixes.insert(0, Fix(labels.TRANSPOSE_TARGET, f"{target} = {target}.T"))
    if (*given, 1) == expected:
        fixes.append(Fix(labels.FLATTEN_PREDICTION, f"{prediction} = {prediction}.squeeze(-1)"))
    return tuple(fixes)
