"""The link and the session keep up with each other, also when a script is cut short between the two."""

from types import SimpleNamespace

import pytest
from pages._ui.choices import OneOf, Real

from pages._ui import link

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
    """A page that was drawn once; ``back`` is whether a press on back has it drawn again."""
    visit = SimpleNamespace(session_state={}, query_params=Query(), back=False)
    monkeypatch.setattr(link, "st", visit)
    monkeypatch.setattr(link, "_is_back_or_forward", lambda: visit.back)
    link.arrive("page")
    drawn(visit)
    return visit


def drawn(visit):
    link.take(CHOICES)
    link.give(CHOICES)
    return visit.session_state["view"], visit.session_state["rate"], dict(visit.query_params)


def press_back(visit, **query):
    visit.back = True
    visit.query_params.from_dict(query)


def press(visit, query=None, **controls):
    """Draw the page for a press: with the controls as the browser shows them, and the link as it knows it."""
    visit.session_state.update(controls)
    if query is not None:
        visit.query_params.from_dict(query)
    return drawn(visit)


def test_what_back_brings_is_taken_and_a_choice_is_given(visit):
    assert press(visit, view="b") == ("b", 1.0, {"view": "b"})
    press_back(visit, rate="2.5")
    assert drawn(visit) == ("a", 2.5, {"rate": "2.5"})


def test_two_presses_on_back_end_at_the_second_though_the_first_was_cut_short(visit):
    press_back(visit, view="b")
    link.take(CHOICES)
    press_back(visit, view="c")
    assert drawn(visit) == ("c", 1.0, {"view": "c"})


def test_a_choice_outlives_a_script_that_was_cut_short(visit):
    visit.session_state["rate"] = 3.0
    link.take(CHOICES)
    assert drawn(visit) == ("a", 3.0, {"rate": "3.0"})


def test_a_control_that_a_script_cut_short_left_empty_gets_its_value_back(visit):
    press(visit, rate=3.0)
    visit.session_state["rate"] = None
    assert drawn(visit) == ("a", 3.0, {"rate": "3.0"})


def test_two_choices_stay_though_the_second_comes_before_the_link_of_the_first(visit):
    press(visit, view="b")
    assert press(visit, {}, rate=3.0) == ("b", 3.0, {"view": "b", "rate": "3.0"})


def test_a_choice_taken_back_before_its_link_arrived_is_taken_back(visit):
    press(visit, view="b")
    assert press(visit, {}, view="a") == ("a", 1.0, {})


def test_what_a_button_put_stays_though_the_next_press_comes_from_a_browser_that_has_not_heard_of_it(visit):
    link.put(rate=3.0)
    drawn(visit)
    for view in ("b", "c"):
        assert press(visit, {}, view=view, rate=1.0) == (view, 3.0, {"view": view, "rate": "3.0"})


def test_what_a_button_put_stays_though_its_script_was_cut_short_before_it_took_anything(visit):
    link.put(rate=3.0)
    assert press(visit, view="b", rate=1.0) == ("b", 3.0, {"view": "b", "rate": "3.0"})


def test_what_a_button_put_can_be_changed_by_who_has_seen_it(visit):
    link.put(rate=3.0)
    drawn(visit)
    assert press(visit, rate=1.0) == ("a", 1.0, {})
    link.put(rate=3.0)
    drawn(visit)
    assert press(visit, {}, rate=2.0) == ("a", 2.0, {"rate": "2.0"})


def test_a_mark_that_the_page_has_moved_is_stale_until_the_browser_has_heard_of_it(visit):
    link.show(mark="x")
    press(visit, view="b")
    link.show(mark=None)
    visit.query_params.clear()
    visit.session_state["mark"] = "x"
    assert link.is_stale("mark")
    visit.session_state["mark"] = "y"
    assert not link.is_stale("mark")
    visit.query_params.from_dict({"view": "b"})
    visit.session_state["mark"] = "x"
    assert not link.is_stale("mark")


def test_a_choice_whose_control_is_not_drawn_stays_until_back_takes_it_away(visit):
    press(visit, view="b")
    del visit.session_state["view"]
    assert press(visit, {}, rate=3.0) == ("b", 3.0, {"view": "b", "rate": "3.0"})
    del visit.session_state["view"]
    press_back(visit)
    assert drawn(visit) == ("a", 1.0, {})
