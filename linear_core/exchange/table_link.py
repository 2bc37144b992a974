"""Small data of one's own as part of a link: the names of the columns and, exactly, their numbers."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

import torch

from linear_core.data import RegressionData
from linear_core.errors import DataError, ShapeError
from linear_core.exchange.matrix_link import decode_matrix, encode_matrix

ROWS = "__"  # from one row to the next
# Characters. Many servers refuse addresses above 8 KiB, and a link may carry two tables and about a hundred
# characters besides. 150 rows of three columns take at most 2,450.
MAX_LINK_TABLE = 3600


def encode_table(data: RegressionData) -> str | None:
    """Write data for a link, exactly, if they are small enough.

    Parameters
    ----------
    data : RegressionData
        float32, not standardized.

    Returns
    -------
    str or None
        Letters, digits and ``- . _`` only, compressed unless it is short; None if that takes more than
        `MAX_LINK_TABLE` characters: a table of 225 × 3 random numbers fits, and one of whole numbers with
        several times as many.

    Examples
    --------
    >>> encode_table(RegressionData(torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [5.5]]), ["x"], ["y"]))
    '.1_3__2_5.5'
    """
    names = ""
    if (data.feature_names, data.target_names) != _plain_names(data.in_features):
        packed = json.dumps([data.feature_names, data.target_names], ensure_ascii=False).encode()
        names = urlsafe_b64encode(packed).decode().rstrip("=")
    try:
        numbers = encode_matrix(torch.cat([data.x, data.target], dim=1))
    except DataError:  # beyond what any link holds
        return None
    # No tilde, so that tables can be parts of texts that are separated by tildes.
    text = f"{names}.{numbers.replace('~', ROWS)}"
    return text if len(text) <= MAX_LINK_TABLE else None


def decode_table(text: str) -> RegressionData:
    """Read data from a link.

    Parameters
    ----------
    text : str
        What `encode_table` wrote, or what was made from it by hand.

    Returns
    -------
    RegressionData
        float32.

    Raises
    ------
    DataError
        The text is no such table.

    Examples
    --------
    >>> data = decode_table(".1_3__2_5.5")
    >>> data.feature_names, data.target.tolist()
    (('x',), [[3.0], [5.5]])
    """
    packed, point, numbers = text.partition(".")
    if not point or len(text) > MAX_LINK_TABLE:
        raise DataError(
            "expected a whole table in the link, but got one that is cut off or too long; copy "
            "the whole link again"
        )
    # Compressed numbers begin with a letter, and may have underscores of their own.
    matrix = decode_matrix(numbers if numbers[:1].isalpha() else numbers.replace(ROWS, "~"))
    features, targets = _read_names(packed) if packed else _plain_names(matrix.shape[1] - 1)
    try:
        return RegressionData(matrix[:, : len(features)], matrix[:, len(features) :], features, targets)
    except ShapeError as error:
        raise DataError(
            "expected names that match the numbers of the table in the link, but got others; "
            "copy the whole link again: {error}",
            error=error,
        ) from error


def _plain_names(in_features: int) -> tuple[Sequence[str], Sequence[str]]:
    return ("x",) if in_features == 1 else tuple(f"x{i}" for i in range(1, in_features + 1)), ("y",)


def _read_names(packed: str) -> tuple[Sequence[str], Sequence[str]]:
    try:
        features, targets = json.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        "".join([*features, *targets]).encode()  # half a character could not be written again
    except (ValueError, TypeError, RecursionError) as error:
        raise DataError(
            "expected the names of a table in the link, but got text that does not decode; copy "
            "the whole link again"
        ) from error
    if not (isinstance(features, list) and isinstance(targets, list)):
        raise DataError(
            "expected lists of names in the link, but got something else; copy the whole link again"
        )
    return features, targets
