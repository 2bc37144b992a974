"""The tables behind the four charts of a run (`linear_core.charts.run_views`).

What stays while a run goes on is made once (`scene`): samples, fit, contour lines, and the room that the axes
need for all that is expected, so that they do not move while it happens.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from linear_core.charts.film import BIAS, WEIGHT
from linear_core.charts.ranges import Range, limits, near, positive_room, room, step_room
from linear_core.charts.run_views import parameter_names
from linear_core.data.regression import RegressionData
from linear_core.theory.descent import descent_path, stability
from linear_core.theory.least_squares import least_squares
from linear_core.training.config import TrainingConfig
from linear_core.training.fit import losses_of
from linear_core.training.history import TrainingHistory, TrainingState
from linear_core.training.loss_contours import LossContours, loss_contours
from linear_core.training.thinning import drawn_rows
from linear_core.training.trainer import Trainer

MAX_POINTS = 1000
FARTHEST = 20.0  # expected spans beyond which a state is left out of the lines
TOUCHABLE = 8  # one state in this many answers to the pointer
TRAIL = 9  # powers of ten of the step at which the line leaves a trace
SWINGING = 1.8  # of learning rate times curvature, from which the path swings to and fro for long
GHOST_COLUMNS = ["run", "step", "loss", "across", "along"]


@dataclass(frozen=True, eq=False)
class Scene:
    """What stays while a run goes on."""

    data: RegressionData
    test: RegressionData | None
    loss: str
    steps: int
    surface: LossContours
    tables: Mapping[str, pd.DataFrame]
    ranges: Mapping[str, Range]
    roaming: Mapping[str, Range]
    expected: pd.DataFrame = field(repr=False)
    swings: bool = False


def scene(
    data: RegressionData,
    start: TrainingState,
    config: TrainingConfig,
    steps: int,
    *,
    test: RegressionData | None = None,
) -> Scene:
    """Prepare the pictures of a run.

    Parameters
    ----------
    data : RegressionData
        The training set; of several targets the first is drawn.
    start : TrainingState
        Before the first step.
    config : TrainingConfig
        Where its path has a closed form the axes make room for all of it; else they grow with the run.
    steps : int
        How many are planned.
    test : RegressionData or None
        The test set: drawn as hollow points, and its loss as a second line.
    """
    learning_rate = config.learning_rate if config.has_closed_form else None
    surface = loss_contours(data, start.weight[0], None if start.bias is None else start.bias[0], config.loss)
    ranges, ends = _sample_ranges(data, start, test)
    tables = {"points": points_table(data), "ends": ends, **_surface_tables(surface, data)}
    if test is not None:
        tables["test_points"] = points_table(test)
    expected = _expected(data, start, learning_rate, steps, surface, test, config.loss)
    roaming = _roaming(tables["contours"]) if learning_rate is None else {}
    swings = learning_rate is not None and learning_rate * _largest_curvature(data, start) > SWINGING
    return Scene(data, test, config.loss, steps, surface, tables, ranges, roaming, expected, swings)


def _largest_curvature(data: RegressionData, start: TrainingState) -> float:
    return stability(data.x, start.bias is not None, data.out_features).eigenvalues[0].item()


def _sample_ranges(
    data: RegressionData, start: TrainingState, test: RegressionData | None
) -> tuple[dict[str, Range], pd.DataFrame]:
    """Return the axes of the samples, and the ends of the dashed line."""
    fit = least_squares(data.x, data.target[:, :1], bias=start.bias is not None)
    samples = [data] if test is None else [data, test]
    x = room(torch.cat([part.x[:, 0] for part in samples]))
    ends = torch.linspace(*x, 2, dtype=torch.float64)
    targets = [torch.cat([part.target[:, 0] for part in samples]).double()]
    if data.in_features == 1:
        for weight, bias in ((fit.weight, fit.bias), (start.weight, start.bias)):
            targets.append(ends * weight[0, 0].double() + (0 if bias is None else bias[0].double()))
    y = room(torch.cat(targets))
    first = None if start.bias is None else start.bias[:1]
    at_start = [torch.nn.functional.linear(part.x, start.weight[:1], first)[:, 0] for part in samples]
    match = room(torch.cat([targets[0], *at_start]))
    line = (ends.numpy(), targets[1].numpy()) if data.in_features == 1 else (y, y)
    table = pd.DataFrame(dict(zip(("x_0", "target"), line, strict=True)))
    return {"x": x, "y": y, "match": match}, table


def points_table(data: RegressionData) -> pd.DataFrame:
    """Return at most 1,000 samples: evenly along the first feature, with its extremes and the target's."""
    rows = torch.arange(data.n_samples)
    if data.n_samples > MAX_POINTS:
        order = torch.argsort(data.x[:, 0], stable=True)
        even = torch.linspace(0, data.n_samples - 1, MAX_POINTS - 2).round().long()
        target = data.target[:, 0]
        rows = torch.unique(torch.cat([order[even], target.argmin()[None], target.argmax()[None]]))
    x = data.x[rows].double().numpy()
    columns = {f"x_{i}": x[:, i] for i in range(data.in_features)}
    return pd.DataFrame({**columns, "target": data.target[rows, 0].double().numpy()})


