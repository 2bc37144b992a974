"""A run of training: forwards in chunks, backwards to any step, onwards after a change."""

import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import thread_time
from typing import Any

from torch import Tensor

from linear_core.data import RegressionData
from linear_core.errors import ConfigError, DataError, ShapeError
from linear_core.training.changes import data_from_plain, merged, plain_data
from linear_core.training.config import TrainingConfig
from linear_core.training.engine import Snapshot
from linear_core.training.history import TrainingHistory
from linear_core.training.past import Past, Segment, TrainingState
from linear_core.training.start import starting_point
from linear_core.training.step_trace import StepTrace, trace_next_step
from linear_core.training.stopping import StopWatch

# A chunk of `advance_for`: short, so that its end is met even when other threads slow it down.
LONGEST_CHUNK = 0.01
SHORTEST_SPENT = 1e-6  # seconds; some systems' clocks of a thread stand still for longer


class Trainer:
    """Trains one linear layer, step by step, with PyTorch's own numbers.

    Full-batch gradient descent on the mean squared error is equal, to the bit and at every step, to the
    loop of ``nn.Linear``, ``nn.MSELoss``, ``loss.backward()`` and ``optim.SGD``, and several times faster.
    However the steps are cut into chunks, the numbers are the same.

    Parameters
    ----------
    data : RegressionData
        float32 or float64.
    config : TrainingConfig
        How to train.
    weight : Tensor, ``(out_features, in_features)``, optional
        Where to start; else where ``torch.manual_seed(seed); nn.Linear(in_features, out_features)`` does.
    bias : Tensor, ``(out_features,)``, optional
        Likewise.

    Raises
    ------
    ShapeError
        `weight` or `bias` does not fit the data, or there is a `bias` where the config has none.
    DataError
        A dtype does not fit, or the loss of the start is already beyond what the dtype can hold.

    Examples
    --------
    >>> from linear_core import line_data
    >>> trainer = Trainer(line_data(slope=3.0, intercept=0.8), TrainingConfig(learning_rate=0.5))
    >>> trainer.advance(1000)
    1000
    >>> f"{trainer.weight.item():.4f} {trainer.bias.item():.4f}"
    '3.0000 0.8000'
    """

    def __init__(
        self,
        data: RegressionData,
        config: TrainingConfig,
        weight: Tensor | None = None,
        bias: Tensor | None = None,
    ) -> None:
        self._past = Past(data.out_features * (data.in_features + config.bias))
        self._changes: tuple[dict[str, Any], ...] = ()
        self._begin(Segment(data, config, starting_point(data, config, weight, bias)))

    def _begin(self, segment: Segment) -> None:
        self._past.begin(segment)
        self._engine = segment.engine(segment.start)
        self._diverged_at: int | None = None
        self._rows = self._engine.run(0)
        if not math.isfinite(self.loss):
            raise DataError(
                "at step {now} the loss is {loss}: too large for {dtype}; "
                "standardise the data or start with smaller parameters",
                now=self.step,
                loss=self.loss,
                dtype=segment.data.x.dtype,
            )
        self._stop_watch = StopWatch(segment.config)
        self._stop_watch.first_stop(self.step, self._rows)

    @property
    def data(self) -> RegressionData:
        """What is learned from at present."""
        return self._past.present.data

    @property
    def config(self) -> TrainingConfig:
        """How it is trained at present."""
        return self._past.present.config

    @property
    def changes(self) -> tuple[dict[str, Any], ...]:
        """What was changed in mid-run and at which steps, as plain values for JSON; see `replay`."""
        return copy.deepcopy(self._changes)

    @property
    def start(self) -> TrainingState:
        """The state before the first step."""
        return self.at(0)

    @property
    def step(self) -> int:
        """Updates made so far."""
        return self._engine.step

    @property
    def weight(self) -> Tensor:
        """The present weight, ``(out_features, in_features)``, a copy."""
        return self._engine.weight

    @property
    def bias(self) -> Tensor | None:
        """The present bias, ``(out_features,)``, a copy; None for a layer without."""
        return self._engine.bias

    @property
    def loss(self) -> float:
        """The loss over all samples with the present parameters."""
        return self._rows.loss[-1].item()

    @property
    def gradient_norm(self) -> float:
        """The norm of the gradient over all samples with the present parameters."""
        return self._rows.gradient_norm[-1].item()

    @property
    def diverged_at(self) -> int | None:
        """The step whose loss or parameters would not be finite; the run stands one step before it."""
        return self._diverged_at

    @property
    def stopped_by(self) -> str | None:
        """Which rule of the config ended the run: "step", "loss", "gradient_norm", "patience", or None."""
        return self._stop_watch.stopped_by

    @property
    def history(self) -> TrainingHistory:
        """The states passed so far, thinned to a bounded number; cheap enough to read many times a second."""
        return self._past.history(self.step, self._rows)

    def advance(self, num_steps: int) -> int:
        """Make steps, fewer if the run diverges or a stop rule of the config holds.

        Parameters
        ----------
        num_steps : int
            At least 0.

        Returns
        -------
        int
            How many were made.

        Raises
        ------
        ConfigError
            `num_steps` is not a whole number of at least 0.
        """
        if not isinstance(num_steps, int) or isinstance(num_steps, bool) or num_steps < 0:
            raise ConfigError(
                "num_steps is {num_steps!r}; it has to be a whole number of at least 0", num_steps=num_steps
            )
        made = 0
        while made < num_steps and self._goes_on():
            made += self._advance_chunk(num_steps - made)
        return made

    def advance_for(self, seconds: float, max_steps: int | None = None) -> int:
        """Make as many steps as fit into a time, for a picture that moves.

        Parameters
        ----------
        seconds : float
            Computing time of this thread to spend, kept to within some milliseconds. Time in which others
            have the processor does not count, so that runs side by side make their steps evenly.
        max_steps : int or None
            Not more than so many.

        Returns
        -------
        int
            How many were made; at least 1 while the run goes on.
        """
        began = thread_time()
        made, chunk = 0, 8
        while self._goes_on() and (max_steps is None or made < max_steps):
            made += self._advance_chunk(chunk if max_steps is None else min(chunk, max_steps - made))
            spent = thread_time() - began
            if spent >= seconds:
                break
            # What fits at the present pace; never a leap, since a pace may be a fluke.
            chunk = max(
                1,
                min(4 * chunk, int(made / max(spent, SHORTEST_SPENT) * min(seconds - spent, LONGEST_CHUNK))),
            )
        return made

    def _goes_on(self) -> bool:
        return self._diverged_at is None and self.stopped_by is None

    def _advance_chunk(self, num_steps: int) -> int:
        step, engine = self.step, self._engine
        num_steps = min(num_steps, engine.capacity, self._past.steps_until_checkpoint(step))
        before = engine.snapshot()
        rows = engine.run(num_steps)
        made = num_steps
        finite = rows.loss.isfinite()
        if not bool(finite.all()):
            made = int(finite.logical_not().nonzero()[0]) - 1
            self._diverged_at = step + made + 1
        stop = self._stop_watch.first_stop(step, rows, made)
        if stop is not None:
            made, self._diverged_at = stop, None
        if made < num_steps:
            # Once more up to the last state that stands, so that the optimizer's memory stands there too.
            engine.load(before)
            rows = engine.run(made)
        self._rows = rows
        if made:
            self._past.add(step, rows, made, engine)
        return made

    def at(self, step: int) -> TrainingState:
        """Give the exact parameters after any step already made.

        Parameters
        ----------
        step : int
            From 0 to the present step.

        Raises
        ------
        ConfigError
            The step was not made yet.

        Examples
        --------
        >>> from linear_core import line_data
        >>> trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.5))
        >>> losses = [trainer.loss for _ in range(10) if trainer.advance(1)]
        >>> trainer.at(4).loss == losses[3]
        True
        """
        engine, rows = self._past.replayed(self._checked(step))
        return TrainingState(
            step, engine.weight, engine.bias, rows.loss[-1].item(), rows.gradient_norm[-1].item()
        )

    def trace_step(self, step: int | None = None) -> StepTrace:
        """Look at all that one step computes: the one from the present, or from any step made before.

        Parameters
        ----------
        step : int, optional
            The step from whose state it is made. The run itself stays where it is.

        Raises
        ------
        ConfigError
            That state was not reached yet.

        Examples
        --------
        >>> from linear_core import line_data
        >>> trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.5))
        >>> seen = trainer.trace_step()
        >>> (seen.new_weight == seen.weight - 0.5 * seen.grad_weight).item()
        True
        """
        step = self.step if step is None else self._checked(step)
        return trace_next_step(self._past.segment_at(step), self._past.replayed(step)[0])

    def segment_at(self, step: int) -> tuple[RegressionData, TrainingConfig]:
        """Give the data and the config with which the run goes on from `step`."""
        segment = self._past.segment_at(self._checked(step))
        return segment.data, segment.config

    def losses(self, start: int = 0) -> Iterator[tuple[int, Tensor]]:
        """Give the loss after every single step from `start` up to the one before the present, in parts.

        The latest few thousand are at hand; earlier ones are computed again, in bounded memory.

        Parameters
        ----------
        start : int
            First step wanted.

        Returns
        -------
        iterator of (int, Tensor)
            The step of a part's first loss, and its losses.
        """
        return self._past.losses(self._checked(start), self.step)

    def _checked(self, step: int) -> int:
        if not isinstance(step, int) or not 0 <= step <= self.step:
            raise ConfigError(
                "step is {step!r}; the steps made so far are 0 to {now}", step=step, now=self.step
            )
        return step

    def with_config(self, **changes: Any) -> "Trainer":
        """Go on from here in another way; this trainer stays as it is.

        As with ``optimizer.param_groups``, the optimizer keeps its memory, unless `optimizer` is named; as
        with a new ``DataLoader``, the batches start a new order where `batch_size` or `seed` is named.

        Parameters
        ----------
        **changes
            Fields of `TrainingConfig`, all but `bias`.

        Raises
        ------
        ConfigError
            A field is unknown or its value not possible.
        """
        return self._changed({"step": self.step, "config": changes}, self.data)

    def with_data(self, data: RegressionData, source: Mapping[str, Any] | None = None) -> "Trainer":
        """Go on from here with other data of the same sizes; this trainer stays as it is.

        Parameters
        ----------
        data : RegressionData
            As many features and targets as before; the number of samples may differ.
        source : mapping, optional
            Plain values from which `replay` can make the data again; else the numbers themselves are kept.

        Raises
        ------
        ShapeError
            The numbers of features or targets differ.
        """
        now = self.data
        if (data.in_features, data.out_features) != (now.in_features, now.out_features):
            raise ShapeError(
                "the new data have {features} features and {targets} targets, "
                "but the layer has {in_features} and {out_features}; start a new Trainer",
                features=data.in_features,
                targets=data.out_features,
                in_features=now.in_features,
                out_features=now.out_features,
            )
        if data.x.dtype != now.x.dtype:
            raise DataError(
                "the new data are {dtype}, the layer is {wanted}; convert the data",
                dtype=data.x.dtype,
                wanted=now.x.dtype,
            )
        plain = plain_data(data) if source is None else dict(source)
        return self._changed({"step": self.step, "data": plain}, data)

    def _changed(self, change: dict[str, Any], data: RegressionData) -> "Trainer":
        config = self.config.changed(change.get("config", {}))
        if config.bias != self.config.bias:
            raise ConfigError("bias cannot be changed in the middle of a run; start a new Trainer")
        named = {*change, *change.get("config", {})}
        now = self._engine.snapshot()
        memory = ({}, {}) if "optimizer" in named else now.memory
        order = None if named & {"data", "batch_size", "seed"} else now.order
        other = copy.copy(self)
        other._past = self._past.copy()
        other._changes = merged(self._changes, change)
        other._begin(Segment(data, config, Snapshot(now.step, now.weight, now.bias, memory, order)))
        return other

    @classmethod
    def replay(
        cls,
        data: RegressionData,
        config: TrainingConfig,
        changes: Sequence[Mapping[str, Any]],
        step: int,
        weight: Tensor | None = None,
        bias: Tensor | None = None,
        make_data: Callable[[Mapping[str, Any]], RegressionData] = data_from_plain,
    ) -> "Trainer":
        """Make a run again, with its changes, up to a step: the same numbers to the bit.

        Parameters
        ----------
        data, config, weight, bias
            As the run began.
        changes : sequence of mappings
            A trainer's `changes`, perhaps after a way through JSON.
        step : int
            Where to stop; later changes are left out.
        make_data : callable
            Makes data of a change's ``"data"``; by default of the numbers that `with_data` keeps.

        Raises
        ------
        ConfigError
            A change is not possible, or its step was not reached.
        """
        trainer = cls(data, config, weight, bias)
        for change in changes:
            due = change.get("step")
            if not isinstance(due, int) or due < trainer.step:
                raise ConfigError(
                    "a change at step {due!r} cannot follow step {now}: steps rise", due=due, now=trainer.step
                )
            if due > step:
                break
            trainer.advance(due - trainer.step)
            if trainer.step != due:
                raise ConfigError(
                    "a change is at step {due}, but the run ended at step {now}", due=due, now=trainer.step
                )
            if "data" in change:
                trainer = trainer.with_data(make_data(change["data"]), change["data"])
            if "config" in change:
                trainer = trainer.with_config(**change["config"])
        trainer.advance(step - trainer.step)
        return trainer
