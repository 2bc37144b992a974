"""What this package raises, with the reason: what was expected, what it got, and what to do."""


class Refusal(ValueError):  # noqa: N818 - the three errors below are what is raised
    """Something cannot be done; the message is made of a text and the values that fill it in.

    The parts are kept apart so that a program can translate the text and fill it in again.

    Parameters
    ----------
    template : str
        The message as a format string, or the message itself where there are no values.
    **values : object
        What each field of the template stands for.

    Attributes
    ----------
    template : str
    values : dict of str to object

    Examples
    --------
    >>> refusal = Refusal("x has {count:,} cells, at most {most:,} are shown", count=5000, most=1024)
    >>> str(refusal)
    'x has 5,000 cells, at most 1,024 are shown'
    >>> refusal.values
    {'count': 5000, 'most': 1024}
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template.format(**values) if values else template)
        self.template = template
        self.values = values


class ShapeError(Refusal):
    """Tensors do not fit each other; the message gives both sizes."""


class DataError(Refusal):
    """A table or a data set cannot be used; the message names the file, the column and the row."""


class ConfigError(Refusal):
    """A choice is not possible; the message lists what is."""
