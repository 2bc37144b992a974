"""What stays in the pictures of a run while it goes on: samples, fit, level lines, and the room they need.

The room is for all that is expected, so that axes do not move while it happens.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from linear_core.charts.room import Range, room
from linear_core.data import RegressionData
from linear_core.theory.descent import descent_path
from linear_core.theory.least_squares import least_squares
from linear_core.theory.level_lines import Bowl, bowl
from linear_core.training.fit import losses_of
from linear_core.training.history import TrainingState

MAX_POINTS = 1000


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
            weight, biases, loss = path.weight, path.bias, path.loss.clamp(min=_smallest_loss(data.target))
    first = None if biases is None else biases[:, 0]
    place = torch.cat([seen.place(weight[:, 0], first), seen.optimum[None]])
    parameters = weight[:, 0].double() if first is None else torch.cat([weight[:, 0], first[:, None]], dim=1)
    optimum = (seen.origin + seen.optimum @ seen.directions)[None, : parameters.shape[1]]
    reached = (
        parameters[:1] if learning_rate is not None else optimum
    )  # the way's end is known without the way

    def with_optimum(values: Tensor) -> Any:  # any value will do for it, if it is no new extreme
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
    """Give the loss of one rounding: points that fit exactly have none, and an axis has no end there."""
    rounding = torch.finfo(target.dtype).eps * target.abs().max().item()
    return rounding**2


def _roaming(levels: pd.DataFrame) -> dict[str, Range]:
    """Give how far an unknown way may lead: as long as it descends, not beyond the start's level line."""
    ranges = {name: (levels[name].min(), levels[name].max()) for name in ("across", "along")}
    return {name: ends for name, ends in ranges.items() if ends[0] <= ends[1]}


def drawable(loss: Tensor) -> Tensor:
    """Hold what has overflowed at a number that an axis can reach: the way out of the picture is drawn."""
    largest = torch.finfo(torch.float32).max
    return loss.double().nan_to_num(nan=largest, posinf=largest)
