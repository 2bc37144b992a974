"""Section "Data": how well they are fitted, a table to change points in, and a file of one's own."""

import io
from collections.abc import Mapping
from copy import copy
from typing import Any

import pandas as pd
import streamlit as st

from linear_core import ConfigError, DataError, RegressionData, read_table, table_columns
from linear_core.data.tables import TableColumn
from linear_core.exchange.matrix_text import numbers_to_tensor
from linear_core.training.changes import data_from_plain, plain_data
from linear_core.training.fit import Fit, fit
from pages._ui import cells, link
from pages._ui.language import _, said
from pages._ui.training import datasets
from pages._ui.training import run as runs
from pages._ui.training.live import number
from pages._ui.training.run import Run

MAX_ROWS = 200  # of a table to type into
MAX_FEATURES = 20
MAX_UNDO = 50
TABLE = "points_table"
UNDO = "points_undo"
REFUSED = "points_refused"


def draw() -> None:
    """Draw the three parts."""
    run = runs.current()
    if run is None:
        return
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        st.fragment(run_every=1.0 if run.running else None)(_fit)(run)
    with right:
        _points(run)
        _upload()


def _fit(run: Run) -> None:
    trainer = run.trainer
    train, test = datasets.parts(run.values)
    weight, bias, loss = trainer.weight, trainer.bias, trainer.config.loss
    rows = [_row(_("to learn from"), train, fit(train, weight, bias, loss))]
    if test is not None:
        rows.append(_row(_("to test with"), test, fit(test, weight, bias, loss)))
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, width="stretch", alt=_("Loss, RMSE and R² of the samples")
    )
    st.caption(_about(train))
    if test is None:
        st.caption(
            _(
                "Set some samples apart under **Outliers, bend, test part**:"
                " what was never learned from tells more."
            )
        )


def _row(name: str, data: RegressionData, found: Fit) -> dict[str, Any]:
    unit = data.units.get(data.target_names[0])
    return {
        _("samples"): name,
        _("how many"): f"{data.n_samples:,}",
        _("loss"): number(found.loss),
        _("{name} ({unit})").format(name="RMSE", unit=_(unit)) if unit else "RMSE": number(found.rmse),
        "R²": "–" if found.r_squared is None else number(found.r_squared),
    }


def _about(data: RegressionData) -> str:
    text = _("{title}: {target} from {features}. {source}.") if data.title else _("{target} from {features}.")
    return text.format(
        title=data.title and _(data.title),
        target=datasets.literal(datasets.axis(data, data.target_names[0])),
        features=_(", ").join(datasets.literal(datasets.axis(data, name)) for name in data.feature_names),
        source=data.source,
    )


def _points(run: Run) -> None:
    """Cells to type into. The table is made anew only when the data changed elsewhere."""
    data = datasets.whole(run.values)
    if data.n_samples > MAX_ROWS:
        text = _("A table of up to {most} rows can be changed here; these data have {rows:,}.")
        st.caption(text.format(most=MAX_ROWS, rows=data.n_samples))
        _ways_back()
        return
    plain = plain_data(data)
    shown = [[*x, *target] for x, target in zip(plain["x"], plain["target"], strict=True)]
    kept = st.session_state.get(TABLE)
    if kept is None or kept["shown"] != shown or kept["names"] != _names(data):
        version = 0 if kept is None else kept["version"] + 1
        dtype, names = data.x.dtype, _names(data)
        texts = cells.texts(shown, dtype)
        kept = {"base": texts, "shown": shown, "names": names, "dtype": dtype, "version": version}
        st.session_state[TABLE] = kept
    key = f"points_{kept['version']}"
    st.caption(
        _("Change a number, add a row at the end, or mark rows and delete them: the run goes on with it.")
    )
    st.data_editor(
        pd.DataFrame(kept["base"], columns=kept["names"]),
        key=key,
        num_rows="dynamic",
        hide_index=False,
        height=260,
        width="stretch",
        column_config=cells.columns(kept["names"]),
        on_change=_edit,
        args=(key, plain),
        alt=_("The samples, to be changed"),
    )
    if reason := st.session_state.get(REFUSED):
        st.error(said(reason), icon=":material/error:")
    _ways_back()
    if not datasets.is_in_link(run.values):
        st.caption(_("This table is too large for a link: the link does not carry it, nor the run."))


