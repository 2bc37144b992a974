"""Data of one's own as a text.

It is all of it where they are small, so that a link carries them; else a mark by which this visit finds them.
"""

from hashlib import sha256
from typing import TYPE_CHECKING

from pages._ui.session import Slot

if TYPE_CHECKING:
    from linear_core import RegressionData

MARK = "@"  # before what only this visit can find again
MAX_TABLES = 51  # the present one, and as many as Undo leads back to

_tables: "Slot[dict[str, RegressionData]]" = Slot("own_tables", dict)


def keep(data: "RegressionData") -> str:
    """Return the text that stands for data of one's own; what no link carries is kept for this visit."""
    from linear_core.exchange.table_link import encode_table

    text = encode_table(data)
    if text is not None:
        return text
    numbers = data.x.numpy().tobytes() + data.target.numpy().tobytes()
    mark = MARK + sha256(repr((data.feature_names, data.target_names)).encode() + numbers).hexdigest()[:16]
    others = [(key, table) for key, table in _tables.get().items() if key != mark]
    _tables.set(dict([*others, (mark, data)][-MAX_TABLES:]))  # a visit's memory is bounded
    return mark


def find(text: str) -> "RegressionData":
    """Return the data that a text stands for."""
    from linear_core.exchange.table_link import decode_table

    return decode_table(text) if is_in_link(text) else _tables.get()[text]


def is_known(text: str) -> bool:
    """Whether a text leads to data."""
    return is_in_link(text) or text in _tables.get()


def is_in_link(text: str) -> bool:
    """Whether a link carries the data."""
    return not text.startswith(MARK)
