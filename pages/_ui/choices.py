"""The typed table of every choice that a link can carry: name, default, range.

A control is drawn from its entry, and a link is checked against it, so that a value which does not fit is
named instead of being dropped unseen. Defaults are part of every link ever shared: never change one.
"""

from dataclasses import dataclass

from pages._ui.language import LANGUAGES


@dataclass(frozen=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    default: int
    low: int
    high: int

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        return text.removeprefix("-").isdecimal() and self.low <= int(text) <= self.high


@dataclass(frozen=True)
class Real:
    """A number from ``low`` to ``high``."""

    default: float
    low: float
    high: float
    step: float = 0.1

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        try:
            return self.low <= float(text) <= self.high
        except ValueError:
            return False


@dataclass(frozen=True)
class Flag:
    """On or off."""

    default: bool

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        return text.lower() in ("true", "false", "1", "0")


@dataclass(frozen=True)
class OneOf:
    """One name of a registry; a link carries the name, the screen a label that may be translated."""

    default: str
    options: tuple[str, ...]

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        return text in self.options


Choice = Whole | Real | Flag | OneOf

LANGUAGE = OneOf("en", tuple(LANGUAGES))

FORWARD: dict[str, Choice] = {
    "in_features": Whole(5, 1, 16),
    "out_features": Whole(10, 1, 16),
    "batch_size": Whole(3, 1, 8),
    "bias": Flag(True),
    "seed": Whole(0, 0, 9999),
}

TRAINING: dict[str, Choice] = {
    "learning_rate": Real(1e-3, 1e-6, 1e3),
    "steps": Whole(30_000, 1, 1_000_000),
}
