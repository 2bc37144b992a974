"""A matrix in a link comes back to the last bit, and no link can do harm."""

import base64
import re
import struct
import time
import tracemalloc
import zlib

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core.errors import DataError, ShapeError
from linear_core.exchange import matrix_link
from linear_core.exchange.matrix_link import MAX_LINK_CHARACTERS, decode_matrix, encode_matrix
from linear_core.exchange.matrix_text import MAX_CELLS, MAX_CHARACTERS
from linear_core.layer.spec import DTYPES


def random(*shape, dtype=torch.float32, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def pack(data):
    return "z" + base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")


@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from(list(DTYPES.values())), st.integers(0, 9999))
@settings(max_examples=80, deadline=None)
def test_a_link_gives_the_matrix_back_to_the_last_bit(rows, columns, dtype, seed):
    matrix = random(rows, columns, dtype=dtype, seed=seed) * 10.0 ** (seed % 9 - 4)
    text = encode_matrix(matrix)
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", text)
    assert torch.equal(decode_matrix(text, dtype), matrix)


def test_large_and_small_numbers_need_no_plus_sign():
    matrix = torch.tensor([[1e30, -1e-30]])
    assert encode_matrix(matrix) == "1e30_-1e-30"
    assert torch.equal(decode_matrix("1e30_-1e-30"), matrix)


def test_a_short_matrix_can_be_read_and_a_long_one_is_compressed():
    assert encode_matrix(torch.tensor([[1.0, 2.5], [-3.0, 4.0]])) == "1_2.5~-3_4"
    long = encode_matrix(torch.zeros(200, 200))
    assert long[0] in "fz"
    assert len(long) < 400
    assert decode_matrix(long).shape == (200, 200)


def test_numbers_of_few_digits_are_written_as_text_and_others_as_bits():
    numbers = random(16, 16)
    assert encode_matrix(numbers).startswith("f16.")
    assert encode_matrix(numbers.round()).startswith("z")
    assert encode_matrix(numbers.double()).startswith("z")
    assert torch.equal(decode_matrix(encode_matrix(numbers), torch.float64), numbers.double())
    signs = torch.tensor([[-0.0, 0.0, 1e-45, -3.4e38]]).repeat(40, 1) * random(40, 1).sign()
    again = decode_matrix(encode_matrix(signs))
    assert again.view(torch.int32).tolist() == signs.view(torch.int32).tolist()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e38])
def test_bits_that_are_not_finite_in_the_dtype_are_refused(value):
    text = "f2." + pack(struct.pack("<2f", 1.0, value)).removeprefix("z")
    with pytest.raises(
        DataError, match=r"expected numbers that are finite in torch\.float16, but got others in the link"
    ):
        decode_matrix(text, torch.float16)


def test_bits_that_make_no_rows_are_refused():
    for columns, data in ((3, bytes(8)), (2, b""), (1, bytes(3)), (2, bytes(12))):
        with pytest.raises(
            DataError, match="expected a matrix in the link, but got text that does not decode"
        ):
            decode_matrix(f"f{columns}." + pack(data).removeprefix("z"))


LINK_TEXT = st.text("0123456789.-_~eEzf+", max_size=40)


@given(
    st.one_of(
        st.text(max_size=60),
        LINK_TEXT,
        st.binary(max_size=300).map(lambda data: pack(data)),
        st.tuples(st.integers(0, 99), st.binary(max_size=300)).map(
            lambda made: f"f{made[0]}." + pack(made[1])[1:]
        ),
        LINK_TEXT.map(lambda text: pack(text.encode())),
        st.tuples(
            st.sampled_from(["1", "9.", "1e", "1_", "~", "٣", "[", "nan", "-"]), st.integers(1, 4400)
        ).map(lambda made: made[0] * made[1]),
    ),
    st.sampled_from(list(DTYPES.values())),
)
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_finite_matrix_or_a_data_error(text, dtype):
    try:
        matrix = decode_matrix(text, dtype)
    except DataError:
        return
    assert matrix.ndim == 2
    assert matrix.numel() > 0
    assert matrix.dtype == dtype
    assert matrix.isfinite().all()


