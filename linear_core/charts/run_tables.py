"""The tables behind the four charts of a run (`linear_core.charts.run_views`), each as columns by name.

What stays while a run goes on is made once (`scene`): samples, fit, contour lines, and the room that the axes
need for all that is expected, so that they do not move while it happens.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
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
DRAWABLE = 1e5  # likewise, of the first state out there, which a line still leads to: a canvas has its bounds
TOUCHABLE = 8  # one state in this many answers to the pointer
TRAIL = 9  # powers of ten of the step at which the line leaves a trace
OSCILLATING = 1.8  # of learning rate times curvature, from which the path oscillates for long
LOSSES = ("loss", "test_loss")
GHOST_COLUMNS = ("step", "loss", "across", "along")

Columns = dict[str, Tensor]  # of one length; a DataFrame for each would take longer than all that is computed
Table = Mapping[str, Tensor | Sequence[Any]]


@dataclass(frozen=True, eq=False)
class Scene:
    """What stays while a run goes on."""

    data: RegressionData
    test: RegressionData | None
    loss: str
    steps: int
    surface: LossContours
    tables: Mapping[str, Columns]
    ranges: Mapping[str, Range]
    roaming: Mapping[str, Range]
    expected: Columns = field(repr=False)
    oscillates: bool = False


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
    oscillates = learning_rate is not None and learning_rate * _largest_curvature(data, start) > OSCILLATING
    return Scene(data, test, config.loss, steps, surface, tables, ranges, roaming, expected, oscillates)


def _largest_curvature(data: RegressionData, start: TrainingState) -> float:
    return stability(data.x, start.bias is not None, data.out_features).eigenvalues[0].item()


def _sample_ranges(
    data: RegressionData, start: TrainingState, test: RegressionData | None
) -> tuple[dict[str, Range], Columns]:
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
    equal = torch.tensor(y, dtype=torch.float64)
    line = (ends, targets[1]) if data.in_features == 1 else (equal, equal)
    return {"x": x, "y": y, "match": match}, dict(zip(("x_0", "target"), line, strict=True))


def points_table(data: RegressionData) -> Columns:
    """Return at most 1,000 samples: evenly along the first feature, with its extremes and the target's."""
    rows = torch.arange(data.n_samples)
    if data.n_samples > MAX_POINTS:
        order = torch.argsort(data.x[:, 0], stable=True)
        even = torch.linspace(0, data.n_samples - 1, MAX_POINTS - 2).round().long()
        target = data.target[:, 0]
        rows = torch.unique(torch.cat([order[even], target.argmin()[None], target.argmax()[None]]))
    x = data.x[rows].double()
    columns = {f"x_{i}": x[:, i] for i in range(data.in_features)}
    return {**columns, "target": data.target[rows, 0].double()}


def _surface_tables(surface: LossContours, data: RegressionData) -> dict[str, Columns]:
    names = [*(f"weight_{i}" for i in range(data.in_features)), "bias"]
    plane: dict[str, float] = {}
    for side, direction in zip(("across", "along"), surface.directions, strict=True):
        plane[f"{side}_offset"] = -(surface.origin @ direction).item()
        plane |= {f"{side}_{name}": value for name, value in zip(names, direction.tolist(), strict=True)}
    contours, optimum = contour_table(surface)
    return {"contours": contours, "optimum": optimum, "plane": _row(plane)}


def _row(values: Mapping[str, float]) -> Columns:
    return {name: torch.tensor([value], dtype=torch.float64) for name, value in values.items()}


def contour_table(surface: LossContours) -> tuple[Columns, Columns]:
    """Return the points of the contour lines, and the optimum, if it is known."""
    counts = torch.tensor([len(line) for line in surface.lines], dtype=torch.long)
    number = torch.arange(len(counts)).repeat_interleave(counts)
    none = torch.zeros(0, 2, dtype=torch.float64)
    points = torch.cat([none, *surface.lines])
    optimum = none if surface.optimum is None else surface.optimum[None]
    contours = {
        "line": number,
        "place": torch.cat([torch.arange(0), *(torch.arange(count) for count in counts)]),
        "across": points[:, 0],
        "along": points[:, 1],
        "shade": torch.linspace(0.35, 0.9, len(counts), dtype=torch.float64)[number],
    }
    return contours, {"across": optimum[:, 0], "along": optimum[:, 1]}


