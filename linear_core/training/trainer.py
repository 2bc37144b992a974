"""A run of training: forward in chunks, back to any step, on after a change."""

import copy
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

from torch import Tensor

from linear_core.data import RegressionData
from linear_core.errors import ConfigError, DataError, ShapeError
from linear_core.training.changes import data_from_plain, merged, plain_data
from linear_core.training.config import TrainingConfig
from linear_core.training.engine import Snapshot
from linear_core.training.history import TrainingHistory, TrainingState
from linear_core.training.run_history import RunHistory, Segment
from linear_core.training.start import starting_point
from linear_core.training.step_trace import StepTrace, trace_next_step
from linear_core.training.stopping import StopWatch

# Steps between two readings of the clock: some milliseconds, whatever the optimizer.
TIMED_CHUNK = 256


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
        self._run = RunHistory(Segment(data, config, starting_point(data, config, weight, bias)))
        self._changes: tuple[dict[str, Any], ...] = ()
        self._stand_at(self._run.present.start)

    def _stand_at(self, snapshot: Snapshot) -> None:
        """Stand at a snapshot of the present segment, whose earlier states are in the run's history."""
        segment, step = self._run.present, snapshot.step
        self._engine = segment.engine(snapshot)
        self._diverged_at: int | None = None
        state = TrainingHistory.of(step, self._engine.run(0))
        if not bool(state.loss.isfinite()):
            raise DataError(
                "expected a loss that {dtype} can hold, but got {loss} at step {now}; measure the "
                "data in larger units, or start with smaller parameters",
                now=step,
                loss=state.loss.item(),
                dtype=segment.data.x.dtype,
            )
        self._run.store.append(state)
        self._stop_watch = StopWatch(segment.config)
        first = segment.start.step if segment.config.stop_patience else step
        passed = self._run.states(first, step)
        self._stop_watch.first_stop(first, passed.loss, passed.gradient_norm)

    @property
    def data(self) -> RegressionData:
        """The data that is trained on at present."""
        return self._run.present.data

    @property
    def config(self) -> TrainingConfig:
        """How it is trained at present."""
        return self._run.present.config

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
        return self.at(self.step).loss

    @property
    def gradient_norm(self) -> float:
        """The norm of the gradient over all samples with the present parameters."""
        return self.at(self.step).gradient_norm

    @property
    def diverged_at(self) -> int | None:
        """The step whose loss or parameters would not be finite; the run ends one step before it."""
        return self._diverged_at

    @property
    def stopped_by(self) -> str | None:
        """Which rule of the config ended the run: "step", "loss", "gradient_norm", "patience", or None."""
        return self._stop_watch.stopped_by

    @property
    def all_kept_until(self) -> int:
        """The last step up to which every state is kept: all in all, a run's states take up to 64 MiB.

        A line has room for more than 1,000,000 steps. Beyond, each octave (from a step to its double) keeps
        equally many states, at equal distances, and the others are computed again where they are asked for.
        """
        return self._run.store.dense - 1

    @property
    def history(self) -> TrainingHistory:
        """All states that are kept, from step 0 to the present; without a copy while nothing was changed."""
        kept = self._run.store.between(0, self.step)
        assert kept is not None
        return kept

    def states(self, first: int = 0, last: int | None = None) -> TrainingHistory:
        """Return the exact states of consecutive steps.

        Where all are kept (see `all_kept_until`) they are views, not copies, unless something was changed in
        between; treat them as read-only. Where not, they are computed again, which takes memory for as many
        states as are asked for.

        Parameters
        ----------
        first : int
            The first step, at least 0.
        last : int, optional
            The last step, included; by default the present one.

        Returns
        -------
        TrainingHistory
            ``last - first + 1`` rows.

        Raises
        ------
        ConfigError
            A step was not made yet, or `first` lies behind `last`.

        Examples
        --------
        >>> from linear_core import line_data
        >>> trainer = Trainer(line_data(), TrainingConfig())
        >>> _ = trainer.advance(1000)
        >>> trainer.states(997).step
        tensor([ 997,  998,  999, 1000])
        """
        last = self._checked(self.step if last is None else last)
        if self._checked(first) > last:
            raise ConfigError(
                "expected first <= last, but got first={first} and last={last}; swap them",
                first=first,
                last=last,
            )
        return self._run.states(first, last)

    def advance(self, num_steps: int, seconds: float | None = None) -> int:
        """Make steps, fewer if the run diverges or a stop rule of the config holds.

        Parameters
        ----------
        num_steps : int
            At least 0.
        seconds : float, optional
            Make no more steps after this time, but at least some: a long run computed in parts, while what
            there is of it is looked at. Kept to within some milliseconds.

        Returns
        -------
        int
            How many were made.

        Raises
        ------
        ConfigError
            `num_steps` is not an integer of at least 0.
        """
        if not isinstance(num_steps, int) or isinstance(num_steps, bool) or num_steps < 0:
            raise ConfigError(
                "expected num_steps to be an integer of at least 0, but got {num_steps!r}; use 10, for "
                "example",
                num_steps=num_steps,
            )
        began, made = perf_counter(), 0
        while made < num_steps and self.can_advance:
            left = num_steps - made
            made += self._advance_chunk(left if seconds is None else min(left, TIMED_CHUNK))
            if seconds is not None and perf_counter() - began >= seconds:
                break
        return made

    @property
    def can_advance(self) -> bool:
        """Whether a next step is possible: the run has neither diverged nor been stopped by a rule."""
        return self._diverged_at is None and self.stopped_by is None

    def _advance_chunk(self, num_steps: int) -> int:
        step, engine, run = self.step, self._engine, self._run
        num_steps = min(num_steps, engine.capacity, run.checkpoints.steps_until_next(step))
        before = engine.snapshot()
        states = TrainingHistory.of(step, engine.run(num_steps)).rows(slice(1, None))
        made = num_steps
        finite = states.loss.isfinite()
        if not bool(finite.all()):
            made = int(finite.logical_not().nonzero()[0])
            self._diverged_at = step + made + 1
        stop = self._stop_watch.first_stop(step + 1, states.loss[:made], states.gradient_norm[:made])
        if stop is not None:
            made, self._diverged_at = stop + 1, None
        if made < num_steps:
            # Once more up to the last state that is kept, so that the optimizer's memory is at that step too.
            engine.load(before)
            states = TrainingHistory.of(step, engine.run(made)).rows(slice(1, None))
        if made:
            run.store.append(states)
            if not run.checkpoints.steps_until_next(step) - made:
                run.checkpoints.add(engine.snapshot())
        return made

    def at(self, step: int) -> TrainingState:
        """Return the exact parameters after any step already made.

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
        states = self._run.states(self._checked(step), step)
        bias = None if states.bias is None else states.bias[0].clone()
        return TrainingState(
            step, states.weight[0].clone(), bias, states.loss.item(), states.gradient_norm.item()
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
        return trace_next_step(self._run.segment_at(step), self._run.engine_at(step, ahead=1))

    def segment_at(self, step: int) -> tuple[RegressionData, TrainingConfig]:
        """Return the data and the config with which the run goes on from `step`."""
        segment = self._run.segment_at(self._checked(step))
        return segment.data, segment.config

    def _checked(self, step: int) -> int:
        if not isinstance(step, int) or not 0 <= step <= self.step:
            raise ConfigError(
                "expected step to be one of those taken so far, 0 to {now}, but got {step!r}; choose one of "
                "them, or advance first",
                step=step,
                now=self.step,
            )
        return step

    def back_to(self, step: int) -> "Trainer":
        """Return a trainer at an earlier step, which goes on from there; this one stays as it is.

        It is the run as it was at that step, to the bit: the optimizer's memory, the order of the batches and
        the changes made up to there included. The states before it are shared, not copied. Followed by
        `with_config` or `with_data`, it takes another way from there.

        Parameters
        ----------
        step : int
            From 0 to the present step.

        Returns
        -------
        Trainer

        Raises
        ------
        ConfigError
            The step was not made yet.

        Examples
        --------
        >>> import torch
        >>> from linear_core import line_data
        >>> trainer = Trainer(line_data(), TrainingConfig(optimizer="adam"))
        >>> _ = trainer.advance(500)
        >>> again = trainer.back_to(200)
        >>> again.step, again.advance(300), torch.equal(again.weight, trainer.weight)
        (200, 300, True)
        """
        now = self._run.engine_at(self._checked(step)).snapshot()
        changes = tuple(change for change in self._changes if change["step"] <= step)
        return self._going_on(self._run.fork(step), changes, now)

    def _going_on(
        self, run: RunHistory, changes: tuple[dict[str, Any], ...], snapshot: Snapshot
    ) -> "Trainer":
        other = copy.copy(self)
        other._run, other._changes = run, changes
        other._stand_at(snapshot)
        return other

    def with_config(self, **changes: Any) -> "Trainer":
        """Go on from here in another way; this trainer stays as it is.

        As with ``optimizer.param_groups``, the optimizer keeps its memory, unless `optimizer` is named; as
        with a new ``DataLoader``, the batches start a new order where `batch_size` or `seed` is named.

        Parameters
        ----------
        **changes
            Fields of `TrainingConfig`, all but `bias` and `init`.

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
                "expected new data with in_features={in_features} and "
                "out_features={out_features}, as the layer has, but got {features} and "
                "{targets}; start a new Trainer",
                features=data.in_features,
                targets=data.out_features,
                in_features=now.in_features,
                out_features=now.out_features,
            )
        if data.x.dtype != now.x.dtype:
            raise DataError(
                "expected new data of the layer's dtype {wanted}, but got {dtype}; convert the data",
                dtype=data.x.dtype,
                wanted=now.x.dtype,
            )
        plain = plain_data(data) if source is None else dict(source)
        return self._changed({"step": self.step, "data": plain}, data)

    def _changed(self, change: dict[str, Any], data: RegressionData) -> "Trainer":
        config = self.config.changed(change.get("config", {}))
        for name in ("bias", "init"):
            if getattr(config, name) != getattr(self.config, name):
                raise ConfigError(
                    "expected {name} to stay as it is during a run, but got a change; start a new Trainer",
                    name=name,
                )
        named = {*change, *change.get("config", {})}
        now = self._engine.snapshot()
        memory = ({}, {}) if "optimizer" in named else now.memory
        order = None if named & {"data", "batch_size", "seed"} else now.order
        start = Snapshot(now.step, now.weight, now.bias, memory, order)
        run = self._run.fork(now.step)
        run.begin(Segment(data, config, start))
        return self._going_on(run, merged(self._changes, change), start)

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
                    "expected changes in the order of their steps, but got step {due!r} after step "
                    "{now}; sort the changes, each with an integer step from 0 on",
                    due=due,
                    now=trainer.step,
                )
            if due > step:
                break
            trainer.advance(due - trainer.step)
            if trainer.step != due:
                raise ConfigError(
                    "expected changes up to step {now}, where the run ended, but got one at step {due}; "
                    "leave it out",
                    due=due,
                    now=trainer.step,
                )
            if "data" in change:
                trainer = trainer.with_data(make_data(change["data"]), change["data"])
            if "config" in change:
                trainer = trainer.with_config(**change["config"])
        trainer.advance(step - trainer.step)
        return trainer
