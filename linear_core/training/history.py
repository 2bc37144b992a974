"""The states that a run keeps: all up to a stated size, then ever fewer, by a rule of the step alone."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core.training.engine import Rows

# Half of it for the first states, all of them; half for the octaves of steps that follow.
STATES_BYTES = 64 * 2**20
NUM_OCTAVES = 32
FIRST_ROWS = 1024
FIRST_BYTES = 2**20


@dataclass(frozen=True, eq=False)
class TrainingState:
    """The parameters after a number of steps.

    Attributes
    ----------
    step : int
        Updates made.
    weight : Tensor, ``(out_features, in_features)``
        The weight after them.
    bias : Tensor, ``(out_features,)``, or None
        The bias after them.
    loss : float
        Over all samples, after them.
    gradient_norm : float
        Norm of the gradient over all samples there.
    """

    step: int
    weight: Tensor
    bias: Tensor | None
    loss: float
    gradient_norm: float


@dataclass(frozen=True, eq=False)
class TrainingHistory:
    """States of a run, one per row, in the order of their steps.

    Attributes
    ----------
    step : Tensor, ``(n,)``, int64
        Updates made; increasing.
    loss : Tensor, ``(n,)``
        Over all samples, after that many steps.
    gradient_norm : Tensor, ``(n,)``, float64
        Norm of the gradient over all samples, weight and bias together.
    weight : Tensor, ``(n, out_features, in_features)``
        The weight after that many steps.
    bias : Tensor, ``(n, out_features)``, or None
        Likewise the bias.

    Examples
    --------
    >>> from linear_core import Trainer, TrainingConfig, line_data
    >>> trainer = Trainer(line_data(), TrainingConfig())
    >>> _ = trainer.advance(3)
    >>> trainer.history.step
    tensor([0, 1, 2, 3])
    >>> trainer.history.rows(slice(1, 3)).step
    tensor([1, 2])
    """

    step: Tensor
    loss: Tensor
    gradient_norm: Tensor
    weight: Tensor
    bias: Tensor | None

    def __len__(self) -> int:
        return len(self.step)

    def rows(self, index: Tensor | slice) -> "TrainingHistory":
        """Select rows.

        Parameters
        ----------
        index : Tensor or slice
            As a tensor's first index: a slice returns views, a tensor of row numbers or booleans copies.

        Returns
        -------
        TrainingHistory
        """
        return self.mapped(lambda column: column[index])

    def since(self, met: Tensor) -> int | None:
        """Return the step from which on a condition holds in all states that are there.

        Parameters
        ----------
        met : Tensor, ``(n,)``, bool
            Whether it holds in each state.

        Returns
        -------
        int or None
            None if it does not hold in the last state.

        Examples
        --------
        >>> from linear_core import Trainer, TrainingConfig, line_data
        >>> trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.5))
        >>> _ = trainer.advance(100)
        >>> trainer.history.since(trainer.history.loss <= 1e-3)
        46
        """
        missed = met.logical_not().nonzero()
        first = int(missed[-1]) + 1 if len(missed) else 0
        return int(self.step[first]) if first < len(self) else None

    def mapped(self, change: Callable[[Tensor], Tensor]) -> "TrainingHistory":
        """Return a history of the columns that `change` makes of this one's."""
        return TrainingHistory(
            change(self.step),
            change(self.loss),
            change(self.gradient_norm),
            change(self.weight),
            None if self.bias is None else change(self.bias),
        )

    @staticmethod
    def joined(parts: "list[TrainingHistory]") -> "TrainingHistory":
        """Put histories one after the other; a single one stays as it is, without a copy."""
        if len(parts) == 1:
            return parts[0]
        biases = [part.bias for part in parts if part.bias is not None]
        return TrainingHistory(
            torch.cat([part.step for part in parts]),
            torch.cat([part.loss for part in parts]),
            torch.cat([part.gradient_norm for part in parts]),
            torch.cat([part.weight for part in parts]),
            torch.cat(biases) if biases else None,
        )

    @staticmethod
    def of(first_step: int, rows: Rows) -> "TrainingHistory":
        """Read an engine's rows, without a copy; the first one is the state after `first_step` steps."""
        return TrainingHistory(torch.arange(first_step, first_step + len(rows.loss)), *rows)


