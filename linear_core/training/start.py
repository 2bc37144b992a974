"""Where a run starts: given parameters, or those that an initialization draws."""

import torch
from torch import Tensor

from linear_core.data import RegressionData
from linear_core.errors import DataError, ShapeError
from linear_core.layer.spec import LayerSpec, build_layer
from linear_core.training.config import TrainingConfig
from linear_core.training.engine import Snapshot

DTYPES = (torch.float32, torch.float64)


def starting_point(
    data: RegressionData, config: TrainingConfig, weight: Tensor | None, bias: Tensor | None
) -> Snapshot:
    """Check where a run starts, and draw what is not given.

    Raises
    ------
    ShapeError
        A shape does not fit, or a bias is given where the config has none.
    DataError
        A dtype does not fit.
    """
    dtype = data.x.dtype
    if dtype not in DTYPES:
        raise DataError(
            "expected data of dtype {first} or {second}, but got {dtype}; convert it",
            dtype=dtype,
            first=DTYPES[0],
            second=DTYPES[1],
        )
    if bias is not None and not config.bias:
        raise ShapeError("expected no bias with bias=False in the config, but got one; leave one of them out")
    name = str(dtype).removeprefix("torch.")
    layer = build_layer(
        LayerSpec(data.in_features, data.out_features, config.bias, config.init, config.seed, name)
    )
    for name, tensor, own in (("weight", weight, layer.weight), ("bias", bias, layer.bias)):
        if tensor is not None and tensor.shape != own.shape:
            raise ShapeError(
                "expected {name} of shape {wanted} for this data, but got {shape}; weight is "
                "(out_features, in_features), bias (out_features,)",
                name=name,
                shape=tuple(tensor.shape),
                wanted=tuple(own.shape),
            )
        if tensor is not None and tensor.dtype != dtype:
            raise DataError(
                "expected {name} of the data's dtype {wanted}, but got {dtype}; convert one of them",
                name=name,
                dtype=tensor.dtype,
                wanted=dtype,
            )
    weight = layer.weight if weight is None else weight
    bias = layer.bias if bias is None else bias
    bias = None if bias is None else bias.detach().clone()
    return Snapshot(0, weight.detach().clone(), bias, ({}, {}), None)
