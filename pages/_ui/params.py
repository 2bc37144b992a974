"""A choice of a page: what a link says of it, its default, its range, and what its control is called."""

import math
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Protocol, Self, TypeVar, overload

T = TypeVar("T")
N = TypeVar("N", bound=float)


class Code(str):
    """A name from code, such as ``in_features``: it is the same in every language."""


class Chosen(Protocol):
    """What holds the values of params by their names: a page's state."""

    @property
    def values(self) -> Mapping[str, Any]: ...


class Param(Generic[T]):
    """One choice of a page. `read` and `write` are all that a new kind has to say.

    Its control is called by its ``label``, which is translated there unless it is `Code`, as its name is.
    """

    name = ""

    def __init__(self, default: T, label: str = "") -> None:
        self._default, self.label = default, label

    @property
    def default(self) -> T:
        """What is chosen before anybody chooses; it is never part of a link."""
        return self._default

    def read(self, text: str) -> T:
        """Return the value that a link means by ``text``, or raise ValueError where it does not fit."""
        raise NotImplementedError

    def write(self, value: T) -> str:
        """Return the text that stands for ``value`` in a link; `read` leads back."""
        return str(value)

    def fits(self, text: str) -> bool:
        """Whether a link may carry ``text``."""
        try:
            self.read(text)
        except ValueError:
            return False
        return True

    def in_link(self, value: T) -> str | None:
        """Return what a link says of ``value``: nothing of a default, nor of what it could not bring back."""
        text = None if value == self.default else self.write(value)
        return text if text is not None and self.fits(text) else None

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.label = name, self.label or Code(name)

    @overload
    def __get__(self, state: None, owner: type) -> Self: ...
    @overload
    def __get__(self, state: "Chosen", owner: type) -> T: ...
    def __get__(self, state: "Chosen | None", owner: type) -> Self | T:
        if state is None:
            return self
        value: T = state.values[self.name]
        return value


class Number(Param[N]):
    """A number from ``low`` to ``high``; its control has the ``hue`` of the tensor that it shapes."""

    usual_step: N

    def __init__(
        self, default: N, low: N, high: N, step: N | None = None, *, label: str = "", hue: str = ""
    ) -> None:
        super().__init__(default, label)
        self.low, self.high, self.hue = low, high, hue
        self.step = self.usual_step if step is None else step


class Integer(Number[int]):
    """An integer."""

    usual_step = 1

    def read(self, text: str) -> int:
        """Read ASCII digits with an optional minus."""
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise ValueError(text)
        return int(_within(int(text), self.low, self.high))


class Real(Number[float]):
    """Any number."""

    usual_step = 0.1

    def read(self, text: str) -> float:
        """Read a decimal number as Python writes it."""
        if not re.fullmatch(r"[-+0-9.eE]{1,40}", text):
            raise ValueError(text)
        return float(_within(float(text), self.low, self.high))

    def write(self, value: float) -> str:
        """Write as few digits as lead back to the value."""
        return exact(value)


class Flag(Param[bool]):
    """On or off."""

    def read(self, text: str) -> bool:
        """Read true and false, or 1 and 0."""
        values = {"true": True, "1": True, "false": False, "0": False}
        if text.lower() not in values:
            raise ValueError(text)
        return values[text.lower()]

    def write(self, value: bool) -> str:
        """Write true or false."""
        return str(value).lower()


# Names, perhaps each with the title that the screen has for it.
Options = Iterable[str] | Mapping[str, str]


def registry(place: str, title: str = "") -> Callable[[], Options]:
    """Return a function that loads a registry, such as ``"linear_core:LOSSES"``, when it is asked for.

    ``title`` is the attribute of its entries that holds their titles.
    """

    def load() -> Options:
        entries = pkgutil.resolve_name(place)
        return {name: getattr(entry, title) for name, entry in entries.items()} if title else entries

    return load


class Choice(Param[str]):
    """One name of a registry. A link carries the name, the screen its title, translated.

    ``options`` may be a function that returns them, such as `registry` makes: no page has to load torch to
    be read.
    """

    def __init__(self, default: str, options: Options | Callable[[], Options], label: str = "") -> None:
        super().__init__(default, label)
        self._options = options

    @property
    def titles(self) -> Mapping[str, str]:
        """All names in the order of the registry, each with its title; without one, a name is `Code`."""
        found = self._options() if callable(self._options) else self._options
        return found if isinstance(found, Mapping) else {name: Code(name) for name in found}

    @property
    def options(self) -> tuple[str, ...]:
        """All names."""
        return tuple(self.titles)

    def read(self, text: str) -> str:
        """Read one of the names."""
        if text not in self.options:
            raise ValueError(text)
        return text


class Section(Param[str | None]):
    """The section of a page that is open; none at first: what is drawn is drawn again with every move."""

    def __init__(self, options: Iterable[str]) -> None:
        super().__init__(None)
        self.options = tuple(options)

    def read(self, text: str) -> str:
        """Read one of the names."""
        if text not in self.options:
            raise ValueError(text)
        return text


class Names(Param[tuple[str, ...]]):
    """From ``least`` to ``most`` different names of a registry, joined by ``_`` in a link."""

    def __init__(
        self,
        default: tuple[str, ...],
        options: Options | Callable[[], Options],
        least: int,
        most: int,
        label: str = "",
    ) -> None:
        super().__init__(default, label)
        self.choice, self.least, self.most = Choice("", options), least, most

    @property
    def options(self) -> tuple[str, ...]:
        """All names, in the order of the registry."""
        return self.choice.options

    def read(self, text: str) -> tuple[str, ...]:
        """Read the names, each once."""
        names = tuple(self.choice.read(name) for name in text.split("_"))
        if len(set(names)) != len(names) or not self.least <= len(names) <= self.most:
            raise ValueError(text)
        return names

    def write(self, value: tuple[str, ...]) -> str:
        """Join the names."""
        return "_".join(value)


class Text(Param[str]):
    """A text that ``check`` accepts; it raises ValueError, which `linear_core`'s refusals are, for others."""

    def __init__(self, default: str = "", check: Callable[[str], object] | None = None) -> None:
        super().__init__(default)
        self._check = check

    def read(self, text: str) -> str:
        """Read what the check accepts."""
        if text != self.default and self._check is not None:
            self._check(text)
        return text


class Place(Param[tuple[int, int] | None]):
    """Row and column of an element, or none; ``1,2`` in a link."""

    def __init__(self) -> None:
        super().__init__(None)

    def read(self, text: str) -> tuple[int, int]:
        """Read two integers."""
        if not re.fullmatch(r"[0-9]{1,5},[0-9]{1,5}", text):
            raise ValueError(text)
        row, column = map(int, text.split(","))
        return row, column

    def write(self, value: tuple[int, int] | None) -> str:
        """Write both numbers."""
        return ",".join(map(str, value or ()))


def inside(place: tuple[int, int] | None, rows: int, columns: int) -> tuple[int, int] | None:
    """Return ``place`` if a matrix of this shape has it."""
    return place if place and place[0] < rows and place[1] < columns else None


def exact(value: float) -> str:
    """Return the shortest text that reads back as ``value``."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def _within(value: float, low: float, high: float) -> float:
    if not low <= value <= high or not math.isfinite(value):
        raise ValueError(value)
    return value
