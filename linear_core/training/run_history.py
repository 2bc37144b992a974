"""The history of a run, and how to return to any of its states."""

from bisect import bisect_right
from dataclasses import dataclass

import torch

from linear_core.data import RegressionData
from linear_core.training.config import TrainingConfig
from linear_core.training.engine import MAX_ROWS, Engine, Snapshot
from linear_core.training.history import StateStore, TrainingHistory

MAX_CHECKPOINTS = 512
CHECKPOINT_BYTES = 16 * 2**20
FIRST_INTERVAL = 256

# Making a short tape is faster than making a long one, and most returns are short.
REPLAY_ROWS = 128


@dataclass(frozen=True, eq=False)
class Segment:
    """A part of the run with one set of data and one config."""

    data: RegressionData
    config: TrainingConfig
    start: Snapshot

    def engine(self, start: Snapshot, max_rows: int = MAX_ROWS) -> Engine:
        """Make steps of this segment from a snapshot of it."""
        return Engine(self.data.x, self.data.target, self.config, start, max_rows)


class Checkpoints:
    """Snapshots at equal distances; the distance doubles when there are too many."""

    def __init__(self) -> None:
        self._interval = FIRST_INTERVAL
        self._snapshots: list[Snapshot] = []

    def fork(self, step: int) -> "Checkpoints":
        """Return those up to `step`, to go on apart from here."""
        other = Checkpoints()
        other._interval = self._interval
        other._snapshots = [snapshot for snapshot in self._snapshots if snapshot.step <= step]
        return other

    def steps_until_next(self, step: int) -> int:
        """Return how many steps it is from `step` to the next checkpoint."""
        return self._interval - step % self._interval

    def add(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, if it lies where one is due."""
        if snapshot.step % self._interval:
            return
        self._snapshots.append(snapshot)
        limit = max(8, min(MAX_CHECKPOINTS, CHECKPOINT_BYTES // snapshot.num_bytes))
        while len(self._snapshots) > limit:
            self._interval *= 2
            self._snapshots = [kept for kept in self._snapshots if kept.step % self._interval == 0]

    def latest(self, after: int, until: int) -> Snapshot | None:
        """Return the last snapshot with ``after < step <= until``, if there is one."""
        position = bisect_right(self._snapshots, until, key=lambda snapshot: snapshot.step)
        if position and self._snapshots[position - 1].step > after:
            return self._snapshots[position - 1]
        return None


class RunHistory:
    """The segments of a run, the states that it keeps, and checkpoints from which the others are computed."""

    def __init__(self, first: Segment) -> None:
        weight, bias = first.start.weight, first.start.bias
        num_parameters = weight.numel() + (0 if bias is None else bias.numel())
        self.segments = [first]
        self.store = StateStore(weight.itemsize * (num_parameters + 1) + 16)
        self.checkpoints = Checkpoints()

    def fork(self, step: int) -> "RunHistory":
        """Return the run up to `step`, to go on apart from here; the states before it are shared."""
        other = RunHistory.__new__(RunHistory)
        other.segments = [segment for segment in self.segments if segment.start.step <= step]
        other.store, other.checkpoints = self.store.fork(step), self.checkpoints.fork(step)
        return other

    @property
    def present(self) -> Segment:
        """The segment that the run is in."""
        return self.segments[-1]

    def begin(self, segment: Segment) -> None:
        """Go on with a segment; one at the same step, in which nothing happened, gives way to it."""
        earlier = [each for each in self.segments if each.start.step < segment.start.step]
        self.segments = [*earlier, segment]

    def segment_at(self, step: int) -> Segment:
        """Return the segment in which the run goes on from `step`."""
        return next(segment for segment in reversed(self.segments) if segment.start.step <= step)

    def engine_at(self, step: int, ahead: int = 0) -> Engine:
        """Return an engine at `step`, with room on its tape for about this many steps ahead."""
        segment = self.segment_at(step)
        start = self.checkpoints.latest(segment.start.step, step) or segment.start
        engine = segment.engine(start, max_rows=max(1, min(REPLAY_ROWS, step - start.step + ahead)))
        while engine.step < step:
            engine.run(min(engine.capacity, step - engine.step))
        return engine

    def states(self, first: int, last: int) -> TrainingHistory:
        """Return the states of consecutive steps: from the store, or computed again where it has gaps."""
        kept = self.store.between(first, last)
        if kept is not None and len(kept) == last - first + 1:
            return kept
        parts = []
        while first <= last:
            later = [segment.start.step - 1 for segment in self.segments if segment.start.step > first]
            end = min([last, *later])
            engine = self.engine_at(first, ahead=end - first)
            parts.append(TrainingHistory.of(first, engine.run(0)).mapped(torch.clone))
            while engine.step < end:
                states = TrainingHistory.of(engine.step, engine.run(min(engine.capacity, end - engine.step)))
                parts.append(states.rows(slice(1, None)).mapped(torch.clone))
            first = end + 1
        return TrainingHistory.joined(parts)
