"""The film of the run: the player, and the four pictures that it moves."""

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from linear_core.charts.film import BIAS, LOSS, WEIGHT, played
from linear_core.charts.run_tables import arrow, run_tables, state_rows
from linear_core.charts.run_views import HEIGHT, views
from linear_core.training.convergence import convergence
from linear_core.training.thinning import ALL_SHOWN, film_states
from pages._ui import controls, link
from pages._ui.figure import figure
from pages._ui.language import _, language
from pages._ui.player import Film, Reading, Said, player
from pages._ui.session import Slot
from pages._ui.training import data as data_of
from pages._ui.training import learning_rate, points, words
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.run import Run

if TYPE_CHECKING:
    from torch import Tensor

PLAYER, PICTURES, FRAGMENT = "player", "film", "training_film"
FIRST_CHUNK, CHUNK = 0.1, 0.2  # seconds of computing at a time
GLIMPSE = 0.005  # seconds after a change, before its first picture; the player asks for more
AT_ONCE = 0.5  # seconds that a link may take to show its run
NEAR = 1000  # steps around the place where the visitor stopped, of which it has all states

_told: Slot[str] = Slot("told_run", str)  # what the link says of the run


def settle(shown: Training) -> Training:
    """Have the run follow the choices: the one from a link, or the present one."""
    run = before = runs.known()
    if run is None or shown.run != _told.get():  # a first visit, or Back and Forward
        run = before = runs.brought(shown, 1 if run is None else run.edition + 1)
        if shown.at:
            run.compute(run.steps, AT_ONCE)
    short = run.planned(shown.steps)
    gone = {name: value for name, value in short.values.items() if value != run.values[name]}
    link.change(**gone)
    shown = shown.changed(**gone)
    run = short.follow(shown.run_values, shown.at)
    at = min(shown.at, run.steps)
    if run is not before:
        at = min(at, run.cut)
        if run.cut:
            run.compute(run.steps, GLIMPSE)
    runs.keep(run)
    text = run.text(shown.run_values)
    _told.set(text)
    link.change(at=at, run=text)
    return shown.changed(at=at, run=text)


def draw(shown: Training) -> None:
    """Draw player and pictures; more steps have only them drawn again."""
    run = runs.current()

    @st.fragment(key=FRAGMENT)
    def fragment() -> None:
        now = link.now(Training)
        # The browser sends what happens in one moment together: a press elsewhere on the page may have come
        # here, with the place of the film.
        if runs.current() is not run or now.run_values != shown.run_values:
            st.rerun()
        link.save(now)
        player(PLAYER, PICTURES, film_of(run, now), _heard)
        _pictures(run, now)

    fragment()


def film_of(run: Run, shown: Training) -> Film:
    """Return what there is to play."""
    trainer, goes_on = run.trainer, run.can_go_on
    weight = _("weight") if trainer.data.in_features == 1 else _("weight[0]")
    readings = [
        Reading(_("step"), 0),
        Reading(_("loss"), LOSS, "green"),
        Reading(weight, WEIGHT, "violet"),
        Reading(_("bias"), BIAS, "orange"),
    ]
    if run.test is not None:
        readings.insert(2, Reading(_("test loss"), WEIGHT + trainer.data.in_features, "blue"))
    arrived = None
    if not goes_on or trainer.config.has_closed_form:  # another run may still leave the place where it is
        arrived = convergence(trainer, run.scene.surface.lowest)
    return Film(
        rows=lambda first: _rows(run, first),
        total=max(run.steps, trainer.step) if goes_on else trainer.step,  # it ends where the run ends
        readings=tuple(readings),
        edition=run.edition,
        cut=run.cut,
        is_whole=not goes_on,
        place=shown.at,
        near=lambda step: _near(run, step),
        texts=words.situations(run, shown, arrived),
        settled=None if arrived is None else arrived.step,
        again=bool(run.waiting(shown.run_values)) or run.ends_with_change,
        reset="reset" if trainer.step else "undo" if run.before else "",
    )


