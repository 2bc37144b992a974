"""Words of every walk: its buttons and what it says of numbers, in the visitor's language.

In sentences ``:blue[x]`` colors a tensor's name, as in Streamlit's Markdown. Fields in braces that are left
in these texts (``{value}``, ``{rounding}`` …) are filled where the picture is drawn. ``<Hover over|Tap>``
says one thing to a mouse and another to a finger.
"""

from pages._ui.language import _


def words(picture: str, library: str, rounding: str) -> dict[str, str]:
    """Return what a picture of this name says beside its steps: its numbers are those of a library."""
    return {
        "picture": picture,
        "library": library,
        "gives": _("{library} gives {value}"),
        "differences": _("{library} − one by one, for all elements, in units of {unit}"),
        "rounding": rounding,
        "back": _("Back"),
        "play": _("Play"),
        "pause": _("Pause"),
        "again": _("Again"),
        "next": _("Next"),
        "speed": _("Speed"),
        "progress": _("Progress in step {step}"),
        "overview": _("Overview"),
        "moment": _("{moment} of {moments}"),
        "more": _("Details"),
        "nothing": _("No more details here."),
        "between": _("{first} {second}").format(first="", second=""),
        "about": _("one scale for all matrices"),
        "swipe": _("Swipe the matrices sideways to see all columns."),
        "hint": _("To edit a number, <double-click or drag it|double-tap it>."),
        "not_a_number": _("expected a number such as −0.25 or 1e-3, but got “{text}”; type digits"),
        "equal": _("equal, to the last bit"),
        "within": _("equal, within {difference}"),
        "all": _("all {cells} {equal}"),
        "allowed": _("Rounding alone explains up to {tolerance}."),
        "off": _("differs by {difference}, more than rounding explains"),
        "nonfinite": _("not finite: {count} of {cells}"),
        "so_far": _("so far:"),
        "exact": _("Equal to the exact sum: no rounding error."),
        "loop": _("one by one"),
        "difference": _("difference"),
        "witness": _("finite differences"),
        "no_difference": _("no element differs"),
    }
