"""Each message comes from PyTorch itself: what PyTorch changes in its words, these tests notice."""

import traceback

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from linear_core.answers.explain import explain_error
from linear_core.answers.predict import predict_call
from linear_core.calls import labels
from linear_core.calls.fixes import MAX_FIXES
from linear_core.calls.meanings import MEANINGS
from linear_core.calls.paths import path_code
from linear_core.calls.wordings import WORDINGS


def error_of(action):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any kind is wanted; warnings are errors here
        action()
    return caught.value


def run(code, **names):
    names |= {"torch": torch, "nn": nn}
    exec(code, names)  # noqa: S102 - that it runs is what a fix promises
    return names


def loss_of(layer):
    return (layer(torch.ones(4, 3)) ** 2).mean()


def backward_twice():
    loss = loss_of(nn.Linear(3, 2))
    loss.backward()
    loss.backward()


def backward_without_graph():
    with torch.no_grad():
        loss = loss_of(nn.Linear(3, 2))
    loss.backward()


def bias_of_another_dtype():
    layer = nn.Linear(3, 2)
    layer.bias = nn.Parameter(torch.ones(2).double())
    layer(torch.ones(4, 3))


MESSAGES = {
    "shapes": (lambda: nn.Linear(3, 2)(torch.ones(4, 5)), "mat1-mat2"),
    "scalar": (lambda: nn.Linear(3, 2)(torch.tensor(1.0)), "scalar"),
    "dtypes": (lambda: nn.Linear(3, 2)(torch.ones(4, 3).double()), "dtype"),
    "dtypes without bias": (lambda: nn.Linear(3, 2, bias=False)(torch.ones(4, 3).double()), "dtype"),
    "bias dtype": (bias_of_another_dtype, "bias-dtype"),
    "no kernel": (lambda: F.linear(torch.ones(4, 3).bool(), torch.ones(2, 3).bool()), "no-kernel"),
    "array": (lambda: nn.Linear(3, 2)(np.ones((4, 3))), "not-a-tensor"),
    "list to a lazy layer": (lambda: nn.LazyLinear(2)([[1.0]]), "not-a-tensor"),
    "checkpoint": (
        lambda: nn.Linear(3, 2).load_state_dict(nn.Linear(2, 3).state_dict()),
        "checkpoint-shape",
    ),
    "keys": (lambda: nn.Linear(3, 2).load_state_dict({"weight": torch.ones(2, 3)}), "checkpoint-keys"),
    "target": (lambda: F.mse_loss(torch.ones(8, 1), torch.ones(8)), "target-size"),
    "broadcast": (lambda: torch.ones(8, 2) - torch.ones(7, 2), "broadcast"),
    "backward of many": (lambda: nn.Linear(3, 2)(torch.ones(3)).backward(), "not-scalar"),
    "backward twice": (backward_twice, "backward-twice"),
    "no graph": (backward_without_graph, "no-grad"),
    "nn.linear": (lambda: nn.linear, "nn-linear"),
    "lazy shape": (lambda: nn.LazyLinear(2).weight.shape, "lazy"),
    "lazy count": (lambda: nn.LazyLinear(2).weight.numel(), "lazy"),
    "numpy": (lambda: nn.Linear(3, 2).weight.numpy(), "numpy-grad"),
    "in place": (lambda: nn.Linear(3, 2).weight.add_(1), "leaf"),
    "device": (lambda: nn.Linear(3, 2)(torch.ones(4, 3, device="meta")), "device"),
    "memory": (lambda: torch.empty(2**50), "memory"),
    "addresses": (lambda: torch.empty(2**62), "address"),
    "int layer": (lambda: nn.Linear(3, 2, dtype=torch.int64), "int-layer"),
}


@pytest.mark.parametrize(("action", "slug"), MESSAGES.values(), ids=MESSAGES)
def test_pytorchs_message_is_known(action, slug):
    error = error_of(action)
    explanation = explain_error(error)
    assert explanation.slug == slug
    assert explanation.is_known
    assert explanation.template in MEANINGS[slug].templates
    assert explanation.text == explanation.template.format(**explanation.values)
    assert "{" not in explanation.text
    assert len(explanation.fixes) <= MAX_FIXES
    for fix in explanation.fixes:
        assert fix.label in labels.FIX_LABELS
        compile(fix.code, "fix", "exec")


@pytest.mark.parametrize(("action", "slug"), MESSAGES.values(), ids=MESSAGES)
def test_pasted_traceback_says_the_same(action, slug):
    error = error_of(action)
    pasted = "".join(traceback.format_exception(error))
    assert explain_error(pasted).slug == slug
    assert explain_error(str(error)).values == explain_error(error).values


