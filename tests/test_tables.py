"""Tables of one's own: what is read, and each fault with its file, column and line."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

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
    with pytest.raises(
        DataError, match=r"heights\.csv, column 'b': expected a number in line 4, but got nothing"
    ):
        read_table(upload(content), "b")


FAULTS = {
    "empty": (b"", r"expected a line of column names and lines of numbers in heights\.csv, but got nothing"),
    "blank": (
        b"\n \n",
        r"expected a line of column names and lines of numbers in heights\.csv, but got nothing",
    ),
    "no rows": (b"a,b\n", r"expected at least two rows below the column names of heights\.csv, but got none"),
    "one row": (
        b"a,b\n1,2\n",
        r"expected at least two rows below the column names of heights\.csv, but got one",
    ),
    "missing": (b"a,b\n1,2\n3,\n", r"heights\.csv, column 'b': expected a number in line 3, but got nothing"),
    "missing NA": (
        b"a,b\nNA,2\n3,4\n",
        r"heights\.csv, column 'a': expected a number in line 2, but got nothing",
    ),
    "missing nan": (
        b"a,b\n1,2\n3,NaN\n",
        r"heights\.csv, column 'b': expected a number in line 3, but got nothing",
    ),
    "text": (
        b"a,b\n1,2\n3,tall\n",
        r"heights\.csv, column 'b': expected a number in line 3, but got the text 'tall'",
    ),
    "two decimal marks": (
        b"a;b\n1;2.5\n3;4,5\n",
        r"heights\.csv, column 'b': expected the decimal mark of the rows above in line 3, but got '4,5'",
    ),
    "underscore": (
        b"a,b\n1,2\n3,1_000\n",
        r"heights\.csv, column 'b': expected a number in line 3, but got the text '1_000'",
    ),
    "infinite": (
        b"a,b\n1,2\n-inf,3\n",
        r"heights\.csv, column 'a': expected a finite number in line 3, but got '-inf'",
    ),
    "too large": (
        b"a,b\n1,2\n3,1e39\n",
        r"heights\.csv, column 'b': expected a value that torch\.float32 can hold in line 3, but got 1e\+39",
    ),
    "constant": (
        b"a,b\n1,2\n1,3\n",
        r"heights\.csv, column 'a': expected values that differ, but got 1 in every row",
    ),
    "constant target": (
        b"a,b\n1,2\n2,2\n",
        r"heights\.csv, column 'b': expected values that differ, but got 2 in every row",
    ),
    "too short": (
        b"a,b\n1,2\n3\n",
        r"heights\.csv, line 3: expected 2 values, one for each column, but got 1",
    ),
    "too long": (
        b"a,b\n1,2\n3,4,5\n",
        r"heights\.csv, line 3: expected 2 values, one for each column, but got 3",
    ),
    "duplicate": (
        b"a,b,a\n1,2,3\n",
        r"expected a different name for each column of heights\.csv, but got 'a' for columns 1 and 3",
    ),
    "no name": (
        b"a,,b\n1,2,3\n",
        r"expected a name for each column of heights\.csv, but got none for column 2",
    ),
    "no names": (
        b"1,2\n3,4\n",
        r"expected the names of the columns in the first line of heights\.csv, but got numbers only",
    ),
    "no features": (
        b"b,city\n1,Oslo\n2,Rome\n",
        r"expected a column of heights\.csv for the features, but got none",
    ),
    "quotes": (
        b'a,b\n1,2\n"3,4\n',
        r"expected CSV in heights\.csv, but got text.*t cannot be read from line 3 on \(unexpected end",
    ),
    "latin-1": (
        b"a,b\n1,2\n\xe4,3\n",
        r"expected heights\.csv to be UTF-8 text, but got byte 0xe4 in line 3",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told_with_file_column_and_line(fault):
    content, words = FAULTS[fault]
    with pytest.raises(DataError, match=words):
        read_table(upload(content), "b")


def test_a_fault_in_a_column_that_is_not_chosen_does_no_harm():
    content = b"a,b,c\n1,2,x\n3,4,\n"
    assert read_table(upload(content), "b").feature_names == ("a",)
    with pytest.raises(
        DataError, match=r"heights\.csv, column 'c': expected a number in line 2, but got the text 'x'"
    ):
        read_table(upload(content), "b", ["a", "c"])


def test_a_number_column_with_one_word_is_not_left_out_in_silence():
    with pytest.raises(
        DataError, match=r"heights\.csv, column 'c': expected a number in line 3, but got the text 'x'"
    ):
        read_table(upload(b"a,b,c\n1,2,5\n3,4,x\n"), "b")


def read(content, target="b", features=None, **options):
    content = content if isinstance(content, bytes) else content.encode()
    return read_table(upload(content), target, features, **options)


def columns_of(data):
    return dict(zip(data.feature_names, data.x.T.tolist(), strict=True))


# Each file as people upload it, and the features that are read from it; the target is b.
KINDS = {
    "decimal commas": ("a;b\n10,5;4,25\n11;5,5\n", {"a": [10.5, 11]}),
    "decimal commas, tabs": ("a\tb\n-0,125\t1\n1e-1\t2\n", {"a": [-0.125, 0.1]}),
    "decimal commas, signs": ("a;b\n+,5;1\n\u22122,;2\n", {"a": [0.5, -2]}),
    "decimal commas in quotes": ('a,b\n"10,5",1\n"11,25",2\n', {"a": [10.5, 11.25]}),
    "commas in names": ("a, in m;b\n10,20;4,5\n11,50;5,25\n", {"a, in m": [10.2, 11.5]}),
    "booleans": ("a,b,c\nTrue,1,2\nFalse,2,3\n", {"a": [1, 0], "c": [2, 3]}),
    "booleans of Excel": ("a;b\nTRUE;1\nFALSE;2\n", {"a": [1, 0]}),
    "booleans of JavaScript": ("a\tb\nfalse\t1\ntrue\t2\n", {"a": [0, 1]}),
    "an index": (",a,b\n0,22,7\n1,38,71\n", {"a": [22, 38]}),
    "an index read back": ("Unnamed: 0,a,b\n0,22,7\n1,38,71\n", {"a": [22, 38]}),
    "an index of a sample": (",a,b\n417,22,7\n3,38,71\n", {"a": [22, 38]}),
    "an index of dates": (",a,b\n2017-01-02,22,7\n2017-01-03,38,71\n", {"a": [22, 38]}),
    "an index in quotes": ('"";"a";"b"\n"1";22;7\n"2";38;71\n', {"a": [22, 38]}),
    "an index of an index": ("Unnamed: 0.1,Unnamed: 0,a,b\n0,0,22,7\n1,1,38,71\n", {"a": [22, 38]}),
    "an index of R": ('"a" "b"\n"1" 22 7\n"2" 38 71\n', {"a": [22, 38]}),
    "a table of text": ("| a | b |\n| 1 | 2 |\n| 3 | 5 |\n", {"a": [1, 3]}),
    "comments": ("# Created: 2017\n#\na,b\n1,2\n# half\n3,5\n# end", {"a": [1, 3]}),
    "a comment with a delimiter": ("# Created, by me\n\n  # x, y, z\na,b\n1,2\n3,5\n", {"a": [1, 3]}),
    "names in a comment": ("# a b\n1.0e+00 2\n3.0e+00 5\n", {"a": [1, 3]}),
    "names in a comment, text": ("#b,name,a\n2,Bob,1\n5,Al,3\n", {"a": [1, 3]}),
    "sep=": ("sep=;\na;b\n1;4.5\n3;5.5\n", {"a": [1, 3]}),
    "SEP= with a tab": ('"SEP=\t"\r\na\tb\r\n1\t4.5\r\n3\t5.5\r\n', {"a": [1, 3]}),
    "sep= with the letters of a tab": ("sep=\\t\na\tb\n1\t4.5\n3\t5.5\n", {"a": [1, 3]}),
    "sep=, with commas elsewhere": ("sep=,\na;c,b\n1,4.5\n3,5.5\n", {"a;c": [1, 3]}),
    "UTF-16": ("größe\tb\n1\t4.5\n3\t5.5\n".encode("utf-16"), {"größe": [1, 3]}),
    "UTF-16 from the other end": ("\ufeff身高,b\n1,4\n3,5\n".encode("utf-16-be"), {"身高": [1, 3]}),
    "UTF-16 without its mark": ("a;b\n1;4\n3;5\n".encode("utf-16-le"), {"a": [1, 3]}),
    "UTF-32": ("a;b\n1;4\n3;5\n".encode("utf-32"), {"a": [1, 3]}),
    "UTF-8 with a mark": ("\ufeff# c\nä,b\n1,4\n3,5\n", {"ä": [1, 3]}),
    "trailing delimiters": ("a,b\n1,2,\n3,5,\n", {"a": [1, 3]}),
    "trailing delimiters everywhere": ("a;b;;\n1;2;;\n3;5;;\n;;;\n", {"a": [1, 3]}),
    "one trailing delimiter": ("a\tb\n1\t2\n3\t5\t\t\n", {"a": [1, 3]}),
    "trailing tabs": ("a\tb\n1\t2\t\n3\t5\t\n", {"a": [1, 3]}),
    "a table of Markdown": ("| a | b |\n|:--|---|\n| 1 | 2 |\n| 3 | 5 |\n", {"a": [1, 3]}),
    "a table of a database": (
        "+---+---+\n| a | b |\n+---+---+\n| 1 | 2 |\n| 3 | 5 |\n+---+---+\n",
        {"a": [1, 3]},
    ),
    "invisible spaces of a web page": ("a\tb\n\u200b1\t2\n3\u2060\t5\n", {"a": [1, 3]}),
    "a name that begins like a sum": ("n,a,b\nTotal,1,2\nTotal,3,5\n", {"a": [1, 3]}),
    "pipes": ("a|b\n1|2\n3|5\n", {"a": [1, 3]}),
    "commas of a Chinese keyboard": ("a,b\n1,2\n3,5\n".replace(",", "\N{FULLWIDTH COMMA}"), {"a": [1, 3]}),
    "sep= with spaces": ("sep = ;\na;b\n1;2\n3;5\n", {"a": [1, 3]}),
    "pipes, with commas": ("a, m|b\n1,5|2\n3,25|5\n", {"a, m": [1.5, 3.25]}),
    "spaces": ("  a   b\n  1   2.5\n 33  5\n", {"a": [1, 33]}),
    "spaces and quotes": ('"the a" b\n1 2\n3 5\n', {"the a": [1, 3]}),
    "thousands": ('a,b\n"2,334.5",1\n"3,500",2\n', {"a": [2334.5, 3500]}),
    "thousands alone": ('a,b\n"2,334",1\n"13,500",2\n', {"a": [2334, 13500]}),
    "thousands with points": ("a;b\n2.334,5;1\n1.003.500;2\n", {"a": [2334.5, 1003500]}),
    "thousands told by the neighbor": ("a;b\n2.334;1,5\n3.500;2,25\n", {"a": [2334, 3500]}),
    "thousands told by the other neighbor": ("a;b\n2,334;1.5\n3,500;2.25\n", {"a": [2334, 3500]}),
    "thousands with spaces": ("a;b\n1 234,5;1\n12\u202f000;2\n", {"a": [1234.5, 12000]}),
    "thousands with thin spaces": ("a;b\n1\u2009234,5;1\n12\u2009000;2\n", {"a": [1234.5, 12000]}),
    "thousands in Switzerland": ("a,b\n1'234.5,1\n12’000,2\n", {"a": [1234.5, 12000]}),
    "spaces beside both marks": ("a;b;c\n1 234;1,5;1.5\n5;2,5;2.5\n", {"a": [1234, 5], "c": [1.5, 2.5]}),
    "three decimals": ("a;b\n1.234;1\n2.345;2\n", {"a": [1.234, 2.345]}),
    "three decimals beside a large whole number": ("a;b\n1.234;1\n2345;2\n", {"a": [1.234, 2345]}),
    "three decimals below one": ("a;b\n0,234;1\n2,345;2\n", {"a": [0.234, 2.345]}),
    "years as names": ("b,1990,1995\n1,2,3\n4,5,7\n", {"1990": [2, 5], "1995": [3, 7]}),
    "counted names": ("b,0,1,2\n1,2,3,4\n4,5,7,9\n", {"0": [2, 5], "1": [3, 7], "2": [4, 9]}),
    "delimiters in quotes": ('a,"b","n"\n"1","2","x, ""y"";z"\n3, 5, "k"\n', {"a": [1, 3]}),
    "a line break in quotes": ('n,a,b\n"x\ny",1,2\nz,3,5\n', {"a": [1, 3]}),
    "an empty column": ("a,b,c\n1,2,\n3,5,NA\n", {"a": [1, 3]}),
    "empty lines": ("\n\na,b\n\n1,2\n , \n3,5\n\n\n", {"a": [1, 3]}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_files_that_people_bring_are_read(kind):
    content, wanted = KINDS[kind]
    data = read(content, dtype=torch.float64)
    assert columns_of(data) == wanted
    rest = [
        c.name for c in table_columns(upload(content if isinstance(content, bytes) else content.encode()))
    ]
    assert set(rest) == {*wanted, "b", *data.left_out}


def test_values_that_are_rounded_but_stay_apart_are_read():
    data = read("a,b\n16777217,1\n16777219,2\n")
    assert data.x.flatten().tolist() == [16777216.0, 16777220.0]


REFUSED = {
    "ambiguous": ("a;b\n1,234;1\n2,345;2\n", r"heights\.csv, column 'a': expected a number.*but got '1,234'"),
    "ambiguous, told both ways": (
        "a;b;c\n1.234;1,5;1\n2.345;2,5;2.5\n",
        r"heights\.csv, column 'a': expected a number.*but got '1\.234'",
    ),
    "ambiguous points beside whole numbers": (
        "a;b\n950;1\n1.200;2\n",
        r"heights\.csv, column 'a': expected a number in line 3.*but got '1\.200'; write thousands without",
    ),
    "ambiguous after whole numbers": (
        "a|b\n12|1\n2,345|2\n",
        r"heights\.csv, column 'a': expected a number.*but got '2,345'",
    ),
    "identifiers": (
        "a,b\n12345678901234567,1\n12345678901234568,2\n",
        r"heights\.csv, column 'a': expected values.*but got 12345678901234567 and 12345678901234568 in",
    ),
    "identifiers below zero": (
        "a;b\n−9007199254740993;1\n−9007199254740992;2\n",
        r"heights\.csv, column 'a': expected values.*but got −9007199254740993 and −9007199254740992 in",
    ),
    "thousands without quotes": (
        "a,b\n1,234,5\n",
        r"heights\.csv, line 2: expected 2 values, one for each column, but got 3",
    ),
    "a title": ("Report\n\na,b\n1,2\n", r"heights\.csv, line 3: expected one value for.*but got 2"),
    "a comment of MATLAB": (
        "% c\na;b\n1;2\n",
        r"expected a column of heights\.csv for the features, but got none",
    ),
    "another delimiter below": ("a b\n1,2\n", r"heights\.csv, line 2: expected one value for.*but got 2"),
    "an unknown delimiter": (
        "a:b\n1:2\n3:5\n",
        r"expected a column of heights\.csv for the features, but got none",
    ),
    "underscores": (
        "a,b\n1_000,1\n2_000,2\n",
        r"expected a column of heights\.csv for the features, but got none",
    ),
    "hexadecimal": (
        "a,b\n0x1f,1\n0x2f,2\n",
        r"expected a column of heights\.csv for the features, but got none",
    ),
    "only dates": (
        "a,b\n2017-01-01,1\n2017-01-02,2\n",
        r"expected a column of heights\.csv for the features, but got none",
    ),
    "two marks": (
        "a;b\n1.5;1\n2,5;2\n",
        r"heights\.csv, column 'a': expected the decimal mark of the rows above in line 3, but got '2,5'",
    ),
    "commas without quotes": (
        "a,b\n10,5,4,5\n",
        r"heights\.csv, line 2: expected 2 values, one for each column, but got 4",
    ),
    "a boolean among numbers": (
        "a,b\n1,2\nTrue,3\n",
        r"heights\.csv, column 'a': expected a number in line 3, but got the text 'True'",
    ),
    "a boolean missing": (
        "a,b\nTrue,2\n,3\n",
        r"heights\.csv, column 'a': expected a number in line 3, but got nothing",
    ),
    "a constant boolean": (
        "a,b\nTrue,2\nTrue,3\n",
        r"heights\.csv, column 'a': expected values that differ, but got 1 in every row",
    ),
    "unit": (
        "a,b\n12 kg,2\n15 kg,3\n",
        r"heights\.csv, column 'a': expected a number alone in line 2, but got '12 kg'",
    ),
    "percent": (
        "a;b\n5%;2\n7,5%;3\n",
        r"heights\.csv, column 'a': expected a number alone in line 2, but got '5%'",
    ),
    "currency": (
        "a,b\n$5,2\n$7.50,3\n",
        r"heights\.csv, column 'a': expected a number alone in line 2, but got '\$5'",
    ),
    "currency by letters": (
        "a|b\nEUR 5|2\nEUR 7,50|3\n",
        r"heights\.csv, column 'a': expected a number alone in line 2, but got 'EUR 5'",
    ),
    "one unit": (
        "a,b\n12,2\n15 m²,3\n",
        r"heights\.csv, column 'a': expected a number alone in line 3, but got '15 m²'",
    ),
    "one date": (
        "a,b\n12,2\n2017-01-02,3\n",
        r"heights\.csv, column 'a': expected a number in line 3, but got the date or time '2017-01-02'",
    ),
    "missing with a dot": (
        "a,b\n12,2\n.,3\n",
        r"heights\.csv, column 'a': expected a number in line 3, but got nothing",
    ),
    "an error of Excel": (
        "a,b\n12,2\n#N/A,3\n",
        r"heights\.csv, column 'a': expected a number in line 3, but got nothing",
    ),
    "after a comment": (
        "# c\n# d\na,b\n1,2\n# e\nx,3\n",
        r"heights\.csv, column 'a': expected a number in line 6, but got the text 'x'",
    ),
    "a row that looks like a comment": (
        "a,b\n1,2\n#3,3\n",
        r"heights\.csv, column 'a': expected a number alone in line 3, but got '#3'",
    ),
    "after sep=": (
        "sep=;\na;b\n1;\n",
        r"expected at least two rows below the column names of heights\.csv, but got one",
    ),
    "trailing values": (
        "a,b\n1,2,\n3,5,7\n",
        r"heights\.csv, line 3: expected 2 values, one for each column, but got 3",
    ),
    "trailing values without a name": (
        "a,b,\n1,2,\n3,5,7\n",
        r"expected a name for each column of heights\.csv, but got none for column 3",
    ),
    "two indices": (
        ",,b\n0,1,2\n1,2,3\n",
        r"expected a name for each column of heights\.csv, but got none for column 2",
    ),
    "a nameless column of numbers": (
        ",b\n0.5,1\n1.5,2\n",
        r"expected a name for each column of heights\.csv, but got none for column 1",
    ),
    "names twice with spaces": (
        "a, a ,b\n1,2,3\n",
        r"expected a different name for each column of heights\.csv, but got 'a' for columns 1 and 2",
    ),
    "no header": (
        "1.5;2\n3;4\n",
        r"expected the names of the columns in the first line of heights\.csv, but got numbers only",
    ),
    "no header, decimal commas": (
        "1,5;2,5\n3;4\n",
        r"expected the names of the columns in the first line of heights\.csv, but got numbers only",
    ),
    "no header, text": (
        "Oslo,7,3\nRome,28,4\n",
        "expected the names of the columns in the.*but got the number '7' among them",
    ),
    "no header, text last": (
        "5.1,3.5,setosa\n4.9,3,setosa\n",
        r"expected the names of the columns in the.*but got the number '5\.1' among them",
    ),
    "too large for a float": (
        "a,b\n1,2\n1e999,3\n",
        r"heights\.csv, column 'a': expected a finite number in line 3, but got '1e999'",
    ),
    "digits of another script": (
        "a,b\n1,2\n٣,3\n",
        r"heights\.csv, column 'a': expected a number in line 3, but got the text '٣'",
    ),
    "half of a UTF-16 character": ("a;b\n".encode("utf-16") + b"1", "from byte 11 on: it is cut off"),
    "GBK": (
        "身高,b\n1,2\n3,4\n".encode("gbk"),
        r"expected heights\.csv to be UTF-8 text, but got byte 0xc9 in line 1",
    ),
    "zero bytes": (
        b"a,b\n1,2\n\0,3\n",
        r"expected heights\.csv to be CSV text, but got a binary file \(a zero byte in line 3\)",
    ),
    "xlsx": (b"PK\x03\x04 xl/worksheets", r"expected heights\.csv to be CSV, but got Excel \(\.xlsx\)"),
    "ods": (
        b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        r"expected heights\.csv to be CSV, but got OpenDocument \(\.ods\)",
    ),
    "xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0",
        r"expected heights\.csv to be CSV, but got Excel \(\.xls\)",
    ),
    "gzip": (b"\x1f\x8b\x08\0", r"expected heights\.csv to be CSV, but got gzip"),
    "PDF": (b"%PDF-1.7", r"expected heights\.csv to be CSV, but got PDF"),
    "npy": (b"\x93NUMPY\x01\0", r"expected heights\.csv to be CSV, but got NumPy \(\.npy\)"),
    "a web page": (b"\n<!DOCTYPE html><html>", r"expected heights\.csv to be CSV, but got HTML or XML"),
    "JSON": (b'[{"a": 1, "b": 2}]', r"expected heights\.csv to be CSV, but got JSON"),
    "only comments": (
        b"# nothing\n# here\n",
        r"expected a line of column names and lines of numbers in heights\.csv, but got nothing",
    ),
    "only sep=": (
        b"sep=;\n",
        r"expected a line of column names and lines of numbers in heights\.csv, but got nothing",
    ),
    **{
        f"missing as {word}": (f"a,b\n1,2\n{word},5\n3,6\n", "number in line 3, but got nothing")
        for word in ("n.a.", "-nan", "1.#IND", "\\N", "—", "missing")
    },
    "infinite in C": ("a,b\n1,2\n1.#INF,5\n", "finite number in line 3, but got '1.#INF'"),
    **{
        f"no unit in {cell}": (
            f'a,b\n1,2\n"{cell}",5\n',
            f"number in line 3, but got the text '{re.escape(cell)}'",
        )
        for cell in ("(10)", "[1]", "“1”", "2 # x")
    },
    **{
        f"a sum called {word}": (
            f"n,a,b\nx,1,2\ny,3,5\n{word},4,7\n",
            rf"heights\.csv, line 4: expected a sample, but got '{word}', a summary of other rows",
        )
        for word in ("Total", "GRAND TOTAL", "Mean:", "合计")
    },
    "a sum of a part": (
        "n,a,b\n\nx,1,2\nSubtotal,1,2\ny,3,5\n",
        r"heights\.csv, line 4: expected a sample, but got 'Subtotal', a summary of other rows",
    ),
    **{
        f"neither a unit nor a date: {cell}": (
            f"a,b\n1,2\n{cell},5\n",
            f"number in line 3, but got the text '{re.escape(cell)}'",
        )
        for cell in ("<0.5", "≈2", "1.5-103")
    },
    "RTF": (b"{\\rtf1 a,b}", r"expected heights\.csv to be CSV, but got RTF"),
    "Stata": (b"<stata_dta><header>", r"expected heights\.csv to be CSV, but got Stata"),
    "one column": (b"b\n1\n2\n", r"for the features, but got none; choose or add one with numbers$"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_true_reason(kind):
    content, words = REFUSED[kind]
    with pytest.raises(DataError, match=words):
        read(content)


def test_columns_that_are_no_numbers_are_left_out_by_name():
    data = read(",day,city,empty,a,b\n0,2017-01-02,Oslo,,1,2\n1,03.01.2017,Rome,,3,5\n")
    assert data.feature_names == ("a",)
    assert data.left_out == {
        "Unnamed: 0": "expected a name, but got none, so it is taken for the index of the rows; "
        "name it to use it",
        "day": "expected a number in line 2, but got the date or time '2017-01-02'; "
        "write it as a number, such as the days since the first",
        "city": "expected a number in line 2, but got the text 'Oslo'; replace it, or choose another column",
        "empty": "expected a number in line 2, but got nothing; fill it in, or remove the row",
    }
    with pytest.raises(DataError, match="column 'Unnamed: 0': expected a name, but got none"):
        read(",a,b\n0,1,2\n1,3,5\n", features=["Unnamed: 0"])
    assert read("city,a,b\nOslo,1,2\nRome,3,5\n", features="a").left_out == {}


@pytest.mark.parametrize(
    "text",
    [
        "31.1.2017",
        "2017/1/31 12:00",
        "2017-01-31T12:00:00Z",
        "12:30",
        "1:02:03.5 pm",
        "31 Jan 2017",
        "May 5, 2017",
        "2017年1月31日",
        "05-Jan-17",
    ],
)
def test_dates_and_times_are_called_so(text):
    with pytest.raises(
        DataError, match=r"heights\.csv, column 'a': expected a number in line 2, but got the date or time '"
    ):
        read(f'"a"|b\n"{text}"|1\n"{text}"|2\n', features="a")


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ((1700000001, 1700000002, 1700000003), torch.float32),
        ((1700000000, 1700000060, 1702592000), torch.float32),
        ((100000000.5, 100000001.5, 100000002.5), torch.float32),
        ((2048, 2049, 2051), torch.float16),
    ],
)
def test_values_that_become_equal_in_the_dtype_are_told_as_that(values, dtype):
    content = "a,b\n" + "".join(f"{value},{row * row}\n" for row, value in enumerate(values))
    with pytest.raises(
        DataError, match=rf"'a': expected values that differ in {dtype}, but got .*; subtract the smallest"
    ) as caught:
        read(content, dtype=dtype)
    assert "constant" not in str(caught.value)
    assert f"{values[0]} and {values[1]}" in str(caught.value)
    assert read(content, dtype=torch.float64).x.flatten().tolist() == list(values)
    if dtype == torch.float32:
        assert (
            "expected values that differ in torch.float32, but got"
            in table_columns(upload(content.encode()))[0].fault
        )


def test_rounding_that_is_small_against_the_range_does_no_harm():
    content = "a,b\n0.1,1\n0.10000000001,2\n1,3\n"
    assert read(content).x.flatten().tolist() == torch.tensor([0.1, 0.1, 1.0]).tolist()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-1e9, 1e9, allow_subnormal=False), st.floats(-1e9, 1e9, allow_subnormal=False)),
        min_size=2,
        max_size=5,
        unique_by=(lambda row: row[0], lambda row: row[1]),
    ),
    st.sampled_from(["\t", "|", ";", ","]),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_numbers_are_read_to_the_bit_however_they_are_written(rows, delimiter, comma, encoding):
    def text(value):
        return f'"{value!r}"'.replace(".", ",") if comma else repr(value)

    # Four decimals decide which mark is the decimal one, also for a 1.234 beside them.
    lines = ["a,b,c".replace(",", delimiter)]
    lines += [delimiter.join([text(a), text(b), text(row + 0.0625)]) for row, (a, b) in enumerate(rows)]
    data = read("\n".join(lines).encode(encoding), dtype=torch.float64)
    assert data.x[:, 0].tolist() == [a for a, _ in rows]
    assert data.target[:, 0].tolist() == [b for _, b in rows]


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text('ab1,;\t|"\n #.-e=', max_size=60).map(str.encode)))
def test_no_file_raises_anything_but_a_data_error(content):
    for function in (table_columns, lambda file: read_table(file, "b")):
        with contextlib.suppress(DataError):
            function(upload(content))


def test_tables_do_not_load_pandas():
    code = (
        "import io, sys; from linear_core import read_table;"
        "read_table(io.BytesIO(b'a,b\\n1,2\\n3,5\\n'), 'b'); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_unknown_and_repeated_columns_are_refused():
    with pytest.raises(
        DataError, match=r"expected a column of heights\.csv \(age, height, name\), but got 'weight'"
    ):
        read_table(upload(HEIGHTS), "weight")
    with pytest.raises(DataError, match="expected a different name for each column, but got 'age' for 2"):
        read_table(upload(HEIGHTS), "age", ["age"])
    with pytest.raises(DataError, match=r"for the features, but got none; choose or add one with numbers$"):
        read_table(upload(HEIGHTS), "age", [])
    with pytest.raises(DataError, match=r"expected a column of heights\.csv for the target, but got none"):
        read_table(upload(HEIGHTS), [])


def test_stated_sizes_are_kept(monkeypatch):
    monkeypatch.setattr(table_file, "MAX_ROWS", 3)
    assert read_table(upload(HEIGHTS), "height").n_samples == 3
    monkeypatch.setattr(table_file, "MAX_ROWS", 2)
    with pytest.raises(DataError, match=r"expected at most 2 rows in heights\.csv, but got more"):
        read_table(upload(HEIGHTS), "height")
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 4]})
    with pytest.raises(DataError, match=r"expected at most 2 rows in heights\.parquet, but got more"):
        read_table(parquet(frame), "b")
    monkeypatch.setattr(table_file, "MAX_COLUMNS", 2)
    with pytest.raises(DataError, match=r"expected at most 2 columns in heights\.csv, but got 3"):
        read_table(upload(HEIGHTS), "height")
    monkeypatch.setattr(table_file, "MAX_BYTES", len(HEIGHTS) - 1)
    with pytest.raises(DataError, match=f"at most {len(HEIGHTS) - 1} bytes in heights.csv, but got more"):
        read_table(upload(HEIGHTS), "height")


def test_the_sizes_are_those_that_the_documentation_states():
    sizes = (table_file.MAX_ROWS, table_file.MAX_COLUMNS, table_file.MAX_BYTES)
    assert sizes == (100_000, 100, 20_000_000)
    for size in sizes:
        assert f"{size:,}" in read_table.__doc__


def test_a_file_open_as_text_is_refused():
    with pytest.raises(
        DataError, match=r"expected the table open as bytes, but got text; .*, or pass an io.BytesIO"
    ):
        read_table(io.StringIO("a,b\n1,2\n"), "b")


def test_a_path_that_is_not_there_is_pythons_own_error():
    with pytest.raises(FileNotFoundError):
        read_table(Path("nowhere.csv"), "b")


def test_columns_are_listed_with_their_faults():
    columns = table_columns(upload(b"a,b,c,d\n1,x,,4\n2,y,5,4\n3\n"))
    assert [(c.name, c.numeric) for c in columns] == [("a", True), ("b", False), ("c", True), ("d", True)]
    assert columns[0].fault is None
    assert (
        columns[1].fault
        == "expected a number in line 2, but got the text 'x'; replace it, or choose another column"
    )
    assert columns[2].fault == "expected a number in line 2, but got nothing; fill it in, or remove the row"
    assert (
        columns[3].fault
        == "expected values that differ, but got 4 in every row; leave this column out, or choose another"
    )
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
        assert data.feature_names == ("whole", "maybe", "yes")
        assert data.x.tolist() == [[1.0, 3.0, 1.0], [2.0, 5.0, 0.0], [4.0, 7.0, 1.0]]
        assert data.left_out == {"city": "expected numbers, but got str; choose another column"}
        assert data.target.tolist() == [[0.5], [1.5], [2.5]]
    assert [c.numeric for c in table_columns(parquet(frame))] == [True, True, True, False, True]
    assert "expected numbers, but got str" in table_columns(parquet(frame))[3].fault


def test_parquet_with_an_index_of_its_own_keeps_its_columns():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]}, index=pd.Index([2020, 2021], name="year"))
    assert read_table(parquet(frame), "b").feature_names == ("year", "a")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.0, None], r"heights\.parquet, column 'b': expected a number in row 2, but got nothing"),
        (
            [float("inf"), 1.0],
            r"heights\.parquet, column 'b': expected a finite number in row 1, but got 'inf'",
        ),
        ([1.0, 1e39], r"heights\.parquet, column 'b': expected a.*but got 1e\+39"),
        ([2, 2], r"heights\.parquet, column 'b': expected values that differ, but got 2 in every row"),
        (["x", "y"], r"heights\.parquet, column 'b': expected numbers, but got str"),
    ],
)
def test_faults_in_parquet_are_told_with_their_row(values, words):
    with pytest.raises(DataError, match=words):
        read_table(parquet(pd.DataFrame({"a": [1, 2], "b": values})), "b")


def test_parquet_without_rows_or_broken_is_refused():
    with pytest.raises(DataError, match=r"but got numbers only; .*, or rename the columns of a Parquet file"):
        read_table(parquet(pd.DataFrame([[1.0, 2.0], [3.0, 5.0]])), "1")
    with pytest.raises(
        DataError,
        match=r"expected at least two rows below the column names of heights\.parquet, but got none",
    ):
        read_table(parquet(pd.DataFrame({"a": [1.0], "b": [2.0]}).iloc[:0]), "b")
    with pytest.raises(
        DataError,
        match=r"expected broken\.parquet to be a Parquet.*but got one that cannot be read \(Could not",
    ):
        read_table(upload(b"PAR1 and then nothing", "broken.parquet"), "b")
    with pytest.raises(
        DataError,
        match=r"expected named\.parquet to be a Parquet file,.*but got one that cannot be read \(Could",
    ):
        read_table(upload(HEIGHTS, "named.parquet"), "b")