def _surface_tables(surface: LossContours, data: RegressionData) -> dict[str, pd.DataFrame]:
    names = [*(f"weight_{i}" for i in range(data.in_features)), "bias"]
    plane = {}
    for side, direction in zip(("across", "along"), surface.directions, strict=True):
        plane[f"{side}_offset"] = -(surface.origin @ direction).item()
        plane |= {f"{side}_{name}": value for name, value in zip(names, direction.tolist(), strict=True)}
    contours, optimum = contour_table(surface)
    return {"contours": contours, "optimum": optimum, "plane": pd.DataFrame([plane])}


def contour_table(surface: LossContours) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the points of the contour lines, and the optimum, if it is known."""
    counts = torch.tensor([len(line) for line in surface.lines], dtype=torch.long)
    number = torch.arange(len(counts)).repeat_interleave(counts)
    points = torch.cat([torch.zeros(0, 2, dtype=torch.float64), *surface.lines]).numpy()
    shade = torch.linspace(0.35, 0.9, len(counts), dtype=torch.float64)
    contours = pd.DataFrame(
        {
            "line": number.numpy(),
            "place": torch.cat([torch.arange(0), *(torch.arange(count) for count in counts)]).numpy(),
            "across": points[:, 0],
            "along": points[:, 1],
            "shade": shade[number].numpy(),
        }
    )
    optimum = [] if surface.optimum is None else [surface.optimum.tolist()]
    return contours, pd.DataFrame(optimum, columns=["across", "along"], dtype="float64")


def _expected(
    data: RegressionData,
    start: TrainingState,
    learning_rate: float | None,
    steps: int,
    surface: LossContours,
    test: RegressionData | None,
    loss_name: str,
) -> pd.DataFrame:
    """Return the states to make room for: start, optimum and, where theory knows it, the path between."""
    weight, bias, loss = start.weight[None], start.bias, torch.tensor([start.loss])
    biases = None if bias is None else bias[None]
    if learning_rate is not None:
        marks = torch.cat([torch.zeros(1), torch.logspace(0, math.log10(max(steps, 1)), 60)]).long()
        known = descent_path(data.x, data.target, start.weight, bias, learning_rate, marks)
        if known.overflow_at is None and known.loss[-1] <= known.loss[0]:
            weight, biases, loss = known.weight, known.bias, known.loss.clamp(min=_smallest_loss(data.target))
    first = None if biases is None else biases[:, 0]
    path = surface.place(weight[:, 0], first)
    goal = path[0] if surface.optimum is None else surface.optimum
    place = torch.cat([path, goal[None]])
    parameters = weight[:, 0].double() if first is None else torch.cat([weight[:, 0], first[:, None]], dim=1)
    optimum = (surface.origin + goal @ surface.directions)[None, : parameters.shape[1]]
    # Where the path is known, its end adds nothing.
    reached = parameters[:1] if learning_rate is not None else optimum

    def with_optimum(values: Tensor) -> Any:  # any value works for it, as long as it is not a new extreme
        return torch.cat([values, values[:1]]).double().numpy()

    parameters = torch.cat([parameters, reached])
    expected = pd.DataFrame(
        {
            "across": place[:, 0].numpy(),
            "along": place[:, 1].numpy(),
            "loss": with_optimum(loss),
            "low": parameters.min(dim=1).values.numpy(),
            "high": parameters.max(dim=1).values.numpy(),
        }
    )
    if test is None:
        return expected
    return expected.assign(test_loss=with_optimum(drawable(losses_of(test, weight, biases, loss_name))))


def _smallest_loss(target: Tensor) -> float:
    """Return the loss of one rounding: points that fit exactly have none, and an axis has no end there."""
    rounding = torch.finfo(target.dtype).eps * target.abs().max().item()
    return rounding**2


def _roaming(contours: pd.DataFrame) -> dict[str, Range]:
    """Return how far an unknown path may lead: as long as it descends, not beyond its start's contour."""
    ranges = {name: (contours[name].min(), contours[name].max()) for name in ("across", "along")}
    return {name: ends for name, ends in ranges.items() if ends[0] <= ends[1]}


