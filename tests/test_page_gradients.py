"""The page "Gradients" through the app: what it shows is what autograd computes."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from linear_core import trace_gradients
from linear_core.gradients.accumulation import ACCUMULATIONS
from linear_core.gradients.failures import FAILURES
from linear_core.gradients.samples import sample_gradients
from pages._ui.gradients.call import chain_of, gradient_call
from pages._ui.gradients.choices import SECTIONS, STEPS, Gradients
from pages._ui.numbers import short
from tests.programs import output
from tests.visit import run, visit

PAGE = "pages/3_Gradients.py"


def page(**link: str) -> AppTest:
    """The page as a link opens it."""
    return visit(PAGE, **link)


def text_of(at: AppTest) -> str:
    return "\n".join(part.value for part in (*at.markdown, *at.caption))


def in_link(at: AppTest, name: str) -> str | None:
    value = at.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def shown(**choices: object) -> Gradients:
    return Gradients(lang="en", **choices)


def trace_of(**choices: object):
    return gradient_call(shown(**choices)).gradients


def test_the_page_opens_on_one_weights_gradient():
    at = page()
    assert at.title[0].value == "Where does each gradient come from?"
    assert "G = 2 (y − target) / (3 · 4)" in text_of(at)
    assert "(:violet[4], :blue[5]) = (:violet[4], 3) @ (3, :blue[5])" in text_of(at)
    assert "The mean over 12 elements puts 2/12 into every gradient; a sum puts 2." in text_of(at)


@pytest.mark.parametrize("loss", ["mse", "l1", "huber"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_script_prints_the_numbers_of_the_walk(loss, reduction):
    at = page(loss=loss, reduction=reduction, grad_part="files")
    [script] = [code.value for code in at.code if "import torch" in code.value]
    printed = dict(line.split(" ", 1) for line in output(script).splitlines())
    backward = trace_of(loss=loss, reduction=reduction).backward
    assert printed["grad_weight"] == str(backward.grad_weight.tolist())
    assert printed["grad_x"] == str(backward.grad_x.tolist())


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(
    "link",
    [{}, {"bias": "false", "rank": "1"}, {"in_features": "1", "out_features": "1", "batch_size": "1"}],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_section_opens_on_any_layer(section, link, lang):
    at = page(grad_part=section, lang=lang, **link)
    assert not at.error


@pytest.mark.parametrize("step", range(len(STEPS)))
@pytest.mark.parametrize("link", [{}, {"bias": "false"}, {"rank": "1"}, {"learn": "predict"}])
def test_every_step_opens_and_stays_in_the_link(step, link):
    at = page(grad_step=str(step), **link)
    assert (in_link(at, "grad_step") or "0") == str(step)


def test_a_sample_left_out_changes_the_gradient_as_autograd_says():
    at = page(grad_part="samples", without="2")
    new = trace_of().without(1)
    values = {metric.label: metric.value for metric in at.metric}
    assert values["loss"] == short(new.loss.value.item())
    assert values["grad_weight[1, 2]"] == short(new.backward.grad_weight[1, 2].item())
    assert "each of the others counts 12/8 times as much" in text_of(at)
    assert "12/8" not in text_of(page(grad_part="samples", without="2", reduction="sum"))


def test_the_samples_that_oppose_each_other_are_named():
    samples = sample_gradients(trace_of().backward)
    first, second = samples.opposed
    text = f"The gradients of samples {first} and {second} oppose each other most"
    assert text in text_of(page(grad_part="samples"))
    assert "pull most" not in text_of(page(grad_part="samples", batch_size="1"))


def test_the_choice_of_a_sample_that_is_gone_is_given_up():
    at = page(grad_part="samples", without="3", batch_size="2")
    assert "without" not in at.query_params


def test_one_update_tells_promise_and_truth():
    at = page(grad_part="update", one_rate="0.5")
    values = {metric.label: float(metric.value) for metric in at.metric}
    assert values["predicted by the gradient"] < values["loss after"] < values["loss before"]
    too_long = page(grad_part="update", one_rate="5")
    values = {metric.label: float(metric.value.replace("−", "-")) for metric in too_long.metric}
    assert values["loss after"] > values["loss before"]
    assert "the step is too long" in text_of(too_long)


@pytest.mark.parametrize("name", ACCUMULATIONS)
def test_an_accumulation_shows_its_lines_and_its_gradient(name):
    at = page(grad_part="accumulate", recipe=name)
    assert ACCUMULATIONS[name].code in [code.value for code in at.code]
    assert ACCUMULATIONS[name].text in text_of(at)
    grad = ACCUMULATIONS[name].run(trace_of()).weight.grad
    assert (at.metric[0].value == "None") == (grad is None)


@pytest.mark.parametrize("name", FAILURES)
def test_a_failing_scene_shows_pytorchs_words(name):
    at = page(grad_part="failures", failure=name)
    codes = [code.value for code in at.code]
    assert FAILURES[name].code in codes
    says_nothing = name in ("frozen_weight", "x_without_grad")
    assert ("PyTorch says nothing." in text_of(at)) == says_nothing
    assert any(code.startswith(("RuntimeError: ", "UserWarning: ")) for code in codes) != says_nothing


def test_the_gradient_that_arrives_at_the_first_layer_is_shown_twice():
    _, (first, second) = chain_of(shown(), gradient_call(shown()))
    assert torch.equal(second.grad_x, first.grad_output)
    at = page(grad_part="chain", hidden_features="2")
    tables = [table.value for table in at.table]
    assert [table.shape for table in tables] == [(3, 4), (3, 2), (3, 2), (2, 5)]
    assert tables[1].equals(tables[2])
    assert [table.index.name for table in tables] == ["sample", "sample", "sample", None]


def predict(at: AppTest, answer: str, press: str = "Check the answer") -> AppTest:
    at.text_input(key="prediction").set_value(answer)
    [button] = [button for button in at.button if button.label == press]
    button.click()
    return run(at)


def test_a_wrong_prediction_is_traced_to_its_rule_and_a_right_one_opens_the_element():
    right = trace_of().backward.grad_weight[1, 2].item()
    at = page(learn="predict", grad_step="3")
    assert "grad_weight[1, 2] =" in text_of(at)
    assert f"{right:.6g}" not in text_of(at)
    at = predict(at, f"{right / 2:.4f}")
    assert "The factor 2 of the square's derivative is missing." in text_of(at)
    at = predict(at, f"{-right:.4f}".replace("-", "−"))
    assert "The sign is reversed" in text_of(at)
    at = predict(at, "77")
    assert "No common mistake explains this." in text_of(at)
    at = predict(at, "seven")
    assert "expected a finite number such as -0.075, but got 'seven'" in at.error[0].value
    at = predict(at, f"{right:.4f}")
    assert f"Right: **{right:.6g}**" in text_of(at)
    assert not at.error


def test_who_gives_up_sees_the_right_number_beside_the_wrong_one():
    right = trace_of().backward.grad_x[1, 2].item()
    at = predict(page(learn="predict", grad_step="6"), "77")
    [button] = [button for button in at.button if button.label == "Show the answer"]
    button.click()
    run(at)
    assert f"It is **{right:.6g}**, not 77." in text_of(at)


@pytest.mark.parametrize(
    ("step", "name"), [(2, "G[1, 1]"), (4, "grad_weight[1, 2]"), (5, "grad_bias[1]"), (6, "grad_x[1, 2]")]
)
def test_each_step_asks_for_its_own_element(step, name):
    assert f"{name} =" in text_of(page(learn="predict", grad_step=str(step)))


def test_the_loss_is_not_asked_for():
    assert "Check the answer" not in [button.label for button in page(learn="predict", grad_step="1").button]


def test_the_pinned_element_is_the_one_that_is_asked_for():
    assert "grad_weight[3, 0] =" in text_of(page(learn="predict", grad_step="3", grad_cell="3,0"))
    assert "grad_cell" not in page(grad_step="3", grad_cell="9,0").query_params


def test_the_forward_page_asks_too():
    at = visit("pages/1_Forward_pass.py", learn="predict")
    assert "y[1, 3] =" in text_of(at)
    assert "y[3, 1] =" in text_of(visit("pages/1_Forward_pass.py", learn="predict", convention="columns"))
    from pages._ui.forward.choices import Forward
    from pages._ui.layer.call import call_of

    trace = call_of(Forward(lang="en")).trace
    bias_forgotten = (trace.output[1, 3] - trace.bias[3]).item()
    at = predict(at, f"{bias_forgotten:.5f}")
    assert "The bias is missing." in text_of(at)
    at = predict(at, f"{trace.output[0, 3].item():.5f}")
    assert "The product for another sample." in text_of(at)


def test_ones_own_target_is_read_and_follows_the_sizes():
    at = page(target="1_2_3_4~5_6_7_8~9_10_11_12", grad_part="numbers")
    target = torch.arange(1.0, 13).reshape(3, 4)
    trace = trace_of(target="1_2_3_4~5_6_7_8~9_10_11_12")
    assert torch.equal(trace.loss.target, target)
    at.slider(key="out_features").set_value(3)
    run(at)
    assert in_link(at, "target") == "1_2_3~5_6_7~9_10_11"


def test_an_x_of_more_dims_is_a_batch_here_and_keeps_them_for_the_forward_pass():
    at = page(rank="4")
    assert "x has 4 dims on the page Forward pass. Here it is a batch, (3, 5)" in text_of(at)
    assert at.query_params["rank"] in ("4", ["4"])
    assert not at.warning


def test_the_page_traces_what_the_package_traces():
    call = gradient_call(shown(seed=7, loss="huber"))
    again = trace_gradients(
        call.trace.x, call.trace.weight, call.trace.bias, call.gradients.loss.target, "huber"
    )
    assert torch.equal(call.gradients.backward.grad_weight, again.backward.grad_weight)