@pytest.mark.parametrize("meaning", MEANINGS.values(), ids=MEANINGS)
def test_example_of_a_meaning_has_it(meaning):
    if meaning.example:
        explanation = explain_error(meaning.example)
        assert explanation.slug == meaning.slug
        assert "{" not in explanation.text
    assert meaning.slug == meaning.slug.lower()
    for fix in meaning.fixes:
        assert fix.label in labels.FIX_LABELS
        compile(fix.code, "fix", "exec")


def test_every_meaning_can_be_reached():
    spoken = {wording.slug for wording in WORDINGS}
    assert spoken <= set(MEANINGS)
    # Those without a wording of their own follow from the model.
    assert {meaning.slug for meaning in MEANINGS.values() if meaning.example} - spoken == {"packed-weight"}


def test_unknown_message_is_said_to_be_unknown():
    explanation = explain_error("KeyError: 'fc1'", nn.Linear(3, 2))
    assert explanation.slug == "unknown"
    assert not explanation.is_known
    assert explanation.fixes == explanation.layers == ()


def test_last_message_of_a_chain_counts():
    first, last = (str(error_of(MESSAGES[name][0])) for name in ("no graph", "scalar"))
    chain = f"{first}\n\nDuring handling of the above exception, another exception occurred:\n\n{last}"
    assert explain_error(chain).slug == "scalar"


def test_numbers_of_the_message_are_the_values():
    values = explain_error("mat1 and mat2 shapes cannot be multiplied (8x5 and 3x2)").values
    assert values == {"rows": "8", "features": "5", "in_features": "3", "out_features": "2"}


@pytest.mark.parametrize(
    "message",
    [
        "mat1 and mat2 must have the same dtype, but got {} and Float",
        "expected m1 and m2 to have the same dtype, but got: {} != float",
    ],
)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.bool])
def test_dtype_words_of_both_wordings_are_understood(message, dtype):
    layer = nn.Linear(3, 2, bias="mat1" in message)
    error = error_of(lambda: layer(torch.ones(4, 3).to(dtype)))
    assert message.split("{")[0] in str(error)
    fixes = explain_error(str(error)).fixes
    assert fixes[0].code == "x = x.to(torch.float32)"
    assert ("layer.to" in fixes[-1].code) == dtype.is_floating_point


def test_unknown_dtype_word_gets_no_fix():
    explanation = explain_error("mat1 and mat2 must have the same dtype, but got Double and Posit")
    assert explanation.slug == "dtype"
    assert explanation.fixes == ()


@pytest.mark.parametrize(
    "x", [torch.ones(4, 5), torch.ones(5), torch.ones(2, 4, 5), torch.ones(3, 4).double()]
)
def test_fixes_from_model_and_x_are_those_of_the_call(x):
    model = nn.Linear(3, 2)
    error = error_of(lambda: model(x))
    for given in (error, str(error)):
        codes = [fix.code for fix in explain_error(given, model, x).fixes]
        predicted = [
            fix.code.replace("layer", "model") for fix in predict_call(model, x.shape, x.dtype).fixes
        ]
        assert codes == predicted
        for code in codes:
            variables = run(code, model=nn.Linear(3, 2), x=x)
            variables["model"](variables["x"])


def test_x_alone_tells_more_than_the_message():
    x = torch.ones(64, 28, 28)
    error = error_of(lambda: nn.Linear(784, 2)(x))
    assert [fix.code for fix in explain_error(str(error)).fixes] == ["layer = nn.Linear(28, 2)"]
    assert [fix.code for fix in explain_error(error, x=x).fixes] == [
        "x = x.flatten(1)",
        "layer = nn.Linear(28, 2)",
    ]
    assert len(explain_error(error, x=x[0]).fixes) == 1


def test_x_that_did_not_cause_the_message_is_passed_over():
    model = nn.Sequential(nn.Linear(8, 4), nn.Linear(3, 2))
    x = torch.ones(6, 8)
    explanation = explain_error(str(error_of(lambda: model(x))), model, x)
    assert explanation.layers == ("1",)
    assert [fix.code for fix in explanation.fixes] == ["model[1] = nn.Linear(4, 2)"]
    run(explanation.fixes[0].code, model=model)
    assert model(x).shape == (6, 2)


def test_all_layers_that_would_say_so_are_named_for_a_text():
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(3, 2), nn.Linear(4, 2), nn.LazyLinear(2))
    message = "mat1 and mat2 shapes cannot be multiplied (4x5 and 3x2)"
    assert explain_error(message, model).layers == ("0", "1")
    assert explain_error(message, nn.Sequential()).layers == ()
    assert explain_error(message, nn.Sequential()).fixes[0].code == "layer = nn.Linear(5, 2)"