def _names(data: RegressionData) -> list[str]:
    return [*data.feature_names, *data.target_names]


def _ways_back() -> None:
    with st.container(horizontal=True, gap="small"):
        undo = st.session_state.get(UNDO, [])
        st.button(_("Undo"), icon=":material/undo:", on_click=_undo, disabled=not undo, key="points_undo_one")
        st.button(
            _("Back to the data as they came"),
            icon=":material/restart_alt:",
            on_click=_undo,
            args=(True,),
            disabled=not undo,
            key="points_undo_all",
        )


def _edit(key: str, plain: Mapping[str, Any]) -> None:
    """Take what was typed, added and deleted since the table was made; rows not complete yet wait."""
    state = st.session_state
    edits, kept = state[key], state[TABLE]
    rows = [list(row) for row in kept["base"]]
    for row, edited in edits["edited_rows"].items():
        for name, text in edited.items():
            rows[int(row)][kept["names"].index(name)] = text
    rows = [row for place, row in enumerate(rows) if place not in edits["deleted_rows"]]
    rows += [[added.get(name) for name in kept["names"]] for added in edits["added_rows"]]
    rows = [[cells.typed(text) for text in row] for row in rows]
    rows = [row for row in rows if "" not in row]
    width = len(plain["feature_names"])
    try:
        if len(rows) < 2:
            raise DataError("At least two complete rows are needed.")
        numbers = numbers_to_tensor(rows, kept["dtype"]).tolist()
        x, target = [row[:width] for row in numbers], [row[width:] for row in numbers]
        data = data_from_plain({**plain, "x": x, "target": target})
    except (ConfigError, DataError) as error:
        state[REFUSED] = copy(error)  # without its traceback, which would hold on to the data
        return
    exact = plain_data(data)
    kept["shown"] = [[*x, *target] for x, target in zip(exact["x"], exact["target"], strict=True)]
    _use(data)


def _use(data: RegressionData) -> None:
    state = st.session_state
    before = {key: state[key] for key in ("data", "own")}
    state[UNDO] = [*state.get(UNDO, []), before][-MAX_UNDO:]
    state[REFUSED] = None
    link.put(data="own", own=datasets.keep(data))


def _undo(all_of_it: bool = False) -> None:
    state = st.session_state
    *earlier, latest = state[UNDO] or [{}]
    link.put(**(state[UNDO][0] if all_of_it else latest))
    state[UNDO], state[REFUSED] = [] if all_of_it else earlier, None


def _upload() -> None:
    """A file, then its columns; whatever is wrong with it is said here, and the run goes on as it is."""
    file = st.file_uploader(_("Or a table of your own: CSV or Parquet"), ["csv", "parquet"], key="upload")
    if file is None:
        return
    try:
        columns = _columns(file.file_id, _opened(file))
        names = [column.name for column in columns if column.numeric]
        if len(names) < 2:
            raise DataError("A target and a feature are needed: two columns with numbers.")
    except DataError as error:
        st.error(said(error), icon=":material/error:")
        return
    target = st.selectbox(_("target"), names, len(names) - 1, key="upload_target")
    others = [name for name in names if name != target]
    sound = [column.name for column in columns if column.name in others and column.fault is None]
    features = st.multiselect(
        _("features"),
        others,
        (sound or others)[:MAX_FEATURES],
        max_selections=MAX_FEATURES,
        key="upload_features",
    )
    try:
        data = _table(file.file_id, target, tuple(features), _opened(file))
    except DataError as error:
        st.error(said(error), icon=":material/error:")
        return
    label = _("Learn from these {rows:,} rows").format(rows=data.n_samples)
    st.button(label, icon=":material/table:", on_click=_use, args=(data,), key="use_upload")


def _opened(file: Any) -> io.BytesIO:
    """An upload from its beginning, with its name for messages."""
    content = io.BytesIO(file.getvalue())
    content.name = file.name
    return content


# A large file takes a second to read: not at every touch of the page.
@st.cache_resource(max_entries=4, show_spinner=False)
def _columns(file_id: str, _file: io.BytesIO) -> tuple[TableColumn, ...]:
    return table_columns(_file)


@st.cache_resource(max_entries=4, show_spinner=False)
def _table(file_id: str, target: str, features: tuple[str, ...], _file: io.BytesIO) -> RegressionData:
    return read_table(_file, target, features)
