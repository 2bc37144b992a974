"""What the data functions refuse, and the random numbers that they draw from."""

import math

import torch

from linear_core.errors import ConfigError

_LARGEST = 1e30  # float32 ends at 3.4e38; this leaves room for the noise and for sums


def check_number(name: str, value: float, smallest: float = -_LARGEST) -> None:
    """Refuse what is not a finite number of moderate size."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ConfigError(f"{name}={value!r} is not a finite number; give one.")
    if not smallest <= value <= _LARGEST:
        raise ConfigError(
            f"{name}={value!r} is outside [{smallest:g}, {_LARGEST:g}]; choose a number inside."
        )


def check_count(name: str, value: int, smallest: int = 1, largest: int | None = None) -> None:
    """Refuse what is not a whole number in its range."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError(f"{name}={value!r} is not a whole number; give an int.")
    if value < smallest or (largest is not None and value > largest):
        limits = f"{smallest} or more" if largest is None else f"from {smallest} to {largest}"
        raise ConfigError(f"{name}={value} is not possible; choose {limits}.")


def seeded_generator(seed: int) -> torch.Generator:
    """Return a generator of its own, so that the global random state stays as it is."""
    check_count("seed", seed, smallest=0, largest=2**63 - 1)
    return torch.Generator().manual_seed(seed)
