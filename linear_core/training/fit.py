"""How well given parameters fit given samples, those trained on or others."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core.data import RegressionData
from linear_core.training.history import TrainingHistory
from linear_core.training.losses import LOSSES

MAX_ELEMENTS = 2**20  # of predictions held at a time


@dataclass(frozen=True)
class Fit:
    """How well a layer predicts some samples.

    Attributes
    ----------
    loss : float
        The loss, as the layer computes it.
    rmse : float
        Root of the mean squared residual, in units of the target.
    r_squared : float or None
        The share of the target's variation, about the mean of these samples, that is explained: 1 for all of
        it, 0 for no more than the mean would, negative for less. None if the target does not vary.
    """

    loss: float
    rmse: float
    r_squared: float | None


def fit(data: RegressionData, weight: Tensor, bias: Tensor | None = None, loss: str = "mse") -> Fit:
    """Measure a fit.

    Parameters
    ----------
    data : RegressionData
        The samples to predict.
    weight : Tensor, ``(out_features, in_features)``
        The layer's weight.
    bias : Tensor, ``(out_features,)``, or None
        Likewise its bias.
    loss : str
        One of `LOSSES`.

    Returns
    -------
    Fit

    Examples
    --------
    >>> from linear_core import line_data
    >>> fit(line_data(3.0, 0.8), torch.tensor([[3.0]]), torch.tensor([1.0]))
    Fit(loss=0.0400..., rmse=0.2000..., r_squared=0.94...)
    """
    prediction = F.linear(data.x, weight, bias)  # (n, in) @ (in, out) + (out,)
    target = data.target.double()
    unexplained = (prediction.double() - target).square().sum().item()
    variation = (target - target.mean(dim=0)).square().sum().item()
    return Fit(
        loss=LOSSES[loss].value(prediction, data.target).item(),
        rmse=(unexplained / target.numel()) ** 0.5,
        r_squared=1 - unexplained / variation if variation else None,
    )


def losses_on(
    data: RegressionData, history: TrainingHistory, loss: str = "mse", max_states: int = 240
) -> tuple[Tensor, Tensor]:
    """Return the loss on other samples at states of a history.

    Parameters
    ----------
    data : RegressionData
        The samples, for instance those of a test set.
    history : TrainingHistory
        The states.
    loss : str
        One of `LOSSES`.
    max_states : int
        Not at more states than about this, half of them in equal steps and half in equal factors.

    Returns
    -------
    tuple of Tensor, ``(n,)`` each
        The steps, the first and the last among them, and the losses.

    Examples
    --------
    >>> from linear_core import Trainer, TrainingConfig, line_data
    >>> trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1))
    >>> _ = trainer.advance(3)
    >>> step, losses = losses_on(trainer.data, trainer.history)
    >>> torch.allclose(losses, trainer.history.loss)
    True
    """
    last, half = len(history.step) - 1, max_states // 2
    even = torch.linspace(0, last, half)
    early = torch.logspace(0, math.log10(max(last, 1)), half)
    rows = torch.unique(torch.cat([even, early.clamp(max=last)]).round().long())
    bias = None if history.bias is None else history.bias[rows]
    return history.step[rows], losses_of(data, history.weight[rows], bias, loss)


def losses_of(data: RegressionData, weight: Tensor, bias: Tensor | None, loss: str = "mse") -> Tensor:
    """Return the loss of many layers at once, in their dtype.

    Parameters
    ----------
    data : RegressionData
        The samples to predict.
    weight : Tensor, ``(layers, out_features, in_features)``
        A weight for each layer.
    bias : Tensor, ``(layers, out_features)``, or None
        Likewise the biases.
    loss : str
        One of `LOSSES`.

    Returns
    -------
    Tensor, ``(layers,)``
    """
    x, target = data.x.to(weight.dtype).T, data.target.to(weight.dtype).T  # (in, n), (out, n)
    at_once = max(1, MAX_ELEMENTS // target.numel())
    values = []
    for start in range(0, len(weight), at_once):
        part = weight[start : start + at_once]
        difference = (part.flatten(0, 1) @ x).view(len(part), *target.shape) - target  # (layers, out, n)
        if bias is not None:
            difference += bias[start : start + at_once, :, None]
        values.append(LOSSES[loss].row_values(difference.flatten(1)))
    return torch.cat(values)
