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
    data = data_of.whole(run.values)
    is_plane = data.in_features == data.out_features == 1
    return is_plane and data.n_samples <= MAX_POINTS and not run.values["standardize"]


def draw(run: Run, frame: str, ranges: Table) -> None:
    """Let the points of the picture in a container be moved; what cannot be is said below it."""
    x_range, y_range = ((float(ranges[f"{side}_min"][0]), float(ranges[f"{side}_max"][0])) for side in "xy")
    room = {side: ROOM.get(side, 0) + PADDING[side] for side in ("left", "right", "bottom")}
    rows = data_of.whole(run.values).rows.tolist()
    points(frame, rows, x_range, y_range, room, _take, key="movable_points")
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
    places = [*map(tuple, data.rows.tolist()), None]  # the last one is free
    if edit.before in places:
        places[places.index(edit.before)] = edit.after
    rows = [row for row in places if row is not None]
    if len(rows) < 2:
        raise DataError("expected at least two samples, but got {rows}; add a point first", rows=len(rows))
    return data.with_rows(data.rows.new_tensor(rows))