def test_exception_tells_the_layer_that_a_text_cannot():
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 2), nn.Linear(3, 2))
    x = torch.ones(4, 3)
    error = error_of(lambda: model(x))
    assert explain_error(error, model).layers == ("2",)


def test_exception_tells_the_input_that_a_text_cannot():
    model, x = nn.Linear(784, 2), torch.ones(64, 28, 28)
    error = error_of(lambda: model(x))
    fixes = [fix.code for fix in explain_error(error, model).fixes]
    assert fixes == ["x = x.flatten(1)", "model = nn.Linear(28, 2)"]
    assert [fix.code for fix in explain_error(str(error), model).fixes] == fixes[1:]


def test_layer_outside_the_model_has_no_path():
    error = error_of(lambda: nn.Linear(3, 2)(torch.ones(4, 5)))
    explanation = explain_error(error, nn.Linear(3, 2))
    assert explanation.layers == ()
    assert explanation.fixes[0].code == "layer = nn.Linear(5, 2)"


def test_scalar_becomes_a_sample_of_one_feature():
    message = str(error_of(MESSAGES["scalar"][0]))
    assert [fix.code for fix in explain_error(message).fixes] == ["x = x.unsqueeze(-1)"]
    assert explain_error(message, nn.Linear(1, 2)).layers == ("",)


def test_layer_without_weight_of_its_own_gets_no_fix_that_does_not_reach_it():
    class Handmade(nn.Module):
        def forward(self, x):
            return F.linear(x, torch.ones(2, 3))

    model = nn.Sequential(Handmade())
    explanation = explain_error(error_of(lambda: model(torch.ones(4, 5))), model)
    assert explanation.layers == ("0",)
    assert explanation.slug == "mat1-mat2"
    assert explanation.fixes == ()


@pytest.mark.parametrize(
    "x",
    [
        np.ones((4, 3)),
        [[1.0, 2.0, 3.0]],
        ((1, 2, 3),),
        pd.DataFrame(np.ones((4, 3))),
        pd.Series(np.ones(3)),
    ],
    ids=lambda x: type(x).__name__,
)
def test_conversion_to_a_tensor_works(x):
    model = nn.Linear(3, 2).double()
    explanation = explain_error(error_of(lambda: model(x)), model)
    variables = run(explanation.fixes[0].code, x=x)
    assert model(variables["x"]).dtype == torch.float64


@pytest.mark.parametrize("x", [1.5, 2])
def test_number_becomes_a_sample_of_one_feature(x):
    model = nn.Linear(1, 2)
    explanation = explain_error(error_of(lambda: model(x)), model)
    assert model(run(explanation.fixes[0].code, x=x)["x"]).shape == (2,)


def test_nothing_makes_a_tensor_of_none():
    explanation = explain_error(error_of(lambda: nn.Linear(3, 2)(None)))
    assert "NoneType" in explanation.text
    assert explanation.fixes == ()


def test_transposed_weights_are_transposed_back():
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 5, bias=False))
    state_dict = {name: value.T if value.ndim == 2 else value for name, value in model.state_dict().items()}
    error = error_of(lambda: model.load_state_dict(state_dict))
    explanation = explain_error(error, model)
    assert explanation.layers == ("0", "1")
    turned = run(explanation.fixes[0].code, state_dict=dict(state_dict))["state_dict"]
    model.load_state_dict(turned)
    # Layers of the checkpoint's sizes would not help: its biases have the right size as they are.
    assert [fix.label for fix in explanation.fixes] == [labels.TRANSPOSE_CHECKPOINT]
    assert explain_error(str(error)).layers == ()
    assert explain_error(str(error), model).layers == ("0", "1")


def test_layer_of_another_size_is_made_as_in_the_checkpoint():
    model = nn.Sequential(nn.Linear(3, 2))
    state_dict = nn.Sequential(nn.Linear(4, 5)).state_dict()
    explanation = explain_error(error_of(lambda: model.load_state_dict(state_dict)), model)
    assert [fix.label for fix in explanation.fixes] == [labels.LIKE_CHECKPOINT]
    run(explanation.fixes[0].code, model=model)["model"].load_state_dict(state_dict)


def test_other_modules_than_linear_are_not_made_anew():
    model = nn.Sequential(nn.Embedding(3, 2))
    error = error_of(lambda: model.load_state_dict(nn.Sequential(nn.Embedding(4, 2)).state_dict()))
    assert explain_error(error, model).fixes == ()
    assert explain_error(error, model).layers == ("0",)
    model.append(nn.Linear(3, 2))
    checkpoint = nn.Sequential(nn.Embedding(4, 2), nn.Linear(2, 2)).state_dict()
    assert explain_error(error_of(lambda: model.load_state_dict(checkpoint)), model).fixes == ()