def _expected(
    data: RegressionData,
    start: TrainingState,
    learning_rate: float | None,
    steps: int,
    surface: LossContours,
    test: RegressionData | None,
    loss_name: str,
) -> Columns:
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

    def with_optimum(values: Tensor) -> Tensor:  # any value does for it that is not a new extreme
        return torch.cat([values, values[:1]]).double()

    parameters = torch.cat([parameters, reached])
    expected = {
        "across": place[:, 0],
        "along": place[:, 1],
        "loss": with_optimum(loss),
        "low": parameters.amin(dim=1),
        "high": parameters.amax(dim=1),
    }
    if test is not None:
        expected["test_loss"] = with_optimum(drawable(losses_of(test, weight, biases, loss_name)))
    return expected


def _smallest_loss(target: Tensor) -> float:
    """Return the loss that rounding alone makes: of an exact fit it is 0, which a logarithmic axis lacks."""
    rounding = torch.finfo(target.dtype).eps * target.abs().max().item()
    return rounding**2


def _roaming(contours: Columns) -> dict[str, Range]:
    """Return how far an unknown path may lead: as long as it descends, not beyond its start's contour."""
    if not len(contours["across"]):
        return {}
    return {name: (contours[name].min().item(), contours[name].max().item()) for name in ("across", "along")}


def drawable(loss: Tensor) -> Tensor:
    """Clamp what has overflowed to a number that an axis can reach, so that the line leaves the picture."""
    largest = torch.finfo(torch.float32).max
    return loss.double().nan_to_num(nan=largest, posinf=largest)


def run_tables(
    scene: Scene,
    trainer: Trainer,
    *,
    ghosts: Sequence[Columns] = (),
    future: TrainingState | None = None,
) -> dict[str, dict[str, Table]]:
    """Return the tables of each chart, by the chart's name and the table's.

    Parameters
    ----------
    scene : Scene
        Of the run.
    trainer : Trainer
        Its states are drawn by their past alone (`drawn_rows`): a run that goes on keeps its picture.
    ghosts : sequence of dict
        Of earlier runs, as `ghost_table` makes them.
    future : TrainingState or None
        A state to come, drawn as a diamond on the loss surface.
    """
    states = _with_stretches(scene, drawn_states(scene, trainer))
    ghost = _together(ghosts)
    earlier = {**ghost, "near_surface": _on_surface(scene, ghost)}
    coming = _together([] if future is None else [_future(scene, future)])
    ends = _row(_ends(scene, states, ghost, coming))
    samples = {name: scene.tables[name] for name in ("points", "ends", "test_points") if name in scene.tables}
    surface = {name: scene.tables[name] for name in ("contours", "optimum", "plane")}
    if scene.data.in_features == 1:
        samples["trail"] = _trail(scene, states)
    return {
        "data": {**samples, "ranges": ends},
        "loss": {"history": states, "ghosts": ghost, "ranges": ends},
        "surface": {**surface, "history": states, "ghosts": earlier, "future": coming, "ranges": ends},
        "parameters": {"history": states, "names": _parameter_names(scene.data.in_features), "ranges": ends},
    }


def arrow(table: Table) -> pa.Table:
    """Return a table as Streamlit sends it; its own way by a DataFrame takes three times as long."""
    columns = ((name, each.numpy() if isinstance(each, Tensor) else each) for name, each in table.items())
    return pa.table(dict(columns))


def _trail(scene: Scene, states: Columns) -> Columns:
    """Return the line at the start and after 1, 10, 100, … steps: where it slows down they lie close."""
    step, weight, bias = (states[name] for name in ("step", "weight_0", "bias"))
    wanted = [0.0, *(10.0**power for power in range(TRAIL) if 10**power <= step[-1])]
    rows = torch.unique(torch.searchsorted(step, torch.tensor(wanted, dtype=step.dtype)))
    x = torch.tensor(scene.ranges["x"], dtype=torch.float64)
    prediction = weight[rows, None] * x + bias[rows, None]  # (rows, 2)
    return {
        "step": step[rows].repeat_interleave(len(x)),
        "x_0": x.repeat(len(rows)),
        "prediction": prediction.flatten(),
    }


def _together(tables: Sequence[Columns]) -> Columns:
    """Return the rows of several runs in one table, which says from which run each is."""
    none = torch.zeros(0, dtype=torch.float64)
    columns = {name: torch.cat([none, *(table[name] for table in tables)]) for name in GHOST_COLUMNS}
    runs = [torch.full_like(table["step"], run) for run, table in enumerate(tables)]
    return {"run": torch.cat([none, *runs]), **columns}


