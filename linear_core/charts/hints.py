"""What stands beside the titles of a run's pictures, as far as there is room."""

from collections.abc import Mapping
from unicodedata import east_asian_width

GAP = 14  # between a title and what stands beside it, in pixels


def with_room(words: Mapping[str, str], width: float, has_test: bool) -> dict[str, str]:
    """Choose what stands beside each title: with a test part more, where there is no room nothing."""
    fitting = dict(words)
    for name in ("data", "match", "loss", "bowl", "parameters"):
        hints = [words[f"{name}_hint"]]
        if has_test and name in ("data", "match"):
            hints = [f"{hints[0]} · {words['test_hint']}", words["test_hint"]]
        room = width - title_width(words[name])
        if has_test and name == "loss":
            room -= _hint_width(second_key(words)) + GAP
        fitting[f"{name}_hint"] = next((hint for hint in hints if _hint_width(hint) <= room), "")
    return fitting


def title_width(text: str) -> float:
    """Give the width of a title, in pixels, near enough."""
    return 7.5 * _breadth(text)


def _hint_width(text: str) -> float:
    return 6.0 * _breadth(text)


def _breadth(text: str) -> int:
    """Count characters; a Chinese one is two wide."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def second_key(words: Mapping[str, str]) -> str:
    """Give the name of the second line, with a piece of it."""
    return f"— {words['test_loss']}"
