"""A picture as a file: PNG and SVG drawn without a browser, or the specification itself."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

from linear_core._checks import check_choice

# The Vega-Lite that Streamlit's own page draws with, so that file and screen agree.
VEGA_LITE = "6.4"


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file.

    Attributes
    ----------
    label, mime : str
        As people and as browsers call it.
    write : callable
        ``write(specification)`` gives the file's content.
    """

    label: str
    mime: str
    write: Callable[[dict[str, Any]], bytes]


def _png(specification: dict[str, Any]) -> bytes:
    import vl_convert  # it starts a script engine: not before a picture is asked for

    return vl_convert.vegalite_to_png(specification, vl_version=VEGA_LITE, scale=2)


def _svg(specification: dict[str, Any]) -> bytes:
    import vl_convert

    return vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE).encode()


def _json(specification: dict[str, Any]) -> bytes:
    return json.dumps(specification, indent=1, ensure_ascii=False).encode()


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "png": Format("PNG", "image/png", _png),
        "svg": Format("SVG", "image/svg+xml", _svg),
        "json": Format("Vega-Lite", "application/json", _json),
    }
)


def export_chart(chart: "alt.TopLevelMixin", file_format: str) -> bytes:
    """Turn a picture into a file's content, on a white background.

    Parameters
    ----------
    chart : altair chart
        Any of this package's.
    file_format : str
        One of `FORMATS`.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ConfigError
        The format is unknown.

    Examples
    --------
    >>> import altair as alt
    >>> chart = alt.Chart(alt.NamedData("points")).mark_point()
    >>> export_chart(chart, "json")[:1]
    b'{'
    """
    check_choice("file_format", file_format, FORMATS)
    return FORMATS[file_format].write(chart.to_dict())
