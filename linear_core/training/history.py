"""What a run leaves behind, in bounded memory: a thinned curve, checkpoints, the latest losses."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from linear_core.training.engine import Rows, Snapshot

MAX_BUCKETS = 2048
HISTORY_BYTES = 16 * 2**20
MAX_CHECKPOINTS = 512
CHECKPOINT_BYTES = 16 * 2**20
FIRST_INTERVAL = 256
RECENT = 4096
MAX_CHANGES = 32
RECORDS_AT_ONCE = 1024


@dataclass(frozen=True, eq=False)
class TrainingHistory:
    """States that a run has passed, with step 0 and the present always among them.

    A long run is cut into at most 2,048 stretches of equally many steps, and each keeps the state with its
    lowest and the one with its highest loss: no peak and no dip of the curve is lost. Kept step by step are
    the first 1,024 states and the first 64 after each of the latest 32 changes, where a run turns within
    single steps. Fewer than 4,096 steps are all kept (all this fewer for layers with many parameters).

    Attributes
    ----------
    step : Tensor, ``(n,)``, int64
        Rising, from 0 to the present.
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
    """

    step: Tensor
    loss: Tensor
    gradient_norm: Tensor
    weight: Tensor
    bias: Tensor | None


class _Records(NamedTuple):
    """The same as columns, with the parameters flat."""

    step: Tensor
    loss: Tensor
    gradient_norm: Tensor
    weight: Tensor
    bias: Tensor | None

    @staticmethod
    def of(first_step: int, rows: Rows, start: int, stop: int) -> "_Records":
        """Copy rows `start` up to `stop`."""
        part = slice(start, stop)
        return _Records(
            torch.arange(first_step + start, first_step + stop),
            rows.loss[part].clone(),
            rows.gradient_norm[part].clone(),
            rows.weight[part].clone(),
            None if rows.bias is None else rows.bias[part].clone(),
        )

    def rows(self, index: Tensor) -> "_Records":
        """Pick some."""
        return _Records(
            self.step[index],
            self.loss[index],
            self.gradient_norm[index],
            self.weight[index],
            None if self.bias is None else self.bias[index],
        )

    @staticmethod
    def joined(parts: "list[_Records]") -> "_Records":
        """Put one after the other."""
        step, loss, gradient_norm, weight, bias = zip(*parts, strict=True)
        return _Records(
            torch.cat(step),
            torch.cat(loss),
            torch.cat(gradient_norm),
            torch.cat(weight),
            None if bias[0] is None else torch.cat(bias),
        )


class HistoryRecorder:
    """Collects the states from which steps were made."""

    def __init__(self, num_parameters: int) -> None:
        self._max_buckets = max(64, min(MAX_BUCKETS, HISTORY_BYTES // (4 * (8 * num_parameters + 24))))
        self._changes: tuple[int, ...] = ()
        self._parts: list[_Records] = []
        self._num_waiting = 0

    def copy(self) -> "HistoryRecorder":
        """Go on apart from here."""
        other = HistoryRecorder.__new__(HistoryRecorder)
        other._max_buckets, other._num_waiting = self._max_buckets, self._num_waiting
        other._changes, other._parts = self._changes, list(self._parts)
        return other

    def change(self, step: int) -> None:
        """Keep the first states after `step` as they are: what the run follows is another."""
        self._changes = tuple(sorted({*self._changes, step}))[-MAX_CHANGES:]

    def add(self, first_step: int, rows: Rows, count: int) -> None:
        """Record the first `count` rows."""
        self._parts.append(_Records.of(first_step, rows, 0, count))
        self._num_waiting += count
        if self._num_waiting >= min(RECORDS_AT_ONCE, self._max_buckets):
            self._thin()

    def read(self, present: int, rows: Rows, weight_shape: tuple[int, int]) -> TrainingHistory:
        """Give all that is kept, and the present state (the last of `rows`) behind it."""
        self._thin()
        last = len(rows.loss) - 1
        now = _Records.of(present - last, rows, last, last + 1)
        step, loss, gradient_norm, weight, bias = _Records.joined([*self._parts, now])
        return TrainingHistory(step, loss, gradient_norm, weight.view(-1, *weight_shape), bias)

    def _thin(self) -> None:
        """Keep what is lowest and highest in each stretch; thinning twice is thinning once."""
        if not self._num_waiting:
            return
        records = _Records.joined(self._parts)
        stretch = 1
        while int(records.step[-1]) // stretch >= self._max_buckets:
            stretch *= 2
        if stretch > 1:
            marks = _extremes(records.step // stretch, records.loss)
            records = records.rows(marks.logical_or_(self._comes_first(records.step)))
        self._parts, self._num_waiting = [records], 0

    def _comes_first(self, step: Tensor) -> Tensor:
        """Mark the first states of the run and those after each change."""
        marks = step < self._max_buckets // 2
        for change in self._changes:
            first, end = torch.searchsorted(step, torch.tensor([change, change + self._max_buckets // 32]))
            marks[first:end] = True
        return marks


def _extremes(bucket: Tensor, loss: Tensor) -> Tensor:
    """Mark each bucket's lowest and highest loss."""
    by_loss = torch.argsort(loss, stable=True)
    order = by_loss[torch.argsort(bucket[by_loss], stable=True)]
    changes = bucket[order].diff() != 0
    edge = torch.ones(1, dtype=torch.bool)
    marks = torch.zeros(len(loss), dtype=torch.bool)
    marks[order[torch.cat([edge, changes]) | torch.cat([changes, edge])]] = True
    return marks


class Checkpoints:
    """Snapshots at equal distances; the distance doubles when there are too many."""

    def __init__(self) -> None:
        self._interval = FIRST_INTERVAL
        self._snapshots: list[Snapshot] = []

    def copy(self) -> "Checkpoints":
        """Go on apart from here."""
        other = Checkpoints()
        other._interval, other._snapshots = self._interval, list(self._snapshots)
        return other

    def steps_until_next(self, step: int) -> int:
        """Give how many steps it is from `step` to the next checkpoint."""
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
        """Give the last snapshot with ``after < step <= until``, if there is one."""
        position = bisect_right(self._snapshots, until, key=lambda snapshot: snapshot.step)
        if position and self._snapshots[position - 1].step > after:
            return self._snapshots[position - 1]
        return None


class RecentLosses:
    """The losses of the latest steps, all of them."""

    def __init__(self) -> None:
        self._parts: deque[tuple[int, Tensor]] = deque()
        self._count = 0

    def copy(self) -> "RecentLosses":
        """Go on apart from here."""
        other = RecentLosses()
        other._parts, other._count = deque(self._parts), self._count
        return other

    def add(self, first_step: int, losses: Tensor) -> None:
        """Append the losses of steps from `first_step` on."""
        self._parts.append((first_step, losses.clone()))
        self._count += len(losses)
        while self._count - len(self._parts[0][1]) >= RECENT:
            self._count -= len(self._parts.popleft()[1])

    def since(self, step: int) -> Iterator[tuple[int, Tensor]] | None:
        """Give first step and losses of each part from `step` on, or None if that is too long ago."""
        if not self._parts or step < self._parts[0][0]:
            return None
        return ((max(first, step), losses[max(0, step - first) :]) for first, losses in self._parts)
