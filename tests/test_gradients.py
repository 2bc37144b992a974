"""Loss, gradients and their parts are those of autograd, of torch.func and of finite differences."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.nn import functional as F

from linear_core import LOSSES, ConfigError, ShapeError, trace_forward, trace_gradients
from linear_core.gradients.chain import trace_chain
from linear_core.gradients.loss import REDUCTIONS, loss_module, trace_loss
from linear_core.gradients.samples import sample_gradients
from linear_core.gradients.update import longest_step, losses_along, one_update, squared_norm


def random(*shape, dtype=torch.float64, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@st.composite
def batches(draw, dtype=torch.float64, least=0):
    """Arguments of trace_gradients: 1 to 4 dims, with and without bias, all losses, both reductions."""
    leading = draw(st.lists(st.integers(1, 3), min_size=least, max_size=3))
    in_features, out_features = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    seed = draw(st.integers(0, 10_000))
    return (
        random(*leading, in_features, dtype=dtype, seed=seed),
        random(out_features, in_features, dtype=dtype, seed=seed + 1),
        random(out_features, dtype=dtype, seed=seed + 2) if draw(st.booleans()) else None,
        random(*leading, out_features, dtype=dtype, seed=seed + 3),
        draw(st.sampled_from(list(LOSSES))),
        draw(st.sampled_from(REDUCTIONS)),
    )


def parameters_of(trace):
    forward = trace.forward
    return {"weight": forward.weight} | ({} if forward.bias is None else {"bias": forward.bias})


def gradients_of(trace):
    backward = trace.backward
    return {"weight": backward.grad_weight} | (
        {} if backward.grad_bias is None else {"bias": backward.grad_bias}
    )


def layer_of(trace):
    layer = nn.Linear(*trace.forward.weight.T.shape, trace.forward.bias is not None, dtype=torch.float64)
    layer.load_state_dict({name: tensor.clone() for name, tensor in parameters_of(trace).items()})
    return layer


@given(st.one_of(batches(), batches(torch.float32)))
@settings(max_examples=100, deadline=None)
def test_every_gradient_is_autograds_to_the_bit(batch):
    x, weight, bias, target, loss, reduction = batch
    leaves = [tensor.clone().requires_grad_() for tensor in (x, weight, bias) if tensor is not None]
    y = F.linear(*leaves)
    y.retain_grad()
    value = loss_module(loss, reduction)(y, target)
    value.backward()
    trace = trace_gradients(*batch)
    assert torch.equal(trace.loss.value, value.detach())
    assert torch.equal(trace.loss.grad_output, y.grad)
    backward = trace.backward
    for ours, leaf in zip((backward.grad_x, backward.grad_weight, backward.grad_bias), leaves, strict=False):
        assert torch.equal(ours, leaf.grad)
        assert ours.shape == leaf.shape


@given(batches())
@settings(max_examples=80, deadline=None)
def test_the_parts_of_the_loss_make_the_loss_and_its_gradient(batch):
    loss = trace_gradients(*batch).loss
    assert loss.count == (loss.prediction.numel() if loss.reduction == "mean" else 1)
    torch.testing.assert_close(loss.elements.sum() / loss.count, loss.value)
    torch.testing.assert_close(loss.slopes * loss.factor / loss.count, loss.grad_output)
    assert (loss.factor == 2) == (loss.loss == "mse")
    assert all(match.ok for match in loss.check().values())
    torch.testing.assert_close(loss.elements, loss_module(loss.loss, "none")(loss.prediction, loss.target))


@given(batches())
@settings(max_examples=60, deadline=None)
def test_finite_differences_bear_witness(batch):
    trace = trace_gradients(*batch)
    witness, backward = trace.finite_differences, trace.backward
    if trace.loss.loss == "l1" and trace.loss.difference.abs().min() < 1e-4:
        return  # a kink within the step
    for ours, theirs in (
        (witness.weight, backward.grad_weight),
        (witness.bias, backward.grad_bias),
        (witness.x, backward.grad_x),
    ):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-6)
    assert trace.finite_difference_error < 1e-5 * (1 + backward.grad_weight.abs().max())


@given(batches(), st.data())
@settings(max_examples=80, deadline=None)
def test_every_element_is_the_sum_of_its_products(batch, data):
    backward = trace_gradients(*batch).backward
    out, in_ = (data.draw(st.integers(0, size - 1)) for size in backward.weight.shape)
    row = data.draw(st.integers(0, backward.num_rows - 1))
    grad_rows, x_rows = (
        backward.grad_output.reshape(backward.num_rows, -1),
        backward.x.reshape(backward.num_rows, -1),
    )
    cells = [
        (backward.weight_cell(out, in_), grad_rows[:, out], x_rows[:, in_], backward.grad_weight[out, in_]),
        (backward.x_cell(row, in_), grad_rows[row], backward.weight[:, in_], backward.grad_x_rows[row, in_]),
    ]
    if backward.grad_bias is not None:
        cells.append((backward.bias_cell(out), grad_rows[:, out], torch.ones(1), backward.grad_bias[out]))
    for cell, left, right, value in cells:
        assert torch.equal(cell.products, left * right)
        assert torch.equal(cell.running_sums, cell.products.cumsum(0))
        assert cell.value == value
        assert cell.rounding_error == pytest.approx((value - cell.products.sum()).item(), abs=1e-12)
    assert all(match.ok for match in backward.check().values())
    assert list(backward.check()) == ["weight", *([] if backward.grad_bias is None else ["bias"]), "x"]


def test_one_element_of_a_large_layer_takes_memory_of_the_batch_alone():
    backward = trace_gradients(
        torch.ones(3, 4096), torch.ones(4096, 4096), None, torch.ones(3, 4096)
    ).backward
    cell = backward.weight_cell(4095, 17)
    assert sum(tensor.numel() for tensor in (cell.grad_output, cell.factor, cell.products)) == 9
    assert cell.value == cell.products.sum()


@given(batches(least=1))
@settings(max_examples=60, deadline=None)
def test_the_stack_of_the_samples_is_vmap_of_grad(batch):
    trace = trace_gradients(*batch)
    samples, layer, count = sample_gradients(trace.backward), layer_of(trace), trace.loss.count
    target_rows = trace.loss.target.reshape(trace.forward.output_rows.shape)
    per_sample = loss_module(trace.loss.loss, "sum")

    def loss_of(parameters, x, target):
        return per_sample(functional_call(layer, parameters, (x,)), target) / count

    parameters = {name: tensor.detach() for name, tensor in layer.named_parameters()}
    expected = vmap(grad(loss_of), in_dims=(None, 0, 0))(parameters, trace.forward.x_rows, target_rows)
    torch.testing.assert_close(samples.weight, expected["weight"])
    torch.testing.assert_close(samples.weight.sum(0), trace.backward.grad_weight)
    vectors = samples.weight.flatten(1)
    assert (samples.bias is None) == ("bias" not in expected)
    if samples.bias is not None:
        torch.testing.assert_close(samples.bias, expected["bias"])
        torch.testing.assert_close(samples.bias.sum(0), trace.backward.grad_bias)
        vectors = torch.cat([vectors, samples.bias], 1)
    torch.testing.assert_close(samples.norms, vectors.norm(dim=1))
    total = vectors.sum(0)
    if total.norm() > 1e-6:
        torch.testing.assert_close(samples.shares, vectors @ total / total.dot(total))
        assert samples.shares.sum() == pytest.approx(1)
    if vectors.norm(dim=1).min() > 1e-6:
        torch.testing.assert_close(
            samples.cosines, F.cosine_similarity(vectors[:, None], vectors[None], dim=2)
        )


def test_the_two_samples_that_oppose_each_other_most_are_found():
    x, target = torch.tensor([[1.0], [1.0], [2.0]]), torch.tensor([[-1.0], [1.0], [1.0]])
    samples = sample_gradients(trace_gradients(x, torch.zeros(1, 1), None, target).backward)
    assert samples.opposed == (0, 1)
    assert samples.cosines.tolist() == [[1, -1, -1], [-1, 1, 1], [-1, 1, 1]]
    assert (
        sample_gradients(trace_gradients(x, torch.zeros(1, 1), None, target.abs()).backward).opposed is None
    )


def test_samples_without_a_gradient_have_no_share_and_no_direction():
    samples = sample_gradients(trace_gradients(*[torch.ones(1, 1)] * 2, None, torch.ones(1, 1)).backward)
    assert samples.shares.tolist() == [0.0]
    assert samples.cosines.tolist() == [[0.0]]


@given(batches(least=1), st.data())
@settings(max_examples=60, deadline=None)
def test_a_sample_left_out_is_a_batch_without_it(batch, data):
    trace = trace_gradients(*batch)
    row = data.draw(st.integers(0, trace.forward.num_rows - 1))
    if trace.forward.num_rows == 1:
        with pytest.raises(ConfigError, match="at least two samples"):
            trace.without(row)
        return
    rest = trace.without(row)
    samples, n = sample_gradients(trace.backward), trace.forward.num_rows
    scale = n / (n - 1) if trace.loss.reduction == "mean" else 1
    torch.testing.assert_close(
        rest.backward.grad_weight, (trace.backward.grad_weight - samples.weight[row]) * scale
    )
    assert rest.forward.num_rows == n - 1


@given(st.one_of(batches(), batches(torch.float32)), st.floats(0, 2))
@settings(max_examples=80, deadline=None)
def test_one_update_is_a_step_of_sgd(batch, learning_rate):
    trace = trace_gradients(*batch)
    leaves = [tensor.clone().requires_grad_() for tensor in parameters_of(trace).values()]
    x, target, loss_fn = trace.forward.x, trace.loss.target, loss_module(*batch[4:])
    loss_fn(F.linear(x, *leaves), target).backward()
    torch.optim.SGD(leaves, lr=learning_rate).step()
    update = one_update(trace, learning_rate)
    assert torch.equal(update.weight, leaves[0])
    assert (update.bias is None) == (len(leaves) == 1)
    if update.bias is not None:
        assert torch.equal(update.bias, leaves[1])
    assert torch.equal(update.loss_after, loss_fn(F.linear(x, *leaves), target).detach())
    norm = sum(g.double().square().sum().item() for g in gradients_of(trace).values())
    assert squared_norm(trace) == pytest.approx(norm)
    assert update.predicted_loss == pytest.approx(trace.loss.value.item() - learning_rate * norm)
    # A convex loss lies above its tangent.
    slack = 1e-9 if x.dtype == torch.float64 else 1e-4 * (1 + abs(update.loss_after.item()))
    assert update.loss_after.item() >= update.predicted_loss - slack
    along = losses_along(trace, torch.tensor([0.0, learning_rate]))
    torch.testing.assert_close(along[1].float(), update.loss_after.float(), rtol=1e-4, atol=1e-4)


@given(batches())
@settings(max_examples=60, deadline=None)
def test_a_longer_step_no_longer_lowers_the_loss(batch):
    trace = trace_gradients(*batch)
    if squared_norm(trace) < 1e-6:
        return
    longest = longest_step(trace)
    before, below, above = losses_along(trace, longest * torch.tensor([0.0, 0.999, 1.001]).double())
    assert below < before < above
    if trace.loss.loss == "mse":
        direction = F.linear(trace.forward.x, *gradients_of(trace).values())
        curvature = direction.square().sum().item() / trace.loss.count
        assert longest == pytest.approx(squared_norm(trace) / curvature)


def test_no_step_is_too_long_where_the_gradient_is_zero():
    assert longest_step(trace_gradients(*[torch.ones(1, 1)] * 2, None, torch.ones(1, 1))) is None


@given(batches(), st.integers(1, 4), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_what_arrives_at_the_first_layer_is_grad_x_of_the_second(batch, hidden, more):
    x, weight, bias, _, loss, reduction = batch
    sizes = [weight.shape[0], *[hidden] * more, 2]
    layers = [(weight, bias)] + [
        (random(after, before, seed=place), None) for place, (before, after) in enumerate(pairwise(sizes))
    ]
    target = random(*x.shape[:-1], 2, seed=9)
    traced, traces = trace_chain(x, layers, target, loss, reduction)
    leaves = [w.clone().requires_grad_() for w, _ in layers]
    y = x
    for leaf, (_, b) in zip(leaves, layers, strict=True):
        y = F.linear(y, leaf, b)
    value = loss_module(loss, reduction)(y, target)
    value.backward()
    assert torch.equal(traced.value, value.detach())
    for trace, leaf in zip(traces, leaves, strict=True):
        torch.testing.assert_close(trace.grad_weight, leaf.grad)
    for first, second in pairwise(traces):
        assert torch.equal(first.grad_output, second.grad_x)


def test_a_chain_without_layers_is_refused():
    with pytest.raises(ShapeError, match="at least one layer"):
        trace_chain(random(2, 3), [], random(2, 3))


def test_nothing_that_the_caller_has_switched_off_matters():
    batch = random(2, 3), random(4, 3), random(4), random(2, 4)
    expected = trace_gradients(*batch).backward.grad_weight
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            inside = tuple(tensor.clone() for tensor in batch)
            assert torch.equal(trace_gradients(*inside).backward.grad_weight, expected)
        trace = trace_gradients(*inside)
        assert torch.equal(trace.backward.grad_weight, expected)
        assert not any(tensor.requires_grad for tensor in (trace.loss.value, trace.backward.grad_x))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((random(2, 1), random(2)), ShapeError, r"target of shape \(2, 1\) .* but got \(2,\)"),
        ((random(2, 1), random(3)), ShapeError, "; pass one number for each element of the prediction"),
        ((random(2), random(2).float()), ShapeError, "but got .* torch.float32"),
        ((random(2), [1.0, 2.0]), ShapeError, r"expected target to be a torch\.Tensor, but got list"),
        ((random(2), random(2), "hinge"), ConfigError, "loss to be one of 'mse', .* but got 'hinge'"),
        ((random(2), random(2), "mse", "none"), ConfigError, "reduction to be one of 'mean', 'sum'"),
    ],
)
def test_a_loss_that_cannot_be_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        trace_loss(*arguments)


def test_a_loss_that_is_not_finite_is_told():
    matches = trace_loss(torch.tensor([float("nan"), 1.0]), torch.zeros(2)).check()
    assert [match.num_nonfinite for match in matches.values()] == [1, 1]
    assert not any(match.ok for match in matches.values())
    matches = trace_loss(torch.tensor([float("inf")]), torch.zeros(1)).check()
    assert matches["elements"].max_difference == 0.0


def test_a_bias_that_is_not_there_has_no_gradient_to_open():
    backward = trace_gradients(random(2, 3), random(4, 3), None, random(2, 4)).backward
    with pytest.raises(IndexError, match="a layer with a bias"):
        backward.bias_cell(0)
    with pytest.raises(IndexError, match="expected row from 0 to 1, but got 2"):
        backward.x_cell(2, 0)


def test_the_forward_pass_of_a_trace_is_that_of_the_layer():
    x, weight, bias = random(2, 3), random(4, 3), random(4)
    trace = trace_gradients(x, weight, bias, random(2, 4))
    assert torch.equal(trace.forward.output, trace_forward(x, weight, bias).output)
