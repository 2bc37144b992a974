"""Data in a link: exact there and back, bounded, and safe against damage."""

import base64
import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core import DataError, RegressionData, line_data, linear_data
from linear_core.exchange.matrix_link import encode_matrix
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


def test_more_rows_or_characters_than_a_link_bears_are_not_written():
    assert encode_table(line_data(n_samples=60)) is not None
    assert encode_table(line_data(n_samples=61)) is None
    data = linear_data(5, 1, 60)
    assert len(encode_matrix(torch.cat([data.x, data.target], dim=1))) > MAX_LINK_TABLE
    assert encode_table(data) is None
    assert encode_table(linear_data(90, 1, 60)) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cut off"),
        ("1_2__3_4", "cut off"),
        ("." + "1" * MAX_LINK_TABLE, "too long"),
        (".1", "do not fit"),
        (packed(json.dumps([["a"], ["b", "c"]])) + ".1_2", "do not fit"),
        (packed(json.dumps([["a", "a"], ["b"]])) + ".1_2_3", "'a'"),
        (packed(json.dumps(["a", "b"])) + ".1_2", "no lists"),
        (packed("7") + ".1_2", "damaged"),
        ("A.1_2", "damaged"),
        (".1_x", "x"),
    ],
)
def test_a_damaged_table_is_refused(text, words):
    with pytest.raises(DataError, match=words):
        decode_table(text)
