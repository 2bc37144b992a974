"""The way of a choice: from the link to the page state and back; presses, Back, other pages, and nonsense."""

from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages._ui import link, session
from pages._ui.language import AppState, Language, code_of
from pages._ui.page_state import PageState
from pages._ui.params import Choice, Flag, Integer, Names, Place, Real, Section, Text, exact
from pages._ui.registry import PAGES, START

EVERY_PAGE = (START, *PAGES)


class Here(PageState):
    view = Choice("a", ("a", "b", "c"))
    rate = Real(1.0, 0.0, 10.0)
    size = Integer(3, 1, 9)
    mark = Text("")

    def unfit(self):
        """A mark counts up to the size."""
        return {"mark": ""} if len(self.mark) > self.size else {}


class There(PageState):
    rate = Real(1.0, 0.0, 10.0)
    other = Flag(False)


class Wide(PageState):
    mark = Text("")


class Query(dict):
    """As much of ``st.query_params`` as a page uses."""

    def to_dict(self):
        return dict(self)

    def from_dict(self, new):
        self.clear()
        self.update(new)


class Visit:
    """A visitor: the session on the server, the link in the browser."""

    def __init__(self, monkeypatch):
        self.session_state, self.query_params, self.is_back = {}, Query(), False
        streamlit = SimpleNamespace(
            session_state=self.session_state,
            query_params=self.query_params,
            context=SimpleNamespace(locale="en-US"),
        )
        for module in (link, session):
            monkeypatch.setattr(module, "st", streamlit)
        monkeypatch.setattr("pages._ui.language.st", streamlit)
        monkeypatch.setattr(link, "is_back_or_forward", lambda: self.is_back)

    def whole(self, path="here", state=Here, /, **query):
        """The whole page is drawn: on arrival, and when another control of the frame is pressed."""
        if query:
            self.query_params.from_dict(query)
        link.arrive(path, state)
        return self.draw(state)

    def draw(self, state=Here):
        """The page's own part is drawn."""
        shown = link.load(state)
        link.save(shown)
        return shown

    def press(self, state=Here, /, **controls):
        """A press in the page's own part: the controls as the browser shows them."""
        self.session_state.update(controls)
        return self.draw(state)

    def back(self, path="here", state=Here, /, **query):
        """Back or Forward, which lead to a link."""
        self.query_params.from_dict(query)
        self.is_back = True
        shown = self.whole(path, state)
        self.is_back = False
        return shown

    @property
    def link(self):
        return dict(self.query_params)


@pytest.fixture
def visit(monkeypatch):
    return Visit(monkeypatch)


def test_a_first_visit_takes_the_link(visit):
    assert visit.whole(view="b", rate="2.5") == Here(view="b", rate=2.5)
    assert visit.link == {"view": "b", "rate": "2.5"}


def test_a_choice_reaches_the_link_and_a_default_leaves_it(visit):
    visit.whole()
    assert visit.press(view="b", rate=2.0).view == "b"
    assert visit.link == {"view": "b", "rate": "2"}
    visit.press(view="a")
    assert visit.link == {"rate": "2"}


def test_back_brings_what_its_link_says_and_nothing_else(visit):
    visit.whole()
    visit.press(view="b")
    assert visit.back(rate="2.5") == Here(rate=2.5)
    assert visit.link == {"rate": "2.5"}
    assert visit.back() == Here()


def test_two_presses_on_back_end_at_the_second_though_the_first_was_cut_short(visit):
    visit.whole(view="c")
    visit.press(view="b")
    visit.query_params.from_dict({"view": "b"})
    visit.is_back = True
    link.arrive("here", Here)
    assert visit.back(view="c") == Here(view="c")


def test_the_session_is_the_truth_while_the_page_stays(visit):
    """A link that the browser has not heard of yet says what was."""
    visit.whole()
    visit.press(view="b")
    visit.query_params.clear()
    assert visit.press(rate=3.0) == Here(view="b", rate=3.0)
    assert visit.link == {"view": "b", "rate": "3"}
    visit.query_params.clear()
    assert visit.whole() == Here(view="b", rate=3.0), "when the whole page is drawn too"


def test_a_choice_outlives_a_script_that_was_cut_short(visit):
    visit.whole()
    visit.session_state["rate"] = 3.0
    link.load(Here)
    assert visit.draw() == Here(rate=3.0)


def test_a_control_that_a_script_cut_short_left_empty_gets_its_value_back(visit):
    visit.whole()
    visit.press(rate=3.0)
    visit.session_state["rate"] = None
    assert visit.draw() == Here(rate=3.0)
    assert visit.session_state["rate"] == 3.0


