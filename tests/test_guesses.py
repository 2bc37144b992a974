"""A typed answer is right to its own digits, or is matched against wrong rules with their real numbers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from linear_core import DataError, trace_forward, trace_gradients
from linear_core.gradients.guesses import RULES, Verdict, matching_rules, wrong_gradients, wrong_outputs
from tests.test_gradients import batches, random


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("-0.075", -0.075148),
        ("−0.08", -0.0751),
        (" -7.5e-2 ", -0.075148),
        ("-.075", -0.075148),
        ("-0,075", -0.075148),
        ("12", 12.0),
        ("12.", 12.0),
        ("0", 0.0),
        ("+1.5E+1", 15.0),
        ("-0.075148", -0.075148),
    ],
)
def test_a_right_answer_counts_to_its_own_digits(answer, right):
    assert matching_rules(answer, right, {"sign": [right]}) == Verdict(True)


@pytest.mark.parametrize(
    ("answer", "right"), [("-0.076", -0.0751), ("0", -0.0751), ("-0.1", -0.0751), ("13", 12.4), ("0.6", 0.0)]
)
def test_a_rounder_number_or_another_one_is_not_right(answer, right):
    assert not matching_rules(answer, right, {}).right


@given(st.floats(-1e6, 1e6).filter(lambda value: abs(value) > 1e-6), st.integers(2, 9))
@settings(max_examples=200, deadline=None)
def test_any_number_typed_with_two_digits_or_more_is_right(value, digits):
    assert matching_rules(f"{value:.{digits}g}", value, {}).right


@pytest.mark.parametrize("answer", ["", "abc", "1.2.3", "nan", "inf", "1e999", "--1", "1 2", "٣", "1,000.5"])
def test_what_is_no_number_is_refused(answer):
    with pytest.raises(
        DataError, match=r"expected a finite number .*; type digits with at most one decimal point"
    ):
        matching_rules(answer, 1.0, {})


@given(batches(), st.data())
@settings(max_examples=80, deadline=None)
def test_wrong_rules_give_what_their_names_say(batch, data):
    trace = trace_gradients(*batch)
    backward, loss = trace.backward, trace.loss
    n, (outs, ins) = backward.num_rows, backward.weight.shape
    name = data.draw(st.sampled_from(["weight", "bias", "x", "G"]))
    shape = {"weight": (outs, ins), "bias": (outs,), "x": (n, ins), "G": (n, outs)}[name]
    index = tuple(data.draw(st.integers(0, size - 1)) for size in shape)
    wrong = wrong_gradients(trace, name, index)
    if name == "bias" and backward.grad_bias is None:
        assert wrong == {}
        return
    assert wrong.keys() <= RULES.keys()
    grad = {"weight": backward.grad_weight, "bias": backward.grad_bias, "x": backward.grad_x_rows}.get(name)
    grad = backward.grad_output_rows if grad is None else grad
    value = grad[index].item()
    # Each wrong G goes back through the layer by autograd; the same element is read there.
    slopes = loss.slopes
    wrong_g = {
        "factor": slopes / loss.count,
        "sign": -loss.grad_output,
        "samples_only": slopes * loss.factor / n,
        "not_divided": slopes * loss.factor,
        "divided": slopes * loss.factor / loss.prediction.numel(),
        "mean": loss.grad_output / {"x": outs, "G": 1}.get(name, n),
    }
    x, weight, bias = batch[:3]
    for rule, g in wrong_g.items():
        leaves = [t.clone().requires_grad_() for t in (x, weight, bias) if t is not None]
        grads = torch.autograd.grad(F.linear(*leaves), leaves, g)
        named = {"G": g, **dict(zip(("x", "weight", "bias"), grads, strict=False))}
        theirs = named[name].reshape(shape)[index].item()
        if rule in wrong:
            assert wrong[rule] == [pytest.approx(theirs)]
    assert ("divided" in wrong) <= (loss.reduction == "sum")
    assert ("samples_only" in wrong) <= (loss.reduction == "mean")
    if "transposed" in wrong:
        assert wrong["transposed"] == [grad[index[::-1]].item()]
    assert all(number != value for numbers in wrong.values() for number in numbers)


def test_the_rule_behind_a_wrong_gradient_is_named():
    trace = trace_gradients(random(3, 5), random(4, 5), random(4), random(3, 4))
    right, wrong = trace.backward.grad_weight[1, 2].item(), wrong_gradients(trace, "weight", (1, 2))
    assert set(wrong) == {"factor", "sign", "samples_only", "not_divided", "mean", "transposed"}
    assert matching_rules(f"{right / 2:.4g}", right, wrong).rules == ("factor",)
    assert matching_rules(f"{-right:.4g}", right, wrong).rules == ("sign",)
    assert matching_rules("123", right, wrong).rules == ()


def test_wrong_outputs_are_what_pytorch_gives_for_the_wrong_call():
    x, weight, bias = random(3, 5), random(4, 5), random(4)
    wrong = wrong_outputs(trace_forward(x, weight, bias), 1, 3)
    y = F.linear(x, weight, bias)
    assert wrong["bias"] == [pytest.approx((x @ weight.T)[1, 3].item())]
    assert wrong["weight_order"] == [pytest.approx((x @ weight.reshape(5, 4) + bias)[1, 3].item())]
    assert wrong["row"] == [y[0, 3].item(), y[2, 3].item()]
    assert wrong["output"] == y[1, :3].tolist()
    assert wrong.keys() <= RULES.keys()
    assert "bias" not in wrong_outputs(trace_forward(x, weight), 1, 3)
