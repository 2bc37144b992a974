"""The samples in the picture follow the hand: dragged, added and removed, and training goes on with them."""

from collections.abc import Mapping
from functools import partial

from linear_core import DataError, RegressionData
from pages._ui import refusals
from pages._ui.points import Edit, points
from pages._ui.training import data as data_of
from pages._ui.training import samples
from pages._ui.training.choices import Training

MAX_POINTS = 200  # of a picture whose points can be told apart, and are drawn one by one


def are_movable(shown: Training) -> bool:
    """Whether the picture's points are the samples themselves, and few enough to be taken."""
    if shown.standardize:
        return False
    data = data_of.whole(shown.run_values)
    return data.in_features == 1 and data.out_features == 1 and data.n_samples <= MAX_POINTS


def draw(shown: Training, frame: str, ends: Mapping[str, float]) -> None:
    """Let the points of the picture in a container be moved; what cannot be is said below it."""
    ranges = ((ends["x_min"], ends["x_max"]), (ends["y_min"], ends["y_max"]))
    points(frame, *ranges, partial(_take, shown), key="movable_points")
    refusals.show("picture")


def _take(shown: Training, edit: Edit) -> None:
    data = data_of.whole(shown.run_values)
    try:
        samples.use(shown, edited(data, edit))
    except DataError as error:
        refusals.refuse("picture", error)


def edited(data: RegressionData, edit: Edit) -> RegressionData:
    """Return data with one sample moved, added or removed.

    Raises
    ------
    DataError
        Fewer than two samples would be left.
    """
    rows = [tuple(row) for row in data.rows.tolist()]
    if edit.before in rows:
        place = rows.index(edit.before)
        rows[place : place + 1] = [] if edit.after is None else [edit.after]
    elif edit.before is None and edit.after is not None:
        rows.append(edit.after)
    if len(rows) < 2:
        raise DataError("expected at least two samples, but got {rows}; add a point first", rows=len(rows))
    return data.with_rows(data.rows.new_tensor(rows))
