"""The run: one object in the visitor's session, so that it is found again after a visit to another page."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import wraps
from threading import RLock
from time import perf_counter
from typing import Any

import pandas as pd
import streamlit as st
from pages._ui.choices import TRAINING

from linear_core import Refusal, Trainer
from linear_core.charts.scene import Scene, scene
from linear_core.charts.training import has_theory, history_table, stage_tables
from linear_core.theory.outlook import foresee
from linear_core.training.history import TrainingState
from pages._ui.training.recording import Event, Recorded
from pages._ui.training.settings import DATA_KEYS, RUN_KEYS, config_of, data_of, test_of
from pages._ui.training.turns import AT_EASE, TICK

KEY = "training_run"
LONGEST_WORK = 0.15  # seconds that a tick may spend on steps, when ticks come late
MAX_GHOSTS = 3

# What only a new start can follow: the parameters it gives have long been trained.
NEEDS_RESET = ("start_seed",)


def _alone(change: Callable[..., None]) -> Callable[..., None]:
    """Let one thread at a time change a run.

    A page that is drawn anew is drawn by a new thread, while that before may still be making steps.
    """

    @wraps(change)
    def held(run: "Run", *args: Any) -> None:
        with run.changing:
            change(run, *args)

    return held


@dataclass(eq=False)
class Run:
    """A trainer, what made it so, and whether it is running.

    ``seen`` are the choices as they stood when the run last looked; what differs from them is a change.
    """

    trainer: Trainer
    values: dict[str, Any]
    origin: dict[str, Any]
    seen: dict[str, Any]
    events: list[Event] = field(default_factory=list)
    coming: list[Event] = field(default_factory=list)  # of a replay, still ahead
    replay_to: int | None = None
    running: bool = False
    refused: Refusal | None = None  # why a change could not be followed: a copy, without traceback
    is_new_layer: bool = False  # data of other sizes have ended the run before
    ghosts: list[pd.DataFrame] = field(default_factory=list)
    before: "Run | None" = None  # the run that a Reset took away
    pace: float = 0.0  # steps a second
    last_tick: float = 0.0
    pictures: Scene | None = None
    changing: RLock = field(default_factory=RLock)

    @classmethod
    def start(cls, values: Mapping[str, Any]) -> "Run":
        """Begin at step 0."""
        own = {key: values[key] for key in RUN_KEYS}
        try:
            return cls(Trainer(data_of(own), config_of(own)), own, dict(own), dict(own))
        except Refusal as error:
            first = {key: TRAINING[key].default for key in RUN_KEYS}
            trainer = Trainer(data_of(first), config_of(first))
            return cls(trainer, first, dict(first), own, refused=copy(error))

    @classmethod
    def replay(cls, recorded: Recorded, seen: Mapping[str, Any]) -> "Run":
        """Begin a recorded run again, which then runs by itself to where it was."""
        run = cls.start(recorded.origin)
        run.seen = dict(seen)
        run.coming, run.replay_to = list(recorded.events), recorded.step
        run.go()
        return run

    @_alone
    def follow(self, values: Mapping[str, Any]) -> None:
        """Take over what was changed on the screen since the last look, and go on from where the run is."""
        changes = {key: values[key] for key in RUN_KEYS if values[key] != self.seen[key]}
        if not changes:
            return
        if self.replay_to is not None:  # the hand on a control ends a replay
            self.replay_to, self.coming, self.running = None, [], False
            changes = {key: values[key] for key in RUN_KEYS if values[key] != self.values[key]}
        if self.refused:  # what was refused may do together with this
            changes = {key: values[key] for key in RUN_KEYS if values[key] != self.values[key]}
        self.seen = {key: values[key] for key in RUN_KEYS}
        if self.trainer.step == 0:
            self._start_anew({**self.values, **changes})
        else:
            self._change({key: value for key, value in changes.items() if key not in NEEDS_RESET})

    def _start_anew(self, values: dict[str, Any]) -> None:
        try:
            self.trainer = Trainer(data_of(values), config_of(values))
        except Refusal as error:
            self.refused = copy(error)
            return
        self.values, self.origin, self.events, self.refused = values, dict(values), [], None
        self.pictures = None

    def _change(self, changes: dict[str, Any]) -> None:
        values = {**self.values, **changes}
        try:
            trainer = self.trainer
            if changes.keys() & set(DATA_KEYS):
                data = data_of(values)
                if data.in_features != trainer.data.in_features:
                    self._begin_with_new_layer()
                    return
                trainer = trainer.with_data(data, {key: values[key] for key in DATA_KEYS})
            if config_changes := _config_changes(trainer, values):
                trainer = trainer.with_config(**config_changes)
        except Refusal as error:
            self.refused, self.running = copy(error), False
            return
        self.values, self.refused = values, None
        if trainer is not self.trainer:
            self.trainer, self.pictures = trainer, None
            if self.events and self.events[-1][0] == trainer.step:
                changes = self.events.pop()[1] | changes
            self.events.append((trainer.step, changes))

    def _begin_with_new_layer(self) -> None:
        """Begin anew with what is on the screen, since this layer does not fit the data."""
        before = self.trainer
        self._start_anew(dict(self.seen))
        if self.trainer is not before:
            self.pause()
            self.ghosts, self.before, self.is_new_layer = [], None, True

    def waits_for_reset(self) -> list[str]:
        """Name the choices on the screen that this run cannot follow."""
        if self.replay_to is not None:
            return []
        return [key for key in RUN_KEYS if self.seen[key] != self.values[key]]

    def can_go_on(self, steps: int) -> bool:
        """Whether there is another step to make."""
        trainer = self.trainer
        return trainer.step < steps and trainer.diverged_at is None and trainer.stopped_by is None

    @_alone
    def tick(self, goal: int, speed: str, share: float) -> None:
        """Spend a short while on steps: of the time since the last tick half, and less when many share it."""
        if not self.running:
            return
        now = perf_counter()
        late = now - self.last_tick
        step = self.trainer.step
        part = 1 / 2 if share >= 1 / AT_EASE else 1 / 4
        work = min(LONGEST_WORK, max(TICK, late) * part * share)
        self._advance(work, goal, None if speed == "fast" else int(speed))
        if self.last_tick and late < 2:
            self.pace += ((self.trainer.step - step) / late - self.pace) * (0.3 if self.pace else 1)
        self.last_tick = now
        if self.replay_to is None and not self.can_go_on(goal):
            self.pause()

    @_alone
    def make(self, steps: int, goal: int) -> None:
        """Make so many steps at once, while paused."""
        self.trainer.advance(max(0, min(steps, goal - self.trainer.step)))

    def _advance(self, seconds: float, goal: int, max_steps: int | None) -> None:
        if self.replay_to is not None:
            goal = self.coming[0][0] if self.coming else self.replay_to
        left = goal - self.trainer.step
        most = left if max_steps is None else min(left, max_steps)
        made = self.trainer.advance(most, seconds) if left > 0 else 0
        if self.replay_to is None:
            return
        if self.coming and made == left:
            self._change(self.coming.pop(0)[1])
        elif made in (0, left):
            # What the screen shows beyond the recording is a change from here on.
            self.replay_to, self.coming, self.seen = None, [], dict(self.values)
            self.pause()

    def go(self) -> None:
        """Run from the next tick on."""
        self.running, self.last_tick, self.pace = True, 0.0, 0.0

    @_alone
    def pause(self) -> None:
        """Stand still; the next step goes on from here."""
        self.running = False

    def recorded(self) -> Recorded:
        """Give what a link needs to make the run again."""
        return Recorded(self.origin, tuple(self.events), self.trainer.step)

    def has_theory(self) -> bool:
        """Whether the run is plain gradient descent on the mean squared error, which can be foreseen."""
        return has_theory(self.trainer.config)

    def foreseen(self, step: int) -> TrainingState | None:
        """Give the state at a step to come, if theory knows it."""
        trainer = self.trainer
        if step <= trainer.step or not self.has_theory():
            return None
        now = TrainingState(trainer.step, trainer.weight, trainer.bias, trainer.loss, trainer.gradient_norm)
        return foresee(trainer.data, now, trainer.config.learning_rate, step)

    def tables(self, steps: int, future: int) -> dict[str, pd.DataFrame]:
        """Give the tables behind the pictures."""
        return stage_tables(
            self.scene(steps), self.trainer.history, ghosts=self.ghosts, future=self.foreseen(future)
        )

    def scene(self, steps: int) -> Scene:
        """Give what stays in the pictures until a change."""
        if self.pictures is None or self.pictures.steps != steps:
            trainer, config = self.trainer, self.trainer.config
            rate = config.learning_rate if self.has_theory() else None
            test = test_of(self.values)
            self.pictures = scene(trainer.data, trainer.start, rate, steps, config.loss, test=test)
        return self.pictures

    def ghost(self, steps: int) -> pd.DataFrame:
        """Give what is left in the picture of a run that is over."""
        return history_table(self.trainer.history, self.scene(steps).bowl)


def current() -> Run | None:
    """The visitor's run, if there is one yet."""
    return st.session_state.get(KEY)


def keep(run: Run) -> Run:
    """Make ``run`` the visitor's."""
    st.session_state[KEY] = run
    return run


def reset(steps: int) -> None:
    """Begin anew with what is on the screen; the old run stays as a grey line and can be brought back."""
    old = current()
    if old is None or old.trainer.step == 0:
        return
    old.pause()
    old.before = None
    run = Run.start(old.seen)
    run.ghosts = [old.ghost(steps), *old.ghosts][:MAX_GHOSTS]
    run.before = old
    keep(run)


def bring_back() -> None:
    """Undo `reset`, as long as the new run has not begun."""
    run = current()
    if run is not None and run.before is not None:
        run.before.follow(run.seen)
        keep(run.before)


def _config_changes(trainer: Trainer, values: Mapping[str, Any]) -> dict[str, Any]:
    """Name what differs, and nothing else: naming a field may reset what depends on it."""
    before, after = trainer.config, config_of(values)
    names = [name for name in before.__dataclass_fields__ if name != "seed"]
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
