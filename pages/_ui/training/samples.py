"""Section "Data points": how well they are fitted, a table to change them in, and a file of one's own."""

import io
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from linear_core import DataError, RegressionData, read_table, table_columns
from linear_core.data.tables import TableColumn
from linear_core.errors import Refusal
from linear_core.training.fit import Fit, fit
from pages._ui import link, refusals
from pages._ui.language import _
from pages._ui.number_table import NumberTable
from pages._ui.numbers import reading
from pages._ui.training import data as data_of
from pages._ui.training import own_tables
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.run import Run
from pages._ui.undo import Undo

if TYPE_CHECKING:
    from torch import Tensor

MAX_ROWS = 200  # of a table to type into
MAX_FEATURES = 20
PLACE = "points"

_table = NumberTable("points")
_undo = Undo("points")


def draw(shown: Training) -> None:
    """Draw the three parts."""
    run = runs.current()
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        _fit(run, min(shown.at, run.trainer.step))
        _upload(shown)
    with right:
        _points(run, shown)


def _fit(run: Run, at: int) -> None:
    state, loss = run.trainer.at(at), run.trainer.config.loss
    train, test = data_of.parts(run.values_at(at))
    rows = [_row(_("training set"), train, fit(train, state.weight, state.bias, loss))]
    if test is not None:
        rows.append(_row(_("test set"), test, fit(test, state.weight, state.bias, loss)))
    alt = _("Loss, RMSE and R² of the samples")
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", alt=alt)
    st.caption(_about(train))
    if test is None:
        st.caption(_("Hold out some samples with “test set (%)”: performance on unseen samples tells more."))


def _row(name: str, data: RegressionData, found: Fit) -> dict[str, Any]:
    unit = data.units.get(data.target_names[0])
    return {
        _("samples"): name,
        _("count"): f"{data.n_samples:,}",
        _("loss"): reading(found.loss),
        _("{name} ({unit})").format(name="RMSE", unit=_(unit)) if unit else "RMSE": reading(found.rmse),
        "R²": "–" if found.r_squared is None else reading(found.r_squared),
    }


def _about(data: RegressionData) -> str:
    text = _("{title}: {target} from {features}. {source}.") if data.title else _("{target} from {features}.")
    return text.format(
        title=data.title and _(data.title),
        target=data_of.literal(data_of.axis(data, data.target_names[0])),
        features=_(", ").join(data_of.literal(data_of.axis(data, name)) for name in data.feature_names),
        source=data.source,
    )


def _points(run: Run, shown: Training) -> None:
    """Draw cells to type into."""
    data = data_of.whole(run.values)
    if data.n_samples > MAX_ROWS:
        text = _("A table of up to {most} rows can be edited here; this data has {rows:,}.")
        st.caption(text.format(most=MAX_ROWS, rows=data.n_samples))
    else:
        st.caption(
            _(
                "Edit a value, add a row at the end, or select and delete rows: training "
                "continues with the new data from the current playback position."
            )
        )
        _table.draw(
            data.rows,
            [data_of.axis(data, name) for name in (*data.feature_names, *data.target_names)],
            lambda numbers: _take(shown, data, numbers),
            partial(refusals.refuse, PLACE),
            can_grow=True,
            height=260,
            width="stretch",
            alt=_("The samples, editable"),
        )
        refusals.show(PLACE)
    with st.container(horizontal=True, gap="small"):
        _undo.button()
        st.button(
            _("Restore original data"),
            icon=":material/restart_alt:",
            on_click=_undo.all_back,
            disabled=_undo.is_empty,
            key="points_restore",
        )
    if left_out := shown.left_out():
        st.caption(left_out)


def _take(shown: Training, data: RegressionData, numbers: "Tensor") -> None:
    """Take a whole table over."""
    if len(numbers) < 2:
        raise DataError("expected at least two complete rows, but got {rows}; add rows", rows=len(numbers))
    use(shown, data.with_rows(numbers))


def use(shown: Training, data: RegressionData) -> None:
    _undo.remember({"data": shown.data, "own": shown.own})
    refusals.accept(PLACE)
    link.change(data="own", own=own_tables.keep(data))


def _upload(shown: Training) -> None:
    """Offer a file, then its columns; faults in it are shown here, and the run is not changed."""
    file = st.file_uploader(_("Your own table: CSV or Parquet"), ["csv", "parquet"], key="upload")
    if file is None:
        return
    try:
        columns = _columns(file.file_id, _opened(file))
        names = [column.name for column in columns if column.numeric]
        if len(names) < 2:
            raise DataError(
                "expected at least two numeric columns, a target and a feature, but got {count}; "
                "choose a table that has them",
                count=len(names),
            )
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
        data = _read(file.file_id, target, tuple(features), _opened(file))
    except Refusal as error:
        refusals.say(error)
        return
    label = _("Train on these {rows:,} rows").format(rows=data.n_samples)
    st.button(label, icon=":material/table:", on_click=use, args=(shown, data), key="use_upload")


def _opened(file: Any) -> io.BytesIO:
    """Return an upload from its beginning, with its name for messages."""
    content = io.BytesIO(file.getvalue())
    content.name = file.name
    return content


# A large file takes a second to read: not at every touch of the page.
@st.cache_resource(max_entries=4, show_spinner=False)
def _columns(file_id: str, _file: io.BytesIO) -> tuple[TableColumn, ...]:
    return table_columns(_file)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(file_id: str, target: str, features: tuple[str, ...], _file: io.BytesIO) -> RegressionData:
    return read_table(_file, target, features)