class StateStore:
    """Keeps states; forks share what lies before the step at which they part.

    Every state of the first `dense` steps is kept. From there on each octave (from a step to its double)
    keeps equally many, at equal distances. What is kept depends on the step alone, never on the length of
    the run, and the present state is always there.
    """

    def __init__(self, bytes_per_state: int) -> None:
        num_rows = STATES_BYTES // 2 // bytes_per_state
        self.dense = max(1, num_rows)
        self._per_octave = 1 << (max(1, num_rows // NUM_OCTAVES).bit_length() - 1)
        self._first_rows = max(2, min(FIRST_ROWS, FIRST_BYTES // bytes_per_state))
        self._parts: list[TrainingHistory] = []  # of earlier owners, never written to
        self._buffer: TrainingHistory | None = None
        self._length = 0

    def interval(self, step: int) -> int:
        """Return the distance between kept steps around `step`: 1 where all are kept."""
        if step < self.dense:
            return 1
        return max(1, (1 << (step.bit_length() - 1)) // self._per_octave)

    def fork(self, step: int) -> "StateStore":
        """Return a store that goes on from `step` with the states before it, which are not copied."""
        other = StateStore.__new__(StateStore)
        vars(other).update(vars(self) | {"_buffer": None, "_length": 0})
        other._parts = self._between(0, step - 1)
        return other

    def between(self, first: int, last: int) -> TrainingHistory | None:
        """Return the kept states from step `first` to step `last`; None if there are none."""
        parts = self._between(first, last)
        return TrainingHistory.joined(parts) if parts else None

    def append(self, states: TrainingHistory) -> None:
        """Keep copies of the states that follow; the last of them is the present."""
        if self._length and self._buffer is not None:
            latest = int(self._buffer.step[self._length - 1])
            self._length -= latest % self.interval(latest) != 0
        if int(states.step[-1]) >= self.dense:
            states = states.rows(self._selected(states.step))
        end = self._length + len(states)
        self._reserve(states, end)
        self._write(states, self._length, end)
        self._length = end

    def _write(self, states: TrainingHistory, begin: int, end: int) -> None:
        for name, column in vars(self._buffer).items():
            if column is not None:
                column[begin:end] = getattr(states, name)

    def _selected(self, step: Tensor) -> Tensor:
        numbers = step.tolist()
        kept = [row for row, number in enumerate(numbers) if number % self.interval(number) == 0]
        if not kept or kept[-1] != len(numbers) - 1:
            kept.append(len(numbers) - 1)
        return torch.tensor(kept)

    def _reserve(self, states: TrainingHistory, num_rows: int) -> None:
        """Make room for so many rows of the same columns."""
        old = self._buffer
        if old is not None and num_rows <= len(old):
            return
        capacity = max(self._first_rows, num_rows, 0 if old is None else 2 * len(old))
        # Not `new_empty`: columns that come from an engine are inference tensors, and so would these be.
        self._buffer = states.mapped(
            lambda column: torch.empty(capacity, *column.shape[1:], dtype=column.dtype)
        )
        if old is not None:
            self._write(old.rows(slice(0, self._length)), 0, self._length)

    def _between(self, first: int, last: int) -> list[TrainingHistory]:
        parts = list(self._parts)
        if self._buffer is not None:
            parts.append(self._buffer.rows(slice(0, self._length)))
        found = []
        for part in parts:
            begin, end = torch.searchsorted(part.step, torch.tensor([first, last + 1])).tolist()
            if begin < end:
                found.append(part.rows(slice(begin, end)))
        return found
