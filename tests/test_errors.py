"""A refusal keeps its text and its values apart; each text is written out, so that it can be translated."""

import ast
import copy
import pickle
from pathlib import Path
from string import Formatter

import pytest
import torch

from linear_core import ConfigError, DataError, Refusal, ShapeError, parse_matrix, trace_forward

SOURCES = sorted(Path(__file__).parents[1].joinpath("linear_core").rglob("*.py"))
KINDS = {"Refusal", "ShapeError", "DataError", "ConfigError"}


def calls():
    """Every place where a refusal is made."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                yield f"{path.name}:{node.lineno}", node


@pytest.mark.parametrize("kind", [ShapeError, DataError, ConfigError])
def test_the_text_is_filled_in_and_both_parts_are_kept(kind):
    error = kind("{name!r} has {count:,} cells", name="x", count=5000)
    assert str(error) == "'x' has 5,000 cells"
    assert (error.template, error.values) == ("{name!r} has {count:,} cells", {"name": "x", "count": 5000})
    assert isinstance(error, Refusal)
    assert isinstance(error, ValueError)


def test_a_text_without_values_is_taken_as_it_stands():
    error = DataError("write {1, 2} and {}")
    assert str(error) == error.template == "write {1, 2} and {}"
    assert error.values == {}


def test_a_value_may_have_any_name_and_braces_of_its_own():
    error = ConfigError("{self} and {template}", self="{a}", template="{b}")
    assert str(error) == "{a} and {b}"


def sent(error):
    return pickle.loads(pickle.dumps(error))  # noqa: S301 - made in this very line


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, sent])
def test_a_refusal_can_be_copied_and_sent(again):
    error = DataError("row {row} has {count} numbers", row=1, count=2)
    other = again(error)
    assert type(other) is DataError
    assert (str(other), other.template, other.values) == (str(error), error.template, error.values)


def test_a_real_refusal_can_be_filled_in_anew():
    with pytest.raises(DataError) as caught:
        parse_matrix("1 2\n3 abc")
    error = caught.value
    assert error.template.format(**error.values) == str(error)
    assert error.values == {"row": 1, "column": 1, "text": "'abc'"}


@pytest.mark.parametrize("with_bias", [False, True])
def test_dtypes_that_differ_are_all_named(with_bias):
    bias = torch.zeros(1) if with_bias else None
    with pytest.raises(ShapeError) as caught:
        trace_forward(torch.zeros(1, 1, dtype=torch.float64), torch.zeros(1, 1), bias)
    others = ", weight torch.float32 and bias torch.float32" if with_bias else " and weight torch.float32"
    remedy = "use x.to(weight.dtype)" + (" and bias.to(weight.dtype)" if with_bias else "")
    assert str(caught.value) == f"expected one dtype, but got x torch.float64{others}; {remedy}"


def test_every_refusal_has_a_literal_text():
    assert len(list(calls())) > 100
    others = [place for place, call in calls() if len(call.args) != 1 or not is_text(call.args[0])]
    assert others == []


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_refusal_fills_in_the_fields_of_its_text():
    for place, call in calls():
        given = {keyword.arg for keyword in call.keywords}
        if None in given:  # **values of several refusals at once: what is named has to be wanted
            assert given - {None} <= fields(call), place
        else:
            assert given == (fields(call) if given else set()), place


def fields(call):
    return {name for _, name, _, _ in Formatter().parse(call.args[0].value) if name is not None}
