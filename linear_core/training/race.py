"""Optimizers side by side: the same data, the same start, the same number of steps."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linear_core._checks import check_choice, check_count
from linear_core.data import RegressionData
from linear_core.training.config import TrainingConfig
from linear_core.training.forecast import config_outlook
from linear_core.training.history import TrainingHistory
from linear_core.training.optimizers import OPTIMIZER_CHOICES
from linear_core.training.trainer import Trainer

MAX_STEPS = 30_000
SLICE = 0.05  # seconds from one word on the progress to the next
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
FINER = 8  # rates tried between the neighbors of the best so far ...
ROUNDS = 2  # ... and again, so that the last ones are about 6% apart
GOAL_SHARE = 1e-3  # of the way from the lowest loss seen to the start's


@dataclass(frozen=True, eq=False)
class RaceRun:
    """What one optimizer made of it.

    Attributes
    ----------
    name : str
        One of `OPTIMIZER_CHOICES`.
    config : TrainingConfig
        With which it ran.
    history : TrainingHistory
        Every state it passed.
    diverged_at : int or None
        The step whose numbers are not finite.
    """

    name: str
    config: TrainingConfig
    history: TrainingHistory
    diverged_at: int | None

    def steps_to(self, loss: float) -> int | None:
        """Return the first step at which the loss is at most this; None if no step made has it."""
        reached = (self.history.loss <= loss).nonzero()
        return int(self.history.step[reached[0]]) if len(reached) else None


def race(
    data: RegressionData,
    config: TrainingConfig,
    names: Sequence[str],
    num_steps: int,
    *,
    tuned: bool = False,
    goal: float | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> list[RaceRun]:
    """Let optimizers run from the same start.

    Parameters
    ----------
    data : RegressionData
        The data to train on.
    config : TrainingConfig
        Its learning rate, loss, batch size, bias, init and seed count for all; its stop rules do not.
    names : sequence of str
        Of `OPTIMIZER_CHOICES`.
    num_steps : int
        From 1 to 30,000.
    tuned : bool
        Each at the rate that takes it to the goal in the fewest steps and keeps it there, instead of the
        config's: the best of `RATES`, then of ever finer rates around it, and of the rate that theory knows
        to be fastest in the long run. Where no rate leads to the goal, the one that ends at the lowest loss.
    goal : float, optional
        The loss to reach; by default close to the lowest that any rate of `RATES` ends at.
    on_progress : callable, optional
        Called with the share that is done, from 0 to 1, many times a second.

    Returns
    -------
    list of RaceRun
        In the order of `names`.

    Raises
    ------
    ConfigError
        An optimizer is not known, or `num_steps` is out of range.

    Examples
    --------
    >>> from linear_core import line_data
    >>> runs = race(line_data(), TrainingConfig(learning_rate=0.1), ["SGD", "Momentum"], 500)
    >>> [(run.name, run.steps_to(1e-3)) for run in runs]
    [('SGD', 235), ('Momentum', 46)]
    """
    check_count("num_steps", num_steps, largest=MAX_STEPS)
    for name in names:
        check_choice("optimizer", name, OPTIMIZER_CHOICES)
    no_stop = dict.fromkeys(("stop_step", "stop_loss", "stop_gradient_norm", "stop_patience"))
    configs = [config.changed({**no_stop, **OPTIMIZER_CHOICES[name]}) for name in names]
    tries = len(RATES) + FINER * ROUNDS + 1 if tuned else 0
    track = _Track(data, num_steps, len(names) * (tries + 1), on_progress)
    runs = _tuned(track, configs, goal) if tuned else [track.run(each) for each in configs]
    track.end()
    return [
        RaceRun(name, run.config, run.history, run.diverged_at) for name, run in zip(names, runs, strict=True)
    ]


class _Track:
    """Makes runs and tells how far they are."""

    def __init__(
        self,
        data: RegressionData,
        num_steps: int,
        num_runs: int,
        on_progress: Callable[[float], None] | None,
    ) -> None:
        self.data, self.num_steps = data, num_steps
        self._num_runs, self._done, self._told = num_runs, 0, 0.0
        self._on_progress = on_progress

    def run(self, config: TrainingConfig, num_steps: int | None = None) -> Trainer:
        """Train from the start, for the whole length unless told otherwise."""
        trainer, end = Trainer(self.data, config), num_steps or self.num_steps
        while trainer.advance(end - trainer.step, SLICE) and trainer.step < end:
            self._tell(trainer.step / end)
        self._done += 1
        self._tell(0.0)
        return trainer

    def end(self) -> None:
        """Tell that all is done."""
        self._done = self._num_runs
        self._tell(0.0)

    def _tell(self, share: float) -> None:
        # A search may take more or fewer runs than expected; progress never goes back.
        self._told = max(self._told, min(1.0, (self._done + share) / self._num_runs))
        if self._on_progress is not None:
            self._on_progress(self._told)


def _tuned(track: _Track, configs: Sequence[TrainingConfig], goal: float | None) -> list[Trainer]:
    coarse = [[track.run(config.changed({"learning_rate": rate})) for rate in RATES] for config in configs]
    if goal is None:
        lowest = min(trainer.loss for tries in coarse for trainer in tries)
        goal = lowest + GOAL_SHARE * (coarse[0][0].start.loss - lowest)
    return [_at_best_rate(track, config, tries, goal) for config, tries in zip(configs, coarse, strict=True)]


def _at_best_rate(track: _Track, config: TrainingConfig, coarse: Sequence[Trainer], goal: float) -> Trainer:
    """Search around the best of the coarse rates, and make the whole run at what is found."""
    merits = {trainer.config.learning_rate: _merit(trainer, goal) for trainer in coarse}

    def attempt(rates: Sequence[float]) -> None:
        for rate in rates:
            if rate not in merits:
                steps = min(track.num_steps, max(1, min(merits.values())[0]))  # no need for more
                merits[rate] = _merit(track.run(config.changed({"learning_rate": rate}), steps), goal)

    if config.has_theory:
        attempt([config_outlook(track.data, config)[0].best_rate])
    for _ in range(ROUNDS):
        known, best = sorted(merits), min(merits, key=merits.__getitem__)
        place = known.index(best)
        low, high = known[max(place - 1, 0)], (*known, 3 * best)[place + 1]
        ratio = (high / low) ** (1 / (FINER + 1))
        attempt([float(f"{low * ratio**k:.3g}") for k in range(1, FINER + 1)])  # as one would type it
    for rate in sorted(merits, key=merits.__getitem__):
        run = track.run(config.changed({"learning_rate": rate}))
        # The run that gets there first may still diverge, or oscillate above the goal again.
        if run.diverged_at is None and (run.loss <= goal or merits[rate][0] > track.num_steps):
            return run
    return min(coarse, key=lambda trainer: _merit(trainer, goal))


def _merit(trainer: Trainer, goal: float) -> tuple[int, float]:
    """Return how many steps the goal takes and the loss there; what is less is better."""
    if trainer.diverged_at is not None:
        return MAX_STEPS + 2, math.inf
    losses = trainer.history.loss
    reached = (losses <= goal).nonzero()
    if len(reached):
        return int(reached[0]), losses[reached[0]].item()
    return MAX_STEPS + 1, losses[-1].item()
