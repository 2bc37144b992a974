"""One's own numbers: changes to x, weight and bias, each with a way back, and a word where one is refused."""

from collections.abc import Mapping
from copy import copy
from typing import Any

import streamlit as st

from linear_core import DataError, Refusal, StoredLayer, encode_matrix, parse_matrix, read_layers
from linear_core.exchange.matrix_text import numbers_to_tensor
from pages._ui import cells, link
from pages._ui.choices import FORWARD, Whole
from pages._ui.forward.screen import Screen
from pages._ui.language import said

MATRICES = ("x", "weight", "b")
FOLLOWING = (*MATRICES, "in_features", "out_features", "batch_size", "bias", "rank")
MAX_UNDO = 50


def change(**values: Any) -> None:
    """Set choices, and remember what they were."""
    state = st.session_state
    before = {key: state[key] for key in FOLLOWING}
    link.put(**values)
    state["undo"] = [*state.get("undo", []), before][-MAX_UNDO:]
    state["refused"] = {}


def undo() -> None:
    """Take the latest change back."""
    *earlier, latest = st.session_state["undo"]
    link.put(**latest)
    st.session_state.update(undo=earlier, refused={})


def refuse(place: str, reason: Refusal) -> None:
    """Keep everything as it is, and say why at the control."""
    # What is wrong elsewhere still is. A copy has no traceback, which would hold on to a file that was read.
    st.session_state["refused"] = {**st.session_state.get("refused", {}), place: copy(reason)}


def forget_refusal() -> None:
    """Say no more of an entry that was refused: another matrix is looked at."""
    st.session_state["refused"] = {}


def refused(place: str) -> None:
    """The word at a control, if its latest entry was refused."""
    if reason := st.session_state.get("refused", {}).get(place):
        st.error(said(reason), icon=":material/error:")


def set_matrix(name: str, text: str, place: str) -> None:
    """Take pasted numbers for one matrix; the layer's sizes follow."""
    try:
        matrix = parse_matrix(text)
        # `[1, 2]` is one sample without a batch, `[[1, 2]]` a batch of one.
        flat = matrix.shape[0] == 1 and text.count("[") == 1
        change(**_sizes(name, tuple(matrix.shape), flat), **{name: encode_matrix(matrix)})
    except DataError as error:
        refuse(place, error)


def set_layer(layer: StoredLayer, place: str) -> None:
    """Take weight and bias of a file."""
    try:
        values = {**_sizes("weight", tuple(layer.weight.shape), False), "weight": encode_matrix(layer.weight)}
        values |= {"bias": layer.bias is not None}
        if layer.bias is not None:
            values["b"] = encode_matrix(layer.bias)
        change(**values)
    except DataError as error:
        refuse(place, error)


def set_cells(name: str, screen: Screen, edits: Mapping[int, Mapping[str, Any]], place: str) -> None:
    """Take what was typed into a table; it holds what has been typed there since the table was made."""
    texts = cell_texts(name, screen)
    for row, edited in edits.items():
        for column, text in edited.items():
            texts[int(row)][int(column)] = cells.typed(text)
    try:
        matrix = numbers_to_tensor(texts, screen.trace.x.dtype)
        change(**{name: encode_matrix(matrix)})
        st.session_state[f"table:{name}"]["shown"] = matrix.tolist()
    except DataError as error:
        refuse(place, error)


def set_cell(name: str, screen: Screen, row: int, column: int, text: str, continued: bool) -> str | None:
    """Take one number that was edited in the picture; the reason, if it is refused.

    A drag is one change, however often it is ``continued``: one undo takes all of it back.
    """
    texts = cell_texts(name, screen)
    texts[row][column] = text
    try:
        values = {name: encode_matrix(numbers_to_tensor(texts, screen.trace.x.dtype))}
    except DataError as error:
        return said(error)
    if continued:
        link.put(**values)
    else:
        change(**values)
    return None


def cell_texts(name: str, screen: Screen) -> list[list[str]]:
    """The numbers of one matrix as they are written into a table: in full."""
    matrix = matrices(screen)[name]
    return cells.texts(matrix.tolist(), matrix.dtype)


def matrices(screen: Screen) -> dict[str, Any]:
    """The matrices on the screen, two-dimensional; without a bias there are two."""
    trace = screen.trace
    found = {"x": trace.x_rows, "weight": trace.weight}
    return found if trace.bias is None else {**found, "b": trace.bias[None]}


def load(data: bytes, name: str) -> list[StoredLayer]:
    """The layers in a file that fit the page."""
    fitting = [layer for layer in read_layers(data, name) if max(layer.weight.shape) <= _most("in_features")]
    if not fitting:
        raise DataError(
            "The file's layers are larger than {most} × {most}, the most that fits on this page.",
            most=_most("in_features"),
        )
    return fitting


def _sizes(name: str, shape: tuple[int, ...], flat: bool) -> dict[str, Any]:
    """The sizes that follow from a matrix, or the reason why it does not fit on this page."""
    rows, columns = shape
    if name == "x":
        sizes = {"batch_size": rows, "in_features": columns}
    elif name == "weight":
        sizes = {"out_features": rows, "in_features": columns}
    else:
        sizes = {"out_features": columns}
        if rows != 1:
            raise DataError("The bias is one row of numbers, but this has {rows} rows.", rows=rows)
    for key, size in sizes.items():
        if size > _most(key):
            raise DataError(
                "{key} would be {size}, but at most {most} fit on this page.",
                key=key,
                size=size,
                most=_most(key),
            )
    if name == "x":
        return {**sizes, "rank": "1" if flat else "2"}
    return {**sizes, "bias": True} if name == "b" else sizes


def _most(key: str) -> int:
    choice = FORWARD[key]
    assert isinstance(choice, Whole)
    return choice.high
