"""One's own numbers: each change can be undone, and one that is refused says why."""

from typing import TYPE_CHECKING, Any

from linear_core.errors import DataError
from linear_core.exchange.matrix_link import encode_matrix
from linear_core.exchange.matrix_text import number_text, numbers_to_tensor, parse_matrix
from linear_core.exchange.parameter_file import StoredLayer, read_layers
from pages._ui import link, refusals
from pages._ui.language import said
from pages._ui.layer.call import call_of, is_matrix
from pages._ui.layer.choices import SEEDED, LayerState, TargetState
from pages._ui.undo import Undo

if TYPE_CHECKING:
    from torch import Tensor

MATRICES = ("x", "weight", "b", "target")
FOLLOWING = (*MATRICES, "in_features", "out_features", "batch_size", "bias", "rank")

undo = Undo("numbers")


def change(**values: Any) -> None:
    """Set choices, and remember what they were."""
    before = link.now(TargetState)
    if before.changed(**values) != before:
        undo.remember({key: before.values[key] for key in FOLLOWING})
    link.change(**values)
    refusals.accept()


def fit_sizes() -> None:
    """Have one's own matrices follow a size that was just moved, with numbers of the seed where they grow.

    A single sample becomes a batch again when somebody asks for its size.
    """
    shown = link.now(TargetState)
    if shown.rank == "1" and shown.batch_size > 1:
        link.change(rank="2")
        shown = link.now(TargetState)
    own = [name for name in shown.shapes if is_matrix(shown.values[name])]
    if own:
        fitted = call_of(shown).matrices  # cut where a size is smaller, continued where it is larger
        link.change(**{name: encode_matrix(fitted[name]) for name in own if name in fitted})


def set_numbers(name: str, matrix: "Tensor") -> None:
    """Take a whole matrix of the layer's own shape."""
    change(**{name: encode_matrix(matrix)})


def set_number(name: str, row: int, column: int, text: str | None, continued: bool = False) -> str | None:
    """Take one number that was edited in place; return the reason, if it is refused.

    A drag is one change, however often it is ``continued``: one undo takes all of it back. A drag that is
    canceled ends without a text.
    """
    if text is None:
        undo.back()
        return None
    matrix = call_of(link.now(TargetState)).matrices[name]
    texts = [[number_text(value, matrix.dtype) for value in line] for line in matrix.tolist()]
    texts[row][column] = text
    try:
        edited = {name: encode_matrix(numbers_to_tensor(texts, matrix.dtype))}
    except DataError as error:
        return said(error)
    if continued:
        link.change(**edited)
    else:
        change(**edited)
    return None


def set_text(name: str, text: str, place: str) -> None:
    """Take pasted numbers for one matrix; the layer's sizes follow."""
    try:
        matrix = parse_matrix(text)
        # `[1, 2]` is one sample without a batch, `[[1, 2]]` a batch of one.
        is_flat = matrix.shape[0] == 1 and text.count("[") == 1
        _set_sized(**_sizes(name, tuple(matrix.shape), is_flat), **{name: encode_matrix(matrix)})
    except DataError as error:
        refusals.refuse(place, error)


def set_layer(layer: StoredLayer, place: str) -> None:
    """Take weight and bias of a file."""
    try:
        values = {**_sizes("weight", tuple(layer.weight.shape), False), "weight": encode_matrix(layer.weight)}
        values |= {"bias": layer.bias is not None}
        if layer.bias is not None:
            values["b"] = encode_matrix(layer.bias)
        _set_sized(**values)
    except DataError as error:
        refusals.refuse(place, error)


def fill(name: str, filling: str) -> None:
    """Fill a matrix by the name of a fill, which goes on filling when a size changes."""
    change(**{name: filling})


def reset() -> None:
    """Give all numbers back to the seed."""
    change(**dict.fromkeys(MATRICES, SEEDED))


def load(data: bytes, name: str) -> list[StoredLayer]:
    """Return the layers in a file that fit the page."""
    most = LayerState.in_features.high
    fitting = [layer for layer in read_layers(data, name) if max(layer.weight.shape) <= most]
    if not fitting:
        raise DataError(
            "expected a layer of at most {most} × {most}, but got larger ones only; "
            "use a smaller one, or linear_core.trace_forward in a script",
            most=most,
        )
    return fitting


def _set_sized(**values: Any) -> None:
    change(**values)
    fit_sizes()


def _sizes(name: str, shape: tuple[int, ...], is_flat: bool) -> dict[str, Any]:
    """Return the sizes that follow from a matrix, or refuse one that does not fit on this page."""
    rows, columns = shape
    if name == "b":
        if rows != 1:
            raise DataError(
                "expected one row of numbers for the bias, but got {rows} rows; keep one", rows=rows
            )
        sizes = {"out_features": columns}
    else:
        down = {"x": "batch_size", "weight": "out_features", "target": "batch_size"}[name]
        sizes = {down: rows, "out_features" if name == "target" else "in_features": columns}
    for key, size in sizes.items():
        most = LayerState.params()[key].high  # type: ignore[attr-defined]  # all three are Integers
        if size > most:
            raise DataError(
                "expected {key} of at most {most} on this page, but got {size}; use a smaller one",
                key=key,
                size=size,
                most=most,
            )
    if name in ("x", "target"):
        return {**sizes, "rank": "1" if is_flat else "2"}
    return {**sizes, "bias": True} if name == "b" else sizes
