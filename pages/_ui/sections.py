"""The row of choices under a picture: a section that is not asked for is neither built nor imported."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pages._ui import controls
from pages._ui.language import _
from pages._ui.params import Choice

# Section: what it is called, and the module whose `draw` draws it.
Sections = Mapping[str, tuple[str, str]]


def sections(param: Choice, entries: Sections, *arguments: Any) -> None:
    """Offer ``entries`` by their titles and draw the one that is chosen; the choice is part of the link."""
    name = controls.one_of(param, _("More"), lambda entry: _(entries[entry][0]), label_visibility="collapsed")
    import_module(entries[name][1]).draw(*arguments)
