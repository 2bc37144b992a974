"""Tables of one's own: what is read, and each fault with its file, column and line."""

import io
from pathlib import Path

import pandas as pd
import pytest
import torch

from linear_core import DataError, read_table, table_columns
from linear_core.data import table_file

HEIGHTS = b"age,height,name\n1,75.5,Ann\n2,88,Bo\n4,103.25,Cy\n"


def upload(content, name="heights.csv"):
    file = io.BytesIO(content)
    file.name = name
    return file


def parquet(frame, name="heights.parquet", **options):
    file = io.BytesIO()
    frame.to_parquet(file, **options)
    return upload(file.getvalue(), name)


def test_a_path_and_an_upload_are_read_alike(tmp_path):
    path = tmp_path / "heights.csv"
    path.write_bytes(HEIGHTS)
    for file in (path, str(path), upload(HEIGHTS)):
        data = read_table(file, "height")
        assert (data.feature_names, data.target_names, data.source) == (("age",), ("height",), "heights.csv")
        assert data.x.tolist() == [[1.0], [2.0], [4.0]]
        assert data.target.tolist() == [[75.5], [88.0], [103.25]]
        assert data.x.dtype == torch.float32


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfage,height\n1,75.5\n2,88\n",
        b"age;height\r\n1;75.5\r\n2;88\r\n",
        b"age\theight\n1\t75.5\n2\t88",
        b'\n"age","height"\n"1","75.5"\n\n 2 , 88.0 \n  \n',
        b"age,height\r1,75.5\r2,8.8e1\r",
    ],
)
def test_the_usual_ways_to_write_csv_are_read(content):
    data = read_table(upload(content), "height")
    assert data.x.tolist() == [[1.0], [2.0]]
    assert data.target.tolist() == [[75.5], [88.0]]


def test_features_and_targets_are_taken_in_the_order_asked_for():
    content = b"a,b,c,d\n1,2,3,4\n5,6,7,9\n"
    data = read_table(upload(content), ["d", "a"], ["c", "b"], dtype=torch.float64)
    assert data.x.tolist() == [[3.0, 2.0], [7.0, 6.0]]
    assert data.target.tolist() == [[4.0, 1.0], [9.0, 5.0]]
    assert data.x.dtype == torch.float64
    assert read_table(upload(content), "a", "c").feature_names == ("c",)


def test_an_upload_can_be_looked_at_first_and_need_not_be_rewound():
    file = upload(HEIGHTS)
    table_columns(file)
    assert read_table(file, "height").n_samples == 3


def test_a_stream_that_cannot_be_rewound_is_read_from_where_it_is(monkeypatch):
    file = upload(HEIGHTS)
    monkeypatch.setattr(file, "seekable", lambda: False)
    assert read_table(file, "height").n_samples == 3


def test_a_quoted_cell_may_span_lines_and_lines_are_counted_as_an_editor_does():
    content = b'note,a,b\n"two\nlines",1,2\nx,3,\n'
    with pytest.raises(DataError, match="column 'b': the value in line 4 is missing"):
        read_table(upload(content), "b")


