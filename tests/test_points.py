"""Samples that are moved, added and removed where they are drawn."""

from types import SimpleNamespace

import pytest
import torch

from linear_core import DataError, RegressionData
from pages._ui import points as components
from pages._ui import session
from pages._ui.points import Edit
from pages._ui.training.points import edited


def drawn(*points):
    return RegressionData(torch.tensor(points)[:, :1], torch.tensor(points)[:, 1:], ("x",), ("target",))


THREE = drawn((0.0, 1.0), (0.25, 2.0), (0.5, 3.0))


@pytest.mark.parametrize(
    ("edit", "rows"),
    [
        (Edit((0.25, 2.0), (0.3, 9.0)), [[0.0, 1.0], [0.3, 9.0], [0.5, 3.0]]),
        (Edit((0.25, 2.0), None), [[0.0, 1.0], [0.5, 3.0]]),
        (Edit(None, (0.75, 4.0)), [[0.0, 1.0], [0.25, 2.0], [0.5, 3.0], [0.75, 4.0]]),
    ],
    ids=["moved", "removed", "added"],
)
def test_one_sample_changes_and_the_others_stay(edit, rows):
    assert torch.equal(edited(THREE, edit).rows, torch.tensor(rows))


def test_a_sample_that_is_gone_changes_nothing():
    """Two edits may be on their way at once."""
    assert torch.equal(edited(THREE, Edit((7.0, 7.0), (8.0, 8.0))).rows, THREE.rows)


def test_of_two_equal_samples_one_moves():
    assert torch.equal(
        edited(drawn((1.0, 1.0), (1.0, 1.0)), Edit((1.0, 1.0), (2.0, 2.0))).rows,
        torch.tensor([[2.0, 2.0], [1.0, 1.0]]),
    )


def test_the_last_two_samples_stay():
    with pytest.raises(DataError, match="at least two samples"):
        edited(drawn((0.0, 1.0), (1.0, 2.0)), Edit((0.0, 1.0), None))


def test_edits_that_reach_the_server_together_all_count(monkeypatch):
    state, drawn, taken = {}, {}, []
    monkeypatch.setattr(session, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(components, "_COMPONENT", lambda **options: drawn.update(options))

    def draw():
        components.points("frame", [], (0, 1), (0, 1), {}, taken.append, "points")
        return drawn["data"][0]["answered"]

    assert draw() == 0
    moved = {"turn": 5, "gesture": 5, "before": [0.0, 1.0], "after": [0.0, 2.0]}
    removed = {"turn": 6, "gesture": 6, "before": [0.5, 3.0], "after": None}
    for sent in ([moved], [moved, removed]):
        state["points"] = {"edits": sent}
        drawn["on_edits_change"]()
    assert taken == [Edit((0.0, 1.0), (0.0, 2.0)), Edit((0.5, 3.0), None)]
    assert draw() == 6
