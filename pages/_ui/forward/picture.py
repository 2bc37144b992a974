"""The picture of one call: a walk in six steps, whose step and pinned cell are part of the link."""

import streamlit as st

from pages._ui.forward.screen import Screen
from pages._ui.walk import walk


def draw(screen: Screen, view: str) -> None:
    """The walk, with neurons below it where they are asked for."""
    walk(
        screen.trace,
        step=int(st.session_state["step"]),
        view=view,
        pinned=screen.cell,
        on_change=_take,
        row_names=screen.row_names,
        convention=screen.convention_name,
        show_neurons=st.session_state["nodes"] == "on",
    )


def _take(step: int, pinned: tuple[int, int] | None) -> None:
    st.session_state["step"] = str(step)
    st.session_state["cell"] = "" if pinned is None else f"{pinned[0]},{pinned[1]}"
