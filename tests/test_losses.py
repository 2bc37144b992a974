"""Losses and their gradients against PyTorch's own."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from linear_core import LOSSES, ShapeError

ORACLES = {"mse": F.mse_loss, "l1": F.l1_loss, "huber": F.huber_loss}


def pair(shape, dtype, seed, scale=3.0):
    generator = torch.Generator().manual_seed(seed)
    return tuple(scale * torch.randn(shape, generator=generator, dtype=dtype) for _ in range(2))


def test_every_loss_has_an_oracle():
    assert set(LOSSES) == set(ORACLES)


@settings(max_examples=30, deadline=None)
@given(
    name=st.sampled_from(sorted(ORACLES)),
    shape=st.tuples(st.integers(1, 40), st.integers(1, 4)),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    seed=st.integers(0, 99),
)
def test_value_and_gradient_are_those_of_autograd(name, shape, dtype, seed):
    prediction, target = pair(shape, dtype, seed)
    prediction.requires_grad_()
    expected = ORACLES[name](prediction, target)
    expected.backward()
    loss = LOSSES[name]
    assert torch.equal(loss.value(prediction, target), expected)
    torch.testing.assert_close(loss.gradient(prediction.detach(), target), prediction.grad, rtol=1e-6, atol=0)


@pytest.mark.parametrize("name", LOSSES)
def test_where_prediction_meets_target_the_gradient_is_zero(name):
    same = torch.tensor([[1.5], [-2.0]])
    assert torch.equal(LOSSES[name].gradient(same, same), torch.zeros(2, 1))


@pytest.mark.parametrize("size", [1, 7, 50, 32_768, 40_000])
@pytest.mark.parametrize("name", LOSSES)
def test_losses_of_many_rows_are_to_the_bit_those_of_each_row_alone(name, size):
    prediction, target = pair((3, size), torch.float32, seed=size)
    rows = LOSSES[name].row_values(prediction - target)
    alone = [ORACLES[name](p, t) for p, t in zip(prediction, target, strict=True)]
    assert torch.equal(rows, torch.stack(alone))


@pytest.mark.parametrize("method", ["value", "gradient"])
def test_shapes_that_pytorch_would_broadcast_are_refused(method):
    with pytest.raises(
        ShapeError, match=r"\(4, 1\).*\(4,\); pass one number for each element of the prediction"
    ):
        getattr(LOSSES["mse"], method)(torch.zeros(4, 1), torch.zeros(4))
