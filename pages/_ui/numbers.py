"""How a page writes a number: short, full, as a reading, or a count; always with a real minus."""

from linear_core.charts import digits, labels

MINUS = labels.MINUS


def short(value: float, most: int = 4) -> str:
    """Write a few significant digits: ``−1.417``, ``1.8e−7``."""
    return signed(digits.short(value, most))


def full(value: float) -> str:
    """Write all digits of a float32: the shortest text that reads back as the same number."""
    return labels.full(value)


def fixed(value: float, decimals: int = 4) -> str:
    """Write a fixed number of decimals, for numbers in a column."""
    return labels.fixed(value, decimals)


def reading(value: float) -> str:
    """Write four decimals, or three digits and an exponent where these would hide it: as the player does."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return signed(f"{value:.4f}")
    mantissa, _e, power = f"{value:.2e}".partition("e")
    return signed(f"{mantissa}e{int(power)}")


def significant(value: float, most: int) -> str:
    """Write at most so many significant digits, none of them a zero at the end."""
    return signed(f"{value:.{most}g}")


def signed(text: str) -> str:
    """Give a number that is written already a real minus."""
    return text.replace("-", MINUS)


def count(value: int) -> str:
    """Write an integer with its thousands apart: ``30,000``."""
    return signed(f"{value:,}")
