"""Numbers as the picture shows them: text of fixed digits, color levels and bar places, row by row as drawn.

Long lists travel as one text with spaces between, which is quicker to write, to send and to read.
"""

from typing import Any

import torch
from torch import Tensor

from linear_core import Match
from linear_core.charts.digits import fulls, levels, magnitude, nice_ceiling, plain, power, scaled, texts
from linear_core.passes.walkthrough import rounding_errors, stops_between, walkthrough
from pages._ui.walk.picture import Product


def payload(product: Product) -> dict[str, Any]:
    """Return every number that is drawn of one product, ready to be drawn."""
    trace, walk = product.trace, walkthrough(product.trace)
    shown = _values(product)
    top = nice_ceiling(max(map(magnitude, shown.values())))
    inner, columns = shown["top"].shape
    most = 4 if inner + trace.weight.shape[0] <= 7 else 2
    compact = inner + columns > 22
    differences, unit = scaled(_turned(walk.difference, product))
    errors = torch.tensor(rounding_errors(trace), dtype=torch.float64).reshape(trace.output_rows.shape)
    sums = {
        "terms": texts(_turned(walk.products, product), 3),
        **_sums(_turned(walk.stops, product), _turned(walk.places, product), most, compact, top),
        "totals": texts(shown["result"], 4),
        "loops": fulls(_turned(walk.stops[..., -1], product)),
        "rounding": _joined(_turned(errors, product)),
        "differences": differences,
        "unit": unit,
    }
    return {
        "compact": compact,
        "scale": plain(top),
        "most": top,
        "matrices": {
            name: {"text": texts(part, most, compact), "full": fulls(part), "level": levels(part, top)}
            for name, part in shown.items()
        },
        "result": sums,
        "added_terms": texts(shown["added"], 3) if product.added else "",
        **({"beside": _beside(product, shown["left"], most, compact, top)} if product.beside else {}),
        **({"edges": _edges(trace.weight, trace.bias)} if product.neurons else {}),
        "match": match_numbers(trace.check()),
    }


def _values(product: Product) -> dict[str, Tensor]:
    """The matrices as they are drawn; a vector is a row or a column."""
    trace = product.trace
    left, top = (trace.weight, trace.x_rows) if product.upright else (trace.x_rows, trace.weight)
    values = {"left": left, "top": top.T, "result": _turned(trace.output_rows, product)}
    if product.added is not None and trace.bias is not None:
        values["added"] = trace.bias[:, None] if product.upright else trace.bias[None]
    if product.beside_values is not None:
        values["beside"] = product.beside_values[:, None]
    return values


def _turned(values: Tensor, product: Product) -> Tensor:
    """Numbers of the trace, ``(num_rows, out_features, …)``, in the order in which they are drawn."""
    return values.transpose(0, 1) if product.upright else values


def _sums(stops: Tensor, places: Tensor, most: int, compact: bool, top: float) -> dict[str, Any]:
    return {
        "sums": texts(stops, most, compact),
        "sum_levels": levels(stops, top),
        "places": (places * 1000).round().int().flatten().tolist(),
    }


def _beside(product: Product, left: Tensor, most: int, compact: bool, top: float) -> dict[str, Any]:
    """The sums of the rows of ``left``, term by term."""
    values = product.beside_values
    assert values is not None
    stops = torch.cat([left.new_zeros(left.shape[0], 1), left.cumsum(1)], dim=1)
    return {
        "terms": texts(left, 3),
        **_sums(stops, stops_between(stops), most, compact, top),
        "totals": texts(values, 4),
        "rounding": _joined(values.double() - left.double().sum(1)),
    }


def _edges(weight: Tensor, bias: Tensor | None) -> dict[str, Any]:
    """How strong each weight is among all, for the lines between neurons."""
    bias = weight.new_empty(0) if bias is None else bias
    strongest = max(magnitude(weight), magnitude(bias))
    return {"weight": levels(weight, strongest), "bias": levels(bias, strongest)}


def _joined(errors: Tensor) -> str:
    return " ".join(power(error).replace(" ", "\u00a0") for error in errors.flatten().tolist())


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
