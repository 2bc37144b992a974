"""A matrix of any size becomes a bounded number of exact numbers."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core.errors import ConfigError, ShapeError
from linear_core.layer.spec import DTYPES, LayerSpec
from linear_core.passes.blocks import MAX_WEIGHTS, block_summary, check_size, window


def random(*shape, dtype=torch.float32, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


@given(*(st.integers(1, 20) for _ in range(4)), st.sampled_from(list(DTYPES.values())), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_every_block_has_its_mean_and_its_extreme(rows, columns, max_rows, max_columns, dtype, seed):
    matrix = random(rows, columns, dtype=dtype, seed=seed)
    summary = block_summary(matrix, max_rows, max_columns)
    assert summary.mean.shape == summary.extreme.shape
    assert summary.mean.shape == (len(summary.row_edges) - 1, len(summary.column_edges) - 1)
    assert summary.mean.shape[0] <= max_rows
    assert summary.mean.shape[1] <= max_columns
    assert (summary.row_edges[-1], summary.column_edges[-1]) == (rows, columns)
    tolerance = 10 * torch.finfo(dtype).eps
    for i, (top, bottom) in enumerate(zip(summary.row_edges, summary.row_edges[1:], strict=False)):
        for j, (left, right) in enumerate(zip(summary.column_edges, summary.column_edges[1:], strict=False)):
            block = matrix[top:bottom, left:right].double()
            assert summary.mean[i, j].item() == pytest.approx(block.mean().item(), rel=0, abs=tolerance)
            assert summary.extreme[i, j] in matrix[top:bottom, left:right]
            assert summary.extreme[i, j].abs() == block.abs().max()


def test_a_small_matrix_is_given_cell_by_cell():
    matrix = random(5, 7)
    summary = block_summary(matrix, 5, 7)
    assert torch.equal(summary.mean, matrix)
    assert torch.equal(summary.extreme, matrix)


def test_a_side_has_at_most_64_blocks_unless_asked_for_more():
    assert block_summary(random(64, 65)).mean.shape == (64, 33)
    assert block_summary(random(65, 64)).mean.shape == (33, 64)


def test_a_summary_is_frozen_and_is_nobody_but_itself():
    summary, again = (block_summary(random(2, 3)) for _ in range(2))
    assert summary != again
    with pytest.raises(AttributeError):
        summary.mean = random(1)


def test_a_tie_shows_the_positive_one():
    assert block_summary(torch.tensor([[-2.0, 2.0]]), 1, 1).extreme.item() == 2.0


def test_nan_is_shown_and_stays_in_its_block():
    summary = block_summary(torch.tensor([[math.nan, 1.0, 2.0, 2.0]]), 1, 2)
    assert summary.extreme.isnan().tolist() == summary.mean.isnan().tolist() == [[True, False]]


def test_parameters_are_summarized_without_autograd():
    layer = torch.nn.Linear(4, 3)
    assert not block_summary(layer.weight).mean.requires_grad
    assert not window(layer.weight, 0, 0, 1, 1).requires_grad


def test_a_window_is_a_view_at_its_place():
    matrix = random(6, 5)
    seen = window(matrix, row=2, column=1, height=4, width=3)
    assert torch.equal(seen, matrix[2:6, 1:4])
    assert seen.data_ptr() == matrix[2:, 1:].data_ptr()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((3, 0, 4, 1), "expected row from 0 to 2, but got 3"),
        ((0, 3, 1, 3), "expected column from 0 to 2, but got 3"),
        ((-1, 0, 1, 1), "expected row from 0 to 5, but got -1"),
        ((0, -1, 1, 1), "expected column from 0 to 4, but got -1"),
        ((0, 0, 7, 1), "expected height from 1 to 6, but got 7"),
        ((0, 0, 1, 6), "expected width from 1 to 5, but got 6"),
        ((0, 0, 0, 1), "expected height from 1 to 6, but got 0"),
    ],
)
def test_a_window_that_reaches_outside_is_refused(place, words):
    with pytest.raises(ConfigError, match=words):
        window(random(6, 5), *place)


@pytest.mark.parametrize("shape", [(), (3,), (2, 2, 2), (0, 3), (3, 0)])
def test_what_is_no_matrix_is_refused(shape):
    for take in (block_summary, lambda matrix: window(matrix, 0, 0, 1, 1)):
        with pytest.raises(ShapeError, match=r"expected a matrix of two dimensions, .*; pass one, such as"):
            take(torch.zeros(shape))


@pytest.mark.parametrize("limits", [(0, 5), (5, 0)])
def test_no_blocks_at_all_are_refused(limits):
    with pytest.raises(ConfigError, match="s of at least 1, but got 0; choose a larger number"):
        block_summary(random(4, 4), *limits)


@pytest.mark.parametrize("sizes", [(4096, 4096), (1024, 16384), (1, MAX_WEIGHTS)])
def test_a_layer_of_exactly_the_limit_is_made(sizes):
    check_size(LayerSpec(*sizes))


def test_a_layer_above_the_limit_is_refused_with_the_arithmetic():
    words = (
        r"at most 2²⁴ = 16,777,216 weights, but got 16,384 × 1,025 = 16,793,600 \(128 MiB in float64\);"
        " choose at most 16,384 × 1,024, for example"
    )
    with pytest.raises(ConfigError, match=words):
        check_size(LayerSpec(16384, 1025, dtype="float64"))
    with pytest.raises(ConfigError, match="choose at most 16,777,216 × 1, for example"):
        check_size(LayerSpec(2 * MAX_WEIGHTS, 2 * MAX_WEIGHTS))
