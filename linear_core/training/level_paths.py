"""Lines of equal value on a grid: marching squares."""

import torch
from torch import Tensor

Edge = tuple[int, int]
# In a cell with four crossed edges the lines cut off two opposite corners: which, the middle decides.
FIRST_AND_THIRD, SECOND_AND_FOURTH = [(3, 0), (1, 2)], [(0, 1), (2, 3)]


def level_paths(values: Tensor, level: float) -> list[Tensor]:
    """Return the edges of a grid that each line of one value crosses, in the line's order.

    Where on an edge it crosses is left to the caller, who may know more than the values at its ends.

    Parameters
    ----------
    values : Tensor, ``(rows, columns)``
        At least 2 of each.
    level : float
        The value sought.

    Returns
    -------
    list of Tensor, ``(crossings, 2)``, int64
        One for each line: the two grid points of every edge that it crosses, counted row by row. A closed
        line ends with the edge with which it begins.

    References
    ----------
    W. E. Lorensen and H. E. Cline, "Marching cubes", SIGGRAPH 1987.

    Examples
    --------
    >>> level_paths(torch.tensor([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), 0.5)[0].tolist()
    [[1, 4], [4, 5], [4, 7], [3, 4], [1, 4]]
    """
    rows, columns = values.shape
    point = torch.arange(rows * columns).view(rows, columns)
    corners = torch.stack([point[:-1, :-1], point[:-1, 1:], point[1:, 1:], point[1:, :-1]], dim=-1)
    corners = corners.flatten(0, 1)  # (cells, 4), around each cell; edge k joins corners k and k + 1
    above = values.flatten()[corners] > level
    crossed = above != above.roll(-1, 1)
    middle_above = values.flatten()[corners].mean(1) > level
    cells = crossed.any(1)
    links: dict[Edge, list[Edge]] = {}
    columns_of_cells = (part[cells].tolist() for part in (corners, above[:, 0], crossed, middle_above))
    for around, first_above, is_crossed, is_above in zip(*columns_of_cells, strict=True):
        edges = [_edge(around[k], around[(k + 1) % 4]) for k in range(4)]
        if all(is_crossed):
            pairs = SECOND_AND_FOURTH if first_above == is_above else FIRST_AND_THIRD
        else:
            both = [k for k in range(4) if is_crossed[k]]
            pairs = [(both[0], both[1])]
        for one, other in pairs:
            links.setdefault(edges[one], []).append(edges[other])
            links.setdefault(edges[other], []).append(edges[one])
    return [torch.tensor(path) for path in _chained(links)]


def _edge(first: int, second: int) -> Edge:
    return (first, second) if first < second else (second, first)


def _chained(links: dict[Edge, list[Edge]]) -> list[list[Edge]]:
    """Walk along the links: lines with ends from one of them, closed lines once around."""
    paths = []
    starts = [edge for edge, near in links.items() if len(near) == 1] + list(links)
    for start in starts:
        edge, path = start, [start]
        while links[edge]:
            following = links[edge].pop()
            links[following].remove(edge)
            path.append(following)
            edge = following
        if len(path) > 1:
            paths.append(path)
    return paths
