"""What people type and paste becomes a matrix, or a sentence about what is wrong and where."""

import math
import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core.errors import DataError, ShapeError
from linear_core.exchange.matrix_text import MAX_CELLS, MAX_CHARACTERS, format_matrix, parse_matrix
from linear_core.layer.spec import DTYPES

ONE_TO_FOUR = [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    "text",
    [
        "[[1, 2], [3, 4]]",
        " [ [1 , 2.] ,\n[3e0,+4,],\n] ",
        "1,2\n3,4",
        "1;2\r\n3;4\r\n\r\n",
        "1\t2\n3\t4",
        "1 2\n 3   4 ",
        "1, 2\n3, 4\n",
        "1\N{FULLWIDTH COMMA} 2\n3\N{FULLWIDTH SEMICOLON}4",
        "\ufeff1,2\n3,4",
        "tensor([[1., 2.],\n        [3., 4.]])",
        "tensor([[1, 2],\n        [3, 4]], dtype=torch.int32, device='cuda:0')",
        "torch.tensor([[1.0000e+00, 2.0000e+00], [3., 4.]], requires_grad=True)",
        "tensor([[1., 2.],\n        [3., 4.]], dtype=torch.float64, grad_fn=<AddmmBackward0>)",
        "Parameter containing:\ntensor([[1., 2.],\n        [3., 4.]], requires_grad=True)",
        "[[1. 2.]\n [3. 4.]]",
        "array([[1., 2.],\n       [3., 4.]], dtype=float32)",
        "np.array([[1, 2], [3, 4]])",
    ],
)
def test_every_usual_way_to_write_a_matrix_is_read(text):
    matrix = parse_matrix(text)
    assert matrix.tolist() == ONE_TO_FOUR
    assert matrix.dtype == torch.float32


@pytest.mark.parametrize(
    "text", ["[1, 2]", "1 2", "tensor([1., 2.], grad_fn=<AddBackward0>)", "[[1, 2]]", "[1. 2.]"]
)
def test_one_list_is_one_row(text):
    assert parse_matrix(text).tolist() == [[1.0, 2.0]]


def test_one_number_is_one_cell():
    assert parse_matrix("tensor(3., dtype=torch.float64)").tolist() == parse_matrix("3").tolist() == [[3.0]]


def test_printed_minus_signs_are_read():
    text = "\N{MINUS SIGN}1.5, -2, .5, 1e-3, -2E+2"
    assert torch.equal(parse_matrix(text), torch.tensor([[-1.5, -2, 0.5, 0.001, -200]]))


def test_the_dtype_asked_for_is_given():
    assert parse_matrix("0.1", torch.float64).item() == 0.1
    assert parse_matrix("0.1").item() == torch.tensor(0.1).item()
    assert parse_matrix("0.1", torch.bfloat16).dtype == torch.bfloat16


@given(
    st.integers(1, 6),
    st.integers(1, 40),
    st.sampled_from([torch.float32, torch.float64]),
    st.booleans(),
    st.integers(0, 9999),
)
@settings(max_examples=60, deadline=None)
def test_what_print_shows_is_read_to_the_digits_shown(rows, columns, dtype, parameter, seed):
    matrix = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed), dtype=dtype)
    matrix *= 10.0 ** (seed % 7 - 3)
    text = str(torch.nn.Parameter(matrix) if parameter else matrix)
    assert torch.allclose(parse_matrix(text, dtype), matrix, rtol=1e-3, atol=5.1e-5)


