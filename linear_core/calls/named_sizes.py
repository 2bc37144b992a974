"""Sizes by their names: ``time=7`` instead of a bare 7."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from linear_core.calls.compared import compared_tensors
from linear_core.calls.records import Explanation
from linear_core.calls.situation import Situation

# A layer has its own number of outputs, whatever sizes its input has.
_SIZES = ("features", "in_features", "a", "b")


@dataclass(frozen=True)
class NamedSizes:
    """The names of sizes; a size with several names has none.

    Attributes
    ----------
    names : mapping of int to str
    shapes : mapping of tuple to tuple
        The names of whole shapes, where two dimensions have the same size.

    Examples
    --------
    >>> NamedSizes({2: "batch", 7: "time"}).shape((2, 7, 5))
    '(batch=2, time=7, 5)'
    """

    names: Mapping[int, str]
    shapes: Mapping[tuple[int, ...], tuple[str, ...]] = ()  # type: ignore[assignment]

    @classmethod
    def of(cls, situation: Situation, dims: Mapping[str, str]) -> "NamedSizes":
        """Bind the names that the user gave to the sizes that the tensors of that name have."""
        bound: dict[int, set[str]] = {}
        shapes = {}
        for name, tensor in _tensors(situation):
            words = tuple(dims.get(name, "").replace(",", " ").split())
            if words and len(words) == tensor.ndim:
                shapes[tuple(tensor.shape)] = words
                for size, word in zip(tensor.shape, words, strict=True):
                    bound.setdefault(size, set()).add(word)
        return cls({size: min(words) for size, words in bound.items() if len(words) == 1}, shapes)

    def size(self, size: int) -> str:
        """Return a size with its name."""
        name = self.names.get(size)
        return f"{name}={size}" if name else str(size)

    def shape(self, shape: tuple[int, ...]) -> str:
        """Return a shape with the names of its sizes, written as a tuple."""
        words = dict(self.shapes).get(shape)
        sizes = [self.size(size) for size in shape]
        if words:
            sizes = [f"{word}={size}" for word, size in zip(words, shape, strict=True)]
        return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"

    def explained(self, explanation: Explanation) -> Explanation:
        """Return the explanation with named sizes in its sentence."""
        values = {
            name: self.size(int(str(value))) if name in _SIZES and str(value).isdigit() else value
            for name, value in explanation.values.items()
        }
        return replace(explanation, values=values)


def _tensors(situation: Situation) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors that have a name: the arguments of the model's forward, and those of a loss."""
    root = situation.failed.root if situation.failed else None
    found: dict[str, Any] = {}
    if root is not None:
        found |= dict(zip(root.parameters, root.args, strict=False)) | dict(root.kwargs)
        found |= {root.x_name: root.x} | ({} if "x" in found else {"x": root.x})
    if situation.error is not None and {"a", "b", "dim"} <= set(situation.values):
        found |= compared_tensors(situation.error, situation.values)
    yield from ((name, value) for name, value in found.items() if isinstance(value, Tensor))
