"""Numbers as the picture shows them: text of fixed digits, color levels and bar places, row by row as drawn.

Long lists travel as one text with spaces between, which is faster to write, to send and to read.
"""

from typing import Any

from linear_core import ForwardTrace
from linear_core.charts.digits import fulls, levels, magnitude, nice_ceiling, plain, power, scaled, texts
from linear_core.passes.match import Match
from linear_core.passes.walkthrough import rounding_errors, walkthrough
from pages._ui.walk.picture import Elementwise, Product

SHORT_SUM = 8  # terms that fit in a line with four digits


def payload(product: Product | Elementwise) -> dict[str, Any]:
    """Return every number that is drawn of one product, ready to be drawn."""
    return _of_elements(product) if isinstance(product, Elementwise) else _of_product(product)


def _of_elements(product: Elementwise) -> dict[str, Any]:
    shown = product.values
    top = nice_ceiling(max(map(magnitude, shown.values())))
    rows, columns = shown["result"].shape
    return {
        "scale": plain(top),
        "most": top,
        "matrices": {
            name: {"text": texts(part, 2, product.compact), "full": fulls(part), "level": levels(part, top)}
            for name, part in shown.items()
        },
        "result": {"match": match_numbers(product.match), "rounding": " ".join(["0"] * (rows * columns))},
        "differences": texts(shown["left"] - shown["right"], 2),
        "rule": product.rule,
        "note": product.note,
        "library": product.library,
    }


def _of_product(product: Product) -> dict[str, Any]:
    trace = product.trace
    shown = _values(product)
    top = nice_ceiling(max(map(magnitude, shown.values())))
    inner = shown["top"].shape[0]
    most = 4 if inner + trace.weight.shape[0] <= 7 else 2
    compact = product.compact
    sums = {"result": _sums(trace, product.upright, most, compact, top)}
    if product.beside_trace is not None:
        sums["beside"] = _sums(product.beside_trace, False, most, compact, top)
    for place, values in product.witnesses.items():
        sums[place]["witness"] = fulls(_turned(values.float(), product.upright))
    return {
        "scale": plain(top),
        "most": top,
        "matrices": {
            name: {
                "text": texts(part, most, compact),
                "factor": texts(part, _fine(inner, most), compact),
                "full": fulls(part),
                "level": levels(part, top),
            }
            for name, part in shown.items()
        },
        **sums,
        "added_terms": texts(shown["added"], _fine(inner, 3)) if product.added else "",
        "edges": _edges(trace) if product.neurons else None,
    }


def _fine(num_terms: int, otherwise: int) -> int:
    """Return the digits of a number in a sum: enough that adding up a short one gives the same."""
    return 4 if num_terms <= SHORT_SUM else otherwise


def _values(product: Product) -> dict[str, Any]:
    """The matrices as they are drawn; a vector is a row or a column."""
    trace = product.trace
    left, top = (trace.weight, trace.x_rows) if product.upright else (trace.x_rows, trace.weight)
    values = {"left": left, "top": top.T, "result": _turned(trace.output_rows, product.upright)}
    if trace.bias is not None:
        values["added"] = trace.bias[:, None] if product.upright else trace.bias[None]
    if product.beside_trace is not None:
        values["beside"] = product.beside_trace.output_rows
    return values


def _turned(values: Any, upright: bool) -> Any:
    """Numbers of a trace, ``(num_rows, out_features, …)``, in the order in which they are drawn."""
    return values.transpose(0, 1) if upright else values


def _sums(trace: ForwardTrace, upright: bool, most: int, compact: bool, top: float) -> dict[str, Any]:
    """The sums that lead to each element, term by term."""
    walk = walkthrough(trace)
    stops = _turned(walk.stops, upright)
    differences, unit = scaled(_turned(walk.difference, upright))
    errors, outs = rounding_errors(trace), trace.weight.shape[0]
    if upright:
        errors = [error for out in range(outs) for error in errors[out::outs]]
    return {
        "terms": texts(_turned(walk.products, upright), _fine(trace.weight.shape[1], 3)),
        "sums": texts(stops, most, compact),
        "sum_levels": levels(stops, top),
        "places": (_turned(walk.places, upright) * 1000).round().int().flatten().tolist(),
        "totals": texts(_turned(trace.output_rows, upright), 4),
        "loops": fulls(stops[..., -1]),
        "rounding": " ".join(power(error).replace(" ", "\u00a0") for error in errors),
        "differences": differences,
        "unit": unit,
        "match": match_numbers(trace.check()),
    }


def _edges(trace: ForwardTrace) -> dict[str, Any]:
    """How strong each weight is among all, for the lines between neurons."""
    weight = trace.weight
    bias = weight.new_empty(0) if trace.bias is None else trace.bias
    strongest = max(magnitude(weight), magnitude(bias))
    return {"weight": levels(weight, strongest), "bias": levels(bias, strongest)}


def match_numbers(match: Match) -> dict[str, Any]:
    """Return what the badge says, as text."""
    return {
        "ok": match.ok,
        "nonfinite": match.num_nonfinite,
        "cells": match.num_cells,
        "equal": match.max_difference == 0,
        "difference": power(match.max_difference),
        "tolerance": power(match.tolerance),
    }