def drawable(loss: Tensor) -> Tensor:
    """Clamp what has overflowed to a number that an axis can reach, so that the line leaves the picture."""
    largest = torch.finfo(torch.float32).max
    return loss.double().nan_to_num(nan=largest, posinf=largest)


def run_tables(
    scene: Scene,
    trainer: Trainer,
    *,
    ghosts: Sequence[pd.DataFrame] = (),
    future: TrainingState | None = None,
) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the tables of each chart, by the chart's name and the table's.

    Parameters
    ----------
    scene : Scene
        Of the run.
    trainer : Trainer
        Its states are drawn by their past alone (`drawn_rows`): a run that goes on keeps its picture.
    ghosts : sequence of DataFrame
        Of earlier runs, as `ghost_table` makes them.
    future : TrainingState or None
        A state to come, drawn as a diamond on the loss surface.
    """
    states = _with_stretches(scene, drawn_states(scene, trainer))
    ghost = pd.concat([table.assign(run=run) for run, table in enumerate(ghosts)]) if ghosts else _none()
    coming = _none() if future is None else _future(scene, future)
    ends = pd.DataFrame([_ends(scene, states, ghost, coming)])
    samples = {name: scene.tables[name] for name in ("points", "ends", "test_points") if name in scene.tables}
    surface = {name: scene.tables[name] for name in ("contours", "optimum", "plane")}
    if scene.data.in_features == 1:
        samples["trail"] = _trail(scene, states)
    return {
        "data": {**samples, "ranges": ends},
        "loss": {"history": states, "ghosts": ghost, "ranges": ends},
        "surface": {**surface, "history": states, "ghosts": ghost, "future": coming, "ranges": ends},
        "parameters": {"history": states, "names": _parameter_names(scene.data.in_features), "ranges": ends},
    }


def _trail(scene: Scene, states: pd.DataFrame) -> pd.DataFrame:
    """Return the line at the start and after 1, 10, 100, … steps: where it slows down they lie close."""
    step, weight, bias = (_values(states[name]) for name in ("step", "weight_0", "bias"))
    wanted = [0.0, *(10.0**power for power in range(TRAIL) if 10**power <= step[-1])]
    rows = torch.unique(torch.searchsorted(step, torch.tensor(wanted, dtype=step.dtype)))
    x = torch.tensor(scene.ranges["x"], dtype=torch.float64)
    prediction = weight[rows, None] * x + bias[rows, None]  # (rows, 2)
    columns = {
        "step": step[rows].repeat_interleave(len(x)),
        "x_0": x.repeat(len(rows)),
        "prediction": prediction.flatten(),
    }
    return pd.DataFrame({name: column.numpy() for name, column in columns.items()})


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=GHOST_COLUMNS, dtype="float64")


def drawn_states(scene: Scene, trainer: Trainer, first: int = 0) -> pd.DataFrame:
    """Return the states of a run that are drawn, from a step on."""
    history = trainer.history
    if first:
        history = history.rows(history.step >= first)
    history = history.rows(drawn_rows(history, [change["step"] for change in trainer.changes]))
    place = scene.surface.place(history.weight[:, 0], None if history.bias is None else history.bias[:, 0])
    names = ["step", "loss", "gradient", "bias", *(f"weight_{i}" for i in range(scene.data.in_features))]
    rows = state_rows(history, scene.test, scene.loss)
    columns = names if scene.test is None else [*names, "test_loss"]
    states = pd.DataFrame(rows.double().numpy(), columns=columns)
    return states.assign(across=place[:, 0].numpy(), along=place[:, 1].numpy())


def state_rows(states: TrainingHistory, test: RegressionData | None = None, loss: str = "mse") -> Tensor:
    """Return states as rows of numbers, as the moment of the charts reads them (`linear_core.charts.film`).

    Parameters
    ----------
    states : TrainingHistory
        Of several outputs the first is taken.
    test : RegressionData or None
        The test set, whose loss is then the last column.
    loss : str
        One of `linear_core.LOSSES`.

    Returns
    -------
    Tensor, ``(n, 4 + in_features)`` or one more
        Step, loss, gradient norm, bias, the weights, and the test loss; of the weight's dtype.
    """
    dtype, largest = states.weight.dtype, torch.finfo(states.weight.dtype).max
    bias = torch.zeros(len(states), dtype=dtype) if states.bias is None else states.bias[:, 0]
    columns = [states.step, states.loss, states.gradient_norm.clamp(max=largest), bias]
    rows = torch.stack([column.to(dtype) for column in columns], dim=1)
    parts = [rows, states.weight[:, 0]]
    if test is not None:
        parts.append(drawable(losses_of(test, states.weight, states.bias, loss)).to(dtype)[:, None])
    return torch.cat(parts, dim=1)


def ghost_table(scene: Scene, trainer: Trainer, first: int = 0) -> pd.DataFrame:
    """Return what stays in the pictures of a run that is over: its states from a step on."""
    states = drawn_states(scene, trainer, first)
    return states[[name for name in GHOST_COLUMNS if name != "run"]]


def _future(scene: Scene, state: TrainingState) -> pd.DataFrame:
    bias = None if state.bias is None else state.bias[:1]
    across, along = scene.surface.place(state.weight[:1], bias)[0].tolist()
    return pd.DataFrame(
        [{"run": 0, "step": state.step, "loss": state.loss, "across": across, "along": along}]
    )


def _parameter_names(num_features: int) -> pd.DataFrame:
    """Return where the moment's text has each parameter that is drawn."""
    names = parameter_names(num_features)
    num_weights = len(names) - 1
    return pd.DataFrame(
        {
            "name": names,
            "kind": ["weight"] * num_weights + ["bias"],
            "column": [*range(WEIGHT, WEIGHT + num_weights), BIAS],
        }
    )


