"""The player of a film: the states of one or more runs in, and a place in them, which moves the pictures.

The browser plays, and moves every picture whose parameter ``now`` is bound to an input, without a message. It
speaks to the server when its buffer runs short and when the hand lets go.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
import torch
from torch import Tensor

FOLDER = Path(__file__).parent


def _text(*names: str) -> str:
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


_COMPONENT = st.components.v2.component(
    "player", html=_text("player.html"), css=_text("player.css"), js=_text("film.js", "player.js")
)


@dataclass(frozen=True)
class Reading:
    """A number that the player shows: the column of the states that it is in; None for the step."""

    label: str
    column: int | None = None
    tint: str = ""


def packed(header: Mapping[str, Any], rows: Tensor) -> bytes:
    """Write a message: the length of its header, the header as JSON, and the numbers, row by row."""
    text = json.dumps(header, ensure_ascii=False).encode()
    return len(text).to_bytes(4, "little") + text + rows.contiguous().numpy().tobytes()
