"""The lines that a training script prints while it runs."""

from collections.abc import Iterator

from linear_core.errors import ConfigError
from linear_core.training.trainer import Trainer

LOG_LINE = "Epoch[{}/{}], loss: {:.6f}"
LINES_AT_ONCE = 500  # so that states that have to be computed again take little memory


def log_lines(trainer: Trainer, num_steps: int, every: int = 20, last: int | None = None) -> Iterator[str]:
    """Return what the loop of a plain script has printed so far, line by line.

    The loop counts from 0 and prints in each pass i with ``(i + 1) % every == 0`` the loss before that
    pass's update. The word is "Epoch", as such scripts have it; with all samples in each step it is one.

    Parameters
    ----------
    trainer : Trainer
        The run.
    num_steps : int
        How many steps the script was to make: the number after the stroke.
    every : int
        Steps from one line to the next, at least 1.
    last : int, optional
        Only this many of the latest lines.

    Yields
    ------
    str
        One line, without a line break.

    Raises
    ------
    ConfigError
        `every` or `last` is below 1.

    Examples
    --------
    >>> from linear_core import TrainingConfig, line_data
    >>> trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1))
    >>> _ = trainer.advance(40)
    >>> for line in log_lines(trainer, 100):
    ...     print(line)
    Epoch[19/100], loss: 0.264796
    Epoch[39/100], loss: 0.157600
    """
    if every < 1 or (last is not None and last < 1):
        raise ConfigError(
            "expected every and last of at least 1, but got {every} and {last}; use larger numbers",
            every=every,
            last=last,
        )
    start = 0 if last is None else max(0, (trainer.step // every - last) * every)
    return _lines(trainer, num_steps, every, start)


def _lines(trainer: Trainer, num_steps: int, every: int, start: int) -> Iterator[str]:
    step = start + every - 1
    while step < trainer.step:
        end = min(step + every * LINES_AT_ONCE, trainer.step) - 1
        for loss in trainer.states(step, end).loss[::every].tolist():
            yield LOG_LINE.format(step, num_steps, loss)
            step += every
