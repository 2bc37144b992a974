"""Brings what a press has opened into view, where it lies below the edge of the screen.

It may import `pages._ui.component`, and no page's folder.
"""

from pathlib import Path

from pages._ui.component import component

_COMPONENT = component("reveal", Path(__file__).parent, "reveal.js")


def reveal(key: str, content: str) -> None:
    """Scroll to the container called ``key`` when its content has a new name; an empty one never scrolls."""
    _COMPONENT(key=f"reveal_{key}", data=[{"key": key, "content": content}])
