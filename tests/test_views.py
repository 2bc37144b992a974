"""Each of the four views cuts the product into parts that add up to the output."""

import pytest
import torch

from linear_core.errors import ConfigError
from linear_core.passes.forward import trace_forward
from linear_core.passes.views import VIEWS, frames


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def trace(*leading, bias=True):
    return trace_forward(random(*leading, 4), random(3, 4, seed=1), random(3, seed=2) if bias else None)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("leading", [(), (1,), (5,), (2, 3), (0,)])
@pytest.mark.parametrize("view", VIEWS)
def test_the_parts_add_up_to_the_output(view, leading, bias):
    call = trace(*leading, bias=bias)
    last = torch.zeros_like(call.output_rows)
    for frame in frames(call, view):
        last = frame
    assert torch.allclose(last, call.output_rows, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(
    ("view", "num_parts", "shape"),
    [
        ("dot_products", 15, (1, 1)),
        ("rows", 5, (1, 3)),
        ("columns", 3, (5, 1)),
        ("outer_products", 4, (5, 3)),
    ],
)
def test_each_view_has_parts_of_its_own_shape(view, num_parts, shape):
    parts = list(VIEWS[view](trace(5)))
    assert len(parts) == num_parts
    assert {tuple(part.values.shape) for part in parts} == {shape}
    assert len(list(frames(trace(5), view))) == num_parts + 1


@pytest.mark.parametrize("view", VIEWS)
def test_terms_are_the_single_products_of_a_part(view):
    for part in VIEWS[view](trace(5)):
        assert part.terms.shape[1:] == part.values.shape
        assert torch.allclose(part.terms.sum(0), part.values, rtol=1e-14, atol=1e-14)


def test_dot_products_fill_the_output_row_by_row():
    places = [(part.rows.start, part.outs.start) for part in VIEWS["dot_products"](trace(2))]
    assert places == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_a_column_is_a_weighted_sum_of_feature_columns():
    call = trace(5)
    part = list(VIEWS["columns"](call))[2]
    assert torch.equal(part.terms[1, :, 0], call.weight[2, 1] * call.x[:, 1])


def test_an_outer_product_is_one_feature_for_all_cells():
    call = trace(5)
    part = list(VIEWS["outer_products"](call))[3]
    assert torch.allclose(part.values, torch.outer(call.x[:, 3], call.weight[:, 3]))


def test_frames_do_not_change_after_they_are_given():
    first, *rest = frames(trace(5), "outer_products")
    assert torch.equal(first, next(iter(frames(trace(5), "outer_products"))))
    assert len(rest) == 4


def test_an_unknown_view_is_refused_at_once():
    with pytest.raises(ConfigError, match=r"view is 'diagonal', .* 'outer_products'"):
        frames(trace(2), "diagonal")
