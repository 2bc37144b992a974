"""What a walk draws, whatever its page is about: products of two matrices, and steps that lead through."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from linear_core import ForwardTrace
from linear_core.passes.match import Match

if TYPE_CHECKING:
    from torch import Tensor

Cell = tuple[int, int]
Kind = Literal["overview", "shapes", "stored", "element", "fill", "add", "sum", "compare", "each"]
Order = Literal["dot_products", "rows", "columns", "outer_products"]


@dataclass(frozen=True)
class Matrix:
    """How one matrix is drawn and spoken of; indices are those of the drawing unless it says otherwise.

    Attributes
    ----------
    symbol, hue, title : str
        Its heading: a letter in its color, and a few words in gray.
    rows, columns : sequence of str
        The names of its rows and columns.
    name : str
        What the formula calls an element, with the fields ``{row}`` and ``{column}``.
    label : str
        What a screen reader says of an element: as ``name``, with a field ``{value}``.
    why : str
        What an element takes part in, in one sentence.
    key : str
        The page's name of it.
    sizes : (str, str)
        What the numbers of its rows and of its columns are called.
    editable : bool
        Whether its elements can be edited.
    transposed : bool
        Whether the tensor behind it is its transpose: the page gets that tensor's indices.
    """

    symbol: str
    hue: str
    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    name: str
    label: str
    key: str
    sizes: tuple[str, str] = ("", "")
    why: str = ""
    editable: bool = False
    transposed: bool = False

    def stored(self, row: int, column: int) -> Cell:
        """Turn a place in the drawing into one of the tensor, or back."""
        return (column, row) if self.transposed else (row, column)

    def called(self, row: int, column: int) -> str:
        """Return the name of an element of the tensor, without its color."""
        r, c = self.stored(row, column)
        name = self.name.format(row=self.rows[r], column=self.columns[c])
        return re.sub(r":\w+\[(\w+)\]", r"\1", name)


@dataclass(frozen=True)
class Product:
    """One product, ``left @ top``: its result is drawn where the rows of one meet the columns of the other.

    Attributes
    ----------
    trace : ForwardTrace
        The product as ``x @ weight.T + bias``: x is ``left`` and weight.T is ``top``, or, where ``upright``,
        weight is ``left`` and x.T is ``top``.
    left, top, result : Matrix
        How they are drawn.
    added : Matrix, optional
        How the bias is drawn: one row between ``top`` and ``result``; one column before it where ``upright``.
    beside : Matrix, optional
        One column that is drawn after ``result``: the sum of each row of ``left``.
    beside_trace : ForwardTrace, optional
        That sum as a product with a column of ones.
    about : str
        What stands over the corner, where a step has no words of its own.
    focus : tuple of int
        The element of the drawn result that the picture is about while none is pinned.
    neurons : bool
        Whether it is drawn as neurons too.
    witnesses : mapping of str to Tensor
        What another way of computing gives, for ``"result"`` and ``"beside"``, in the order of the trace.
    """

    trace: ForwardTrace
    left: Matrix
    top: Matrix
    result: Matrix
    added: Matrix | None = None
    beside: Matrix | None = None
    beside_trace: ForwardTrace | None = None
    about: str = ""
    upright: bool = False
    focus: Cell = (0, 0)
    neurons: bool = False
    witnesses: Mapping[str, "Tensor"] = field(default_factory=dict)

    @cached_property
    def drawn(self) -> dict[str, Matrix]:
        """The matrices by their places."""
        places = {name: getattr(self, name) for name in ("left", "top", "added", "result", "beside")}
        return {name: matrix for name, matrix in places.items() if matrix is not None}

    @property
    def compact(self) -> bool:
        """Whether its numbers have to be short to fit beside each other."""
        columns = len(self.result.columns)
        return len(self.left.columns) + columns > 22 or (self.beside is not None and columns > 13)

    @property
    def frame(self) -> dict[str, Any]:
        """Everything that is drawn of it but the numbers."""
        return {
            "matrices": {name: {**vars(matrix)} for name, matrix in self.drawn.items()},
            "compact": self.compact,
            "about": self.about,
            "sizes": dict(
                zip(("rows", "inner", "columns"), (*self.left.sizes, self.top.sizes[1]), strict=True)
            ),
            "rows": len(self.result.rows),
            "inner": len(self.left.columns),
            "columns": len(self.result.columns),
            "upright": self.upright,
            "focus": list(self.focus),
            "neurons": self.neurons,
        }


@dataclass(frozen=True)
class Elementwise:
    """A matrix whose elements each follow from those at the same place of two others.

    Attributes
    ----------
    left, right, result : Matrix
        How they are drawn, side by side.
    values : mapping of str to Tensor
        Their numbers, by those three places.
    rule : str
        How an element of the result follows, for the formula: fields ``{left}``, ``{right}`` and
        ``{difference}``, left − right.
    note : str
        What all elements together make, said under the matrices.
    library : str
        Whose numbers they are.
    match : Match
        How well the rule and the library's own result agree.
    focus : tuple of int
        The element that the picture is about while none is pinned.
    """

    left: Matrix
    right: Matrix
    result: Matrix
    values: Mapping[str, "Tensor"]
    rule: str
    note: str
    library: str
    match: Match
    focus: Cell = (0, 0)

    @property
    def drawn(self) -> dict[str, Matrix]:
        """The matrices by their places."""
        return {"left": self.left, "right": self.right, "result": self.result}

    @property
    def compact(self) -> bool:
        """Whether its numbers have to be short to fit beside each other."""
        return len(self.result.columns) > 7

    @property
    def frame(self) -> dict[str, Any]:
        """Everything that is drawn of it but the numbers."""
        return {
            "matrices": {name: {**vars(matrix)} for name, matrix in self.drawn.items()},
            "compact": self.compact,
            "rows": len(self.result.rows),
            "inner": 1,
            "columns": len(self.result.columns),
            "upright": False,
            "focus": list(self.focus),
            "neurons": False,
            "elementwise": True,
        }


@dataclass(frozen=True)
class Step:
    """One step of a walk.

    Attributes
    ----------
    title, caption : str
        What it is called, and the sentence that says what to look at, with the fields of ``corner``.
    kind : str
        What it shows: ``"overview"`` (all at rest), ``"shapes"``, ``"stored"`` (a matrix as it lies in
        memory), ``"element"`` (one element, product by product), ``"fill"`` (all elements, in an order),
        ``"add"`` (the bias), ``"sum"`` (the vector beside), ``"compare"``, or ``"each"`` (element by element
        of an `Elementwise`).
    corner : str
        The heading of the picture's corner, if it is not what the product is about; both with the fields
        ``{name}`` for the element that it is about, and ``{row}`` and ``{column}`` for where it is.
    details : str
        What a press on Details adds.
    product : int
        Which product is drawn.
    order : str
        How ``"fill"`` goes: ``"dot_products"``, ``"rows"``, ``"columns"`` or ``"outer_products"``.
    whole : bool
        Whether the other elements come too when the ``"element"`` is complete.
    place, transposes : str, bool
        Which matrix ``"stored"`` is about, and whether it is drawn as the transpose of what is stored.
    """

    title: str
    caption: str
    kind: Kind
    corner: str = ""
    details: str = ""
    product: int = 0
    order: Order = "dot_products"
    whole: bool = False
    place: Literal["left", "top"] = "top"
    transposes: bool = True


@dataclass(frozen=True)
class WalkPicture:
    """What one walk draws: products, steps (the first is the overview), and words (see `words.words`)."""

    products: Sequence[Product | Elementwise]
    steps: Sequence[Step]
    words: Mapping[str, str] = field(default_factory=dict)

    def product_of(self, step: int) -> Product | Elementwise:
        """The product that a step draws."""
        return self.products[self.steps[step].product]
