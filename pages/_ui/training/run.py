"""The run: data, config, changes and states, in the visitor's session until another one takes its place."""

import math
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from time import perf_counter
from typing import Any

from linear_core import RegressionData, Trainer, TrainingConfig
from linear_core.charts.run_tables import Columns, Scene, ghost_table, scene
from linear_core.errors import Refusal, ShapeError
from linear_core.training.forecast import Forecast, forecast
from linear_core.training.optimizers import OPTIMIZERS
from pages._ui.session import Slot
from pages._ui.training import data as data_of
from pages._ui.training.choices import DATA_KEYS, RUN_KEYS, START_KEYS, Training, run_params
from pages._ui.training.recording import MAX_CHARACTERS, Change, decode, encode

MAX_GHOSTS = 3
MANY = 1000  # samples
FORECAST_SECONDS = 0.3

Values = Mapping[str, Any]


@dataclass(eq=False)
class Run:
    """A trainer, the choices with which it began, and the changes, some of them at steps still to come.

    ``edition`` counts the films of this visit: a run that takes another way from ``cut`` is a new one.
    """

    trainer: Trainer
    origin: dict[str, Any]
    changes: tuple[Change, ...] = ()
    num_applied: int = 0
    steps: int = Training.steps.default  # that are planned
    edition: int = 1
    cut: int = 0
    seconds: float = 0.0  # of computing `num_computed` steps
    num_computed: int = 0
    refused: tuple[str, Refusal] | None = None  # the choice that cannot be followed, and why
    is_new_layer: bool = False  # data of other sizes have ended the run before
    ghosts: tuple[Columns, ...] = ()
    before: "Run | None" = None  # the run that a reset took away
    foreseen: tuple[tuple[int, ...], Forecast] | None = None  # the latest answer, and to what

    @classmethod
    def start(cls, values: Values, changes: tuple[Change, ...] = (), **options: Any) -> "Run":
        """Begin at step 0; where the choices do not go together, with the defaults, and say why."""
        try:
            return cls._begun(values, changes, **options)
        except Refusal as error:
            defaults = {key: param.default for key, param in run_params().items()}
            return cls._begun(defaults, refused=_reason("data", error), **options)

    @classmethod
    def _begun(cls, values: Values, changes: tuple[Change, ...] = (), **options: Any) -> "Run":
        origin = {key: values[key] for key in RUN_KEYS}
        trainer = Trainer(data_of.training_set(origin), config_of(origin))
        return cls(trainer, origin, changes, **options)

    @property
    def values(self) -> dict[str, Any]:
        """The choices of the run, with all its changes."""
        return self.values_at(math.inf)

    def values_at(self, step: float) -> dict[str, Any]:
        """Return the choices in force at a step."""
        values = dict(self.origin)
        for change in self.changes:
            if change.step <= step:
                values |= change.values
        return values

    @property
    def test(self) -> RegressionData | None:
        """The test set of the present data, if there is one."""
        return data_of.parts(self.values_at(self.trainer.step))[1]

    @property
    def scene(self) -> Scene:
        """What stays in the pictures until a change."""
        trainer = self.trainer
        scene_of = _small_scene if trainer.data.n_samples <= MANY else _large_scene
        return scene_of(trainer.segment_at(0), trainer.data, trainer.config, self.steps, self.test)

    def compute(self, goal: int, seconds: float = math.inf) -> None:
        """Take steps up to ``goal``, for so long at most, and the changes that lie on the way."""
        began, first = perf_counter(), self.trainer.step
        while True:
            due = next(iter(self.changes[self.num_applied :]), None)
            stop = min(goal, due.step) if due else goal
            left = max(0.0, seconds - (perf_counter() - began))
            self.trainer.advance(max(0, stop - self.trainer.step), left)
            if due is None or self.trainer.step != due.step:
                break
            self._take(due)
        self.seconds += perf_counter() - began
        self.num_computed += self.trainer.step - first

    def _take(self, change: Change) -> None:
        """Follow a change that is due, or leave it out: what it fitted to may have been taken back."""
        try:
            self.trainer = _followed(self.trainer, self.values_at(change.step), change.values)
            self.num_applied += 1
        except Refusal:
            self.changes = self._but(change)

    def forecast(self, step: int) -> Forecast:
        """Say where the run will be at a step; kept, since it takes a moment and each touch asks."""
        question = (step, self.trainer.step, self.edition, self.num_applied)
        if self.foreseen is None or self.foreseen[0] != question:
            self.foreseen = question, forecast(self.trainer, step, FORECAST_SECONDS)
        return self.foreseen[1]

    @property
    def can_go_on(self) -> bool:
        """Whether there is another step to compute."""
        return self.trainer.step < self.steps and self.trainer.can_advance

    @property
    def ends_with_change(self) -> bool:
        """Whether something was changed at the very end, where no step is left that could follow it."""
        return bool(self.changes) and self.changes[-1].step == self.trainer.step and not self.can_go_on

    def follow(self, values: Values, at: int) -> "Run":
        """Return the run with what was changed on the screen, which applies from the film's current step.

        The run is cut there; what came after it stays as a gray line. What it cannot follow is said, and the
        run stays as it was.
        """
        changes = {key: value for key, value in values.items() if value != self.values[key]}
        if not changes.keys() - set(START_KEYS) and (self.trainer.step or not changes):
            self.refused = None
            return self
        at = min(at, self.trainer.step)
        try:
            return self._changed(values, at) if at else self.fresh(values)
        except ShapeError:
            return Run.start(values, steps=self.steps, edition=self.edition + 1, is_new_layer=True)
        except Refusal as error:
            self.refused = _reason(next(iter(changes)), error)
            return self

    def fresh(self, values: Values, changes: tuple[Change, ...] = (), since: int = 0) -> "Run":
        """Return a new run from step 0 with other choices; this one stays as a gray line from a step on."""
        edition, ghosts = self.edition + 1, self._ghosts(since)
        return Run._begun(values, changes, steps=self.steps, edition=edition, ghosts=ghosts)

    def without(self, change: Change) -> "Run":
        """Return the run as it would be without one of its changes; later ones stay."""
        return self.fresh(self.origin, self._but(change), change.step)

    def _but(self, change: Change) -> tuple[Change, ...]:
        return tuple(each for each in self.changes if each is not change)

    def planned(self, steps: int) -> "Run":
        """Return the run with so many steps, and no more."""
        self.steps = steps
        return self if self.trainer.step <= steps else self._changed(self.values_at(steps), steps)

    def _changed(self, values: Values, at: int) -> "Run":
        passed = tuple(change for change in self.changes if change.step < at)
        now = self.values_at(at - 1)
        new = {key: values[key] for key in RUN_KEYS if values[key] != now[key] and key not in START_KEYS}
        trainer = self.trainer.back_to(at - 1)  # `back_to(at)` would keep what has been changed there before
        trainer.advance(1)
        changes = (*passed, Change(at, new)) if new else passed
        return replace(
            self,
            trainer=_followed(trainer, {**now, **new}, new),
            changes=changes,
            num_applied=len(changes),
            edition=self.edition + 1,
            cut=at,
            refused=None,
            is_new_layer=False,
            ghosts=self._ghosts(at),
            before=None,
        )

    def waiting(self, values: Values) -> list[str]:
        """Name the choices on the screen that only a new start can follow."""
        return [key for key in START_KEYS if values[key] != self.origin[key]]

    def text(self, values: Values) -> str:
        """Return what a link says of the run, where the choices on the screen do not say it all."""
        if not self.trainer.step or (not self.changes and not self.waiting(values)):
            return ""
        text = encode(self.origin, self.changes, run_params())
        return text if len(text) <= MAX_CHARACTERS else ""

    def _ghosts(self, step: int) -> tuple[Columns, ...]:
        """Return the gray lines of a run that goes another way from a step."""
        if self.trainer.step <= step:
            return self.ghosts
        return (ghost_table(self.scene, self.trainer, step), *self.ghosts)[:MAX_GHOSTS]


