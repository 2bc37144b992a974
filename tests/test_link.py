"""The link and the session keep up with each other, also when a script is cut short between the two."""

from types import SimpleNamespace

import pytest

from pages._ui import link
from pages._ui.choices import OneOf, Real

CHOICES = {"view": OneOf("a", ("a", "b", "c")), "rate": Real(1.0, 0.0, 10.0)}


class Query(dict):
    """As much of ``st.query_params`` as a page uses."""

    def to_dict(self):
        return dict(self)

    def from_dict(self, new):
        self.clear()
        self.update(new)


@pytest.fixture
def visit(monkeypatch):
    """A page that was drawn once."""
    visit = SimpleNamespace(session_state={}, query_params=Query())
    monkeypatch.setattr(link, "st", visit)
    link.arrive("page")
    drawn(visit)
    return visit


def drawn(visit):
    link.take(CHOICES)
    link.give(CHOICES)
    return visit.session_state["view"], visit.session_state["rate"], dict(visit.query_params)


def test_what_back_brings_is_taken_and_a_choice_is_given(visit):
    visit.session_state["view"] = "b"
    assert drawn(visit) == ("b", 1.0, {"view": "b"})
    visit.query_params.from_dict({"rate": "2.5"})
    assert drawn(visit) == ("a", 2.5, {"rate": "2.5"})


def test_two_presses_on_back_end_at_the_second_though_the_first_was_cut_short(visit):
    visit.query_params.from_dict({"view": "b"})
    link.take(CHOICES)
    visit.query_params.from_dict({"view": "c"})
    assert drawn(visit) == ("c", 1.0, {"view": "c"})


def test_a_choice_outlives_a_script_that_was_cut_short(visit):
    visit.session_state["rate"] = 3.0
    link.take(CHOICES)
    assert drawn(visit) == ("a", 3.0, {"rate": "3.0"})


def test_a_control_that_a_script_cut_short_left_empty_gets_its_value_back(visit):
    visit.session_state["rate"] = 3.0
    drawn(visit)
    visit.session_state["rate"] = None
    assert drawn(visit) == ("a", 3.0, {"rate": "3.0"})
