"""The frame of every page: the menu, the language, the question, and the page's own part below.

A page's script is one function::

    @frame.page(FORWARD)
    def forward(shown: Forward) -> None:
        ...

It is run at once, as a fragment: a control of it has only it run again, and the frame stays.
"""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from pages._ui import controls, link, process
from pages._ui.copy_link import copy_link
from pages._ui.glossary import named
from pages._ui.hint import hint
from pages._ui.language import LANGUAGES, AppState, _, language
from pages._ui.page import Page
from pages._ui.registry import PAGES, START

S = TypeVar("S", bound=AppState)

APP_NAME = "Inside nn.Linear"
ICON = Path(__file__).parent / "icon.svg"  # a Material icon would be fetched from elsewhere

# `st-key-…` is the class that Streamlit gives to a container with that key. On a phone the picture is to be
# in sight when a page opens: the question is set smaller, the controls are folded behind a switch. Beside the
# picture, the controls are wide enough for the longest title in a list; Streamlit has no parameter for it.
# Streamlit writes on primary buttons in white, too faint on the bright primary color of the dark theme. Its
# own colors are known as variables in components only; these two are those of `.streamlit/config.toml`.
STYLE = """<style>
.st-key-menu { border-bottom: 1px solid light-dark(#dfe3e8, #2f3541); row-gap: 0; font-size: 0.875rem }
.st-key-menu > :first-child { margin-left: -0.5rem } /* its name begins where the question does */
.st-key-menu button { min-height: 0; padding: 0.25rem 0.5rem }
.st-key-menu button p { font-size: 0.875rem }
.st-key-menu a p { font-weight: 400 } /* also that of the page one is on, so that nothing moves beside it */
:is(.st-key-presets, .st-key-fills, .st-key-tries) button {
  min-height: 0;
  padding: 0 0.6rem;
  border-radius: 1rem;
}
[class*="st-key-head_"] button { min-height: 1.5rem; padding: 0 }
[class*="st-key-change_"] button { min-height: 0; padding: 0 0.5rem }
.st-key-formula button { height: 1.2rem; min-height: 0; padding: 0 } /* nothing below it moves */
@media (hover: hover) { /* at the right a picture's own buttons come up under the pointer */
  [class*="st-key-head_"]:has(button[aria-haspopup]) { padding-right: 5.5rem }
}
:root button[kind="primary"] { color: light-dark(#ffffff, #12151b) }
.st-key-question { position: relative; column-gap: 0.5rem; margin-bottom: -1rem; padding-top: 0.5rem }
.st-key-question h1 { padding: 0.1rem 0 0.25rem }
.terms summary {
  float: left;
  width: 1.2rem;
  border: 1px solid;
  border-radius: 50%;
  margin-top: 0.55rem;
  color: light-dark(#5b6478, #a4adbd);
  font-size: 0.8rem;
  line-height: 1.1rem;
  text-align: center;
  list-style: none;
  cursor: pointer;
}
.terms summary:hover { color: light-dark(#0b7a68, #4fd3b8) }
.terms div { margin-left: 2rem; padding: 0.5rem 0 1.25rem; columns: 20rem; column-gap: 2rem }
.terms p { margin: 0 0 0.25rem; font-size: 0.9rem; line-height: 1.4; break-inside: avoid }
.st-key-unfold { display: none }
@media (min-width: 768px) {
  [data-testid="stHorizontalBlock"]:has(> * .st-key-unfold) { flex-wrap: nowrap }
  [data-testid="stColumn"]:has(.st-key-unfold) { min-width: 16rem }
}
@media (min-width: 640px) and (max-width: 1360px) { /* title and menu in one line come first */
  .st-key-head_data p > span[style] { display: none }
}
@media (max-width: 767px) {
  [data-testid="stHorizontalBlock"]:has(> * .st-key-unfold) { row-gap: 0.75rem }
  [data-testid="stHorizontalBlock"]:has(> * .st-key-unfold) > * { min-width: 100% }
  .st-key-question h1 { font-size: 1.25rem; padding: 0.2rem 1.75rem 0.25rem 0 }
  .st-key-question > :has(.terms) { flex-basis: 100%; position: static }
  .terms summary { position: absolute; right: 0; top: 0.75rem; margin: 0 }
  .terms div { margin: 0 }
  .st-key-unfold { display: flex }
  .st-key-formula { column-gap: 0.6rem }
  .st-key-formula button p { font-size: 0 } /* its icon is enough, and has room */
  /* The app's name, the link and the language, and below them all pages in one line. */
  .st-key-menu { column-gap: 0; padding-bottom: 0.25rem }
  .st-key-menu > :first-child { flex: 1 0 calc(100% - 9.5rem) }
  .st-key-menu > :first-child a { width: fit-content }
  .st-key-menu > [data-testid] + :has([data-testid="stPageLink"]) { order: 1; flex: 1 0 auto }
  .st-key-menu > [data-testid] + :has([data-testid="stPageLink"]) a {
    justify-content: center;
    min-height: 0;
    padding: 0 0.25rem;
  }
  .st-key-menu > [class*="st-key-hint_"] { order: 2; margin: 0.25rem 0 0.5rem }
  button[data-variant="segmented_control"] { flex-grow: 1 } /* lines that end at one edge */
  :has(> .st-key-controls_folded):not(:has(.st-key-at_hand)) { display: none }
  .st-key-controls_folded > :not(:has(.st-key-at_hand), .st-key-at_hand) { display: none }
}
</style>"""


