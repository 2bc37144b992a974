"""The way back: any state of a run again, exact, from checkpoints and computing again."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from linear_core.data import RegressionData
from linear_core.training.config import TrainingConfig
from linear_core.training.engine import MAX_ROWS, Engine, Rows, Snapshot
from linear_core.training.history import Checkpoints, HistoryRecorder, RecentLosses, TrainingHistory

# Making a short tape is quicker than making a long one, and most ways back are short.
REPLAY_ROWS = 128


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
class Segment:
    """A part of the run with one set of data and one config."""

    data: RegressionData
    config: TrainingConfig
    start: Snapshot

    @property
    def weight_shape(self) -> tuple[int, int]:
        """The layer's sizes as PyTorch has them."""
        return self.data.out_features, self.data.in_features

    def engine(self, start: Snapshot, max_rows: int = MAX_ROWS) -> Engine:
        """Make steps of this segment from a snapshot of it."""
        return Engine(self.data.x, self.data.target, self.config, start, max_rows)


class Past:
    """What a run has passed; any of its states can be had again."""

    def __init__(self, num_parameters: int) -> None:
        self._segments: list[Segment] = []
        self._recorder, self._checkpoints = HistoryRecorder(num_parameters), Checkpoints()
        self._recent = RecentLosses()

    def copy(self) -> "Past":
        """Go on apart from here."""
        other = Past.__new__(Past)
        other._segments = list(self._segments)
        other._recorder, other._checkpoints = self._recorder.copy(), self._checkpoints.copy()
        other._recent = self._recent.copy()
        return other

    @property
    def present(self) -> Segment:
        """The segment that the run is in."""
        return self._segments[-1]

    def begin(self, segment: Segment) -> None:
        """Go on with a segment; one at the same step, in which nothing happened, gives way to it."""
        kept = [earlier for earlier in self._segments if earlier.start.step < segment.start.step]
        self._segments = [*kept, segment]
        self._recorder.change(segment.start.step)

    def steps_until_checkpoint(self, step: int) -> int:
        """Give how many steps a chunk from `step` on may have at most."""
        return self._checkpoints.steps_until_next(step)

    def add(self, first_step: int, rows: Rows, count: int, engine: Engine) -> None:
        """Take in the steps that were made from the first `count` rows; `engine` stands behind them."""
        checkpoint_due = self._checkpoints.steps_until_next(first_step) == count
        self._recorder.add(first_step, rows, count)
        self._recent.add(first_step, rows.loss[:count])
        if checkpoint_due:
            self._checkpoints.add(engine.snapshot())

    def history(self, present: int, rows: Rows) -> TrainingHistory:
        """Give the thinned curve with the present state, the last of `rows`, at its end."""
        return self._recorder.read(present, rows, self.present.weight_shape)

    def segment_at(self, step: int) -> Segment:
        """Give the segment in which the run goes on from `step`."""
        return next(segment for segment in reversed(self._segments) if segment.start.step <= step)

    def replayed(self, step: int) -> tuple[Engine, Rows]:
        """Make the state at `step` again, from the checkpoint before it."""
        segment = self.segment_at(step)
        start = self._checkpoints.latest(segment.start.step, step) or segment.start
        engine = segment.engine(start, max_rows=max(1, min(REPLAY_ROWS, step - start.step)))
        rows = engine.run(0)
        while engine.step < step:
            rows = engine.run(min(engine.capacity, step - engine.step))
        return engine, rows

    def losses(self, start: int, end: int) -> Iterator[tuple[int, Tensor]]:
        """Give step and losses of one part after the other, for every step from `start` up to `end` - 1."""
        recent = self._recent.since(start)
        if recent is not None:
            yield from recent
            return
        while start < end:
            later = [segment.start.step for segment in self._segments if segment.start.step > start]
            stop = min([end, *later])
            engine = self.segment_at(start).engine(self.replayed(start)[0].snapshot())
            while start < stop:
                count = min(stop - start, engine.capacity)
                yield start, engine.run(count).loss[:count].clone()
                start += count
