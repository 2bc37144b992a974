"""When a run has done enough: rules that are asked at every step, so that chunks do not matter."""

import math

from torch import Tensor

from linear_core.training.config import TrainingConfig

# What counts as an improvement: a loss lower by this share of the best before.
MIN_IMPROVEMENT = 1e-3


class StopWatch:
    """Watches one segment of a run, shown each of its states once."""

    def __init__(self, config: TrainingConfig) -> None:
        self._config = config
        self._best_loss, self._best_step = math.inf, 0
        self.stopped_by: str | None = None

    def first_stop(self, first_step: int, losses: Tensor, gradient_norms: Tensor) -> int | None:
        """Return the row of the first of these consecutive states at which a rule holds, if there is one."""
        if not self._config.stops_early:
            return None
        states = zip(losses.tolist(), gradient_norms.tolist(), strict=True)
        for row, (loss, gradient_norm) in enumerate(states):
            self.stopped_by = self._rule_that_holds(first_step + row, loss, gradient_norm)
            if self.stopped_by is not None:
                return row
        return None

    def _rule_that_holds(self, step: int, loss: float, gradient_norm: float) -> str | None:
        config = self._config
        if loss < self._best_loss * (1 - MIN_IMPROVEMENT):
            self._best_loss, self._best_step = loss, step
        if config.stop_step is not None and step >= config.stop_step:
            return "step"
        if config.stop_loss is not None and loss <= config.stop_loss:
            return "loss"
        if config.stop_gradient_norm is not None and gradient_norm <= config.stop_gradient_norm:
            return "gradient_norm"
        if config.stop_patience is not None and step - self._best_step >= config.stop_patience:
            return "patience"
        return None
