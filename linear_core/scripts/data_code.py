"""Generated data as the few lines of PyTorch that make it."""


def line_data_code(
    slope: float = 3.0,
    intercept: float = 0.8,
    noise_std: float = 0.0,
    n_samples: int = 50,
    seed: int = 0,
    *,
    outliers: int = 0,
    bend: float = 0.0,
) -> str:
    """Write plain PyTorch for `line_data` with the same arguments; it leaves equal ``x`` and ``target``.

    Parameters
    ----------
    slope, intercept, noise_std, n_samples, seed, outliers, bend
        As `line_data` takes them.

    Returns
    -------
    str
        Lines that need ``import torch`` above them.

    Examples
    --------
    >>> print(line_data_code())
    generator = torch.Generator().manual_seed(0)
    x = torch.rand((50, 1), generator=generator)
    target = x * 3.0 + 0.8
    """
    lines = [
        f"generator = torch.Generator().manual_seed({seed})",
        f"x = torch.rand(({n_samples}, 1), generator=generator)",
        f"target = x * {slope!r} + {intercept!r}",
    ]
    if bend != 0:
        lines.append(f"target = target + {bend!r} * x**2")
    if noise_std > 0:
        lines.append(_noise(noise_std, n_samples, 1))
    if outliers > 0:
        lines.append(f"rows = torch.randperm({n_samples}, generator=generator)[:{outliers}]")
        lines.append(f"target[rows] += {2 * max(abs(slope), 1.0)!r}")
    return "\n".join(lines)


def linear_data_code(
    in_features: int, out_features: int, n_samples: int, noise_std: float = 0.0, seed: int = 0
) -> str:
    """Write plain PyTorch for `linear_data` with the same arguments; it leaves equal ``x`` and ``target``.

    Parameters
    ----------
    in_features, out_features, n_samples, noise_std, seed
        As `linear_data` takes them.

    Returns
    -------
    str
        Lines that need ``import torch`` and ``from torch.nn import functional as F`` above them.

    Examples
    --------
    >>> print(linear_data_code(3, 2, 50))
    generator = torch.Generator().manual_seed(0)
    true_weight = torch.randn((2, 3), generator=generator)
    true_bias = torch.randn((2,), generator=generator)
    x = torch.randn((50, 3), generator=generator)
    target = F.linear(x, true_weight, true_bias)
    """
    lines = [
        f"generator = torch.Generator().manual_seed({seed})",
        f"true_weight = torch.randn(({out_features}, {in_features}), generator=generator)",
        f"true_bias = torch.randn(({out_features},), generator=generator)",
        f"x = torch.randn(({n_samples}, {in_features}), generator=generator)",
        "target = F.linear(x, true_weight, true_bias)",
    ]
    if noise_std > 0:
        lines.append(_noise(noise_std, n_samples, out_features))
    return "\n".join(lines)


def _noise(noise_std: float, n_samples: int, out_features: int) -> str:
    return (
        f"target = target + {noise_std!r} * torch.randn(({n_samples}, {out_features}), generator=generator)"
    )
