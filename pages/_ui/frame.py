"""What every page begins with: its name and icon, the menu, the language, and its question."""

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui import link
from pages._ui.choices import Choice, OneOf
from pages._ui.language import LANGUAGES, _, default_language
from pages._ui.registry import PAGES, START, Page

APP_NAME = "Inside nn.Linear"
ICON = Path(__file__).parent / "icon.svg"  # a Material icon would be fetched from elsewhere

# On a phone the picture is to be in sight when a page opens: the question is set smaller, the controls are
# folded behind a switch. `st-key-…` is the class that Streamlit gives to a container with that key.
PHONE = """<style>
.st-key-unfold { display: none }
@media (max-width: 640px) {
  .st-key-question h1 { font-size: 1.4rem; padding: 0.25rem 0 0.5rem }
  .st-key-unfold { display: flex }
  :has(> .st-key-controls_folded) { display: none }
}
</style>"""


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Load and exercise everything heavy, once a server."""
    import altair as alt
    import pandas as pd

    from linear_core.warmup import warm_up as warm_up_torch

    # A page's script and the thread that sends what it draws take turns: shorter ones let it be sent at once.
    sys.setswitchinterval(0.001)
    warm_up_torch()
    alt.Chart(pd.DataFrame({"x": [0.0]})).mark_point().encode(x="x:Q").to_dict()
    freeze("")


@st.cache_resource(show_spinner=False)
def freeze(path: str) -> None:
    """Take what lives for ever out of the collector's rounds: at first, and once a page has been drawn.

    Streamlit collects garbage after every run; with torch, pandas and altair loaded that costs more than
    drawing a page does. A page's first run brings in more that stays.
    """
    gc.collect()
    gc.freeze()


class Top:
    """The top of a page: menu, question, and a line on what its link said that does not fit.

    All choices are in the session once it is made, and the link says the same once it is drawn. On a first
    visit it is drawn at once: there is something to read while torch is loaded. Later a page first works out
    what its link says, and then draws it: with `draw` above all else, or `below` its picture.
    """

    def __init__(self, page: Page) -> None:
        self._page, self._choices = page, _choices(page)
        self._drawn = False
        drawn_before = link.arrive(page.path)
        if (key := f"unfit:{page.path}") not in st.session_state:
            st.session_state[key] = link.unfit_values(self._choices)
        link.take(self._choices)
        if drawn_before:
            freeze(page.path)
        else:
            self.draw()
        if page is not START:  # which needs nothing heavy to be read, and warms up below its text
            warm_up()

    def draw(self) -> None:
        """Draw it here, unless it stands already."""
        if not self._drawn:
            self._draw_in(st.container())

    @contextmanager
    def below(self) -> Iterator[None]:
        """Draw what stands below the top, which a hand on a slider waits for, send it, and then draw the top.

        Streamlit gathers what a script draws and sends it every few milliseconds, beginning with the first
        element: so the picture is worked out before there is one. Sent together with all that follows it
        would wait until the browser has taken in every control; sent before, it is shown at once.
        """
        place = None if self._drawn else st.container()
        yield
        time.sleep(0.015)
        if place is not None:
            self._draw_in(place)

    def _draw_in(self, place: DeltaGenerator) -> None:
        self._drawn = True
        link.give(self._choices)
        with place:
            _head(self._page)


def _head(page: Page) -> None:
    title = APP_NAME if page is START else f"{_(page.title)} · {APP_NAME}"
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide")
    _menu()
    with st.container(key="question", gap=None):
        st.html(PHONE)
        st.title(_(page.question), anchor=False)
    _notice(page)


def split() -> tuple[DeltaGenerator, DeltaGenerator]:
    """A narrow place for the controls and a wide one for the picture, side by side.

    On a phone they stand under each other, and the controls are folded behind a switch.
    """
    left, right = st.columns([1, 3.6], gap="medium")
    with left, st.container(key="unfold"):
        unfolded = st.toggle(_("Show the controls"), key="unfolded")
    return left.container(key="controls" if unfolded else "controls_folded"), right.container()


def page_link(page: Page, label: str, icon: str | None = None) -> None:
    """Draw a way to ``page``, with the choices that were made there."""
    st.page_link(page.path, label=label, icon=icon, query_params=link.known(_choices(page)))


def _menu() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="menu"):
        page_link(START, f"**{APP_NAME}**")
        for page in PAGES:
            page_link(page, _(page.title), page.icon)
        st.space("stretch")
        with st.popover(_("Copy link"), icon=":material/link:", type="tertiary"):
            st.caption(_("This link opens the screen as you see it."))
            st.code(_current_link(), language=None, wrap_lines=True)
        _language_switch()


def _language_switch() -> None:
    st.segmented_control(
        _("Language"),
        LANGUAGES,
        format_func=LANGUAGES.__getitem__,
        key="lang",
        required=True,
        label_visibility="collapsed",
    )


def _choices(page: Page) -> dict[str, Choice]:
    return {**page.choices, "lang": OneOf(default_language(), tuple(LANGUAGES))}


def _current_link() -> str:
    query = "&".join(f"{key}={value}" for key, value in st.query_params.items())
    return f"{st.context.url}?{query}" if query else str(st.context.url)


def _notice(page: Page) -> None:
    if unfit := st.session_state[f"unfit:{page.path}"]:
        st.warning(
            _("The link said {unfit}, which does not fit; the defaults are used instead.").format(
                unfit=", ".join(f"`{part}`" for part in unfit)
            ),
            icon=":material/link_off:",
        )
