"""The run: data, config, changes and states, in the visitor's session until another one takes its place."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from time import perf_counter
from typing import Any

from linear_core import RegressionData, Trainer, TrainingConfig
from linear_core.charts.run_tables import Columns, Scene, ghost_table, scene
from linear_core.errors import Refusal, ShapeError
from linear_core.training.optimizers import OPTIMIZERS
from pages._ui.session import Slot
from pages._ui.training import data as data_of
from pages._ui.training.choices import DATA_KEYS, RUN_KEYS, START_KEYS, Training, run_params
from pages._ui.training.recording import MAX_CHARACTERS, Change, decode, encode

MAX_GHOSTS = 3
MAX_SHARED = 1000  # samples of a scene that is kept for all visitors

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
    edition: int = 1
    cut: int = 0
    seconds: float = 0.0  # of computing `num_computed` steps
    num_computed: int = 0
    refused: Refusal | None = None  # why the latest change could not be followed: a copy, without traceback
    refused_by: str = ""  # the choice that was changed
    is_new_layer: bool = False  # data of other sizes have ended the run before
    ghosts: tuple[Columns, ...] = ()
    before: "Run | None" = None  # the run that a reset took away
    kept_scene: tuple[int, int, Scene] | None = field(default=None, repr=False)  # of steps and changes

    @classmethod
    def start(cls, values: Values, changes: tuple[Change, ...] = (), **options: Any) -> "Run":
        """Begin at step 0; where the choices do not go together, with the defaults, and say why."""
        origin = {key: values[key] for key in RUN_KEYS}
        try:
            return cls(_trainer(origin), origin, changes, **options)
        except Refusal as error:
            defaults = {key: param.default for key, param in run_params().items()}
            return cls(_trainer(defaults), defaults, refused=copy(error), **options)

    @property
    def values(self) -> dict[str, Any]:
        """The choices of the run, with all its changes."""
        return self.values_at(None)

    def values_at(self, step: int | None) -> dict[str, Any]:
        """Return the choices in force at a step; None for all changes."""
        values = dict(self.origin)
        for change in self.changes:
            if step is None or change.step <= step:
                values |= change.values
        return values

    @property
    def test(self) -> RegressionData | None:
        """The test set of the present data, if there is one."""
        return data_of.parts(self.values_at(self.trainer.step))[1]

    def compute(self, goal: int, seconds: float | None = None) -> None:
        """Take steps up to ``goal``, for so long at most, and the changes that lie on the way."""
        began, first = perf_counter(), self.trainer.step
        while True:
            ahead = self.changes[self.num_applied :]
            stop = min(goal, ahead[0].step) if ahead else goal
            left = None if seconds is None else max(0.0, seconds - (perf_counter() - began))
            self.trainer.advance(max(0, stop - self.trainer.step), left)
            if not ahead or self.trainer.step != ahead[0].step:
                break
            self.trainer = _followed(self.trainer, self.values_at(ahead[0].step), ahead[0].values)
            self.num_applied += 1
        self.seconds += perf_counter() - began
        self.num_computed += self.trainer.step - first

    def can_go_on(self, steps: int) -> bool:
        """Whether there is another step to compute."""
        return self.trainer.step < steps and self.trainer.can_advance

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
            if at == 0:
                return self.fresh(values)
            return self._changed(values, at)
        except ShapeError:
            run = Run.start(values, edition=self.edition + 1)
            run.is_new_layer = True
            return run
        except Refusal as error:
            self.refused, self.refused_by = copy(error), next(iter(changes))
            return self

    def fresh(self, values: Values) -> "Run":
        """Return a new run from step 0 with other choices; this one stays as a gray line."""
        origin = {key: values[key] for key in RUN_KEYS}
        return Run(_trainer(origin), origin, edition=self.edition + 1, ghosts=self._ghosts(0))

    def _changed(self, values: Values, at: int) -> "Run":
        passed = tuple(change for change in self.changes if change.step < at)
        run = copy(self)
        run.changes, run.num_applied = passed, len(passed)
        now = run.values_at(at)
        new = {key: values[key] for key in RUN_KEYS if values[key] != now[key] and key not in START_KEYS}
        trainer = self.trainer.back_to(at - 1)  # `back_to(at)` would keep what has been changed there before
        trainer.advance(1)
        run.trainer = _followed(trainer, {**now, **new}, new)
        if new:
            run.changes, run.num_applied = (*passed, Change(at, new)), len(passed) + 1
        run.edition, run.cut, run.ghosts = self.edition + 1, at, self._ghosts(at)
        run.refused, run.before, run.is_new_layer, run.kept_scene = None, None, False, None
        return run

    def without(self, change: Change) -> "Run":
        """Return the run as it would be without one of its changes; later ones stay."""
        rest = tuple(each for each in self.changes if each is not change)
        run = Run(_trainer(self.origin), self.origin, rest, edition=self.edition + 1)
        run.ghosts = self._ghosts(change.step)
        return run

    def again(self, edition: int) -> "Run":
        """Return the same run as another film."""
        run = copy(self)
        run.edition, run.cut = edition, 0
        return run

    def waiting(self, values: Values) -> list[str]:
        """Name the choices on the screen that only a new start can follow."""
        return [key for key in START_KEYS if values[key] != self.origin[key]]

    def ends_with_change(self, steps: int) -> bool:
        """Whether something was changed at the very end, where no step is left that could follow it."""
        return bool(self.changes) and self.changes[-1].step == self.trainer.step and not self.can_go_on(steps)

    def shortened(self, steps: int) -> "Run":
        """Return the run with at most this many steps."""
        if self.trainer.step <= steps:
            return self
        run = self._changed(self.values_at(steps), steps)
        run.changes = tuple(change for change in self.changes if change.step <= steps)
        run.num_applied = len(run.changes)
        return run

    def text(self, values: Values) -> str:
        """Return what a link says of the run, where the choices on the screen do not say it all."""
        if not self.trainer.step or (not self.changes and not self.waiting(values)):
            return ""
        text = encode(self.origin, self.changes, run_params())
        return text if len(text) <= MAX_CHARACTERS else ""

    def scene(self, steps: int | None = None) -> Scene:
        """Return what stays in the pictures until a change; ``steps`` is None where it does not matter."""
        if self.kept_scene is not None:
            num_steps, num_applied, kept = self.kept_scene
            if num_applied == self.num_applied and steps in (None, num_steps):
                return kept
        trainer, num_steps = self.trainer, self.trainer.step if steps is None else steps
        test = self.test
        if test is None and not self.num_applied and trainer.data.n_samples <= MAX_SHARED:
            kept = _first_scene(trainer.data, trainer.config, num_steps)
        else:
            kept = scene(trainer.data, trainer.start, trainer.config, num_steps, test=test)
        self.kept_scene = (num_steps, self.num_applied, kept)
        return kept

    def _ghosts(self, step: int) -> tuple[Columns, ...]:
        """Return the gray lines of a run that goes another way from a step."""
        if self.trainer.step <= step:
            return self.ghosts
        scene = self.scene()
        return (ghost_table(scene, self.trainer, step), *self.ghosts)[:MAX_GHOSTS]


@lru_cache(64)
def _first_scene(data: RegressionData, config: TrainingConfig, steps: int) -> Scene:
    """Return the scene of a run without changes: most visitors have chosen what others have chosen before."""
    return scene(data, Trainer(data, config).start, config, steps)


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
    return Run.start(values, changes, edition=edition)


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


def _trainer(values: Values) -> Trainer:
    return Trainer(data_of.training_set(values), config_of(values))


def _followed(trainer: Trainer, values: Values, changes: Values) -> Trainer:
    """Return a trainer that goes on with other choices; naming no more than what differs."""
    if changes.keys() & set(DATA_KEYS):
        source = {key: values[key] for key in DATA_KEYS}
        trainer = trainer.with_data(data_of.training_set(values), source)
    before, after = trainer.config, config_of(values)
    names = [name for name in before.__dataclass_fields__ if name not in ("init", "seed")]
    new = {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
    return trainer.with_config(**new) if new else trainer