def _ends(scene: Scene, states: pd.DataFrame, ghost: pd.DataFrame, future: pd.DataFrame) -> dict[str, float]:
    """Return the ends of every axis."""
    expected = scene.expected
    losses = [
        _values(table[name])
        for table in (expected, states, ghost)
        for name in ("loss", "test_loss")
        if name in table
    ]
    last = max(scene.steps, states.step.iat[-1], *ghost.step)
    planes = (expected, states, future)
    across, along = (
        room(near(*(_values(table[name]) for table in planes), roaming=scene.roaming.get(name)))
        for name in ("across", "along")
    )
    both = None
    if scene.roaming and scene.data.in_features == 1:  # then the plane is that of weight and bias
        lows, highs = zip(*scene.roaming.values(), strict=True)
        both = min(lows), max(highs)
    ranges = {
        **scene.ranges,
        "step": step_room(float(last)),
        "loss": positive_room(torch.cat(losses)),
        "plain_loss": (0.0, 1.1 * torch.cat(losses).max().item()),
        "gradient": positive_room(_values(states.gradient)),
        "across": across,
        "along": along,
        "parameter": room(near(_low_and_high(expected), _parameters(states).flatten(), roaming=both)),
    }
    ends = {f"{name}_min": low for name, (low, _) in ranges.items()}
    ends |= {f"{name}_max": high for name, (_, high) in ranges.items()}
    return ends | {"path_width": 1.2 if scene.swings else 3.0}


def _with_stretches(scene: Scene, states: pd.DataFrame) -> pd.DataFrame:
    """Number the stretches of the run that are drawn as lines; 0 is far away, where none is.

    Of a run that diverges, only the line out of the picture is drawn. What comes back begins a new line:
    one across the gap would show a path that the run did not take.
    """
    expected = scene.expected
    low, high = limits(_low_and_high(expected), FARTHEST)
    parameters = _parameters(states)
    on_plane = [
        (_values(states[name]) >= ends[0]) & (_values(states[name]) <= ends[1])
        for name in ("across", "along")
        for ends in [limits(_values(expected[name]), FARTHEST)]
    ]
    inside = (parameters >= low) & (parameters <= high)
    return states.assign(
        near_surface=_stretches(on_plane[0] & on_plane[1]),
        near_parameters=_stretches(inside.all(dim=1)),
        is_touchable=[row % TOUCHABLE == 0 for row in range(len(states))],
    )


def _stretches(inside: Tensor) -> Any:
    return (inside * (1 + (~inside).cumsum(0))).numpy()


def _values(column: "pd.Series[Any]") -> Tensor:
    return torch.tensor(column.to_numpy())


def _parameters(states: pd.DataFrame) -> Tensor:
    names = [name for name in states.columns if name == "bias" or name.startswith("weight_")]
    return torch.stack([_values(states[name]) for name in names], dim=1)


def _low_and_high(expected: pd.DataFrame) -> Tensor:
    return torch.cat([_values(expected.low), _values(expected.high)])