def test_a_list_comes_back_as_one_row():
    assert decode_matrix(encode_matrix(torch.tensor([1.0, 2.0]))).tolist() == [[1.0, 2.0]]


def test_a_layer_as_large_as_the_picture_fits_a_link():
    assert len(encode_matrix(random(16, 16))) < MAX_LINK_CHARACTERS


def test_as_many_cells_as_are_read_can_be_written():
    matrix = torch.full((1, MAX_CELLS), -1 / 3)
    assert torch.equal(decode_matrix(encode_matrix(matrix)), matrix)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (random(64, 64), r"expected a matrix that fits into the 4,000.*but got shape \(64, 64\) with 20,244"),
        (
            torch.zeros(1, MAX_CELLS + 1),
            "expected at most 65,536 elements in a link, but got a matrix of 65,537",
        ),
        (
            torch.zeros(0, 3),
            r"expected finite numbers, but got a matrix of shape \(0, 3\) that is empty or has NaN or",
        ),
        (torch.tensor([[float("nan")]]), "is empty or has NaN or infinity; pass one of finite numbers$"),
    ],
)
def test_what_does_not_fit_a_link_is_refused(matrix, words):
    with pytest.raises(DataError, match=words):
        encode_matrix(matrix)


@pytest.mark.parametrize("shape", [(), (2, 2, 2)])
def test_only_lists_and_matrices_are_written(shape):
    with pytest.raises(ShapeError, match="expected a matrix of one or two dimensions"):
        encode_matrix(torch.zeros(shape))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected numbers in the text, but got none"),
        ("z", "cut off"),
        (
            "1_2~3",
            r"expected rows of the same length, but got length 1 in row 1 and 2 in row 0 \(counted from 0\)",
        ),
        ("1_x", r"expected a number in row 0, column 1 \(counted from 0\), but got 'x'"),
        ("1__2", r"expected a number in row 0, column 1 \(counted from 0\), but got nothing"),
        ("nan", r"expected a finite number in row 0, column 0 \(counted from 0\), but got nan"),
        ("z????", "cut off"),
        ("zé", "expected a matrix in the link, but got text that does not decode"),
        ("zabcde", "expected a matrix in the link, but got text that does not decode"),
        ("zAAAA", "expected a matrix in the link, but got text that does not decode"),
        (encode_matrix(random(9, 9))[:-9], "cut off"),
        (pack("1_é".encode()), "expected a matrix in the link, but got text that does not decode"),
        (pack(b"1_2") + "AAAA", "something after it"),
        (
            "1" * (MAX_LINK_CHARACTERS + 1),
            "expected at most 4,000 characters in the link's matrix, but got 4,001",
        ),
    ],
)
def test_a_damaged_link_is_refused(text, words):
    with pytest.raises(DataError, match=words):
        decode_matrix(text)


def test_a_link_of_just_the_longest_length_is_read():
    assert decode_matrix("1_" * (MAX_LINK_CHARACTERS // 2 - 1) + "10").shape == (1, MAX_LINK_CHARACTERS // 2)


def test_one_changed_character_does_not_go_unseen():
    text = encode_matrix(random(9, 9))
    other = text[:100] + ("A" if text[100] != "A" else "B") + text[101:]
    with pytest.raises(DataError):
        decode_matrix(other)


def test_a_link_that_unpacks_to_too_much_is_refused_before_it_does():
    bomb = pack(b"1_" * 1_400_000)
    assert len(bomb) < MAX_LINK_CHARACTERS
    start = time.process_time()
    with pytest.raises(
        DataError, match="expected at most 2,097,152 bytes from the matrix in the link, but got more"
    ):
        decode_matrix(bomb)
    with pytest.raises(
        DataError, match="expected at most 262,144 bytes from the matrix in the link, but got more"
    ):
        decode_matrix("f2." + bomb.removeprefix("z"))
    assert time.process_time() - start < 1


def test_a_link_is_unpacked_up_to_the_limit_only(monkeypatch):
    monkeypatch.setattr(matrix_link, "MAX_LINK_CHARACTERS", 10**6)
    bomb = pack(b"1_" * 20_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(
            DataError, match="expected at most 2,097,152 bytes from the matrix in the link, but got more"
        ):
            decode_matrix(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * MAX_CHARACTERS < 40_000_000