def _uploader() -> str:
    """Return the style that has Streamlit's uploader speak the page's language: no parameter does."""
    upload = _("Upload")
    size = _("up to {size} MB per file").format(size=st.get_option("server.maxUploadSize"))
    button = '[data-testid="stFileUploaderDropzone"] > span button p'
    note = '[data-testid="stFileUploaderDropzoneInstructions"] span'
    return f"""<style>
{button}, {note} {{ font-size: 0 }}
{button}::after {{ content: "{upload}"; font-size: 0.875rem }}
{note}::after {{ content: "{size}"; font-size: 0.875rem }}
</style>"""


def page(
    page: Page[S], settle: Callable[[S], S] = lambda state: state
) -> Callable[[Callable[[S], None]], None]:
    """Draw the frame of ``page``, and in it what the decorated function draws of the page's choices.

    ``settle`` returns the choices with what follows from them, before the link says them.
    """
    arrived = link.arrive(page.path, page.state)
    _draw_top(page, arrived.left_out())

    def draw(body: Callable[[S], None]) -> None:
        @st.fragment(key="page")
        def shown() -> None:
            state = settle(link.load(page.state))
            link.keep(state)
            if state.left_out() != arrived.left_out():
                st.rerun()  # what the menu says of the link is drawn with the frame
            _notice(page, state)
            body(state)
            link.write(state)

        shown()
        process.settle(page.path)

    return draw


def page_link(page: Page[Any], label: str, *, says: str | None = None) -> None:
    """Draw a way to ``page``, with the choices that were made there."""
    st.page_link(page.path, label=label, query_params=link.offer(page.path, page.state), help=says)


def _draw_top(page: Page[Any], left_out: str | None) -> None:
    title = APP_NAME if page is START else f"{_(page.title)} · {APP_NAME}"
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide")
    with st.container(gap=None):
        st.html(STYLE + _uploader() + controls.hues(page.state.params().values()))
        _menu(page, left_out)
        with st.container(key="question", horizontal=True, gap=None):
            st.title(_(page.question), anchor=False, width="content")
            if page.terms:
                _terms(page.terms)


def _terms(words: tuple[str, ...]) -> None:
    """Offer what the words of a page mean, below its title: a box would hide what comes next."""
    lines = "".join(f"<p><b>{escape(term)}</b> {escape(meant)}</p>" for term, meant in named(*words))
    name = _("What the words on this page mean")
    st.html(f'<details class="terms"><summary aria-label="{name}">?</summary><div>{lines}</div></details>')


def _menu(here: Page[Any], left_out: str | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="menu"):
        page_link(START, f"**{APP_NAME}**")
        for page in PAGES:  # elsewhere, what a page is for would cover the title of the one just opened
            page_link(page, _(page.title), says=_(page.caption) if here is START else None)
        if here.hint and not link.is_led():
            hint(here.url_path, _(here.hint))
        else:
            st.space("stretch")
        copy_link(left_out)
        for code, name in LANGUAGES.items():
            if code != language():
                st.button(name, key=f"to_{code}", type="tertiary", on_click=link.setting(lang=code))


def _notice(page: Page[Any], state: AppState) -> None:
    """Say what did not fit of the link, or of what was chosen elsewhere, until something else is chosen."""
    if unfit := link.unfit_parts(page.path, state):
        parts = _(", ").join(f"`{part.replace('`', '')[:60]}`" for part in unfit)
        text = _("Not valid on this page, and ignored: {unfit}.")
        st.warning(text.format(unfit=parts), icon=":material/link_off:")