def _scene(
    first: tuple[RegressionData, TrainingConfig],
    data: RegressionData,
    config: TrainingConfig,
    steps: int,
    test: RegressionData | None,
) -> Scene:
    return scene(data, Trainer(*first).start, config, steps, test=test)


# For all visitors, most of whom choose what others have chosen before; a large one holds many samples.
_small_scene, _large_scene = lru_cache(64)(_scene), lru_cache(4)(_scene)


_runs: Slot[Run | None] = Slot("training_run", lambda: None)


def current() -> Run:
    """Return the visitor's run."""
    run = _runs.get()
    assert run is not None
    return run


def keep(run: Run) -> Run:
    """Make ``run`` the visitor's."""
    _runs.set(run)
    return run


def known() -> Run | None:
    """Return the visitor's run, if there is one yet."""
    return _runs.get()


def brought(shown: Training, edition: int) -> Run:
    """Return the run that a link brings, before its first step."""
    values, changes = decode(shown.run, run_params()) if shown.run else (shown.run_values, ())
    return Run.start(values, changes, steps=shown.steps, edition=edition)


def config_of(values: Values) -> TrainingConfig:
    """Return the config that is chosen; what an optimizer does not have is left out."""
    options = OPTIMIZERS[values["optimizer"]].options
    stop, stop_value = values["stop"], values["stop_value"]
    n_samples, batch_size = data_of.training_set(values).n_samples, values["batch"]
    return TrainingConfig(
        learning_rate=values["learning_rate"],
        optimizer=values["optimizer"],
        momentum=values["momentum"] if "momentum" in options else 0.0,
        loss=values["loss"],
        batch_size=batch_size if 0 < batch_size < n_samples else None,
        init=values["init"],
        seed=values["start_seed"],
        stop_loss=stop_value if stop == "loss" else None,
        stop_gradient_norm=stop_value if stop == "gradient_norm" else None,
        stop_patience=max(1, round(stop_value)) if stop == "patience" else None,
    )


def _followed(trainer: Trainer, values: Values, changes: Values) -> Trainer:
    """Return a trainer that goes on with other choices; naming no more than what differs."""
    if changes.keys() & set(DATA_KEYS):
        source = {key: values[key] for key in DATA_KEYS}
        trainer = trainer.with_data(data_of.training_set(values), source)
    before, after = trainer.config, config_of(values)
    names = {field.name for field in fields(after)} - {"init", "seed"}
    new = {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
    return trainer.with_config(**new) if new else trainer


def _reason(choice: str, error: Refusal) -> tuple[str, Refusal]:
    """Keep why a choice cannot be followed: a copy has no traceback, which would hold on to all there is."""
    return choice, copy(error)
