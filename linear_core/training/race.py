"""Optimizers side by side: the same data, the same start, the same number of steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linear_core.data import RegressionData
from linear_core.errors import ConfigError
from linear_core.training.config import TrainingConfig
from linear_core.training.history import TrainingHistory
from linear_core.training.optimizers import OPTIMIZER_CHOICES
from linear_core.training.trainer import Trainer

MAX_STEPS = 2000  # so that the history keeps every step
SLICE = 0.05  # seconds from one word on the progress to the next
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)


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
        """Give the first step at which the loss is at most this; None if no step made has it."""
        reached = (self.history.loss <= loss).nonzero()
        return int(self.history.step[reached[0]]) if len(reached) else None


def race(
    data: RegressionData,
    config: TrainingConfig,
    names: Sequence[str],
    num_steps: int,
    *,
    tuned: bool = False,
    on_progress: Callable[[float], None] | None = None,
) -> list[RaceRun]:
    """Let optimizers run from the same start.

    Parameters
    ----------
    data : RegressionData
        What to learn from.
    config : TrainingConfig
        Its learning rate, loss, batch size, bias and seed count for all; its stop rules do not.
    names : sequence of str
        Of `OPTIMIZER_CHOICES`.
    num_steps : int
        From 1 to 2,000.
    tuned : bool
        Each at the rate of `RATES` that ends at its lowest loss, instead of the config's.
    on_progress : callable, optional
        Told the share that is done, from 0 to 1, many times a second.

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
    if not isinstance(num_steps, int) or not 1 <= num_steps <= MAX_STEPS:
        raise ConfigError(
            "num_steps is {num_steps!r}; a race takes a whole number from 1 to {most}",
            num_steps=num_steps,
            most=MAX_STEPS,
        )
    for name in names:
        if name not in OPTIMIZER_CHOICES:
            known = ", ".join(map(repr, OPTIMIZER_CHOICES))
            raise ConfigError("an optimizer is called {name!r}; choose of {known}", name=name, known=known)
    no_stop = dict.fromkeys(("stop_step", "stop_loss", "stop_gradient_norm", "stop_patience"))
    rates = RATES if tuned else (config.learning_rate,)
    runs, done, races = [], 0, len(names) * len(rates)

    def tell(share: float) -> None:
        if on_progress is not None:
            on_progress((done + share) / races)

    for name in names:
        tries = []
        for rate in rates:
            own = config.changed({**no_stop, **OPTIMIZER_CHOICES[name], "learning_rate": rate})
            tries.append(_run(name, data, own, num_steps, tell))
            done += 1
            tell(0.0)
        runs.append(min(tries, key=lambda run: run.history.loss[-1].item()))
    return runs


def _run(
    name: str, data: RegressionData, config: TrainingConfig, num_steps: int, tell: Callable[[float], None]
) -> RaceRun:
    trainer = Trainer(data, config)
    while trainer.advance(num_steps - trainer.step, SLICE) and trainer.step < num_steps:
        tell(trainer.step / num_steps)
    return RaceRun(name, config, trainer.history, trainer.diverged_at)
