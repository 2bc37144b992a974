"""One step in detail: forward, loss, gradients, update."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core.data import RegressionData
from linear_core.training.config import TrainingConfig
from linear_core.training.engine import Engine
from linear_core.training.losses import LOSSES
from linear_core.training.run_history import Segment


@dataclass(frozen=True, eq=False)
class StepTrace:
    """Everything that one step computes, in the order in which it does.

    Attributes
    ----------
    data, config : RegressionData and TrainingConfig
        What it is made with.
    step : int
        Updates made before.
    rows : Tensor, ``(batch_size,)``, int64
        Which samples the step sees.
    x, target : Tensor, ``(batch_size, in_features)`` and ``(batch_size, out_features)``
        Those samples.
    weight, bias : Tensor
        The parameters before.
    prediction, residual : Tensor, ``(batch_size, out_features)``
        The forward pass; residual = target − prediction.
    loss : Tensor, 0-D
        Over these samples.
    grad_output : Tensor, ``(batch_size, out_features)``
        d loss / d prediction.
    grad_weight, grad_bias : Tensor
        d loss / d parameter, as ``.grad`` holds them after ``backward``.
    new_weight, new_bias : Tensor
        The parameters after.
    """

    data: RegressionData
    config: TrainingConfig
    step: int
    rows: Tensor
    x: Tensor
    target: Tensor
    weight: Tensor
    bias: Tensor | None
    prediction: Tensor
    residual: Tensor
    loss: Tensor
    grad_output: Tensor
    grad_weight: Tensor
    grad_bias: Tensor | None
    new_weight: Tensor
    new_bias: Tensor | None


@torch.no_grad()
def trace_next_step(segment: Segment, engine: Engine) -> StepTrace:
    """Let an engine make one step, and keep all that it computes."""
    data, step, weight, bias = segment.data, engine.step, engine.weight, engine.bias
    rows = engine.next_batch()
    if rows is None:
        rows = torch.arange(data.n_samples)
    x, target = data.x[rows], data.target[rows]
    prediction = F.linear(x, weight, bias)  # (n, in) @ (in, out) + (out,)
    loss = LOSSES[segment.config.loss]
    grad_output = loss.gradient(prediction, target)
    engine.run(1)
    return StepTrace(
        data=data,
        config=segment.config,
        step=step,
        rows=rows,
        x=x,
        target=target,
        weight=weight,
        bias=bias,
        prediction=prediction,
        residual=target - prediction,
        loss=loss.value(prediction, target),
        grad_output=grad_output,
        grad_weight=grad_output.T @ x,  # (out, n) @ (n, in)
        grad_bias=None if bias is None else grad_output.sum(0),
        new_weight=engine.weight,
        new_bias=engine.bias,
    )
