"""A page: its question, its place in the menu, and its choices. `registry` lists all pages."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pages._ui.language import AppState

S = TypeVar("S", bound=AppState)


@dataclass(frozen=True, eq=False)
class Page(Generic[S]):
    """A page of the app: where its script lies, the words that lead to it, and the choices of its link."""

    path: str
    title: str
    question: str
    caption: str
    state: type[S]
    hint: str = ""  # for new visitors of the page
    terms: tuple[str, ...] = ()  # of the glossary: what a reader of the page has to know

    @property
    def url_path(self) -> str:
        """The path in a link, as Streamlit derives it from the file name (``Forward_pass``)."""
        stem = self.path.removesuffix(".py").rpartition("/")[2]
        return stem.lstrip("0123456789").lstrip("_")
