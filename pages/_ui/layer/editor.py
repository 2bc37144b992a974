"""Section "Your numbers": tables, pasted text, files and fills for x, weight and bias."""

from functools import partial

import streamlit as st

from linear_core.errors import DataError
from linear_core.exchange.matrix_text import format_matrix
from linear_core.layer.fills import FILLS
from pages._ui import controls, refusals, session
from pages._ui.language import N_, _
from pages._ui.layer import matrices
from pages._ui.layer.call import LayerCall
from pages._ui.layer.choices import SEEDED, LayerState
from pages._ui.number_table import NumberTable

PLAIN = {"x": "x", "weight": "weight", "b": "bias", "target": "target"}
NAMES = {"x": ":blue[x]", "weight": ":violet[weight]", "b": ":orange[bias]", "target": ":gray[target]"}
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
TABLES = {name: NumberTable(name) for name in matrices.MATRICES}


def draw(shown: LayerState, call: LayerCall) -> None:
    """The chosen matrix as a table and as text, and the ways to change it."""
    name = _which(call)
    _fills(name, shown)
    table, text = st.columns([3, 2], gap="medium")
    with table:
        _table(name, call)
    with text:
        _paste(name, call)
        _file(name)


def _which(call: LayerCall) -> str:
    there = tuple(call.matrices)
    if session.control("matrix") not in there:
        session.show("matrix", "x")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.segmented_control(
            _("Matrix"),
            there,
            format_func=NAMES.__getitem__,
            key="matrix",
            on_change=refusals.accept,
            required=True,
            label_visibility="collapsed",
        )
        matrices.undo.button()
        st.button(
            _("Regenerate all from seed"),
            key="reset_numbers",
            on_click=matrices.reset,
            icon=":material/restart_alt:",
        )
    return str(name)


def _fills(name: str, shown: LayerState) -> None:
    names = {fill: _(FILL_NAMES.get(fill, fill)) for fill in (SEEDED, *FILLS)}
    fill = partial(matrices.fill, name)
    controls.actions(_("Fill with"), names, str(shown.values[name]), fill, "fills")


def _table(name: str, call: LayerCall) -> None:
    matrix = call.matrices[name]
    TABLES[name].draw(
        matrix,
        [str(column) for column in range(matrix.shape[1])],
        partial(matrices.set_numbers, name),
        partial(refusals.refuse, "table"),
        rows={"weight": None, "b": ["b"]}.get(name, call.row_names),
        height="content",
        alt=_("The numbers of {name}, editable").format(name=PLAIN[name]),
    )
    refusals.show("table")


def _paste(name: str, call: LayerCall) -> None:
    with st.form("paste", border=False):
        st.text_area(
            _("Paste numbers for {name}").format(name=PLAIN[name]),
            key="pasted",
            placeholder=format_matrix(call.matrices[name]),
            help=_("[[1, 2], [3, 4]], lines of numbers, or what print(tensor) shows."),
            height=120,
        )
        st.form_submit_button(
            _("Use these numbers"),
            on_click=lambda: matrices.set_text(name, session.control("pasted"), "paste"),
            icon=":material/content_paste:",
        )
    refusals.show("paste")


def _file(name: str) -> None:
    file = st.file_uploader(
        _("Or a file: a CSV for {name}, a state_dict or safetensors for weight and bias").format(
            name=PLAIN[name]
        ),
        FILE_TYPES,
        key="file",
        max_upload_size=10,
    )
    refusals.show("file")
    if file is None:
        return
    file_name = f"`{file.name.replace('`', '')}`"  # not as Markdown
    if file.name.lower().endswith(("csv", "txt")):
        text = file.getvalue().decode("utf-8", errors="replace")
        st.button(
            _("Use {file} for {name}").format(file=file_name, name=NAMES[name]),
            on_click=partial(matrices.set_text, name, text, "file"),
        )
        return
    try:
        layers = matrices.load(file.getvalue(), file.name)
    except DataError as error:
        refusals.say(error)
        return
    for number, layer in enumerate(layers[:12]):
        shape = tuple(layer.weight.shape)
        layer_name = f"`{layer.name.replace('`', '')}`" if layer.name else file_name
        st.button(
            _("Use layer {name}, weight {shape}").format(name=layer_name, shape=shape),
            on_click=partial(matrices.set_layer, layer, "file"),
            key=f"stored_{number}",
        )
