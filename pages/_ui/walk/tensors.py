"""How the tensors of a layer are drawn as matrices: what there is to say of one follows from its axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pages._ui.language import N_, _
from pages._ui.walk.picture import Matrix

Axis = Literal["sample", "output", "feature", ""]  # "" is that of a vector, which has one place
Axes = tuple[Axis, Axis]

X: Axes = ("sample", "feature")
Y: Axes = ("sample", "output")
WEIGHT: Axes = ("output", "feature")
Y_COLUMNS: Axes = ("output", "sample")
KERNEL: Axes = ("feature", "output")
ROW: Axes = ("", "output")
COLUMN: Axes = ("output", "")

SIZES: dict[Axis, str] = {"sample": "batch_size", "output": "out_features", "feature": "in_features", "": ""}
SPOKEN: dict[Axis, str] = {
    "sample": N_("sample {place}"),
    "output": N_("output {place}"),
    "feature": N_("feature {place}"),
}
OF_ELEMENT = {name: f"{{{name}}}" for name in ("name", "row", "column")}  # fields that the browser fills


@dataclass(frozen=True)
class Tensors:
    """The axes of one call.

    Attributes
    ----------
    samples : sequence of str
        The indices of the samples: 0, 1, or ``2,1,0``; ``[""]`` where x is 1-D.
    outs, ins : int
        How many outputs and features there are.
    """

    samples: Sequence[str]
    outs: int
    ins: int

    @property
    def fields(self) -> dict[str, object]:
        """The values of the fields in a text."""
        x, y = ((size,) if self.is_single else (len(self.samples), size) for size in (self.ins, self.outs))
        return {"rows": len(self.samples), "outs": self.outs, "ins": self.ins, "x": x, "y": y}

    @property
    def is_single(self) -> bool:
        """Whether x is 1-D, a sample without a batch."""
        return list(self.samples) == [""]

    @property
    def x_title(self) -> str:
        """What stands over x."""
        return _("{x}: one sample") if self.is_single else _("{x}: one row per sample")

    def matrix(
        self,
        axes: Axes,
        symbol: str,
        hue: str,
        title: str = "",
        *,
        key: str = "",
        name: str = "",
        index: Axes | None = None,
        transposed: bool = False,
        why: str = "",
        editable: bool = False,
    ) -> Matrix:
        """Draw a tensor with these axes, or its transpose; see `Matrix`.

        ``name`` is what formulas call it, if that is not its symbol; ``index`` the order in which they have
        its axes, if it is another.
        """
        places = {
            "sample": self.samples,
            "output": _numbers(self.outs),
            "feature": _numbers(self.ins),
            "": [""],
        }
        down, across = reversed(axes) if transposed else axes
        fields = {down: "{row}", across: "{column}"}
        there = [axis for axis in index or axes if axis and places[axis] != [""]]
        indices = ", ".join(fields[axis] for axis in there)
        spoken = (_(SPOKEN[axis]).format(place=fields[axis]) for axis in axes if axis in there)
        name = name or key or symbol
        return Matrix(
            symbol,
            hue,
            title.format(**self.fields),
            rows=places[down],
            columns=places[across],
            sizes=(SIZES[down], SIZES[across]),
            key=key or symbol,
            name=f":{hue}[{name}][{indices}]",
            label=f"{' '.join((name, *spoken))}, {{value}}",
            why=why,
            editable=editable,
            transposed=transposed,
        )


def _numbers(count: int) -> list[str]:
    return [str(number) for number in range(count)]