def _rows(run: Run, first: int) -> "Tensor":
    """Return the states from a step on: of a very long run, as many as a browser can hold."""
    return state_rows(film_states(run.trainer.history, first), run.test, run.trainer.config.loss)


def _near(run: Run, step: int) -> "Tensor | None":
    """Return all states around a step, where the film leaves some out."""
    last = run.trainer.step
    if not max(step, ALL_SHOWN) <= last:
        return None
    states = run.trainer.states(max(0, step - NEAR), min(last, step + NEAR))
    return state_rows(states, run.test, run.trainer.config.loss)


def _heard(said: Said) -> None:
    """Do what the browser says, before the fragment is drawn again; a new run has the whole page drawn."""
    does = {"place": _place, "ask": _ask, "remedy": _remedy, "undo": _undo}.get(said.name, _fresh)
    if does(said, runs.current(), link.now(Training)):
        st.rerun("page")


def _place(said: Said, run: Run, shown: Training) -> bool:
    # A press in the same moment may have changed the run already.
    if said.edition is None or run.edition - said.edition > 1:
        return False
    link.change(at=min(said.step, run.trainer.step))
    return said.follows


def _ask(said: Said, run: Run, shown: Training) -> bool:
    if said.edition != run.edition:
        return False
    changes = run.changes
    if not run.trainer.step:  # where a link leads from now on, until another place is chosen
        link.change(at=shown.steps)
    run.compute(run.steps, CHUNK if run.trainer.step else FIRST_CHUNK)
    return run.changes != changes  # where one had to be left out, the page says why


def _remedy(said: Said, run: Run, shown: Training) -> bool:
    if (best := learning_rate.best(run)) is not None:
        link.change(at=min(said.step, run.trainer.step))
        learning_rate.take(best, shown.learning_rate)
    return True


def _undo(said: Said, run: Run, shown: Training) -> bool:
    if run.before is not None:
        runs.keep(replace(run.before, edition=run.edition + 1, cut=0))
        link.change(at=run.before.trainer.step)
    return True


def _fresh(said: Said, run: Run, shown: Training) -> bool:
    fresh = runs.keep(replace(run.fresh(shown.run_values), before=run))
    link.change(at=0)
    if said.name == "again":
        fresh.compute(run.steps, FIRST_CHUNK)
    return True


def _pictures(run: Run, shown: Training) -> None:
    data, scene = run.trainer.data, run.scene
    movable = points.are_movable(run)
    specifications = _specifications(
        data.in_features,
        shown.residuals,
        shown.loss_scale,
        run.test is not None,
        language(),
        **data_of.axis_words(data),
    )
    future = run.forecast(shown.future).state if shown.future > run.trainer.step else None
    tables = run_tables(scene, run.trainer, ghosts=run.ghosts, future=future)
    shared = {id(each): each for tables_of in tables.values() for each in tables_of.values()}
    arrows = {key: arrow(each) for key, each in shared.items()}
    with st.container(key=PICTURES, gap=None):
        for name, picture in words.pictures(run, can_move=movable).items():
            with st.container(key=f"picture_{name}", gap=None):
                with st.container(
                    horizontal=True, vertical_alignment="center", gap="xsmall", key=f"head_{name}"
                ):
                    st.markdown(picture.title, help=picture.help, width="content")
                    for view in picture.views:
                        controls.menu(view, lambda: st.rerun("page"))  # a section may draw it too
                datasets = {key: arrows[id(each)] for key, each in tables[name].items()}
                figure(specifications[name], f"film_{name}", tables=datasets, alt=picture.description)
                if movable and name == "data":
                    points.draw(run, f"picture_{name}", tables[name]["ranges"])


@lru_cache(32)
def _specifications(
    num_features: int,
    residuals: str,
    loss_scale: str,
    has_test: bool,
    in_language: str,
    **axes: str,
) -> dict[str, Any]:
    options: dict[str, Any] = {"residuals": residuals, "loss_scale": loss_scale, **axes}
    charts = views(_, num_features, has_test=has_test, **options)
    return {name: played(chart, height=HEIGHT, padding=points.PADDING) for name, chart in charts.items()}
