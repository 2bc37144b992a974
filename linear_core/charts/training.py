"""A run of training as pictures: samples and line, loss, the bowl with the path, the parameters."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import pandas as pd
import torch
from torch import Tensor

from linear_core.charts.room import Range, limits, near, positive_room, room
from linear_core.charts.stage import POSITIONS, WORDS, stage
from linear_core.data import RegressionData
from linear_core.theory.descent import descent_path
from linear_core.theory.least_squares import least_squares
from linear_core.theory.level_lines import Bowl, bowl
from linear_core.training.config import TrainingConfig
from linear_core.training.fit import losses_of
from linear_core.training.history import TrainingHistory
from linear_core.training.past import TrainingState
from linear_core.training.trainer import Trainer

MAX_POINTS = 1000
MAX_GHOST_STATES = 120
FARTHEST = 20.0  # expected spans beyond which a state is left out of the lines
_STRETCHES = (POSITIONS - 2) // 2
_NO_FUTURE = ["position", "step", "loss", "gradient", "weight_0", "bias", "across", "along"]


@dataclass(frozen=True, eq=False)
class Scene:
    """What stays while a run goes on: samples, fit, level lines, and the room that the pictures need."""

    data: RegressionData
    bowl: Bowl
    tables: Mapping[str, pd.DataFrame]
    x: Range
    y: Range
    match: Range
    roaming: Mapping[str, Range]
    expected: pd.DataFrame = field(repr=False)
    steps: int = 0
    test: RegressionData | None = None
    loss: str = "mse"


def scene(
    data: RegressionData,
    start: TrainingState,
    learning_rate: float | None,
    steps: int,
    loss: str = "mse",
    *,
    test: RegressionData | None = None,
) -> Scene:
    """Prepare the pictures of a run.

    Parameters
    ----------
    data : RegressionData
        What is learned from; of several targets the first is drawn.
    start : TrainingState
        Before the first step.
    learning_rate : float or None
        Of plain gradient descent on the mean squared error, whose way is known beforehand: the axes then make
        room for all of it at once. None where theory does not hold; the axes then grow with the run.
    steps : int
        How many are planned.
    loss : str
        One of `linear_core.LOSSES`: whose bowl is drawn.
    test : RegressionData or None
        Samples set apart: drawn as hollow points, and the loss on them as a second line.
    """
    first_bias = None if start.bias is None else start.bias[0]
    fit = least_squares(data.x, data.target[:, :1], bias=start.bias is not None)
    seen = bowl(data, start.weight[0], first_bias, loss)
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
    if data.in_features == 1:
        ends_table = pd.DataFrame({"x_0": ends.numpy(), "target": targets[1].numpy()})
    else:
        ends_table = pd.DataFrame({"x_0": y, "target": y})
    tables = {"points": _points(data), "ends": ends_table, **_bowl_tables(seen)}
    if test is not None:
        tables["test_points"] = _points(test)
    expected = _expected(data, start, learning_rate, steps, seen, test, loss)
    roaming = _roaming(tables["levels"]) if learning_rate is None else {}
    return Scene(data, seen, tables, x, y, match, roaming, expected, steps, test, loss)


def stage_tables(
    scene: Scene,
    history: TrainingHistory,
    *,
    ghosts: Sequence[pd.DataFrame] = (),
    future: TrainingState | None = None,
) -> dict[str, pd.DataFrame]:
    """Give the tables behind the pictures of `stage` at one moment of a run.

    Parameters
    ----------
    scene : Scene
        Of the run.
    history : TrainingHistory
        Drawn are 241 states at most: of each stretch of the run the lowest and the highest loss, the
        stretches short at the beginning, where much happens, and longer later on.
    ghosts : sequence of DataFrame
        The ``history`` tables of earlier runs.
    future : TrainingState or None
        A state to come, drawn as a diamond.
    """
    states = _is_near(scene, history_table(history, scene.bowl, scene.test, scene.loss))
    future_table = (
        pd.DataFrame(columns=_NO_FUTURE, dtype="float64") if future is None else _future(scene, future)
    )
    ghost_tables = [ghost.iloc[:: max(1, len(ghost) // MAX_GHOST_STATES)] for ghost in ghosts]
    ghost = [table[["step", "loss"]].assign(run=run) for run, table in enumerate(ghost_tables)]
    ranges = _ranges(scene, states, future_table, ghost)
    columns = ["run", "step", "loss"]
    return {
        **scene.tables,
        "history": states,
        "future": future_table,
        "ghosts": pd.concat(ghost)[columns] if ghost else pd.DataFrame(columns=columns, dtype="float64"),
        "ranges": pd.DataFrame([ranges]),
    }


def training_chart(
    trainer: Trainer,
    steps: int,
    width: int = 1040,
    words: Mapping[str, str] = WORDS,
    *,
    test: RegressionData | None = None,
    **options: Any,
) -> alt.VConcatChart:
    """Draw a run: samples and line, loss, the bowl with the path, parameters and gradient, with a time line.

    Parameters
    ----------
    trainer : Trainer
        Wherever it stands.
    steps : int
        How many are planned: how far the axes go.
    width : int
        In pixels.
    words : mapping
        The texts, keyed as in ``linear_core.charts.stage.WORDS``.
    test : RegressionData or None
        Samples set apart, which are drawn too, with the loss on them.
    **options
        ``residuals`` and ``loss_scale``, as in ``linear_core.charts.stage.stage``.

    Returns
    -------
    alt.VConcatChart
    """
    config = trainer.config
    rate = config.learning_rate if has_theory(config) else None
    pictures = scene(trainer.data, trainer.start, rate, steps, config.loss, test=test)
    tables = stage_tables(pictures, trainer.history)
    chart = stage(
        width, num_features=trainer.data.in_features, words=words, has_test=test is not None, **options
    )
    chart.datasets = {name: table.to_dict("records") for name, table in tables.items()}
    return chart


def has_theory(config: TrainingConfig) -> bool:
    """Tell whether a run is plain gradient descent on the mean squared error, whose way has a closed form."""
    plain = config.optimizer == "sgd" and not config.momentum and not config.weight_decay
    return plain and config.loss == "mse" and config.batch_size is None


def history_table(
    history: TrainingHistory, seen: Bowl, test: RegressionData | None = None, loss: str = "mse"
) -> pd.DataFrame:
    """Thin a history to the 241 places of the time line; a short one repeats states to take them all."""
    kept = _thinned(history.step, history.loss)
    weight = history.weight[kept, 0]  # (places, in_features)
    bias = None if history.bias is None else history.bias[kept, 0]
    place = seen.place(weight, bias).numpy()
    weights = weight.numpy()
    table = pd.DataFrame(
        {
            "position": range(len(kept)),
            "step": history.step[kept].numpy(),
            "loss": history.loss[kept].double().numpy(),
            "gradient": history.gradient_norm[kept].numpy(),
            "bias": 0.0 if bias is None else bias.double().numpy(),
            "across": place[:, 0],
            "along": place[:, 1],
            **{f"weight_{i}": weights[:, i] for i in range(weights.shape[1])},
        }
    )
    if test is None:
        return table
    biases = None if history.bias is None else history.bias[kept]
    return table.assign(test_loss=_drawable(losses_of(test, history.weight[kept], biases, loss)).numpy())


def _drawable(loss: Tensor) -> Tensor:
    """Hold what has overflowed at a number that an axis can reach: the way out of the picture is drawn."""
    largest = torch.finfo(torch.float32).max
    return loss.double().nan_to_num(nan=largest, posinf=largest)


def _thinned(step: Tensor, loss: Tensor) -> Tensor:
    """Give the rows for each place of the time line, the first and the last among them."""
    last = max(int(step[-1]), 1)
    # Half the eye's way in equal steps, half in equal factors.
    share = (step / last + torch.log1p(step) / math.log1p(last)) / 2
    stretch = (share * (_STRETCHES - 1)).long()
    by_loss = torch.argsort(loss, stable=True)
    order = by_loss[torch.argsort(stretch[by_loss], stable=True)]
    changes = stretch[order].diff() != 0
    edge = torch.ones(1, dtype=torch.bool)
    extremes = order[torch.cat([edge, changes]) | torch.cat([changes, edge])]
    kept = torch.cat([extremes, torch.tensor([0, len(step) - 1])])
    kept = torch.unique(kept)
    places = torch.linspace(0, len(kept) - 1, POSITIONS + 1).round().long()
    rows: Tensor = kept[places]
    return rows


def _points(data: RegressionData) -> pd.DataFrame:
    """Give at most 1,000 samples: evenly along the first feature, with its extremes and the target's."""
    rows = torch.arange(data.n_samples)
    if data.n_samples > MAX_POINTS:
        order = torch.argsort(data.x[:, 0], stable=True)
        even = torch.linspace(0, data.n_samples - 1, MAX_POINTS - 2).round().long()
        target = data.target[:, 0]
        rows = torch.unique(torch.cat([order[even], target.argmin()[None], target.argmax()[None]]))
    x = data.x[rows].double().numpy()
    columns = {f"x_{i}": x[:, i] for i in range(data.in_features)}
    return pd.DataFrame({**columns, "target": data.target[rows, 0].double().numpy()})