def test_what_a_button_sets_is_shown_by_its_control(visit):
    visit.whole()
    link.setting(rate=3.0, view="c")()
    assert visit.session_state["rate"] == 3.0
    assert visit.draw() == Here(rate=3.0, view="c")


def test_a_choice_whose_control_is_not_drawn_stays_until_back_takes_it_away(visit):
    visit.whole()
    visit.press(view="b")
    del visit.session_state["view"]
    assert visit.press(rate=3.0) == Here(view="b", rate=3.0)
    del visit.session_state["view"]
    assert visit.back() == Here()


def test_choices_of_the_same_name_go_along_from_page_to_page(visit):
    visit.whole()
    visit.press(rate=2.0, view="b")
    way = link.offer("there", There)
    assert way == {"rate": "2"}
    assert visit.whole("there", There, **way).rate == 2.0
    visit.press(There, rate=4.0)
    visit.session_state.pop("view")  # whose control is not drawn there
    assert visit.whole("here", Here, **link.offer("here", Here)) == Here(rate=4.0, view="b")


def test_a_way_that_was_drawn_before_the_last_choice_does_not_take_it_back(visit):
    way = link.offer("there", There)
    visit.whole()
    visit.press(rate=2.0)
    visit.query_params.from_dict(way)
    assert visit.whole("there", There).rate == 2.0


def test_a_link_leads_to_the_same_screen_whatever_was_chosen_there_before(visit):
    link.offer("there", There)
    visit.whole()
    visit.press(rate=2.0)
    assert visit.whole("there", There, other="true") == There(other=True)


def test_what_was_chosen_elsewhere_and_does_not_fit_is_named_too(visit):
    visit.whole("there", Wide, **link.offer("there", Wide))
    visit.press(Wide, mark="wide")
    visit.query_params.from_dict(link.offer("here", Here))
    shown = visit.whole("here", Here, **visit.query_params)
    assert shown.mark == ""
    assert link.unfit_parts("here", shown) == ["mark=wide"]


def test_a_link_that_spells_a_default_out_stays_until_something_else_is_chosen(visit):
    visit.whole("there", There, other="false", rate="2.5")
    assert visit.link == {"other": "false", "rate": "2.5"}
    visit.press(There, rate=3.0)
    assert visit.link == {"rate": "3"}


def test_what_does_not_fit_is_named_until_something_else_is_chosen(visit):
    shown = visit.whole(view="z", rate="2", lr="1", size="x")
    assert shown == Here(rate=2.0)
    assert link.unfit_parts("here", shown) == ["view=z", "lr=1", "size=x"]
    assert link.unfit_parts("here", visit.draw()) == ["view=z", "lr=1", "size=x"], "a run changes nothing"
    assert link.unfit_parts("here", visit.press(view="b")) == []


def test_what_does_not_go_together_is_named_and_a_later_link_too(visit):
    shown = visit.whole(mark="12345")
    assert (shown.mark, link.unfit_parts("here", shown)) == ("", ["mark=12345"])
    shown = visit.back(size="99")
    assert link.unfit_parts("here", shown) == ["size=99"]
    assert link.unfit_parts("here", visit.back(size="5", mark="12345")) == []


def test_a_choice_that_no_longer_fits_gives_way_when_a_size_changes(visit):
    visit.whole(mark="123")
    assert visit.press(size=2) == Here(size=2)
    assert visit.link == {"size": "2"}


# Params


class Both(PageState):
    names = Names(("a", "b"), ("a", "b", "c"), 1, 2)
    flag = Flag(True)
    real = Real(1.0, 1e-9, 1e9)
    integer = Integer(5, -7, 10**9)
    lang = Language()


@given(
    st.builds(
        lambda **values: Both(**values),
        names=st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True).map(tuple),
        flag=st.booleans(),
        real=st.floats(1e-9, 1e9),
        integer=st.integers(-7, 10**9),
        lang=st.sampled_from(["en", "zh"]),
    )
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_link_says_of_a_state_leads_back_to_it(state):
    query = state.query()
    read = {name: Both.params()[name].read(text) for name, text in query.items()}
    assert Both(**read) == state


@pytest.mark.parametrize(
    ("param", "text"),
    [
        *(
            (Both.integer, text)
            for text in ("", " 5", "4.6", "1_2", "٣", "5" * 4301, "+5", "1000000001", "-8")
        ),
        *((Both.real, text) for text in ("nan", "inf", "-inf", "1e999", "1_0", "", "1e10", "0", "--1", "१")),
        *((Both.flag, text) for text in ("", "yes", "2", "on")),
        *((Both.names, text) for text in ("", "a_a", "a_b_c", "d", "a_")),
    ],
)
def test_what_is_no_value_of_a_choice_is_refused(param, text):
    assert not param.fits(text)


