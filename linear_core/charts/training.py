"""A run of training as pictures: samples and line, loss, the bowl with the path, the parameters."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import torch
from torch import Tensor

from linear_core.charts.room import limits, near, positive_room, room
from linear_core.charts.scene import Scene, drawable, scene
from linear_core.charts.stage import POSITIONS, WORDS, stage
from linear_core.data import RegressionData
from linear_core.theory.level_lines import Bowl
from linear_core.training.config import TrainingConfig
from linear_core.training.fit import losses_of
from linear_core.training.history import TrainingHistory, TrainingState
from linear_core.training.trainer import Trainer

MAX_GHOST_STATES = 120
FARTHEST = 20.0  # expected spans beyond which a state is left out of the lines
_STRETCHES = (POSITIONS - 2) // 2
_NO_FUTURE = ["position", "step", "loss", "gradient", "weight_0", "bias", "across", "along"]


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
    states = _with_stretches(scene, history_table(history, scene.bowl, scene.test, scene.loss))
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
    return table.assign(test_loss=drawable(losses_of(test, history.weight[kept], biases, loss)).numpy())


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


def _with_stretches(scene: Scene, states: pd.DataFrame) -> pd.DataFrame:
    """Number the stretches of the run that are drawn as lines; 0 is far away, where none is.

    Of a run that diverges the way out is drawn, and no more. What comes back begins another line: one across
    the gap would show a way that was never gone.
    """
    expected = scene.expected
    low, high = limits(_low_and_high(expected), FARTHEST)
    parameters = _parameters(states)
    on_plane = [
        (states[name].to_numpy() >= ends[0]) & (states[name].to_numpy() <= ends[1])
        for name in ("across", "along")
        for ends in [limits(expected[name].to_numpy(), FARTHEST)]
    ]
    inside = (parameters >= low) & (parameters <= high)
    return states.assign(
        near_bowl=_stretches(on_plane[0] & on_plane[1]), near_parameters=_stretches(inside.all(axis=1))
    )


def _stretches(inside: Any) -> Any:
    return inside * (1 + (~inside).cumsum())


def _parameters(states: pd.DataFrame) -> Any:
    names = [name for name in states.columns if name == "bias" or name.startswith("weight_")]
    return states[names].to_numpy()


def _low_and_high(expected: pd.DataFrame) -> Any:
    return pd.concat([expected.low, expected.high])