def drawn_states(scene: Scene, trainer: Trainer, first: int = 0) -> Columns:
    """Return the states of a run that are drawn, from a step on."""
    history = trainer.history
    if first:
        history = history.rows(history.step >= first)
    history = history.rows(drawn_rows(history, [change["step"] for change in trainer.changes]))
    place = scene.surface.place(history.weight[:, 0], None if history.bias is None else history.bias[:, 0])
    names = ["step", "loss", "gradient", "bias", *(f"weight_{i}" for i in range(scene.data.in_features))]
    if scene.test is not None:
        names.append("test_loss")
    columns = state_rows(history, scene.test, scene.loss).double().T.contiguous()
    states = dict(zip(names, columns, strict=True))
    return {**states, "across": place[:, 0], "along": place[:, 1]}


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


def ghost_table(scene: Scene, trainer: Trainer, first: int = 0) -> Columns:
    """Return what stays in the pictures of a run that is over: its states from a step on."""
    states = drawn_states(scene, trainer, first)
    return {name: states[name] for name in GHOST_COLUMNS}


def _future(scene: Scene, state: TrainingState) -> Columns:
    bias = None if state.bias is None else state.bias[:1]
    across, along = scene.surface.place(state.weight[:1], bias)[0].tolist()
    return _row({"step": state.step, "loss": state.loss, "across": across, "along": along})


def _parameter_names(num_features: int) -> Table:
    """Return where the moment's text has each parameter that is drawn."""
    names = parameter_names(num_features)
    num_weights = len(names) - 1
    return {
        "name": names,
        "kind": ["weight"] * num_weights + ["bias"],
        "column": [*range(WEIGHT, WEIGHT + num_weights), BIAS],
    }


def _ends(scene: Scene, states: Columns, ghost: Columns, future: Columns) -> dict[str, float]:
    """Return the ends of every axis."""
    expected = scene.expected
    drawn = [table[name] for table in (expected, states, ghost) for name in LOSSES if name in table]
    losses = torch.cat(drawn)
    last = max(scene.steps, *states["step"][-1:].tolist(), *ghost["step"].tolist())
    across, along = (
        room(near(*(table[name] for table in (expected, states, future)), roaming=scene.roaming.get(name)))
        for name in ("across", "along")
    )
    both = None
    if scene.roaming and scene.data.in_features == 1:  # then the plane is that of weight and bias
        lows, highs = zip(*scene.roaming.values(), strict=True)
        both = min(lows), max(highs)
    ranges = {
        **scene.ranges,
        "step": step_room(float(last)),
        "loss": positive_room(losses),
        "plain_loss": (0.0, 1.1 * losses.max().item()),
        "gradient": positive_room(states["gradient"]),
        "across": across,
        "along": along,
        "parameter": room(near(_low_and_high(expected), _parameters(states).flatten(), roaming=both)),
    }
    ends = {f"{name}_min": low for name, (low, _) in ranges.items()}
    ends |= {f"{name}_max": high for name, (_, high) in ranges.items()}
    return ends | {"path_width": 1.2 if scene.oscillates else 3.0}


def _with_stretches(scene: Scene, states: Columns) -> Columns:
    """Number the stretches of the run that are drawn as lines; 0 is far away, where none is.

    Of a run that diverges, only the line out of the picture is drawn. What comes back begins a new line:
    one across the gap would show a path that the run did not take.
    """
    expected = scene.expected
    parameters = [(column, _low_and_high(expected)) for column in _parameters(states).unbind(dim=1)]
    return {
        **states,
        "near_surface": _on_surface(scene, states),
        "near_parameters": _stretches(parameters),
        "is_touchable": torch.arange(len(states["step"])) % TOUCHABLE == 0,
    }


def _on_surface(scene: Scene, states: Columns) -> Tensor:
    return _stretches([(states[name], scene.expected[name]) for name in ("across", "along")])


def _stretches(columns: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """Number the stretches of states of which all `columns` are near what was expected of each."""
    near, drawable = (
        torch.stack([_are_within(values, limits(expected, spans)) for values, expected in columns]).all(dim=0)
        for spans in (FARTHEST, DRAWABLE)
    )
    drawn = near.clone()
    drawn[1:] |= near[:-1] & drawable[1:]
    return drawn * (1 + (~drawn).cumsum(0))


def _are_within(values: Tensor, ends: Range) -> Tensor:
    return (values >= ends[0]) & (values <= ends[1])


def _parameters(states: Columns) -> Tensor:
    names = [name for name in states if name == "bias" or name.startswith("weight_")]
    return torch.stack([states[name] for name in names], dim=1)


def _low_and_high(expected: Columns) -> Tensor:
    return torch.cat([expected["low"], expected["high"]])
