"""The learning rate: a slider with the best rate and the limit on its track, and a field to type.

It may import `pages._ui.component`, `pages._ui.language`, `pages._ui.params` and `pages._ui.session`, and no
page's folder.
"""

from collections.abc import Callable
from pathlib import Path

from pages._ui.component import component
from pages._ui.language import _
from pages._ui.params import Real, exact
from pages._ui.session import control

FOLDER = Path(__file__).parent


_COMPONENT = component("rate", FOLDER, "rate.js")


def rate(
    param: Real, value: float, best: float | None, limit: float | None, on_change: Callable[[float], None]
) -> None:
    """Draw it, with a logarithmic track that shows where something happens, and whatever is chosen.

    Parameters
    ----------
    param : Real
        Its label and the range of what can be typed.
    value : float
        The rate.
    best, limit : float or None
        The marks on the track, where theory knows them.
    on_change : callable
        Called before the next run with a new rate.
    """
    least, most = param.low, param.high
    words = {
        "label": _(param.label),
        "marks": names_of(best, limit),
        "typed": _("type a learning rate"),
        "range": _("Type a number from {low} to {high}.").format(low=exact(least), high=exact(most)),
    }
    low = least if best is None else max(least, min(best / 5000, value))
    high = most if limit is None else min(most, max(limit * 20, value))
    ends = {"least": least, "most": most, "low": low, "high": high}
    data = {"value": value, **ends, "best": best, "limit": limit, "words": words}
    _COMPONENT(key="rate", data=data, on_value_change=lambda: on_change(float(control("rate")["value"])))


def names_of(best: float | None, limit: float | None) -> tuple[str, str]:
    """Name the marks with two digits of their rates, or three; as one where these do not tell them apart."""
    if best is None or limit is None:
        return "", ""
    for digits in (2, 3):
        rates = [exact(float(f"{value:.{digits}g}")) for value in (best, limit)]
        if rates[0] != rates[1]:
            return _("best {rate}").format(rate=rates[0]), _("limit {rate}").format(rate=rates[1])
    return _("best and limit {rate}").format(rate=exact(float(f"{limit:.2g}"))), ""
