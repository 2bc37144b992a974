"""The one list of pages: it feeds the menu, the start page's cards, the page titles and the tests."""

from dataclasses import dataclass

from pages._ui.language import N_


@dataclass(frozen=True)
class Page:
    """A page of the app: where its script lies, and the words that lead to it."""

    path: str
    title: str
    icon: str
    question: str
    caption: str

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
)

FORWARD = Page(
    "pages/1_Forward_pass.py",
    N_("Forward pass"),
    ":material/grid_on:",
    N_("Where does each number of the output come from?"),
    N_("Walk through x Wᵀ + b cell by cell, with your own numbers."),
)

TRAINING = Page(
    "pages/4_Training.py",
    N_("Training"),
    ":material/show_chart:",
    N_("How does the layer learn a line, and why so slowly?"),
    N_("Watch 30,000 steps of gradient descent, and see what the learning rate decides."),
)

PAGES = (FORWARD, TRAINING)
