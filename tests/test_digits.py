"""Many numbers as text: what is drawn of them, and what is sent."""

import math

import pytest
import torch

from linear_core.charts import digits

T = torch.tensor


def test_numbers_have_as_few_decimals_as_lose_nothing():
    assert digits.texts(T([1.0, 2.0, -3.0]), 4) == "1 2 −3"
    assert digits.texts(T([0.5, 0.25]), 4) == "0.50 0.25"
    assert digits.texts(T([0.1098, -0.5404]), 4) == "0.1098 −0.5404"
    assert digits.texts(T([1 / 3, 2.0]), 2) == "0.33 2.00"


def test_larger_numbers_have_fewer_decimals_and_the_largest_an_exponent():
    assert digits.texts(T([12.345, 1.234]), 2) == "12.3 1.2"
    assert digits.texts(T([123456.0, 0.0]), 2) == "1.2e5 0"
    assert digits.texts(T([0.0001, -0.0002]), 2) == "1.0e−4 −2.0e−4"


def test_beside_thousands_small_numbers_keep_their_digits():
    assert digits.texts(T([1234.5, 0.4, -21.04, 999.7]), 2) == "1234 0.4 −21 1000"
    assert digits.texts(T([1e30, 2.0, -0.123, 1e-30]), 2) == "1.0e30 2 −0.123 1.0e−30"
    assert digits.texts(T([-99_999.0, 0.04, -1.25]), 2, compact=True) == "−99999 .04 −1.2"


def test_compact_numbers_fit_four_characters():
    assert digits.texts(T([0.404, -0.291, -1.163, 2.0]), 2, compact=True) == ".40 −.29 −1.2 2.0"
    assert digits.texts(T([0.999, 0.25]), 2, compact=True) == "1.0 .25"


def test_a_number_that_rounds_to_zero_has_no_sign():
    assert digits.texts(T([-0.001, -0.001, 0.25]), 2) == "0.00 0.00 0.25"


def test_what_is_not_finite_is_named():
    assert digits.texts(T([math.nan, math.inf, -math.inf, 0.5]), 2) == "NaN ∞ −∞ 0.5"
    assert digits.levels(T([math.nan, math.inf, 1.0]), 2.0) == [0, 0, 10]
    assert digits.texts(T([1e6, math.inf, -math.inf, math.nan]), 2) == "1.0e6 ∞ −∞ NaN"
    assert digits.power(math.nan) == "NaN"


@pytest.mark.parametrize("seed", range(3))
def test_full_values_read_back_as_the_same_float32(seed):
    values = torch.randn(50, generator=torch.Generator().manual_seed(seed))
    read = [float(text.replace("−", "-")) for text in digits.fulls(values).split()]
    assert torch.equal(torch.tensor(read), values)


def test_full_values_of_float64_keep_all_their_digits():
    assert digits.fulls(torch.tensor([0.1 + 0.2], dtype=torch.float64)) == "0.30000000000000004"
    assert digits.fulls(T([0.8642081, 0.1, -2.0, math.nan])) == "0.8642081 0.1 −2 nan"


def test_powers_of_ten_are_written_as_mathematics_does():
    assert digits.power(5.96e-8) == "6.0 × 10⁻⁸"
    assert digits.power(-0.0) == "0"
    assert digits.scaled(T([6e-8, -3e-8, 0.0])) == ("60 −30 0", "10⁻⁹")
    assert digits.scaled(T([0.0])) == ("0", "")


def test_the_scale_ends_at_a_round_number_and_has_zero_in_its_middle():
    assert [digits.nice_ceiling(value) for value in (0.0, 1.0, 1.09, 3.3, 73.0)] == [
        1.0,
        1.0,
        1.2,
        4.0,
        80.0,
    ]
    assert digits.levels(T([-3.0, -1.0, 0.0, 1.0, 3.0]), 2.0) == [-20, -10, 0, 10, 20]