def test_checkpoint_of_another_model_names_no_layer_of_this_one():
    other = nn.Linear(3, 2)
    error = error_of(lambda: other.load_state_dict(nn.Linear(4, 2).state_dict()))
    explanation = explain_error(error, nn.Linear(3, 2))
    assert explanation.layers == explanation.fixes == ()


@pytest.mark.parametrize(
    ("prediction", "target", "codes"),
    [
        ((8, 1), (8,), ["target = target.reshape(prediction.shape)", "prediction = prediction.squeeze(-1)"]),
        ((8, 2), (2, 8), ["target = target.T", "target = target.reshape(prediction.shape)"]),
        ((4, 6), (24,), ["target = target.reshape(prediction.shape)"]),
        ((), (1,), ["target = target.reshape(prediction.shape)"]),
        ((8, 1), (7, 1), []),
    ],
    ids=str,
)
def test_target_gets_the_shape_of_the_prediction(prediction, target, codes):
    prediction, target = torch.ones(prediction), torch.ones(target)
    error = error_of(lambda: F.mse_loss(prediction, target))
    assert isinstance(error, UserWarning)
    fixes = explain_error(error).fixes
    assert [fix.code for fix in fixes] == codes
    for fix in fixes:
        variables = run(fix.code, prediction=prediction, target=target)
        assert variables["target"].shape == variables["prediction"].shape


def test_names_in_a_handwritten_loss_are_the_users():
    p = torch.ones(8, 2, requires_grad=True)
    y, scale, shift = torch.ones(2, 8), torch.ones(()), torch.ones((), requires_grad=True)

    def loss():
        return scale * ((y - p) ** 2).mean() + shift

    assert [fix.code for fix in explain_error(error_of(loss)).fixes] == ["y = y.T", "y = y.reshape(p.shape)"]


def test_first_named_is_the_prediction_where_nothing_learns():
    low, scale, p, y = torch.ones(()), torch.ones(()), torch.ones(8, 2), torch.ones(2, 8)
    error = error_of(lambda: low * scale + (p - y) ** 2)
    assert explain_error(error).fixes[0].code == "y = y.T"


def test_tensors_with_different_numbers_of_dims_are_aligned_at_their_ends():
    p, y = torch.ones(4, 3, requires_grad=True), torch.ones(12)
    error = error_of(lambda: ((p - y) ** 2).mean())
    assert [fix.code for fix in explain_error(error).fixes] == ["y = y.reshape(p.shape)"]


def test_operands_without_names_get_no_fix():
    assert explain_error(error_of(lambda: torch.ones(8, 2) - torch.ones(7, 2))).fixes == ()
    assert explain_error(RuntimeError(str(error_of(lambda: torch.ones(8) - torch.ones(7))))).fixes == ()


def test_fixes_of_backward_errors_run():
    model = nn.Linear(3, 2)
    x, target = torch.ones(4, 3), torch.ones(4, 2)
    for name in ("backward of many", "backward twice", "no graph"):
        for fix in explain_error(str(error_of(MESSAGES[name][0]))).fixes:
            model.zero_grad()
            run(
                fix.code,
                model=model,
                x=x,
                target=target,
                loss_function=F.mse_loss,
                loss=model(x),
                state=model(x),
            )
            if "state" in fix.code:
                continue
            assert model.weight.grad is not None


def test_fixes_of_other_errors_run():
    layer = nn.Linear(3, 2)
    loss_of(layer).backward()
    names = {"in_features": 3, "out_features": 2, "weight": layer.weight, "bias": layer.bias}
    names |= {"x": torch.ones(4, 3), "y": layer(torch.ones(4, 3)), "learning_rate": 0.1}
    for name in ("nn.linear", "numpy", "in place", "device"):
        for fix in explain_error(str(error_of(MESSAGES[name][0]))).fixes:
            run(fix.code, model=layer, **names)


def test_dry_run_wakes_the_lazy_layers_that_are_named():
    model = nn.Sequential(nn.LazyLinear(4), nn.Linear(4, 2))
    explanation = explain_error(error_of(lambda: model[0].weight.shape), model)
    assert explanation.layers == ("0",)
    run(explanation.fixes[0].code, model=model, x=torch.ones(5, 3))
    assert model[0].weight.shape == (4, 3)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("", "model"),
        ("fc1", "model.fc1"),
        ("layers.0.fc", "model.layers[0].fc"),
        ("by.class", "model.by['class']"),
    ],
)
def test_paths_are_written_as_code(path, code):
    assert path_code(path) == code


def test_a_negative_class_is_not_taken_for_its_number():
    assert "no output for" in explain_error("IndexError: Target -1 is out of bounds.").text
    assert "class 3, but" in explain_error("IndexError: Target 3 is out of bounds.").text
