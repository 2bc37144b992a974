"""Section "Data points": how well they are fitted, a table to change them in, and a file of one's own."""

from functools import partial

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from linear_core import DataError, RegressionData, read_table, table_columns
from linear_core.errors import Refusal
from linear_core.training.fit import fit
from pages._ui import link, refusals
from pages._ui.language import _
from pages._ui.number_table import NumberTable
from pages._ui.numbers import count, reading
from pages._ui.training import data as data_of
from pages._ui.training import own_tables
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.run import Run
from pages._ui.undo import Undo

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
    parts = train, test = data_of.parts(run.values_at(at))
    rows = []
    for name, part in zip((_("training set"), _("test set")), parts, strict=True):
        if part is not None:
            found = fit(part, state.weight, state.bias, loss)
            r_squared = "–" if found.r_squared is None else reading(found.r_squared)
            rows.append([name, count(part.n_samples), reading(found.loss), reading(found.rmse), r_squared])
    unit = train.units.get(train.target_names[0])
    rmse = _("{name} ({unit})").format(name="RMSE", unit=_(unit)) if unit else "RMSE"
    table = pd.DataFrame(rows, columns=[_("samples"), _("count"), _("loss"), rmse, "R²"])
    st.dataframe(table, hide_index=True, width="stretch", alt=_("Loss, RMSE and R² of the samples"))
    st.caption(_about(train))
    if test is None:
        st.caption(_("Hold out some samples with “test set (%)”: performance on unseen samples tells more."))


def _about(data: RegressionData) -> str:
    text = _("{title}: {target} from {features}. {source}.") if data.title else _("{target} from {features}.")
    title, source = _(data.title), data.source
    *features, target = map(data_of.literal, _axes(data))
    return text.format(title=title, target=target, features=_(", ").join(features), source=source)


def _axes(data: RegressionData) -> list[str]:
    """Return what each column is called, the target last."""
    return [data_of.axis(data, name) for name in (*data.feature_names, *data.target_names)]


def _points(run: Run, shown: Training) -> None:
    """Draw cells to type into."""
    data = data_of.whole(run.values)
    if data.n_samples > MAX_ROWS:
        text = _("A table of up to {most} rows can be edited here; this data has {rows:,}.")
        st.caption(text.format(most=MAX_ROWS, rows=data.n_samples))
    else:
        text = _(
            "Edit a value, add a row at the end, or select and delete rows: training "
            "continues with the new data from the current playback position."
        )
        st.caption(text)
        _table.draw(
            data.rows,
            _axes(data),
            lambda numbers: use(shown, data.with_rows(numbers)),
            partial(refusals.refuse, PLACE),
            can_grow=True,
            height=260,
            width="stretch",
            alt=_("The samples, editable"),
        )
        refusals.show(PLACE)
    with st.container(horizontal=True, gap="small"):
        _undo.button()
        _undo.button_of_all(_("Restore original data"))
    if left_out := shown.left_out():
        st.caption(left_out)


def use(shown: Training, data: RegressionData) -> None:
    """Train on data of one's own from now on, with a way back."""
    if data.n_samples < 2:
        raise DataError("expected at least two complete rows, but got {rows}; add rows", rows=data.n_samples)
    _undo.remember({"data": shown.data, "own": shown.own})
    refusals.accept(PLACE)
    link.change(data="own", own=own_tables.keep(data))


def _upload(shown: Training) -> None:
    """Offer a file, then its columns; faults in it are shown here, and the run is not changed."""
    file = st.file_uploader(_("Your own table: CSV or Parquet"), ["csv", "parquet"], key="upload")
    if file is None:
        return
    try:
        faults = {column.name: column.fault for column in _columns(file) if column.numeric}
        names = list(faults)
        if len(names) < 2:
            raise DataError(
                "expected at least two numeric columns, a target and a feature, but got {count}; "
                "choose a table that has them",
                count=len(names),
            )
        target = st.selectbox(_("target"), names, len(names) - 1, key="upload_target")
        others = [name for name in names if name != target]
        chosen = [name for name in others if faults[name] is None][:MAX_FEATURES] or others[:MAX_FEATURES]
        features = st.multiselect(
            _("features"), others, chosen, max_selections=MAX_FEATURES, key="upload_features"
        )
        data = _read(file, target, features)
        label = _("Train on these {rows:,} rows").format(rows=data.n_samples)
        st.button(label, icon=":material/table:", on_click=use, args=(shown, data), key="use_upload")
    except Refusal as error:
        refusals.say(error)


# A large file takes a second to read: not at every touch of the page.
_once = st.cache_resource(
    max_entries=4, show_spinner=False, hash_funcs={UploadedFile: lambda file: file.file_id}
)
_columns, _read = _once(table_columns), _once(read_table)
