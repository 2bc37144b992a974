"""A run of training as a plain PyTorch script that ends at the same numbers, to the last digit."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from linear_core.data import RegressionData
from linear_core.layer.spec import LayerSpec, layer_code
from linear_core.scripts.layer_script import loading_lines, with_imports
from linear_core.scripts.literals import tensor_code
from linear_core.training.changes import data_from_plain
from linear_core.training.config import TrainingConfig
from linear_core.training.losses import LOSSES
from linear_core.training.optimizers import OPTIMIZERS
from linear_core.training.start import starting_point

# The names of an optimizer's settings, here and in torch.optim.
SETTINGS = {
    "learning_rate": "lr",
    "momentum": "momentum",
    "nesterov": "nesterov",
    "weight_decay": "weight_decay",
}


@dataclass(frozen=True)
class _Part:
    """What is done before step `begin`, and the config from there on."""

    begin: int
    lines: list[str]
    config: TrainingConfig


def training_script(
    data: RegressionData,
    config: TrainingConfig,
    num_steps: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *,
    changes: Sequence[Mapping[str, Any]] = (),
    make_data: Callable[[Mapping[str, Any]], RegressionData] = data_from_plain,
    data_code: str | None = None,
    every: int = 20,
    translate: Callable[[str], str] = str,
) -> str:
    """Write a script that makes the same run and ends at the same loss.

    Digit for digit on the same kind of processor; on another one the last digits may differ.

    The rules of the config that stop a run are not in it: `num_steps` says where it ends.

    Parameters
    ----------
    data, config, weight, bias
        As a `Trainer` takes them.
    num_steps : int
        How many steps to make.
    changes, make_data
        A trainer's `changes`, and how data are made of them, as `Trainer.replay` takes them.
    data_code : str, optional
        Lines that leave ``x`` and ``target``, as `line_data_code` writes them; else the numbers themselves.
    every : int
        Steps from one line of the log to the next.
    translate : callable, optional
        Turns the comments into another language.

    Returns
    -------
    str
        Needs PyTorch alone.

    Raises
    ------
    ShapeError, DataError
        `weight` or `bias` does not fit the data.
    ConfigError
        A change is not possible.

    Examples
    --------
    >>> from linear_core import line_data
    >>> from linear_core.scripts.data_code import line_data_code
    >>> print(training_script(line_data(), TrainingConfig(), 30_000, data_code=line_data_code()))
    import torch
    from torch import nn
    <BLANKLINE>
    # 1. The data
    generator = torch.Generator().manual_seed(0)
    x = torch.rand((50, 1), generator=generator)
    target = x * 3.0 + 0.8
    <BLANKLINE>
    # 2. The layer, the loss and the optimizer
    torch.manual_seed(0)
    model = nn.Linear(1, 1)
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    <BLANKLINE>
    # 3. The training
    for i in range(30000):
        prediction = model(x)
        loss = criterion(prediction, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (i + 1) % 20 == 0:
            print("Epoch[{}/{}], loss: {:.6f}".format(i, 30000, loss.item()))
    <BLANKLINE>
    # 4. The result
    print("step", 30000)
    print("loss", criterion(model(x), target).item())
    print("weight", model.weight.tolist())
    print("bias", model.bias.tolist())
    """
    starting_point(data, config, weight, bias)  # refuses what does not fit
    lines = ["# 1. " + translate("The data"), data_code or _data_lines(data), ""]
    lines += ["# 2. " + translate("The layer, the loss and the optimizer"), *_model_lines(data, config)]
    lines += loading_lines("model", weight, bias)
    lines += [_criterion(config), _optimizer(config), *_order(config), ""]
    parts = _parts(config, changes, make_data, num_steps, translate)
    ends = [*(part.begin for part in parts[1:]), num_steps]
    for part, end in zip(parts, ends, strict=True):
        lines += [*part.lines, *_loop(part, end, num_steps, every, translate), ""]
    return with_imports([*lines, *_result(parts[-1].config, num_steps, translate)])


def _parts(
    config: TrainingConfig,
    changes: Sequence[Mapping[str, Any]],
    make_data: Callable[[Mapping[str, Any]], RegressionData],
    num_steps: int,
    translate: Callable[[str], str],
) -> list[_Part]:
    """Cut the run where something changes that a script has to do."""
    parts = [_Part(0, ["# 3. " + translate("The training")], config)]
    for change in changes:
        if change["step"] > num_steps:
            break
        config = config.changed(change.get("config", {}))
        lines = _change_lines(change, config, make_data, translate)
        if lines:
            heading = "# " + translate("From step {step} on").format(step=change["step"])
            parts.append(_Part(change["step"], [heading, *lines], config))
    return parts


def _change_lines(
    change: Mapping[str, Any],
    config: TrainingConfig,
    make_data: Callable[[Mapping[str, Any]], RegressionData],
    translate: Callable[[str], str],
) -> list[str]:
    named = {*change, *change.get("config", {})}
    lines = []
    if "data" in named:
        lines.append(_data_lines(make_data(change["data"])))
    if "loss" in named:
        lines.append(_criterion(config))
    if "optimizer" in named:
        lines.append(_optimizer(config))
    else:
        lines += [
            f'optimizer.param_groups[0]["{theirs}"] = {getattr(config, ours)!r}'
            for ours, theirs in SETTINGS.items()
            if ours in named
        ]
        optimizer = OPTIMIZERS[config.optimizer]
        if optimizer.first_buffer and "momentum" in named:
            like = f'torch.zeros_like(state["{optimizer.first_buffer}"])'
            comment = translate("created by {optimizer} only when it starts").format(
                optimizer=optimizer.torch_name
            )
            lines.append(f"for state in optimizer.state.values():  # {comment}")
            lines.append(f'    state.setdefault("momentum_buffer", {like})')
    if named & {"data", "batch_size", "seed"}:
        lines += _order(config)
    return lines


def _data_lines(data: RegressionData) -> str:
    return f"x = {tensor_code(data.x)}\ntarget = {tensor_code(data.target)}"


def _model_lines(data: RegressionData, config: TrainingConfig) -> list[str]:
    dtype = str(data.x.dtype).removeprefix("torch.")
    spec = LayerSpec(data.in_features, data.out_features, config.bias, config.init, config.seed, dtype)
    return [layer_code(spec, "model")]


def _criterion(config: TrainingConfig) -> str:
    return f"criterion = nn.{LOSSES[config.loss].torch_name}()"


def _optimizer(config: TrainingConfig) -> str:
    optimizer = OPTIMIZERS[config.optimizer]
    arguments = ["model.parameters()", f"lr={config.learning_rate!r}"]
    arguments += [
        f"{name}={getattr(config, name)!r}"
        for name in optimizer.options
        if getattr(config, name) or optimizer.default(name)  # PyTorch's own default is not always 0
    ]
    return f"optimizer = torch.optim.{optimizer.torch_name}({', '.join(arguments)})"


def _order(config: TrainingConfig) -> list[str]:
    if config.batch_size is None:
        return []
    return [f"order = torch.Generator().manual_seed({config.seed})", "batches = []"]


def _loop(part: _Part, end: int, num_steps: int, every: int, translate: Callable[[str], str]) -> list[str]:
    """Write the steps of one part; what is logged is the loss over all samples before the update."""
    if part.begin == end:
        return []
    span = f"{end}" if part.begin == 0 else f"{part.begin}, {end}"
    log = f"""\
if (i + 1) % {every} == 0:
    print("Epoch[{{}}/{{}}], loss: {{:.6f}}".format(i, {num_steps}, loss.item()))"""
    update = """\
optimizer.zero_grad()
loss.backward()
optimizer.step()"""
    if part.config.batch_size is None:
        body = f"prediction = model(x)\nloss = criterion(prediction, target)\n{update}\n{log}"
    else:
        comment = translate("a new epoch: all samples in a new order; the last batch may be smaller")
        body = f"""\
with torch.no_grad():
    loss = criterion(model(x), target)
{log}
if not batches:  # {comment}
    batches = list(torch.randperm(len(x), generator=order).split({part.config.batch_size}))
batch = batches.pop(0)
prediction = model(x[batch])
loss = criterion(prediction, target[batch])
{update}"""
    return [f"for i in range({span}):", textwrap.indent(body, "    ")]


def _result(config: TrainingConfig, num_steps: int, translate: Callable[[str], str]) -> list[str]:
    lines = ["# 4. " + translate("The result"), f'print("step", {num_steps})']
    lines.append('print("loss", criterion(model(x), target).item())')
    lines.append('print("weight", model.weight.tolist())')
    if config.bias:
        lines.append('print("bias", model.bias.tolist())')
    return lines
