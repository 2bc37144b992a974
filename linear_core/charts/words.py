"""The English words of the pictures of a layer; each picture takes others under the same names."""

from collections.abc import Mapping
from types import MappingProxyType

BLOCK_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "mean_title": "{name}: mean of each block",
        "extreme_title": "{name}: extreme of each block",
        "strongest": "strongest colour: ±{largest}",
        "rows": "rows of the block",
        "columns": "columns of the block",
        "mean": "mean",
        "extreme": "extreme",
        "description": "{name}, {shape}, in {blocks} blocks; means reach from {lowest_mean} to"
        " {highest_mean}, extremes from {lowest} to {highest}.",
    }
)

WINDOW_WORDS: Mapping[str, str] = MappingProxyType(
    {"cell": "cell", "value": "value", "description": "{part} in numbers."}
)

CONTRIBUTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bias": "bias",
        "term": "term",
        "adds": "adds",
        "description": "{cell} = {value}: product {index} gives {product}, the other {others} give {rest}.",
        "description_of_none": "{cell} = {value}: no product is shown, the other {others} give {rest}.",
    }
)

FOLDING_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "fold": "fold →",
        "unfold": "unfold →",
        "sample": "sample",
        "place": "place",
        "x_folded": "x folded",
        "y_folded": "y folded",
        "row": "row {row}",
        "description": "x {x_shape} folds into {rows} rows of {in_features}; the layer makes {rows} rows of"
        " {out_features}; they unfold into {y_shape}.",
    }
)

FORWARD_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "cell": "cell",
        "value": "value",
        "term": "term",
        "adds": "adds",
        "sum": "sum so far",
        "description": "x {x_shape} times {weight} {weight_shape} gives y {y_shape}; {cell} is {value}.",
        "description_of_columns": "{weight} {weight_shape} times x {x_shape} gives y {y_shape};"
        " {cell} is {value}.",
    }
)

NEURON_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "name": "name",
        "value": "value",
        "bias": "bias {bias}",
        "no_bias": "no bias",
        "description": "{ins} input neurons, {outs} output neurons, {edges} edges; red edges are negative,"
        " thick ones are large.",
    }
)