FAULTS = {
    "empty": (b"", "heights.csv is empty"),
    "blank": (b"\n \n", "heights.csv is empty"),
    "no rows": (b"a,b\n", "heights.csv has no rows below its column names; want two"),
    "one row": (b"a,b\n1,2\n", "heights.csv has one row below"),
    "missing": (b"a,b\n1,2\n3,\n", "heights.csv, column 'b': the value in line 3 is missing; fill it in"),
    "missing NA": (b"a,b\nNA,2\n3,4\n", "column 'a': the value in line 2 is missing"),
    "missing nan": (b"a,b\n1,2\n3,NaN\n", "column 'b': the value in line 3 is missing"),
    "text": (b"a,b\n1,2\n3,tall\n", "column 'b': the value in line 3, 'tall', is text, not a number"),
    "comma": (
        b"a;b\n1;2\n3;4,5\n",
        "'4,5', is text, not a number; write decimals with a point",
    ),
    "underscore": (b"a,b\n1,2\n3,1_000\n", "column 'b': the value in line 3, '1_000', is text"),
    "infinite": (b"a,b\n1,2\n-inf,3\n", "column 'a': the value in line 3, '-inf', is not finite"),
    "too large": (
        b"a,b\n1,2\n3,1e39\n",
        r"the value in line 3, 1e\+39, is too large for torch.float32",
    ),
    "constant": (b"a,b\n1,2\n1,3\n", "column 'a': every value is 1; a constant column tells nothing"),
    "constant target": (b"a,b\n1,2\n2,2\n", "column 'b': every value is 2"),
    "too short": (b"a,b\n1,2\n3\n", "heights.csv, line 3: 1 values for 2 columns"),
    "too long": (b"a,b\n1,2\n3,4,5\n", "heights.csv, line 3: 3 values for 2 columns"),
    "duplicate": (b"a,b,a\n1,2,3\n", "heights.csv has two columns 'a', number 1 and 3; rename one"),
    "no name": (b"a,,b\n1,2,3\n", "column 2 of heights.csv has no name"),
    "no names": (b"1,2\n3,4\n", "the first line of heights.csv holds numbers only"),
    "no features": (b"b,city\n1,Oslo\n2,Rome\n", "heights.csv has no column left for the features"),
    "quotes": (b'a,b\n1,2\n"3,4\n', "heights.csv cannot be read from line 3 on: .*; check the quotes"),
    "latin-1": (b"a,b\n1,2\n\xe4,3\n", r"heights.csv is not UTF-8 text \(byte 0xe4 in line 3\)"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told_with_file_column_and_line(fault):
    content, words = FAULTS[fault]
    with pytest.raises(DataError, match=words):
        read_table(upload(content), "b")


def test_a_fault_in_a_column_that_is_not_chosen_does_no_harm():
    content = b"a,b,c\n1,2,x\n3,4,\n"
    assert read_table(upload(content), "b").feature_names == ("a",)
    with pytest.raises(DataError, match="column 'c': the value in line 2, 'x', is text"):
        read_table(upload(content), "b", ["a", "c"])


def test_a_number_column_with_one_word_is_not_left_out_in_silence():
    with pytest.raises(DataError, match="column 'c': the value in line 3, 'x', is text"):
        read_table(upload(b"a,b,c\n1,2,5\n3,4,x\n"), "b")


def test_unknown_and_repeated_columns_are_refused():
    with pytest.raises(DataError, match=r"heights.csv has no column 'weight'; it has: age, height, name\."):
        read_table(upload(HEIGHTS), "weight")
    with pytest.raises(DataError, match="the name 'age' stands for 2 columns"):
        read_table(upload(HEIGHTS), "age", ["age"])
    with pytest.raises(DataError, match="has no column left for the target"):
        read_table(upload(HEIGHTS), [])


def test_stated_sizes_are_kept(monkeypatch):
    monkeypatch.setattr(table_file, "MAX_ROWS", 3)
    assert read_table(upload(HEIGHTS), "height").n_samples == 3
    monkeypatch.setattr(table_file, "MAX_ROWS", 2)
    with pytest.raises(DataError, match=r"heights\.csv has more than 2 rows; keep a sample"):
        read_table(upload(HEIGHTS), "height")
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 4]})
    with pytest.raises(DataError, match=r"heights\.parquet has more than 2 rows"):
        read_table(parquet(frame), "b")
    monkeypatch.setattr(table_file, "MAX_COLUMNS", 2)
    with pytest.raises(DataError, match=r"heights\.csv has 3 columns; 2 are the most"):
        read_table(upload(HEIGHTS), "height")
    monkeypatch.setattr(table_file, "MAX_BYTES", len(HEIGHTS) - 1)
    with pytest.raises(DataError, match=f"heights.csv has more than {len(HEIGHTS) - 1} bytes"):
        read_table(upload(HEIGHTS), "height")


