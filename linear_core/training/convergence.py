"""From which step on a run has converged, as far as its states tell."""

from dataclasses import dataclass

import torch

from linear_core.training.history import TrainingHistory
from linear_core.training.losses import LOSSES
from linear_core.training.trainer import Trainer

CLOSE = 0.01  # of the minimum, above which the loss counts as the minimum
ROUNDINGS = 4  # of the largest target: a prediction that is off by so much is exact but for rounding


@dataclass(frozen=True)
class Convergence:
    """From where on a run has arrived.

    Attributes
    ----------
    step : int
        The first step from which on that holds in all states.
    kind : str
        "minimum": the loss is at most 1 % above the minimum. "zero": the minimum is 0 but for rounding, and
        so is the loss. "still": each step of gradient descent is too small to change the parameters.
    """

    step: int
    kind: str


def convergence(trainer: Trainer, lowest: float | None) -> Convergence | None:
    """Say from which step on a run has converged, by its states alone.

    States before the latest change of data or loss do not count: they were on the way to another minimum.

    Parameters
    ----------
    trainer : Trainer
        At any step.
    lowest : float or None
        The minimum of the loss that it minimizes (`LossContours.lowest`), where that is known.

    Returns
    -------
    Convergence or None
        None if its latest state is not there, or not known to be.

    Examples
    --------
    >>> from linear_core import TrainingConfig, line_data
    >>> trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.5))
    >>> _ = trainer.advance(300)
    >>> convergence(trainer, lowest=0.0)
    Convergence(step=194, kind='zero')
    """
    states = _of_this_loss(trainer)
    if lowest is not None:
        least = _rounding(trainer)
        kind, goal = ("zero", least) if lowest <= least else ("minimum", (1 + CLOSE) * lowest)
        step = states.since(states.loss <= goal)
        if step is not None:
            return Convergence(step, kind)
    step = _still_since(states) if trainer.config.has_closed_form else None
    return None if step is None else Convergence(step, "still")


def _of_this_loss(trainer: Trainer) -> TrainingHistory:
    history = trainer.history
    turns = [each["step"] for each in trainer.changes if "data" in each or "loss" in each.get("config", {})]
    return history.rows(history.step >= turns[-1]) if turns else history


def _rounding(trainer: Trainer) -> float:
    """Return the largest loss that is rounding alone."""
    target = trainer.data.target
    off = ROUNDINGS * torch.finfo(target.dtype).eps * target.abs().max().double()
    return LOSSES[trainer.config.loss].elementwise(off).item()


def _still_since(states: TrainingHistory) -> int | None:
    """Return the step from which on the parameters are the last ones, if a step has left them so."""
    parameters = states.weight.flatten(1)
    if states.bias is not None:
        parameters = torch.cat([parameters, states.bias], dim=1)
    step = states.since((parameters == parameters[-1]).all(dim=1))
    return step if step != states.step[-1] else None
