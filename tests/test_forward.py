"""The trace gives PyTorch's own output, and every cell of it can be opened."""

import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from linear_core.errors import ShapeError
from linear_core.exchange.matrix_text import parse_matrix
from linear_core.layer.spec import DTYPES, LayerSpec, build_layer
from linear_core.passes.forward import trace_forward


def random(*shape, dtype=torch.float32, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


@st.composite
def calls(draw):
    """An x of any number of dims, whole, transposed or strided, with a weight and perhaps a bias that fit."""
    dtype = draw(st.sampled_from(list(DTYPES.values())))
    leading = draw(st.lists(st.integers(0, 4), max_size=4))
    in_features, out_features = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    seed = draw(st.integers(0, 10_000))
    x = random(*leading, in_features, dtype=dtype, seed=seed)
    if draw(st.booleans()):
        x = random(*leading, 2 * in_features, dtype=dtype, seed=seed)[..., ::2]
    elif x.ndim > 2 and draw(st.booleans()):
        x = x.transpose(0, 1)
    weight = random(out_features, in_features, dtype=dtype, seed=seed + 1)
    bias = random(out_features, dtype=dtype, seed=seed + 2) if draw(st.booleans()) else None
    return x, weight, bias


@given(calls())
@settings(max_examples=150, deadline=None)
def test_output_is_that_of_f_linear_for_every_number_of_dims_and_dtype(call):
    x, weight, bias = call
    trace = trace_forward(x, weight, bias)
    expected = F.linear(x, weight, bias)
    assert torch.equal(trace.output, expected)
    assert trace.output.dtype == expected.dtype
    assert trace.num_rows == x[..., 0].numel()
    assert trace.check().ok


@given(calls(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_cell_is_its_own_place_in_the_output(call, data):
    x, weight, bias = call
    trace = trace_forward(x, weight, bias)
    if trace.num_rows == 0:
        with pytest.raises(IndexError, match="expected no row, since there is none, but got 0; leave it out"):
            trace.cell(0, 0)
        return
    row = data.draw(st.integers(0, trace.num_rows - 1))
    out = data.draw(st.integers(0, weight.shape[0] - 1))
    cell = trace.cell(row, out)
    assert torch.equal(cell.x, x.reshape(-1, x.shape[-1])[row])
    assert torch.equal(cell.weight, weight[out])
    assert (cell.bias is None) == (bias is None)
    assert bias is None or cell.bias == bias[out]
    assert cell.value == trace.output.reshape(-1, weight.shape[0])[row, out]
    assert torch.equal(cell.products, cell.x * cell.weight)


def test_parameters_are_traced_without_autograd_or_a_copy():
    layer = torch.nn.Linear(4, 3)
    trace = trace_forward(random(2, 4), layer.weight, layer.bias)
    assert not trace.output.requires_grad
    assert trace.weight.data_ptr() == layer.weight.data_ptr()
    assert torch.equal(trace.output, layer(random(2, 4)))


def test_an_x_that_wants_gradients_is_traced_without_them():
    x = random(2, 4).requires_grad_()
    trace = trace_forward(x, random(3, 4), random(3))
    assert not trace.output.requires_grad
    assert not trace.x.requires_grad


def test_a_record_is_frozen_and_is_nobody_but_itself():
    trace, again = (trace_forward(random(2, 4), random(3, 4)) for _ in range(2))
    for record, other in ((trace, again), (trace.cell(0, 0), again.cell(0, 0))):
        assert record != other
        assert len({record, other}) == 2
        with pytest.raises(AttributeError):
            record.x = random(1)


def test_a_printed_layer_gives_its_printed_output():
    weight = parse_matrix("Parameter containing: tensor([[ 0.1098, -0.5404]], requires_grad=True)")
    bias = parse_matrix("Parameter containing: tensor([-0.4456], requires_grad=True)")[0]
    trace = trace_forward(torch.tensor([1.0, 2.0]), weight, bias)
    assert str(trace.output) == "tensor([-1.4166])"
    assert trace.cell(0, 0).products.tolist() == pytest.approx([0.1098, -1.0808])


def test_three_samples_are_three_passes():
    x = parse_matrix("0.1,0.2,0.3,0.3,0.3\n0.4,0.5,0.6,0.6,0.6\n0.7,0.8,0.9,0.9,0.9")
    layer = build_layer(LayerSpec(5, 10))
    together = trace_forward(x, layer.weight, layer.bias)
    assert together.output.shape == (3, 10)
    for row in range(3):
        alone = trace_forward(x[row], layer.weight, layer.bias)
        torch.testing.assert_close(together.output[row], alone.output)
        assert torch.equal(together.cell(row, 7).products, alone.cell(0, 7).products)


def test_rows_count_through_the_leading_dims_last_one_first():
    trace = trace_forward(random(2, 3, 4, 5), random(6, 5))
    assert [trace.row_index(row) for row in (0, 1, 4, 23)] == [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 2, 3)]
    assert trace_forward(random(5), random(6, 5)).row_index(0) == ()
    assert trace.x_rows.shape == (24, 5)
    assert torch.equal(trace.output_rows[23], trace.output[1, 2, 3])


@pytest.mark.parametrize(
    ("row", "out", "words"),
    [
        (3, 0, "expected row from 0 to 2, but got 3; choose one in this range"),
        (-1, 0, "expected row from 0 to 2, but got -1"),
        (0, 2, "expected out from 0 to 1, but got 2"),
        (0, -1, "expected out from 0 to 1, but got -1"),
    ],
)
def test_a_cell_outside_is_refused_with_both_numbers(row, out, words):
    with pytest.raises(IndexError, match=words):
        trace_forward(random(3, 4), random(2, 4)).cell(row, out)


def test_opening_a_cell_costs_no_more_in_a_large_layer():
    weight = torch.ones(1, 1).expand(11008, 4096)  # no memory: only the sizes matter to a cell
    trace = trace_forward(random(1, 4096), torch.ones(1, 4096))
    large = type(trace)(random(512, 4096), weight, None, torch.zeros(1, 1).expand(512, 11008))
    seconds = []
    for row in range(0, 500, 10):
        start = time.perf_counter()
        _ = large.cell(row, 11000).products
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 1e-3


def test_strided_x_is_not_copied_for_a_cell():
    x = random(4096, 512).T
    cell = trace_forward(x, random(2, 4096)).cell(5, 1)
    assert cell.x.data_ptr() == x[5].data_ptr()


def module_inputs():
    """PyTorch's own sample inputs for nn.Linear, each with a reference; made from the global random state."""
    from torch.testing._internal.common_modules import module_inputs_torch_nn_Linear  # wants expecttest

    with torch.random.fork_rng(devices=[]):
        return module_inputs_torch_nn_Linear(
            None, device="cpu", dtype=torch.float64, requires_grad=True, training=True
        )


def test_pytorchs_own_sample_inputs_are_traced():
    samples = module_inputs()
    assert len(samples) >= 3
    for sample in samples:
        layer = torch.nn.Linear(*sample.constructor_input.args, **sample.constructor_input.kwargs).double()
        x, *_ = (*sample.forward_input.args, *sample.forward_input.kwargs.values())
        trace = trace_forward(x, layer.weight, layer.bias)
        assert torch.equal(trace.output, layer(x))
        assert torch.allclose(trace.output, sample.reference_fn(layer, x))


@pytest.mark.parametrize(
    ("x", "weight", "bias", "words"),
    [
        (
            random(2, 4),
            random(3, 5),
            None,
            r"expected x with in_features=5 in its last dimension \(weight is 3 × 5, out × in\), but got 4",
        ),
        (random(2, 4), random(4, 5), None, r"but got 4; use weight\.T"),
        (
            random(2, 4, 3),
            random(4, 5),
            None,
            r"expected x with in_features=5 in its last dimension \(weight is 4 × 5, out × in\), but got 3",
        ),
        (
            torch.tensor(1.0),
            random(3, 5),
            None,
            r"expected x of shape \(\*, in_features\), but got a 0-D tensor",
        ),
        (random(5), random(5), None, r"weight of shape \(out_features, in_features\), but got \(5,\)"),
        (random(5), random(3, 5), random(5), r"bias of shape \(3,\), but got \(5,\)"),
        (random(5), random(3, 5), random(1), r"bias of shape \(3,\), but got \(1,\)"),
        (
            random(5).double(),
            random(3, 5),
            None,
            r"one dtype, but got x torch.float64 and weight torch.float32",
        ),
        (random(5), random(3, 5), random(3).double(), "one dtype, .* and bias torch.float64"),
        (
            torch.arange(5),
            random(3, 5),
            None,
            r"x of dtype float16, .* but got torch.int64; use x\.float\(\)",
        ),
        (
            [1.0, 2.0],
            random(3, 2),
            None,
            "x to be a torch.Tensor, but got list; pass a tensor, which torch.tensor",
        ),
        (random(2), None, None, "weight to be a torch.Tensor, but got NoneType; pass a tensor"),
        (random(2), random(1, 2), 5, "bias to be a torch.Tensor, but got int; pass a tensor"),
    ],
)
def test_what_does_not_fit_is_refused_with_both_numbers(x, weight, bias, words):
    with pytest.raises(ShapeError, match=words):
        trace_forward(x, weight, bias)