@given(st.data(), st.sampled_from(list(DTYPES.values())), st.integers(1, 4), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_a_formatted_matrix_is_read_back_to_the_last_bit(data, dtype, rows, columns):
    width = {torch.float64: 64, torch.float32: 32}.get(dtype, 16)
    numbers = st.floats(width=width, allow_nan=False, allow_infinity=False)
    cells = st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    matrix = torch.tensor(data.draw(cells), dtype=torch.float64).to(dtype)
    again = parse_matrix(format_matrix(matrix), dtype)
    assert torch.equal(again, matrix)
    assert torch.equal(again.signbit(), matrix.signbit())
    assert torch.equal(parse_matrix(format_matrix(matrix[0]), dtype)[0], matrix[0])


def test_a_float32_kept_in_float64_keeps_all_its_digits():
    value = torch.tensor([0.1]).double()
    assert parse_matrix(format_matrix(value), torch.float64).item() == value.item() != 0.1


def test_a_float32_that_needs_nine_digits_gets_them():
    matrix = torch.tensor([[-0.11792698502540588]])  # eight digits lead to the float32 beside it
    assert format_matrix(matrix) == "[[-0.117926985]]"
    assert torch.equal(parse_matrix(format_matrix(matrix)), matrix)


def test_formatted_numbers_are_short():
    matrix = torch.tensor([[0.1, 1.0, -2.5, 1 / 3, 16777216.0]])
    assert format_matrix(matrix) == "[[0.1, 1, -2.5, 0.33333334, 16777216]]"
    assert format_matrix(torch.tensor([1.0, 0.5])) == "[1, 0.5]"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected numbers in the text, but got none"),
        (" \n ", "expected numbers in the text, but got none"),
        ("[]", "expected numbers in the text, but got none"),
        ("[[], []]", "expected numbers in the text, but got none"),
        ("tensor([], size=(0, 3))", "expected numbers in the text, but got none"),
        (
            "[[1, 2], [3]]",
            r"expected rows of the same length, but got length 1 in row 1 and 2 in row 0 \(counted from 0\)",
        ),
        (
            "[[1, 2], []]",
            r"expected rows of the same length, but got length 0 in row 1 and 2 in row 0 \(counted from 0\)",
        ),
        (
            "1,2\n3,4,5",
            r"expected rows of the same length, but got length 3 in row 1 and 2 in row 0 \(counted from 0\)",
        ),
        ("1,2\n3,x", r"expected a number in row 1, column 1 \(counted from 0\), but got 'x'"),
        ("x,y\n1,2", r"expected a number in row 0, column 0 \(counted from 0\), but got 'x'"),
        (
            "a" * 50,
            r"expected a number in row 0, column 0 \(counted from 0\), but got 'aaaaaaaaaaaaaaaaaaaaaaaa…'",
        ),
        ("1,,2", r"expected a number in row 0, column 1 \(counted from 0\), but got nothing"),
        ("1,2,", r"expected a number in row 0, column 2 \(counted from 0\), but got nothing"),
        ("[[1, nan]]", r"expected a finite number in row 0, column 1 \(counted from 0\), but got nan"),
        ("1\n-inf", r"expected a finite number in row 1, column 0 \(counted from 0\), but got -inf"),
        ("1_000", r"expected a number in row 0, column 0 \(counted from 0\), but got '1_000'"),
        ("0x10", r"expected a number in row 0, column 0 \(counted from 0\), but got '0x10'"),
        ("1,5;2,5", "expected one separator, but got commas and semicolons in the row '1,5"),
        ("tensor([[1., ..., 2.]])", r"expected all numbers of a tensor, but got '\.\.\.' for some of them"),
        ("1 … 2", r"but got '\.\.\.' for some of them; .*\(threshold=65537\), or paste a part of it"),
        ("[[[1, 2]]]", "expected a matrix with two levels of brackets, but got three or more"),
        ("[[1, 2], [3, 4]", "expected brackets around each row and around all rows, but got others"),
        ("[1, 2]]", "expected brackets around each row and around all rows, but got others"),
        ("[1, [2, 3]]", "expected brackets around each row and around all rows, but got others"),
        ("1, 2]", "expected brackets around each row and around all rows, but got others"),
        ("[1, 2], [3, 4]", "expected brackets around each row and around all rows, but got others"),
        ("__import__('os')", r"row 0, column 0 .*, but got \"__import__"),
        ("1e39", r"at most 3\.403e\+38 \(torch\.float32\) in row 0, column 0 .*, but got '1e39'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, words):
    with pytest.raises(DataError, match=words):
        parse_matrix(text)


def test_a_number_may_fit_one_dtype_and_not_another():
    assert parse_matrix("1e39", torch.float64).item() == 1e39
    with pytest.raises(
        DataError, match=r"at most 6\.55e\+04 \(torch\.float16\) in row 0, .* but got '70000'"
    ):
        parse_matrix("70000", torch.float16)


def test_too_much_text_is_refused():
    with pytest.raises(DataError, match="expected at most 2,097,152 characters, but got 2,097,153"):
        parse_matrix(" " * (MAX_CHARACTERS + 1))
    with pytest.raises(DataError, match="expected at most 65,536 numbers, but got 1 × 65,537"):
        parse_matrix("1 " * (MAX_CELLS + 1))
    assert parse_matrix("1".ljust(MAX_CHARACTERS)).tolist() == [[1.0]]
    assert parse_matrix("1 " * MAX_CELLS).shape == (1, MAX_CELLS)


@pytest.mark.parametrize(
    "text",
    [
        "[" + "[1]  ,  " * 30 + "x",
        "[" + "[1]" + " " * 100_000 + "x]",
        "tensor(" + ",dtype=" * 20_000 + "[)",
        "1" * 200_000 + "x",
        "1" * 200_000,
        "[" * 100_000,
    ],
)
def test_no_text_takes_long_to_refuse(text):
    start = time.process_time()
    with pytest.raises(DataError):
        parse_matrix(text)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("shape", [(), (2, 2, 2)])
def test_only_lists_and_matrices_are_written(shape):
    with pytest.raises(ShapeError, match=r"expected a matrix of one or two dimensions, .*; reshape it"):
        format_matrix(torch.zeros(shape))


def test_nan_is_written_as_it_is():
    assert format_matrix(torch.tensor([math.nan, math.inf])) == "[nan, inf]"
