"""The report of a user's own model says what autograd says."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from linear_core import ShapeError, gradient_report


def perceptron():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3, bias=False))


@pytest.mark.parametrize("shape", [(5, 4), (5, 7, 4), (5, 2, 3, 4)])
def test_norms_and_shares_are_those_of_autograd(shape):
    model, x = perceptron(), torch.randn(*shape)
    target = torch.randn(*shape[:-1], 3)
    report = gradient_report(model, F.mse_loss(model(x), target), num_samples=5)
    F.mse_loss(model(x), target).backward()
    assert [layer.name for layer in report.layers] == ["0", "2"]
    for layer, module in zip(report.layers, (model[0], model[2]), strict=True):
        assert layer.shape == tuple(module.weight.shape)
        assert layer.grad_norm == pytest.approx(module.weight.grad.norm().item())
        assert layer.weight_norm == pytest.approx(module.weight.norm().item())
        assert layer.ratio == pytest.approx(layer.grad_norm / layer.weight_norm)
        grads = [p.grad.flatten() for p in module.parameters()]
        total = torch.cat(grads).double()
        for sample in range(5):
            part = F.mse_loss(model(x[sample]), target[sample]) / 5
            own = torch.autograd.grad(part, list(module.parameters()))
            own = torch.cat([g.flatten() for g in own]).double()
            expected = own @ total / total.dot(total)
            assert layer.shares[sample].item() == pytest.approx(expected.item(), abs=1e-5)


def test_the_model_is_left_as_it_was_and_backward_still_works():
    model = perceptron()
    loss = model(torch.randn(5, 4)).square().mean()
    gradient_report(model, loss)
    assert all(parameter.grad is None for parameter in model.parameters())
    loss.backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_outputs_that_nothing_reaches_are_counted():
    model = perceptron()
    with torch.no_grad():
        model[0].bias[:] = torch.tensor([-99.0, -99.0, 99.0, 99.0, 99.0, 99.0])  # two never fire
    report = gradient_report(model, model(torch.randn(5, 4)).square().mean())
    assert [layer.zero_rows for layer in report.layers] == [2, 0]
    assert "2 of 6" in str(report)


def test_a_layer_that_the_loss_does_not_use_has_a_gradient_of_zero():
    model = nn.ModuleDict({"used": nn.Linear(4, 1), "unused": nn.Linear(4, 2)})
    used, unused = gradient_report(model, model["used"](torch.randn(5, 4)).sum()).layers
    assert used.grad_norm > 0
    assert (unused.grad_norm, unused.zero_rows, unused.shares) == (0.0, 2, None)


def test_what_has_no_trained_weight_of_its_own_is_no_row():
    model = perceptron()
    model[0].requires_grad_(False)
    assert [layer.name for layer in gradient_report(model, model(torch.randn(5, 4)).sum()).layers] == ["2"]
    model = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(4, 3)), nn.Linear(3, 1))
    assert [layer.name for layer in gradient_report(model, model(torch.randn(5, 4)).sum()).layers] == ["1"]
    convolution = nn.Conv2d(3, 2, 3)
    assert gradient_report(convolution, convolution(torch.randn(2, 3, 8, 8)).sum()).layers == ()


@pytest.mark.parametrize("batch_first", [True, False])
def test_in_a_transformer_block_each_row_belongs_to_its_own_sample(batch_first):
    """Attention keeps the samples of its last layer in the second dim, whatever comes in."""
    block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=batch_first).double()
    head = nn.Linear(8, 3).double()
    model = nn.Sequential(block, head)
    x, target = torch.randn(4, 7, 8).double(), torch.randn(4, 7, 3).double()

    def loss_of(rows):
        inputs, wanted = x[rows], target[rows]
        given = inputs if batch_first else inputs.transpose(0, 1)
        y = model(given)
        return F.mse_loss(y if batch_first else y.transpose(0, 1), wanted)

    layers = gradient_report(model, loss_of(slice(None)), num_samples=4).layers
    assert [layer.name for layer in layers] == ["0.self_attn.out_proj", "0.linear1", "0.linear2", "1"]
    for layer in layers:
        parameters = list(model.get_submodule(layer.name).parameters())
        whole, *parts = (
            torch.cat([g.flatten() for g in torch.autograd.grad(loss, parameters)])
            for loss in (loss_of(slice(None)), *(loss_of([sample]) / 4 for sample in range(4)))
        )
        expected = torch.stack(parts) @ whole / whole.dot(whole)
        torch.testing.assert_close(layer.shares, expected)


def test_a_reshaped_output_does_not_hide_its_samples():
    layer, x = nn.Linear(4, 6), torch.randn(5, 4)
    [plain] = gradient_report(layer, layer(x).square().sum(), num_samples=5).layers
    [reshaped] = gradient_report(layer, layer(x).view(5, 2, 3).square().sum(), num_samples=5).layers
    assert torch.equal(plain.shares, reshaped.shares)


def test_where_two_dims_could_be_the_samples_there_are_no_shares():
    layer = nn.Linear(4, 2)
    [report] = gradient_report(layer, layer(torch.randn(5, 5, 4)).sum(), num_samples=5).layers
    assert report.shares is None


def test_a_model_in_half_precision_is_reported_in_the_digits_of_float32():
    half, x = nn.Linear(4, 2, dtype=torch.bfloat16), torch.randn(5, 4, dtype=torch.bfloat16)
    [report] = gradient_report(half, half(x).sum()).layers
    assert report.weight_norm == pytest.approx(half.weight.float().norm().item())
    assert report.grad_norm == pytest.approx(x.float().sum(0).norm().item() * 2**0.5, rel=1e-2)
    layer = nn.Linear(4, 2)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = layer(torch.randn(5, 4)).sum()
    [report] = gradient_report(layer, loss).layers
    assert report.shares.sum().item() == pytest.approx(1)


def test_a_gradient_that_is_not_a_number_is_not_shared_out():
    layer, x = nn.Linear(4, 2), torch.randn(5, 4)
    x[2, 1] = float("nan")
    report = gradient_report(layer, layer(x).sum())
    assert report.layers[0].shares.isnan().all()
    assert str(report).endswith("—")


def test_a_layer_that_is_used_twice_or_in_uneven_rows_has_no_shares():
    layer = nn.Linear(4, 4)
    [twice] = gradient_report(layer, layer(layer(torch.randn(5, 4))).sum()).layers
    assert twice.shares is None
    assert "—" in str(gradient_report(layer, layer(layer(torch.randn(5, 4))).sum()))
    [uneven] = gradient_report(layer, layer(torch.randn(5, 4)).sum(), num_samples=3).layers
    assert uneven.shares is None
    [penalty] = gradient_report(layer, layer.weight.t().square().sum()).layers
    assert penalty.shares is None


def test_a_weight_of_zeros_is_small_beside_any_gradient():
    layer = nn.Linear(2, 1)
    nn.init.zeros_(layer.weight)
    assert gradient_report(layer, layer(torch.ones(3, 2)).sum()).layers[0].ratio == float("inf")


def test_the_table_reads_in_a_terminal_and_in_a_notebook():
    model = nn.ModuleDict({"<head>": nn.Linear(4, 1)})
    report = gradient_report(model, model["<head>"](torch.randn(5, 4)).sum())
    assert repr(report) == str(report)
    heading, row = str(report).splitlines()
    assert heading.index("ratio") == row.index(f"{report.layers[0].ratio:.3g}")
    assert "<td>&lt;head&gt;</td>" in report._repr_html_()
    assert "sample " in report._repr_html_()
    alone = nn.Linear(4, 1)
    assert "(model)" in str(gradient_report(alone, alone(torch.randn(5, 4)).sum()))


@pytest.mark.parametrize("loss", [torch.ones(()), torch.ones(3, requires_grad=True) * 2, 1.0])
def test_what_is_no_loss_is_refused(loss):
    with pytest.raises(ShapeError, match="single number with a graph"):
        gradient_report(nn.Linear(2, 2), loss)
