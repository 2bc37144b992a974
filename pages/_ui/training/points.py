"""The samples in the picture can be changed: dragged, added and removed, and training goes on with them."""

from linear_core import DataError, RegressionData
from linear_core.charts.axes import ROOM
from linear_core.charts.run_tables import Table
from pages._ui import link, refusals
from pages._ui.points import Edit, points
from pages._ui.training import data as data_of
from pages._ui.training import samples
from pages._ui.training.choices import Training
from pages._ui.training.run import Run

# Pixels around the axes of a picture; on the right, a vertical Chinese title would be cut off.
PADDING = {"left": 0, "top": 0, "right": 3, "bottom": 20}
MAX_POINTS = 200  # of a picture whose points are distinct, and are drawn one by one


def are_movable(run: Run) -> bool:
    """Whether the picture's points are the samples themselves, and few enough to be taken."""
    if run.values["standardize"]:
        return False
    data = data_of.whole(run.values)
    return data.in_features == 1 and data.out_features == 1 and data.n_samples <= MAX_POINTS


def draw(run: Run, frame: str, ranges: Table) -> None:
    """Let the points of the picture in a container be moved; what cannot be is said below it."""
    left, right, bottom, top = (float(ranges[name][0]) for name in ("x_min", "x_max", "y_min", "y_max"))
    rows = [(x, target) for x, target in data_of.whole(run.values).rows.tolist()]
    room = {side: ROOM.get(side, 0) + PADDING[side] for side in ("left", "right", "bottom")}
    points(frame, rows, (left, right), (bottom, top), room, _take, key="movable_points")
    refusals.show("picture")


def _take(edit: Edit) -> None:
    shown = link.now(Training)  # as the previous edit left it
    try:
        samples.use(shown, edited(data_of.whole(shown.values), edit))
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
