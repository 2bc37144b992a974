"""Three things to try: each is one press that lands on a screen prepared for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages._ui.language import N_, _
from pages._ui.layer.examples import BY_HAND
from pages._ui.page import Page
from pages._ui.registry import PAGES


@dataclass(frozen=True)
class Card:
    """A way to a page, with choices of its own."""

    name: str
    title: str
    text: str
    url_path: str
    choices: Mapping[str, Any]


CARDS = (
    Card(
        "by_hand",
        N_("Where does −1.4166 come from?"),
        N_("x = [1, 2] through a layer of two weights and a bias, product by product."),
        "Forward_pass",
        {**BY_HAND, "step": 0},
    ),
    Card(
        "line",
        N_("Watch a line being learned"),
        N_("Press Train: 30,000 steps of gradient descent in a few seconds. Pause at any step."),
        "Training",
        {"learning_rate": 0.001},
    ),
    Card(
        "explode",
        N_("Make it diverge"),
        N_("Train at a learning rate of 1, where the limit is 0.82; then make it converge again."),
        "Training",
        {"learning_rate": 1.0},
    ),
)

STYLE = """<style>
[class*="st-key-card_"] { position: relative }
[class*="st-key-card_"] > div { position: static } /* the link covers the card, not its own line */
[class*="st-key-card_"] a::after { content: ""; position: absolute; inset: 0; z-index: 1 }
[class*="st-key-card_"]:has(a:hover) { border-color: var(--st-primary-color) }
:is([class*="st-key-card_"], .st-key-afterward) a { padding-left: 0; background: none !important }
</style>"""


def draw() -> None:
    """Draw those cards whose pages are there, each a link as a whole."""
    pages = {page.url_path: page for page in PAGES}
    cards = [card for card in CARDS if card.url_path in pages]
    st.html(STYLE)
    st.header(_("Things to try"), anchor=False)
    for place, card in zip(st.columns(len(CARDS), gap="small"), cards, strict=False):
        page = pages[card.url_path]
        with place.container(border=True, height="stretch", gap=None, key=f"card_{card.name}"):
            st.page_link(page.path, label=f"**{_(card.title)}**", query_params=query_of(card, page))
            st.caption(f"{_(card.text)} :small[{_(page.title)} →]")


def query_of(card: Card, page: Page[Any]) -> dict[str, str]:
    """Return the link of a card: each choice by name, a default too, since the visitor may have left it."""
    params = page.state.params()
    return {name: params[name].write(value) for name, value in card.choices.items()}