def test_a_number_is_written_in_as_few_digits_as_lead_back():
    assert [exact(value) for value in (0.001, 1.0, 0.1 + 0.2, 1e-5)] == [
        "0.001",
        "1",
        "0.30000000000000004",
        "1e-05",
    ]


@pytest.mark.parametrize("tag", ["zh", "zh_CN", "zh-CN", "zh-Hans", "ZH-TW"])
def test_every_tag_of_chinese_is_chinese(tag):
    assert AppState.lang.read(tag) == "zh"


def test_a_language_that_the_app_does_not_speak_is_no_fault_of_the_link(visit):
    visit.query_params.from_dict({"lang": "fr"})
    shown = visit.whole("here", AppState)
    assert (shown.lang, link.unfit_parts("here", shown), visit.link) == ("en", [], {})
    assert code_of(None) is None


def test_choices_that_pages_share_are_alike_on_all_of_them():
    """A name means one thing: its value goes along from page to page, whatever each has for its default."""
    seen = {}
    for page in EVERY_PAGE:
        for name, param in page.state.params().items():
            first = seen.setdefault(name, param)
            assert type(first) is type(param), name
            for part in ("options", "low", "high", "step", "least", "most"):
                assert getattr(first, part, None) == getattr(param, part, None), name


# Nonsense

PIECES = st.one_of(
    st.text(max_size=12),
    st.integers(-20, 20_000).map(str),
    st.floats().map(repr),
    st.sampled_from(
        [
            *(
                "1_2",
                "1_2~3_4",
                "٣",
                "१२",
                "1_2_3~",
                "nan",
                "inf",
                "-inf",
                "1e400",
                "NaN_1",
                "🙂",
                "\x00",
                "`",
                "[" * 400,
            ),
            *(
                "seeded",
                "one_hot",
                "true",
                "FALSE",
                "99,99",
                "0,0",
                "1,-1",
                "5" * 4301,
                "0" * 4301,
                "_" * 99,
                "~" * 99,
            ),
            *("[" * 30_000 + "]" * 30_000, '{"a":' * 5000, "${x}", "%00", "../../etc", "*" * 300),
        ]
    ),
)


def known_texts(state):
    """Texts that fit, so that links are not refused as a whole."""
    texts = []
    for name, param in state.params().items():
        options = param.options if isinstance(param, Choice) else ()
        if isinstance(param, Integer | Real):
            options = (str(param.low), str(param.high))
        texts += [(name, text) for text in options]
    return st.sampled_from(texts)


def links(state):
    names = st.one_of(st.sampled_from(sorted(state.params())), st.text(max_size=8))
    pairs = st.one_of(st.tuples(names, PIECES), known_texts(state))
    return st.lists(pairs, max_size=7).map(dict)


WALKS = st.lists(
    st.sampled_from(EVERY_PAGE).flatmap(
        lambda page: st.tuples(st.just(page), links(page.state), st.sampled_from(["open", "back", "press"]))
    ),
    min_size=1,
    max_size=5,
)
NUM_WALKS = 1700  # of three links each, as the walks come out


@given(walk=WALKS)
@settings(
    max_examples=NUM_WALKS,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
def test_no_link_and_no_walk_ends_in_a_traceback(walk):
    with pytest.MonkeyPatch.context() as patch:
        visit = Visit(patch)
        for page, query, how in walk:
            if how == "press":
                fitting = {
                    name: page.state.params()[name].read(text)
                    for name, text in query.items()
                    if name in page.state.params() and page.state.params()[name].fits(text)
                }
                visit.whole(page.path, page.state)
                shown = visit.press(page.state, **fitting)
            elif how == "back":
                shown = visit.back(page.path, page.state, **query)
            else:
                visit.query_params.from_dict(query)
                shown = visit.whole(page.path, page.state)
            assert shown.unfit() == {}
            for name, value in shown.values.items():
                assert visit.session_state[name] == value
                written = shown.params()[name].in_link(value)
                assert written is None or shown.params()[name].read(written) == value
            assert all(isinstance(part, str) for part in link.unfit_parts(page.path, shown))
            for other in EVERY_PAGE:
                link.offer(other.path, other.state)


@given(st.tuples(st.integers(0, 99_999), st.integers(0, 99_999)))
def test_a_place_is_two_numbers_or_none(place):
    assert Place().read(Place().write(place)) == place
    assert Place().in_link(None) is None
    for text in ("", "1", "1,2,3", "-1,2", "a,b", "1, 2"):
        assert not Place().fits(text)


def test_a_section_is_open_or_none_is():
    part = Section(("script", "costs"))
    assert part.read("costs") == "costs"
    assert part.default is None
    assert part.in_link(None) is None
    assert not part.fits("")
