"""A run as files: its history as a table, its parameters as PyTorch and others load them."""

import csv
import io
from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from linear_core._checks import check_choice
from linear_core.data import RegressionData
from linear_core.training.history import TrainingHistory


def history_csv(history: TrainingHistory, data: RegressionData) -> str:
    r"""Write a history as CSV, each number with as many digits as read back to it.

    Parameters
    ----------
    history : TrainingHistory
        Of a trainer.
    data : RegressionData
        What it was trained on: its names are in the header.

    Returns
    -------
    str
        Columns ``step``, ``loss``, ``gradient_norm``, one ``weight[out, in]`` for each cell and one
        ``bias[out]`` for each output, by name.

    Examples
    --------
    >>> from linear_core import Trainer, TrainingConfig, line_data
    >>> data = line_data()
    >>> print(history_csv(Trainer(data, TrainingConfig()).history, data).splitlines()[0])
    step,loss,gradient_norm,"weight[y, x]",bias[y]
    """
    header = ["step", "loss", "gradient_norm"]
    header += [f"weight[{target}, {name}]" for target in data.target_names for name in data.feature_names]
    columns = [history.weight.flatten(1)]
    if history.bias is not None:
        header += [f"bias[{target}]" for target in data.target_names]
        columns.append(history.bias)
    parameters = torch.cat(columns, dim=1).tolist()
    first = zip(history.step.tolist(), history.loss.tolist(), history.gradient_norm.tolist(), strict=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([*numbers, *row] for numbers, row in zip(first, parameters, strict=True))
    return text.getvalue()


def parameter_file(weight: Tensor, bias: Tensor | None, file_format: str) -> bytes:
    """Write a layer's parameters as a file that ``nn.Linear.load_state_dict`` takes once it is loaded.

    Parameters
    ----------
    weight : Tensor, ``(out_features, in_features)``
        The layer's weight.
    bias : Tensor, ``(out_features,)``, or None
        Likewise its bias.
    file_format : str
        "pt", for ``torch.load(..., weights_only=True)``, or "safetensors".

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ConfigError
        The format is unknown.

    Examples
    --------
    >>> layer = torch.nn.Linear(2, 3)
    >>> state = torch.load(io.BytesIO(parameter_file(layer.weight, layer.bias, "pt")), weights_only=True)
    >>> layer.load_state_dict(state)
    <All keys matched successfully>
    """
    check_choice("file_format", file_format, PARAMETER_FORMATS)
    state = {"weight": weight.detach().clone()}
    if bias is not None:
        state["bias"] = bias.detach().clone()
    return PARAMETER_FORMATS[file_format](state)


def _torch(state: Mapping[str, Tensor]) -> bytes:
    file = io.BytesIO()
    torch.save(dict(state), file)
    return file.getvalue()


def _safetensors(state: Mapping[str, Tensor]) -> bytes:
    from safetensors.torch import save

    return save(dict(state))


PARAMETER_FORMATS: Mapping[str, Callable[[Mapping[str, Tensor]], bytes]] = MappingProxyType(
    {"pt": _torch, "safetensors": _safetensors}
)
