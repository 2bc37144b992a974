"""What this package refuses, and says why: what was given, what is wanted, what to do."""


class ShapeError(ValueError):
    """Tensors do not fit each other; the message gives both sizes."""


class DataError(ValueError):
    """A table or a data set cannot be used; the message names the file, the column and the row."""


class ConfigError(ValueError):
    """A choice is not possible; the message lists what is."""
