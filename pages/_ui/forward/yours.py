"""Section "Your numbers": tables, pasted text, files and fills for x, weight and bias."""

from functools import partial

import pandas as pd
import streamlit as st

from linear_core import DataError
from linear_core.exchange.matrix_text import format_matrix
from linear_core.layer.fills import FILLS
from linear_core.layer.numbers import SEEDED
from pages._ui import cells, link
from pages._ui.forward import own
from pages._ui.forward.screen import Screen
from pages._ui.language import N_, _, said

PLAIN = {"x": "x", "weight": "weight", "b": "bias"}
NAMES = {"x": ":blue[x]", "weight": ":violet[weight]", "b": ":orange[bias]"}
FILL_NAMES = {
    SEEDED: N_("seeded"),
    "random": N_("random"),
    "ordered": N_("ordered"),
    "one_hot": N_("one-hot"),
    "identity": N_("identity"),
    "ones": N_("ones"),
    "zeros": N_("zeros"),
}
FILE_TYPES = ["csv", "txt", "pt", "pth", "safetensors"]


def draw(screen: Screen) -> None:
    """The chosen matrix as a table and as text, and the ways to change it."""
    name = _which(screen)
    _fills(name)
    table, text = st.columns([3, 2], gap="medium")
    with table:
        _table(name, screen)
    with text:
        _paste(name, screen)
        _file(name)


def _which(screen: Screen) -> str:
    there = tuple(own.matrices(screen))
    if st.session_state.get("matrix") not in there:
        st.session_state["matrix"] = "x"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            _("Matrix"),
            there,
            format_func=NAMES.__getitem__,
            key="matrix",
            on_change=own.forget_refusal,
            required=True,
            label_visibility="collapsed",
        )
        st.button(
            _("Undo"),
            key="undo_change",
            on_click=own.undo,
            icon=":material/undo:",
            disabled=not st.session_state.get("undo"),
        )
        st.button(
            _("Reset all to seeded"), key="reset_numbers", on_click=_reset, icon=":material/restart_alt:"
        )
    return str(st.session_state["matrix"])


def _reset() -> None:
    own.change(**dict.fromkeys(own.MATRICES, SEEDED))


def _fills(name: str) -> None:
    """A fill is a name in the link, so it goes on filling when a size changes."""
    value = st.session_state[name]
    link.show(fill=value if value in FILL_NAMES else None)
    st.pills(
        _("Fill"),
        (SEEDED, *FILLS),
        format_func=lambda fill: _(FILL_NAMES[fill]),
        key="fill",
        on_change=partial(_fill, name),
    )


def _fill(name: str) -> None:
    if (chosen := st.session_state["fill"]) is not None and not link.is_stale("fill"):
        own.change(**{name: chosen})


def _table(name: str, screen: Screen) -> None:
    """Cells to type into. The table is made anew only when the numbers changed elsewhere."""
    matrix = own.matrices(screen)[name]
    rows = matrix.tolist()
    kept = st.session_state.get(f"table:{name}")
    if kept is None or kept["shown"] != rows:
        version = 0 if kept is None else kept["version"] + 1
        kept = {"base": own.cell_texts(name, screen), "shown": rows, "version": version}
        st.session_state[f"table:{name}"] = kept
    key = f"table_{name}_{kept['version']}"
    names = {"x": screen.row_names, "weight": None, "b": ["b"]}[name]
    st.data_editor(
        pd.DataFrame(kept["base"], index=names).rename(columns=str),
        key=key,
        height="content",
        column_config={
            "_index": st.column_config.Column(disabled=True),
            **cells.columns(map(str, range(matrix.shape[1]))),
        },
        on_change=lambda: own.set_cells(name, screen, st.session_state[key]["edited_rows"], "table"),
        alt=_("The numbers of {name}, to be changed").format(name=PLAIN[name]),
    )
    own.refused("table")


def _paste(name: str, screen: Screen) -> None:
    with st.form("paste", border=False):
        st.text_area(
            _("Paste numbers for {name}").format(name=PLAIN[name]),
            key="pasted",
            placeholder=format_matrix(own.matrices(screen)[name]),
            help=_("[[1, 2], [3, 4]], lines of numbers, or what print(tensor) shows."),
            height=120,
        )
        st.form_submit_button(
            _("Use these numbers"),
            on_click=lambda: own.set_matrix(name, st.session_state["pasted"], "paste"),
            icon=":material/content_paste:",
        )
    own.refused("paste")


def _file(name: str) -> None:
    file = st.file_uploader(
        _("Or a file: a CSV for {name}, a state_dict or safetensors for weight and bias").format(
            name=PLAIN[name]
        ),
        FILE_TYPES,
        key="file",
        max_upload_size=10,
    )
    own.refused("file")
    if file is None:
        return
    if file.name.lower().endswith(("csv", "txt")):
        text = file.getvalue().decode("utf-8", errors="replace")
        st.button(
            _("Use {file} for {name}").format(file=f"`{file.name}`", name=NAMES[name]),
            on_click=partial(own.set_matrix, name, text, "file"),
        )
        return
    try:
        layers = own.load(file.getvalue(), file.name)
    except DataError as error:
        st.error(said(error), icon=":material/error:")
        return
    for number, layer in enumerate(layers[:12]):
        shape = tuple(layer.weight.shape)
        st.button(
            _("Use layer {name}, weight {shape}").format(name=f"`{layer.name or file.name}`", shape=shape),
            on_click=partial(own.set_layer, layer, "file"),
            key=f"stored_{number}",
        )