def _bowl_tables(seen: Bowl) -> dict[str, pd.DataFrame]:
    num_lines, num_points = seen.lines.shape[:2]
    flat = seen.lines.reshape(-1, 2).numpy()
    shade = torch.linspace(0.35, 0.9, num_lines, dtype=torch.float64)
    levels = pd.DataFrame(
        {
            "level": torch.arange(num_lines).repeat_interleave(num_points).numpy(),
            "place": torch.arange(num_points).repeat(num_lines).numpy(),
            "across": flat[:, 0],
            "along": flat[:, 1],
            "shade": shade.repeat_interleave(num_points).numpy(),
        }
    )
    optimum = pd.DataFrame([seen.optimum.numpy()], columns=["across", "along"])
    return {"levels": levels, "optimum": optimum}


def _expected(
    data: RegressionData,
    start: TrainingState,
    learning_rate: float | None,
    steps: int,
    seen: Bowl,
    test: RegressionData | None,
    loss_name: str,
) -> pd.DataFrame:
    """Give the states to make room for: start, optimum and, where theory knows it, the way between."""
    weight, bias, loss = start.weight[None], start.bias, torch.tensor([start.loss])
    biases = None if bias is None else bias[None]
    if learning_rate is not None:
        marks = torch.cat([torch.zeros(1), torch.logspace(0, math.log10(max(steps, 1)), 60)]).long()
        path = descent_path(data.x, data.target, start.weight, bias, learning_rate, marks)
        if path.overflow_at is None and path.loss[-1] <= path.loss[0]:
            weight, biases, loss = path.weight, path.bias, path.loss
    first = None if biases is None else biases[:, 0]
    place = torch.cat([seen.place(weight[:, 0], first), seen.optimum[None]])
    parameters = weight[:, 0].double() if first is None else torch.cat([weight[:, 0], first[:, None]], dim=1)

    def with_optimum(values: Tensor) -> Any:  # any value will do for it, if it is no new extreme
        return torch.cat([values, values[:1]]).double().numpy()

    expected = pd.DataFrame(
        {
            "across": place[:, 0].numpy(),
            "along": place[:, 1].numpy(),
            "loss": with_optimum(loss),
            "low": with_optimum(parameters.min(dim=1).values),
            "high": with_optimum(parameters.max(dim=1).values),
        }
    )
    if test is None:
        return expected
    return expected.assign(test_loss=with_optimum(_drawable(losses_of(test, weight, biases, loss_name))))