def test_the_sizes_are_those_that_the_documentation_states():
    sizes = (table_file.MAX_ROWS, table_file.MAX_COLUMNS, table_file.MAX_BYTES)
    assert sizes == (100_000, 100, 20_000_000)
    for size in sizes:
        assert f"{size:,}" in read_table.__doc__


def test_a_file_open_as_text_is_refused():
    with pytest.raises(DataError, match="the table is open as text; open it with mode 'rb'"):
        read_table(io.StringIO("a,b\n1,2\n"), "b")


def test_a_path_that_is_not_there_is_pythons_own_error():
    with pytest.raises(FileNotFoundError):
        read_table(Path("nowhere.csv"), "b")


def test_columns_are_listed_with_their_faults():
    columns = table_columns(upload(b"a,b,c,d\n1,x,,4\n2,y,5,4\n3\n"))
    assert [(c.name, c.numeric) for c in columns] == [("a", True), ("b", False), ("c", True), ("d", True)]
    assert columns[0].fault is None
    assert columns[1].fault == "the value in line 2, 'x', is text, not a number."
    assert columns[2].fault == "the value in line 2 is missing; fill it in or remove the row."
    assert columns[3].fault == "every value is 4; a constant column tells nothing, leave it out."
    assert [c.name for c in table_columns(upload(b"a,b\n"))] == ["a", "b"]


def test_parquet_is_read_like_csv():
    frame = pd.DataFrame(
        {
            "whole": [1, 2, 4],
            "real": [0.5, 1.5, 2.5],
            "maybe": pd.array([3, 5, 7], dtype="Int64"),
            "city": ["Oslo", "Rome", "Bern"],
            "yes": [True, False, True],
        }
    )
    for name in ("heights.parquet", "heights.pq", "no suffix"):
        data = read_table(parquet(frame, name), "real")
        assert data.feature_names == ("whole", "maybe")
        assert data.x.tolist() == [[1.0, 3.0], [2.0, 5.0], [4.0, 7.0]]
        assert data.target.tolist() == [[0.5], [1.5], [2.5]]
    assert [c.numeric for c in table_columns(parquet(frame))] == [True, True, True, False, False]
    assert "not numbers" in table_columns(parquet(frame))[3].fault


def test_parquet_with_an_index_of_its_own_keeps_its_columns():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]}, index=pd.Index([2020, 2021], name="year"))
    assert read_table(parquet(frame), "b").feature_names == ("year", "a")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.0, None], "heights.parquet, column 'b': the value in row 2 is missing"),
        ([float("inf"), 1.0], "heights.parquet, column 'b': the value in row 1, 'inf', is not finite"),
        ([1.0, 1e39], r"column 'b': the value in row 2, 1e\+39, is too large for torch.float32"),
        ([2, 2], "column 'b': every value is 2"),
        (["x", "y"], "column 'b': it holds str, not numbers"),
    ],
)
def test_faults_in_parquet_are_told_with_their_row(values, words):
    with pytest.raises(DataError, match=words):
        read_table(parquet(pd.DataFrame({"a": [1, 2], "b": values})), "b")


def test_parquet_without_rows_or_broken_is_refused():
    with pytest.raises(DataError, match=r"heights\.parquet has no rows below its column names"):
        read_table(parquet(pd.DataFrame({"a": [1.0], "b": [2.0]}).iloc[:0]), "b")
    with pytest.raises(DataError, match=r"broken\.parquet is not a readable Parquet file"):
        read_table(upload(b"PAR1 and then nothing", "broken.parquet"), "b")
    with pytest.raises(DataError, match=r"named\.parquet is not a readable Parquet file"):
        read_table(upload(HEIGHTS, "named.parquet"), "b")
