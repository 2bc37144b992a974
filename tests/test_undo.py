"""Undo goes back as far as it promises, a visitor's own tables included."""

from types import SimpleNamespace

import pytest
import torch

from linear_core import RegressionData
from pages._ui import link, session
from pages._ui.training import own_tables
from pages._ui.undo import MAX_CHANGES, Undo


@pytest.fixture(autouse=True)
def visit(monkeypatch):
    streamlit = SimpleNamespace(session_state={})
    for module in (link, session):
        monkeypatch.setattr(module, "st", streamlit)
    return streamlit.session_state


def test_fifty_changes_can_be_taken_back_and_the_oldest_are_forgotten(visit):
    undo = Undo("numbers")
    for value in range(60):
        undo.remember({"size": value})
        link.change(size=value + 1)
    for value in range(59, 9, -1):
        assert not undo.is_empty
        undo.back()
        assert visit["size"] == value
    assert undo.is_empty
    undo.back()
    assert visit["size"] == 10


def test_all_changes_are_taken_back_at_once(visit):
    undo = Undo("points")
    for value in range(3):
        undo.remember({"size": value})
        link.change(size=value + 1)
    undo.back(0)
    assert visit["size"] == 0
    assert undo.is_empty


def test_a_change_that_changes_nothing_takes_no_place():
    undo = Undo("numbers")
    undo.remember({"size": 1})
    undo.remember({"size": 1})
    undo.back()
    assert undo.is_empty


def large_table(number):
    x = torch.rand(1000, 1, generator=torch.Generator().manual_seed(number))
    return RegressionData(x, x + number, ["x"], ["y"])


def test_every_table_that_undo_leads_back_to_is_still_there(visit):
    undo, tables = Undo("points"), [large_table(number) for number in range(MAX_CHANGES + 5)]
    link.change(own="")
    for data in tables:
        undo.remember({"own": visit["own"]})
        link.change(own=own_tables.keep(data))
    assert not own_tables.is_in_link(visit["own"])
    for data in tables[: -MAX_CHANGES - 1 : -1]:
        assert own_tables.find(visit["own"]) is data
        undo.back()
    assert own_tables.find(visit["own"]) is tables[-MAX_CHANGES - 1]
    assert undo.is_empty
