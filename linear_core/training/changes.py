"""Changes in the middle of a run as plain values, so that a link can hold them."""

from collections.abc import Mapping
from typing import Any

import torch

from linear_core.data import RegressionData
from linear_core.errors import ConfigError


def merged(changes: tuple[dict[str, Any], ...], change: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Append a change; one at the same step joins the one before, as what it names is all that counts."""
    if not changes or changes[-1]["step"] != change["step"]:
        return (*changes, change)
    before = changes[-1]
    joined = {**before, **change}
    if "config" in before and "config" in change:
        joined["config"] = {**before["config"], **change["config"]}
    return (*changes[:-1], joined)


def plain_data(data: RegressionData) -> dict[str, Any]:
    """Return the numbers and names of data as lists; `data_from_plain` leads back, to the bit.

    Parameters
    ----------
    data : RegressionData
        The data that is trained on.

    Returns
    -------
    dict
        Strings, numbers and lists of them, as JSON has them.

    Examples
    --------
    >>> from linear_core import line_data
    >>> plain = plain_data(line_data(n_samples=1, seed=0))
    >>> plain["x"], plain["feature_names"]
    ([[0.49625658988952637]], ['x'])
    """
    return {
        "x": data.x.tolist(),
        "target": data.target.tolist(),
        "feature_names": list(data.feature_names),
        "target_names": list(data.target_names),
        "dtype": str(data.x.dtype).removeprefix("torch."),
    }


def data_from_plain(plain: Mapping[str, Any]) -> RegressionData:
    """Make data of what `plain_data` gave.

    Parameters
    ----------
    plain : mapping
        Perhaps after a way through JSON.

    Returns
    -------
    RegressionData
        With the same numbers, to the bit.

    Raises
    ------
    ConfigError
        Something is missing, or is not a table of numbers.

    Examples
    --------
    >>> from linear_core import line_data
    >>> data = line_data()
    >>> torch.equal(data_from_plain(plain_data(data)).x, data.x)
    True
    """
    try:
        dtype = {"float32": torch.float32, "float64": torch.float64}[plain["dtype"]]
        x, target = (torch.tensor(plain[name], dtype=dtype) for name in ("x", "target"))
        return RegressionData(x, target, plain["feature_names"], plain["target_names"])
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            "expected a change of data as `plain_data` returns it, but got one that cannot be read; use "
            "`plain_data`: {error}",
            error=error,
        ) from error
