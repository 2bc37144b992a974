"""Small real data sets that ship with the package; ``SOURCES.md`` beside them lists their sources."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from types import MappingProxyType

import torch

from linear_core._checks import check_choice
from linear_core.data.regression import RegressionData
from linear_core.data.tables import read_table
from linear_core.language import N_

_FACTS = "measurements, free of copyright"


@dataclass(frozen=True)
class BuiltinData:
    """What is known of a data set that ships with the package.

    Parameters
    ----------
    title : str
        What the samples are.
    source : str
        Who published them, and where.
    license : str
        Why they may be shipped.
    features, target : tuple of str
        The columns.
    titles : mapping of str to str
        What each column is called, where its name is not enough.
    units : mapping of str to str
        The unit of each column that has one.

    Examples
    --------
    >>> BUILTIN_DATA["galton"].title, BUILTIN_DATA["galton"].units["child"]
    ('Heights of children and parents', 'inch')
    """

    title: str
    source: str
    license: str
    features: tuple[str, ...]
    target: tuple[str, ...]
    titles: Mapping[str, str]
    units: Mapping[str, str]


def _anscombe(title: str) -> BuiltinData:
    return BuiltinData(
        title=title,
        source="F. J. Anscombe, Graphs in Statistical Analysis, The American Statistician 27, 1973",
        license="eleven pairs of numbers, free of copyright",
        features=("x",),
        target=("y",),
        titles={},
        units={},
    )


BUILTIN_DATA: Mapping[str, BuiltinData] = MappingProxyType(
    {
        "norris": BuiltinData(
            title=N_("Ozone meter and NIST reference"),
            source="J. Norris, NIST, Statistical Reference Datasets: Norris",
            license="public domain (work of the United States government)",
            features=("reference",),
            target=("instrument",),
            titles={"reference": N_("NIST reference"), "instrument": N_("ozone meter")},
            units={},
        ),
        "galton": BuiltinData(
            title=N_("Heights of children and parents"),
            source="F. Galton, Regression towards Mediocrity in Hereditary Stature, 1886, table I",
            license="public domain (published in 1886)",
            features=("midparent",),
            target=("child",),
            titles={"midparent": N_("mean height of the parents"), "child": N_("height of the child")},
            units={"midparent": N_("inch"), "child": N_("inch")},
        ),
        "cars": BuiltinData(
            title=N_("Stopping distance of cars, 1920s"),
            source="M. Ezekiel, Methods of Correlation Analysis, 1930",
            license=_FACTS,
            features=("speed",),
            target=("distance",),
            titles={"speed": N_("speed"), "distance": N_("stopping distance")},
            units={"speed": N_("mile/h"), "distance": N_("ft")},
        ),
        "forbes": BuiltinData(
            title=N_("Boiling point and pressure, 1857"),
            source="J. D. Forbes, Transactions of the Royal Society of Edinburgh 21, 1857",
            license="public domain (published in 1857)",
            features=("boiling_point",),
            target=("pressure",),
            titles={"boiling_point": N_("boiling point"), "pressure": N_("air pressure")},
            units={"boiling_point": "°F", "pressure": N_("inHg")},
        ),
        "anscombe_1": _anscombe(N_("Anscombe 1: a line with noise")),
        "anscombe_2": _anscombe(N_("Anscombe 2: a curve")),
        "anscombe_3": _anscombe(N_("Anscombe 3: a line and one outlier")),
        "anscombe_4": _anscombe(N_("Anscombe 4: one point decides")),
        "trees": BuiltinData(
            title=N_("Timber of black cherry trees"),
            source="H. A. Meyer, Forest Mensuration, 1953; Ryan, Joiner and Ryan, Minitab Handbook, 1976",
            license=_FACTS,
            features=("diameter", "height"),
            target=("volume",),
            titles={"diameter": N_("diameter"), "height": N_("height"), "volume": N_("volume of timber")},
            units={"diameter": N_("inch"), "height": N_("ft"), "volume": N_("ft³")},
        ),
        "longley": BuiltinData(
            title=N_("US employment, 1947–1962"),
            source="J. W. Longley, Journal of the American Statistical Association 62, 1967; NIST: Longley",
            license="public domain (statistics of the United States government)",
            features=("price_deflator", "gnp", "unemployed", "armed_forces", "population", "year"),
            target=("employed",),
            titles={
                "price_deflator": N_("price deflator"),
                "gnp": N_("gross national product"),
                "unemployed": N_("unemployed"),
                "armed_forces": N_("armed forces"),
                "population": N_("population"),
                "year": N_("year"),
                "employed": N_("employed"),
            },
            units={
                "price_deflator": "1954 = 100",
                "gnp": N_("million $"),
                "unemployed": N_("thousand"),
                "armed_forces": N_("thousand"),
                "population": N_("thousand"),
                "employed": N_("thousand"),
            },
        ),
    }
)


def builtin_data(name: str, *, dtype: torch.dtype = torch.float32) -> RegressionData:
    """Load a small real data set that ships with the package.

    Parameters
    ----------
    name : str
        A key of ``BUILTIN_DATA``.
    dtype : torch.dtype
        Of the tensors; float64 keeps every digit that was published.

    Returns
    -------
    RegressionData
        With title, source, titles of columns and units.

    Raises
    ------
    ConfigError
        If there is no data set of this name; the message lists those that are.

    Examples
    --------
    >>> data = builtin_data("cars")
    >>> data.n_samples, data.feature_names, data.units["distance"]
    (50, ('speed',), 'ft')
    """
    check_choice("name", name, BUILTIN_DATA)
    about = BUILTIN_DATA[name]
    with (files("linear_core.data") / f"{name}.csv").open("rb") as file:
        data = read_table(file, about.target, about.features, dtype=dtype)
    return replace(
        data, title=about.title, source=about.source, column_titles=about.titles, units=about.units
    )
