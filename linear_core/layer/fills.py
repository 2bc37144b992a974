"""Ready-made numbers for a matrix: random ones to try out, plain ones to check by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core._checks import check_choice, check_count, seeded_generator


@dataclass(frozen=True, slots=True)
class Fill:
    """One way to fill a matrix.

    Attributes
    ----------
    make : callable
        ``make(rows, columns, generator)`` gives the matrix, float32.
    expression : str
        The same in plain PyTorch, with places for ``rows``, ``columns`` and ``seed``.
    seeded : bool
        Whether the seed matters.
    """

    make: Callable[[int, int, torch.Generator], Tensor]
    expression: str
    seeded: bool = False

    def code(self, rows: int, columns: int, seed: int = 0) -> str:
        """Write the PyTorch expression that gives the same matrix.

        Parameters
        ----------
        rows, columns : int
            The matrix's shape.
        seed : int
            Matters where ``seeded``.

        Returns
        -------
        str
            Needs ``import torch`` and ``from torch.nn import functional as F``.

        Examples
        --------
        >>> FILLS["identity"].code(2, 3)
        'torch.eye(2, 3)'
        """
        return self.expression.format(rows=rows, columns=columns, seed=seed)


FILLS: Mapping[str, Fill] = MappingProxyType(
    {
        "random": Fill(
            lambda rows, columns, generator: torch.randn(rows, columns, generator=generator),
            "torch.randn({rows}, {columns}, generator=torch.Generator().manual_seed({seed}))",
            seeded=True,
        ),
        "ordered": Fill(
            lambda rows, columns, _: torch.arange(rows * columns).float().reshape(rows, columns),
            "torch.arange({rows} * {columns}).float().reshape({rows}, {columns})",
        ),
        # Row 0 picks column 0, row 1 column 1, and from the start again where the columns end.
        "one_hot": Fill(
            lambda rows, columns, _: F.one_hot(torch.arange(rows) % columns, columns).float(),
            "F.one_hot(torch.arange({rows}) % {columns}, {columns}).float()",
        ),
        "identity": Fill(lambda rows, columns, _: torch.eye(rows, columns), "torch.eye({rows}, {columns})"),
        "ones": Fill(lambda rows, columns, _: torch.ones(rows, columns), "torch.ones({rows}, {columns})"),
        "zeros": Fill(lambda rows, columns, _: torch.zeros(rows, columns), "torch.zeros({rows}, {columns})"),
    }
)


def fill(name: str, rows: int, columns: int, seed: int = 0) -> Tensor:
    """Make a matrix by one of `FILLS`.

    Parameters
    ----------
    name : str
        One of `FILLS`.
    rows, columns : int
        At least 1 each.
    seed : int
        For the random ones; the global random state is not touched.

    Returns
    -------
    Tensor, ``(rows, columns)``
        Of float32.

    Raises
    ------
    ConfigError
        The name is unknown, a size is below 1, or the seed is not an integer of at least 0.

    Examples
    --------
    >>> fill("ordered", 2, 3)
    tensor([[0., 1., 2.],
            [3., 4., 5.]])
    """
    check_choice("fill", name, FILLS)
    check_count("rows", rows)
    check_count("columns", columns)
    return FILLS[name].make(rows, columns, seeded_generator(seed))
