"""Lines and planes, generated from a seed."""

import torch
from torch.nn import functional as F

from linear_core._checks import check_count, check_number, seeded_generator
from linear_core.data.regression import RegressionData


def line_data(
    slope: float = 3.0,
    intercept: float = 0.8,
    noise_std: float = 0.0,
    n_samples: int = 50,
    seed: int = 0,
    *,
    outliers: int = 0,
    bend: float = 0.0,
) -> RegressionData:
    """Make samples on a line, ``target = slope · x + intercept``, with ``x`` uniform in [0, 1).

    All draws come from one generator, in the order x, noise, outliers; what is not asked for is not drawn.

    Parameters
    ----------
    slope, intercept : float
        The line.
    noise_std : float
        Standard deviation of the normal noise on the target.
    n_samples : int
        How many samples.
    seed : int
        Of ``torch.Generator().manual_seed(seed)``.
    outliers : int
        How many samples, picked at random, have their target raised by twice the slope's
        size (at least by 2).
    bend : float
        ``bend · x²`` is added to the target: a curve that no line fits.

    Returns
    -------
    RegressionData, float32, ``(n_samples, 1)`` each
        ``true_weight`` and ``true_bias`` are the line's; None with a bend, where no line is true.

    Raises
    ------
    ConfigError
        If a number is NaN, infinite or beyond 1e30, ``noise_std`` is negative, ``n_samples`` is below 1, or
        there are more outliers than samples.

    Examples
    --------
    >>> data = line_data(n_samples=3)
    >>> torch.equal(data.x, torch.rand((3, 1), generator=torch.Generator().manual_seed(0)))
    True
    >>> torch.equal(data.target, data.x * 3.0 + 0.8)
    True
    """
    for name, value in {"slope": slope, "intercept": intercept, "bend": bend}.items():
        check_number(name, value)
    check_number("noise_std", noise_std, smallest=0.0)
    check_count("n_samples", n_samples)
    check_count("outliers", outliers, smallest=0, largest=n_samples)
    generator = seeded_generator(seed)
    x = torch.rand((n_samples, 1), generator=generator)
    target = x * slope + intercept
    if bend != 0:
        target = target + bend * x**2
    if noise_std > 0:
        target = target + noise_std * torch.randn((n_samples, 1), generator=generator)
    if outliers > 0:
        rows = torch.randperm(n_samples, generator=generator)[:outliers]
        target[rows] += 2 * max(abs(slope), 1.0)
    return RegressionData(
        x,
        target,
        ["x"],
        ["y"],
        true_weight=None if bend != 0 else torch.tensor([[float(slope)]]),
        true_bias=None if bend != 0 else torch.tensor([float(intercept)]),
    )


def linear_data(
    in_features: int, out_features: int, n_samples: int, noise_std: float = 0.0, seed: int = 0
) -> RegressionData:
    """Make samples of a linear layer with random parameters, ``target = x Wᵀ + b``.

    Weight, bias, x and noise are standard normal, drawn in this order from one generator: more samples or
    another noise leave the true parameters as they are.

    Parameters
    ----------
    in_features, out_features, n_samples : int
        Sizes, 1 or more.
    noise_std : float
        Standard deviation of the normal noise on the target.
    seed : int
        Of ``torch.Generator().manual_seed(seed)``.

    Returns
    -------
    RegressionData, float32
        With ``true_weight`` and ``true_bias``.

    Raises
    ------
    ConfigError
        If a size is below 1, or ``noise_std`` is negative or not finite.

    Examples
    --------
    >>> data = linear_data(3, 2, n_samples=5)
    >>> torch.equal(data.target, F.linear(data.x, data.true_weight, data.true_bias))
    True
    """
    sizes = {"in_features": in_features, "out_features": out_features, "n_samples": n_samples}
    for name, value in sizes.items():
        check_count(name, value)
    check_number("noise_std", noise_std, smallest=0.0)
    generator = seeded_generator(seed)
    weight = torch.randn((out_features, in_features), generator=generator)
    bias = torch.randn((out_features,), generator=generator)
    x = torch.randn((n_samples, in_features), generator=generator)
    target = F.linear(x, weight, bias)  # (n, in) @ (in, out) + (out,)
    if noise_std > 0:
        target = target + noise_std * torch.randn((n_samples, out_features), generator=generator)
    feature_names, target_names = _numbered("x", in_features), _numbered("y", out_features)
    return RegressionData(x, target, feature_names, target_names, weight, bias)


def _numbered(letter: str, count: int) -> list[str]:
    return [letter] if count == 1 else [f"{letter}{i}" for i in range(1, count + 1)]
