"""Pictures of gradients hold autograd's numbers."""

import pytest
import torch

from linear_core import trace_gradients
from linear_core.charts.gradients import gradient_chart
from linear_core.charts.step import TITLES, step_chart
from linear_core.gradients.update import longest_step, losses_along, one_update
from tests.test_gradients import random


def trace_of(bias=True, loss="mse"):
    bias = random(3, seed=2) if bias else None
    return trace_gradients(random(4, 5), random(3, 5, seed=1), bias, random(4, 3, seed=3), loss)


def values_of(spec):
    return [row["value"] for name in spec["datasets"] for row in spec["datasets"][name]]


@pytest.mark.parametrize("bias", [True, False])
def test_every_gradient_is_drawn_in_its_own_shape(bias):
    trace = trace_of(bias)
    backward = trace.backward
    spec = gradient_chart(trace).to_dict()
    grads = [backward.grad_output_rows, backward.grad_weight, backward.grad_bias, backward.grad_x_rows]
    expected = [value for grad in grads if grad is not None for value in grad.flatten().tolist()]
    assert sorted(values_of(spec)) == sorted(expected)
    assert spec["description"].startswith("G (4, 3), grad_weight (3, 5)")
    assert ("grad_bias (3, 1)" in spec["description"]) == bias


def test_words_of_the_gradients_can_be_translated():
    spec = gradient_chart(trace_of(), ["a", "b", "c", "d"], str.upper).to_dict()
    assert "LOSS" in spec["description"]
    assert {row["row"] for name in spec["datasets"] for row in spec["datasets"][name]} >= {"a", "b", "c", "d"}


@pytest.mark.parametrize("loss", ["mse", "l1", "huber"])
@pytest.mark.parametrize("share", [0.2, 1.5, 50.0])
def test_the_step_lands_on_the_loss_and_its_tangent(loss, share):
    trace = trace_of(loss=loss)
    longest = longest_step(trace)
    rate = share * longest
    spec = step_chart(trace, rate, longest).to_dict()
    update = one_update(trace, rate)
    curves, _, landed = [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"]]
    true = [(row["rate"], row["loss"]) for row in curves if row["curve"] == TITLES[2]]
    rates = torch.tensor([rate for rate, _ in true], dtype=torch.float64)
    assert [value for _, value in true] == pytest.approx(losses_along(trace, rates).tolist())
    assert true[-1][0] >= 1.2 * longest
    points = {row["curve"]: row["loss"] for row in landed}
    if share < 10:
        assert points[TITLES[2]] == update.loss_after.item()
    else:
        assert points == {}
    tangent = [row for row in curves if row["curve"] == TITLES[3]]
    assert all(row["loss"] >= 0 for row in tangent)
    predicted = one_update(trace, tangent[-1]["rate"]).predicted_loss
    assert tangent[-1]["loss"] == pytest.approx(predicted)


def test_a_step_without_a_gradient_can_be_drawn_too():
    trace = trace_gradients(*[torch.ones(1, 1)] * 2, None, torch.ones(1, 1))
    assert step_chart(trace, 0.5, longest_step(trace)).to_dict()["layer"][0]["mark"]["type"] == "line"
