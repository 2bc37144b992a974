"""What the functions refuse before they compute, each check in one place, all messages in one form."""

import math
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from linear_core.errors import ConfigError, DataError, ShapeError

_LARGEST = 1e30  # float32 ends at 3.4e38; this leaves room for the noise and for sums
_LARGEST_SQUARED = 1e150  # float64 ends at 1.8e308, and sums of squares have to fit


def check_number(name: str, value: float, smallest: float = -_LARGEST, largest: float = _LARGEST) -> None:
    """Refuse what is not a finite number of moderate size."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ConfigError(
            "expected {name} to be a finite number, but got {value!r}; replace it", name=name, value=value
        )
    if not smallest <= value <= largest:
        raise ConfigError(
            "expected {name} from {smallest:g} to {largest:g}, but got {value!r}; choose a "
            "number in this range",
            name=name,
            value=value,
            smallest=smallest,
            largest=largest,
        )


def check_count(name: str, value: int, smallest: int = 1, largest: int | None = None) -> None:
    """Refuse what is not an integer in its range."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError(
            "expected {name} to be an integer, but got {value!r}; use an int", name=name, value=value
        )
    if value < smallest or (largest is not None and value > largest):
        given = {"name": name, "value": value, "smallest": smallest, "largest": largest}
        if largest is None:
            raise ConfigError(
                "expected {name} of at least {smallest}, but got {value}; choose a larger number", **given
            )
        raise ConfigError(
            "expected {name} from {smallest} to {largest}, but got {value}; choose a number in this range",
            **given,
        )


def check_choice(name: str, value: str, known: Iterable[str]) -> None:
    """Refuse what is not one of the names of a registry."""
    known = tuple(known)
    if value not in known:
        raise ConfigError(
            "expected {name} to be one of {known}, but got {value!r}; choose one of them",
            name=name,
            value=value,
            known=", ".join(map(repr, known)),
        )


def seeded_generator(seed: int) -> torch.Generator:
    """Return a generator of its own, so that the global random state stays as it is."""
    check_count("seed", seed, smallest=0, largest=2**63 - 1)
    return torch.Generator().manual_seed(seed)


def check_matrix(label: str, values: Tensor, names: Sequence[str] | None = None) -> None:
    """Refuse what is not a filled 2-D tensor of finite floating numbers, with one name per column."""
    if not isinstance(values, Tensor):
        raise DataError(
            "expected {name} to be a torch.Tensor, but got {kind}; pass a tensor, which torch.tensor makes "
            "of numbers, lists and arrays",
            name=label,
            kind=type(values).__name__,
        )
    shape = tuple(values.shape)
    if len(shape) != 2 or 0 in shape:
        raise ShapeError(
            "expected {label} of shape (n_samples, columns), both at least 1, but got {shape}; pass a matrix "
            "with a row for each sample",
            label=label,
            shape=shape,
        )
    if names is not None and len(names) != shape[1]:
        raise ShapeError(
            "expected as many names as {label} has columns, {columns}, but got {count}: {names}; "
            "name each column once",
            label=label,
            columns=shape[1],
            count=len(names),
            names=", ".join(map(str, names)),
        )
    if not values.is_floating_point():
        raise DataError(
            "expected {label} of a floating-point dtype, but got {dtype}; use {label}.float()",
            label=label,
            dtype=values.dtype,
        )
    finite = values.isfinite()
    if not bool(finite.all()):
        row, column = (~finite).nonzero()[0].tolist()
        given = {"label": label, "column": column, "value": values[row, column].item(), "row": row}
        if names is None:
            raise DataError(
                "expected finite numbers in {label}, but got {value} in row {row}, column {column} (counted "
                "from 0); remove the row, or replace the value",
                **given,
            )
        raise DataError(
            "expected finite numbers in {label}, but got {value} in column '{name}', row {row} (rows "
            "counted from 0); remove the row, or replace the value",
            name=names[column],
            **given,
        )


def check_same_rows(x: Tensor, target: Tensor) -> None:
    """Refuse samples without target, and vice versa."""
    if x.shape[0] != target.shape[0]:
        raise ShapeError(
            "expected as many rows in x as in target, but got {rows} and {target_rows}; each sample needs "
            "one row in both",
            rows=x.shape[0],
            target_rows=target.shape[0],
        )


def as_float64(label: str, values: Tensor) -> Tensor:
    """Return a matrix in float64, if its squares are finite there."""
    check_matrix(label, values)
    largest = values.abs().max().item()
    if largest > _LARGEST_SQUARED:
        raise DataError(
            "expected values in {label} whose squares float64 can hold, but got {largest:g}; measure it "
            "in a larger unit",
            label=label,
            largest=largest,
        )
    return values.detach().double()


def as_float64_pair(x: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return samples and targets in float64, if they fit each other."""
    x64, target64 = as_float64("x", x), as_float64("target", target)
    check_same_rows(x, target)
    return x64, target64
