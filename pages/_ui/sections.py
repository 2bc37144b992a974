"""The row of choices under a picture: what is not asked for is not built."""

from collections.abc import Callable, Mapping

from pages._ui import controls
from pages._ui.choices import Choice
from pages._ui.language import _

# What a section is called, and what draws it.
Sections = Mapping[str, tuple[str, Callable[[], None]]]


def sections(key: str, choices: Mapping[str, Choice], entries: Sections) -> None:
    """Offer ``entries`` by their titles and draw the one that is chosen; the choice is part of the link."""
    name = controls.one_of(
        key, choices, _("More"), lambda entry: _(entries[entry][0]), label_visibility="collapsed"
    )
    entries[name][1]()
