"""Numbers as a picture writes them: a real minus sign, and a width that hardly depends on the value."""

import math

import torch

from linear_core.exchange.matrix_text import number_text

MINUS = "−"


def fixed(value: float, digits: int = 2) -> str:
    """Write a number with fixed decimals, or with an exponent where that shows only zeros or too much.

    Examples
    --------
    >>> fixed(-0.4456), fixed(0.0), fixed(0.0004), fixed(-123456.0), fixed(float("-inf"))
    ('−0.45', '0.00', '4e−4', '−1e5', '−inf')
    """
    if math.isfinite(value):
        text = f"{value:.{digits}f}"
        if (value != 0 and float(text) == 0) or abs(value) >= 1000:
            mantissa, _, exponent = f"{value:.0e}".partition("e")
            text = f"{mantissa}e{int(exponent)}"
    else:
        text = str(value)
    return text.replace("-", MINUS)


def full(value: float) -> str:
    """Write a number of float32 in full: the shortest text that reads back as the same float32.

    Examples
    --------
    >>> full(-0.10000000149011612), full(2.0), full(0.8642081022262573)
    ('−0.1', '2', '0.8642081')
    """
    return number_text(value, torch.float32).replace("-", MINUS)
