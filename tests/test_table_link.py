"""Data in a link: exact there and back, bounded, and safe against damage."""

import base64
import contextlib
import json
import random
import string

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core import DataError, RegressionData, line_data, linear_data
from linear_core.exchange.table_link import MAX_LINK_TABLE, decode_table, encode_table

NAMES = st.text(st.characters(categories=("L", "P", "S")), min_size=1)


def packed(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(-1e6, 1e6, width=32)] * 3), min_size=1, max_size=8),
    st.lists(
        st.text(st.characters(categories=("L", "P", "S")), min_size=1), min_size=3, max_size=3, unique=True
    ),
)
def test_any_small_table_comes_back_to_the_bit(rows, names):
    table = torch.tensor(rows)
    data = RegressionData(table[:, :2], table[:, 2:], names[:2], names[2:])
    text = encode_table(data)
    again = decode_table(text)
    assert torch.equal(again.x, data.x)
    assert torch.equal(again.target, data.target)
    assert (again.feature_names, again.target_names) == (data.feature_names, data.target_names)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._")


def test_usual_names_are_left_out():
    assert encode_table(line_data(n_samples=2)).startswith(".")
    assert encode_table(linear_data(3, 1, 4)).startswith(".")
    assert not encode_table(linear_data(1, 2, 2)).startswith(".")


def test_tables_as_people_have_them_fit_a_link():
    for data in (linear_data(2, 1, 150), linear_data(3, 1, 150), line_data(n_samples=300, noise_std=1.0)):
        text = encode_table(data)
        assert len(text) <= MAX_LINK_TABLE
        assert torch.equal(decode_table(text).x, data.x)
        assert torch.equal(decode_table(text).target, data.target)
    counts = torch.arange(3000.0).reshape(1000, 3).remainder(7)
    assert encode_table(RegressionData(counts[:, :2], counts[:, 2:], ["a", "b"], ["c"])) is not None


def test_a_table_that_a_link_does_not_bear_is_not_written():
    assert encode_table(linear_data(5, 1, 300)) is None
    assert encode_table(linear_data(90, 1, 1000)) is None
    data = linear_data(1, 1, 2)
    assert encode_table(RegressionData(data.x, data.target, ["x" * MAX_LINK_TABLE], ["y"])) is None


def test_two_tables_and_the_rest_of_a_link_are_within_what_servers_take():
    assert 2 * MAX_LINK_TABLE + 900 < 8 * 1024


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cut off"),
        ("1_2__3_4", "cut off"),
        ("." + "1" * MAX_LINK_TABLE, "too long"),
        (".1", "expected names that match the numbers of the table in the link, but got others"),
        (
            packed(json.dumps([["a"], ["b", "c"]])) + ".1_2",
            "expected names that match the numbers of the table in the link, but got others",
        ),
        (packed(json.dumps([["a", "a"], ["b"]])) + ".1_2_3", "'a'"),
        (
            packed(json.dumps(["a", "b"])) + ".1_2",
            "expected lists of names in the link, but got something else",
        ),
        (
            packed("7") + ".1_2",
            "expected the names of a table in the link, but got text that does not decode",
        ),
        ("A.1_2", "expected the names of a table in the link, but got text that does not decode"),
        (
            packed("[" * 1500) + ".1_2",
            "expected the names of a table in the link, but got text that does not decode",
        ),
        (
            packed("[[1], [" + "9" * 2000 + "]]") + ".1_2",
            "expected the names of a table in the link, but got text that does not decode",
        ),
        (
            packed('[["\\ud800"], ["y"]]') + ".1_2",
            "expected the names of a table in the link, but got text that does not decode",
        ),
        (packed('[{"a": 1}, ["y"]]') + ".1_2", "expected lists of names in the link, but got something else"),
        (
            packed("[[NaN], [Infinity]]") + ".1_2",
            "expected the names of a table in the link, but got text that does not decode",
        ),
        (
            packed('[[], ["y"]]') + ".1",
            "expected names that match the numbers of the table in the link, but got others",
        ),
        (packed('[[""], ["y"]]') + ".1_2", "non-empty"),
        ("é.1_2", "expected the names of a table in the link, but got text that does not decode"),
        (".f2." + "A" * 40, "expected a matrix in the link, but got text that does not decode"),
        (".nan_1", r"expected a finite number in row 0, column 0 \(counted from 0\), but got nan"),
        (
            ".1_1e999",
            r"expected a magnitude of at most 3\.403e\+38 \(torch\.float32\) in row 0, column 1 \(counted",
        ),
        (".٣_1", r"expected a number in row 0, column 0 \(counted from 0\), but got '٣'"),
        (".1_x", "x"),
    ],
)
def test_a_damaged_table_is_refused(text, words):
    with pytest.raises(DataError, match=words):
        decode_table(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.tuples(JSON, st.text("0123456789._-ez", max_size=20)).map(
            lambda made: packed(json.dumps(made[0])) + "." + made[1]
        ),
        st.tuples(st.lists(JSON, min_size=2, max_size=2), st.sampled_from(["1_2", "1_2__3_4", "1_2_3"])).map(
            lambda made: packed(json.dumps(made[0])) + "." + made[1]
        ),
        st.tuples(st.sampled_from('[{1.f_z"'), st.integers(1, 2600)).map(
            lambda made: packed(made[0] * made[1]) + ".1_2"
        ),
    )
)
def test_any_text_is_a_table_or_a_data_error(text):
    try:
        data = decode_table(text)
    except DataError:
        return
    assert encode_table(data) is not None
    assert data.x.isfinite().all()
    assert data.target.isfinite().all()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(2, 9), st.integers(0, 9), st.integers(0, 10**6))
def test_any_table_comes_back_to_the_bit_or_is_not_written(rows, columns, digits, seed):
    table = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)).round(decimals=digits)
    data = RegressionData(table[:, 1:], table[:, :1], [f"列 {i}" for i in range(1, columns)], ["y.~_"])
    text = encode_table(data)
    if text is None:
        assert rows * columns > 450
    else:
        again = decode_table(text)
        assert again.x.view(torch.int32).tolist() == data.x.view(torch.int32).tolist()
        assert torch.equal(again.target, data.target)
        assert (again.feature_names, again.target_names) == (data.feature_names, data.target_names)


def test_thousands_of_damaged_links_are_tables_or_data_errors():
    chance = random.Random(0)  # noqa: S311 - the same damage each time
    letters = string.ascii_letters + string.digits + "._-~é\0"
    links = [
        encode_table(data) for data in (line_data(n_samples=2), linear_data(2, 2, 9), linear_data(3, 1, 90))
    ]
    for _ in range(5000):
        text = list(chance.choice(links))
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(text))
            text[place : place + chance.randint(0, 3)] = chance.choices(letters, k=chance.randint(0, 3))
        with contextlib.suppress(DataError):
            assert decode_table("".join(text)).x.isfinite().all()
