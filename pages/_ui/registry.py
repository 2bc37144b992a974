"""The one list of pages: it feeds the menu, links, titles, the start page's cards and the tests."""

from collections.abc import Mapping
from dataclasses import dataclass

from pages._ui import choices
from pages._ui.choices import Choice
from pages._ui.language import N_


@dataclass(frozen=True, eq=False)
class Page:
    """A page of the app: where its script lies, the words that lead to it, and what its link carries."""

    path: str
    title: str
    icon: str
    question: str
    caption: str
    choices: Mapping[str, Choice]

    @property
    def url_path(self) -> str:
        """The path in a link, as Streamlit derives it from the file name (``Forward_pass``)."""
        stem = self.path.removesuffix(".py").rpartition("/")[2]
        return stem.lstrip("0123456789").lstrip("_")


START = Page(
    "streamlit_app.py",
    N_("Start"),
    ":material/home:",
    N_("What does one linear layer do?"),
    N_("The layer in one formula, and where to go from here."),
    choices.START,
)

FORWARD = Page(
    "pages/1_Forward_pass.py",
    N_("Forward pass"),
    ":material/grid_on:",
    N_("Where does each number of the output come from?"),
    N_("Walk through x Wᵀ + b cell by cell, with your own numbers."),
    choices.FORWARD,
)

TRAINING = Page(
    "pages/4_Training.py",
    N_("Training"),
    ":material/show_chart:",
    N_("How does the layer learn a line, and why so slowly?"),
    N_("Watch 30,000 steps of gradient descent, and see what the learning rate decides."),
    choices.TRAINING,
)

PAGES = (FORWARD, TRAINING)
