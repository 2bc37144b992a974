"""How a page writes a number: short, full, or a count; always with a real minus."""

from linear_core.charts import digits, labels

MINUS = labels.MINUS


def short(value: float, significant: int = 4) -> str:
    """Write a few significant digits: ``−1.417``, ``1.8e−7``."""
    return digits.short(value, significant).replace("-", MINUS)


def full(value: float) -> str:
    """Write all digits of a float32: the shortest text that reads back as the same number."""
    return labels.full(value)


def fixed(value: float, decimals: int = 4) -> str:
    """Write a fixed number of decimals, for numbers in a column."""
    return labels.fixed(value, decimals)


def count(value: int) -> str:
    """Write an integer with its thousands apart: ``30,000``."""
    return f"{value:,}".replace("-", MINUS)