def _roaming(levels: pd.DataFrame) -> dict[str, Range]:
    """Give how far an unknown way may lead: as long as it descends, not beyond the start's level line."""
    ranges = {name: (levels[name].min(), levels[name].max()) for name in ("across", "along")}
    return {name: ends for name, ends in ranges.items() if ends[0] <= ends[1]}


def _future(scene: Scene, state: TrainingState) -> pd.DataFrame:
    bias = None if state.bias is None else state.bias[:1]
    across, along = scene.bowl.place(state.weight[:1], bias)[0].tolist()
    row = [math.nan, state.step, state.loss, state.gradient_norm, state.weight[0, 0].item()]
    return pd.DataFrame([[*row, 0.0 if bias is None else bias.item(), across, along]], columns=_NO_FUTURE)


def _ranges(
    scene: Scene,
    states: pd.DataFrame,
    future: pd.DataFrame,
    ghosts: Sequence[pd.DataFrame],
) -> dict[str, float]:
    """Give the ends of every axis."""
    expected = scene.expected
    tables = (expected, states, *ghosts)
    losses = [table[name] for table in tables for name in ("loss", "test_loss") if name in table]
    last = max([scene.steps, 1, int(states.step.iloc[-1]), *(int(ghost.step.max()) for ghost in ghosts)])
    across, along = (
        room(near(*(table[name] for table in (expected, states, future)), roaming=scene.roaming.get(name)))
        for name in ("across", "along")
    )
    both = None
    if scene.roaming and scene.data.in_features == 1:  # then the plane is that of weight and bias
        lows, highs = zip(*scene.roaming.values(), strict=True)
        both = min(lows), max(highs)
    ranges = {
        "x": scene.x,
        "y": scene.y,
        "match": scene.match,
        "step": (0.0, float(last)),
        "loss": positive_room(pd.concat(losses)),
        "gradient": positive_room(states.gradient),
        "across": across,
        "along": along,
        "parameter": room(
            near(_low_and_high(expected), pd.Series(_parameters(states).ravel()), roaming=both)
        ),
    }
    ends = {f"{name}_min": low for name, (low, _) in ranges.items()}
    return ends | {f"{name}_max": high for name, (_, high) in ranges.items()}


def _is_near(scene: Scene, states: pd.DataFrame) -> pd.DataFrame:
    """Tell for each state whether a line to it is drawn: of a run that diverges the way out, and no more."""
    expected = scene.expected
    low, high = limits(_low_and_high(expected), FARTHEST)
    parameters = _parameters(states)
    on_plane = [
        (states[name].to_numpy() >= ends[0]) & (states[name].to_numpy() <= ends[1])
        for name in ("across", "along")
        for ends in [limits(expected[name].to_numpy(), FARTHEST)]
    ]
    inside = (parameters >= low) & (parameters <= high)
    return states.assign(near_bowl=on_plane[0] & on_plane[1], near_parameters=inside.all(axis=1))


def _parameters(states: pd.DataFrame) -> Any:
    names = [name for name in states.columns if name == "bias" or name.startswith("weight_")]
    return states[names].to_numpy()


def _low_and_high(expected: pd.DataFrame) -> Any:
    return pd.concat([expected.low, expected.high])
