"""What people with a failing script need: fixes that run in their scope, the likeliest first.

Every fix that is offered here is run as the user would run it, on the user's own model and input.
"""

import copy
import threading
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence

from linear_core import explain_error, explained_errors, predict_call
from linear_core.answers.report import report_lines
from linear_core.calls.paths import plain_place

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("every_fix_was_run")]


def failure(model, call, **options):
    """Return note and exception of a call that fails."""
    with pytest.raises(Exception) as caught, explained_errors(model, **options):  # noqa: PT011
        call()
    return "\n".join(getattr(caught.value, "__notes__", ())), caught.value


def after(code, model, x, **names):
    """Run a fix in the user's scope; return the model and x that it leaves."""
    scope = {"torch": torch, "nn": nn, "model": copy.deepcopy(model), "x": x, **names}
    exec(code, scope)  # noqa: S102 - that it runs is what a fix promises
    return scope


def fixes_of(model, x):
    """Return the note and the fixes of calling the model on x; every one of them works."""
    note, error = failure(model, lambda: model(x))
    before = {
        name: value.clone() for name, value in model.state_dict().items() if value.device.type != "meta"
    }
    fixes = explain_error(error, model).fixes
    assert all(torch.equal(model.state_dict()[name], value) for name, value in before.items())
    for fix in fixes:
        scope = after(fix.code, model, x)
        scope["model"](scope["x"])
        assert fix.code in note.replace("\n    ", "\n")
    return note, fixes


def output_of(fix, model, x):
    scope = after(fix.code, model, x)
    return scope["model"](scope["x"])


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.fc = nn.Linear(4 * 8 * 8, 10)

    def forward(self, x):
        return self.fc(self.conv(x))


class Named(nn.Module):
    """Its parts are in a dictionary and a list."""

    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict({"a-b": nn.Linear(4, 3), "tail": nn.ModuleList([nn.Linear(5, 2)])})

    def forward(self, x):
        return self.parts["tail"][0](self.parts["a-b"](x))


class Kept(nn.Module):
    """Its second layer is in a plain container, which nn.Module does not look into."""

    def __init__(self, keep, sizes=(8, 2)):
        super().__init__()
        self.one = nn.Linear(4, 8)
        self.rest = keep(nn.Linear(*sizes))

    def forward(self, x):
        rest = self.rest[0] if isinstance(self.rest, list | tuple | nn.ModuleList) else self.rest["out"]
        return rest(self.one(x))


class Stored(nn.Linear):
    """Multiplies by the weight as it is stored."""

    def forward(self, x):
        return x @ self.weight + self.bias


class Residual(nn.Module):
    def __init__(self, out_features=6):
        super().__init__()
        self.fc = nn.Linear(8, out_features)

    def forward(self, x):
        return x + self.fc(x)


class Wide(nn.Linear):
    """A class of the user's own."""


def pooled():
    return nn.Sequential(nn.Conv2d(1, 10, 3, padding=1), nn.MaxPool2d(4), nn.Linear(490, 10))


# The likeliest fix comes first, for where it belongs.


def test_missing_flatten_inside_a_sequential_is_put_before_the_layer():
    model, x = pooled(), torch.randn(32, 1, 28, 28)
    note, fixes = fixes_of(model, x)
    assert fixes[0].code == "model[2] = nn.Sequential(nn.Flatten(), model[2])"
    assert output_of(fixes[0], model, x).shape == (32, 10)
    assert "10 · 7 · 7 is 490, exactly in_features" in note
    assert "x = x." not in note


def test_missing_flatten_inside_a_forward_of_ones_own_is_put_before_the_layer():
    model, x = Convolutional(), torch.randn(5, 1, 8, 8)
    fix = fixes_of(model, x)[1][0]
    assert fix.code == "model.fc = nn.Sequential(nn.Flatten(), model.fc)"
    assert output_of(fix, model, x).shape == (5, 10)


def test_missing_flatten_deep_in_a_model_is_put_there():
    model, x = (
        nn.Sequential(nn.Identity(), nn.ModuleDict({"net": pooled()})["net"]),
        torch.randn(3, 1, 28, 28),
    )
    assert fixes_of(model, x)[1][0].code == "model[1][2] = nn.Sequential(nn.Flatten(), model[1][2])"


@pytest.mark.parametrize(
    ("layer", "shape", "first"),
    [
        (nn.Linear(1, 1), (10,), "x = x.unsqueeze(-1)"),
        (nn.Linear(1, 3), (7,), "x = x.unsqueeze(-1)"),
        (nn.Linear(1, 3), (), "x = x.unsqueeze(-1)"),
        (nn.Linear(784, 10), (64, 28, 28), "x = x.flatten(1)"),
        (nn.Linear(784, 10), (64, 1, 28, 28), "x = x.flatten(1)"),
        (nn.Linear(12, 10), (64, 5, 3, 4), "x = x.flatten(2)"),
        (nn.Linear(5, 10), (5, 64), "x = x.T"),
        (nn.Linear(3, 10), (8, 3, 32, 32), "x = x.movedim(1, -1)"),
    ],
    ids=str,
)
def test_exact_change_of_x_comes_before_a_new_layer(layer, shape, first):
    outcome = predict_call(layer, shape)
    assert outcome.fixes[0].code == first
    assert outcome.fixes[0].meaning
    x = after(first, layer, torch.ones(shape))["x"]
    assert (tuple(x.shape), tuple(layer(x).shape)) == (
        outcome.fixes[0].x_shape,
        outcome.fixes[0].output_shape,
    )


def test_vector_of_samples_inside_a_model_gets_a_dimension():
    model, x = nn.Sequential(nn.Flatten(0), nn.Linear(1, 1)), torch.randn(6, 1)
    assert output_of(fixes_of(model, x)[1][0], model, x).shape == (6, 1)


def test_features_in_another_dimension_are_moved_where_they_reach_the_layer():
    model = nn.Sequential(nn.Conv1d(3, 6, 3, padding=1), nn.Linear(6, 2))
    x = torch.randn(2, 3, 9)
    fixes = fixes_of(model, x)[1]
    assert "movedim(1, -1)" in fixes[0].code
    assert output_of(fixes[0], model, x).shape == (2, 9, 2)


def test_line_of_a_forward_is_said_where_no_module_does_it():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.fc = nn.Conv1d(3, 6, 3, padding=1), nn.Linear(6, 2)

        def forward(self, x):
            return self.fc(self.conv(x))

    fixes = fixes_of(Own(), torch.randn(2, 3, 9))[1]
    assert fixes[0].code.startswith("# Own.forward: self.fc(... .movedim(1, -1))\n")


@pytest.mark.parametrize(
    ("model", "x", "code"),
    [
        (
            nn.Sequential(nn.Linear(4, 8), nn.Linear(6, 2, bias=False)).double(),
            torch.randn(3, 4).double(),
            "model[1] = nn.Linear(8, 2, bias=False, dtype=torch.float64)",
        ),
        (nn.Sequential(nn.Linear(4, 8), Wide(6, 2)), torch.randn(3, 4), "model[1] = type(model[1])(8, 2)"),
        (Named(), torch.randn(2, 4), "model.parts.tail[0] = nn.Linear(3, 2)"),
        (
            nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 2)).to("meta"),
            torch.ones(6, 3, device="meta"),
            'model[1] = nn.Linear(4, 2, device="meta")',
        ),
    ],
    ids=["dtype, no bias", "class", "containers", "device"],
)
def test_new_layer_is_like_the_old_one(model, x, code):
    assert code in [fix.code for fix in fixes_of(model, x)[1]]


def test_new_layer_for_a_text_keeps_the_device():
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 2)).to("meta")
    fix = explain_error("mat1 and mat2 shapes cannot be multiplied (6x4 and 5x2)", model).fixes[0]
    assert after(fix.code, model, None)["model"][1].weight.device.type == "meta"


def test_names_of_the_call_are_used():
    network, images = nn.Linear(784, 10), torch.randn(2, 28, 28)
    _, error = failure(network, lambda: network(images))
    assert explain_error(error, network).fixes[0].code == "images = images.flatten(1)"


def test_fix_that_leads_to_the_next_error_is_not_offered():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    _, fixes = fixes_of(model, torch.ones(2, 3).double())
    # Converting the first layer alone would only move the error to the last one.
    assert "model[0].to(torch.float64)" not in [fix.code for fix in fixes]
    assert "model.to(torch.float64)" in [fix.code for fix in fixes]


def test_trials_leave_no_trace(capsys):
    class Loud(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.fc = nn.BatchNorm1d(4), nn.Linear(3, 2)

        def forward(self, x):
            print("called")  # noqa: T201
            return self.fc(self.norm(x).relu_())

    model, x = Loud(), torch.randn(5, 4)
    state, given = torch.get_rng_state(), x.clone()
    with pytest.raises(RuntimeError):
        model(x)
    mean = model.norm.running_mean.clone()
    capsys.readouterr()
    _, error = failure(model, lambda: model(x))
    expected = model.norm.running_mean.clone()
    assert explain_error(error, model).fixes
    assert capsys.readouterr().out == "called\n"
    assert torch.equal(model.norm.running_mean, expected)
    assert not torch.equal(mean, expected)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(x, given)


# Values that are not tensors.


@pytest.mark.parametrize(
    "x",
    [
        np.ones((3, 2)),
        np.array([[1, 2.5], [3, True]], dtype=object),
        pd.DataFrame({"age": [22.0, 38.0], "male": [True, False]}),
        pd.DataFrame({"age": [22, 38], "size": pd.Series([1, 2.5], dtype=object)}),
        [[1.0, 2.0], [3.0, 4.0]],
        [np.ones(2), np.zeros(2)],
        [torch.ones(2), torch.zeros(2)],
        (torch.ones(3, 2), torch.ones(3)),
        {"x": torch.ones(3, 2), "y": torch.ones(3)},
        pack_sequence([torch.randn(2, 2)]),
    ],
    ids=["array", "objects", "frame", "mixed frame", "list", "arrays", "tensors", "tuple", "dict", "packed"],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_what_is_no_tensor_becomes_one(x, dtype):
    model = nn.Linear(2, 1).to(dtype)
    fixes = fixes_of(model, x)[1]
    assert fixes


def test_texts_in_a_table_get_no_conversion():
    assert fixes_of(nn.Linear(2, 1), pd.DataFrame({"age": [1.0], "name": ["Ada"]}))[1] == ()


def test_vector_in_a_table_becomes_samples():
    fixes = fixes_of(nn.Linear(1, 1), pd.Series([1.0, 2.0, 3.0]))[1]
    assert "unsqueeze(-1)" in fixes[0].code


@pytest.mark.parametrize(
    "before",
    [nn.LSTM(3, 8, batch_first=True), nn.GRU(3, 8, batch_first=True), nn.RNN(3, 8)],
    ids=lambda module: type(module).__name__,
)
def test_output_is_taken_out_of_the_tuple_of_a_recurrent_layer(before):
    model, x = nn.Sequential(before, nn.Linear(8, 1)), torch.randn(2, 5, 3)
    fixes = fixes_of(model, x)[1]
    assert output_of(fixes[0], model, x).shape == (2, 5, 1)
    assert all("torch.tensor(" not in fix.code for fix in fixes)


def test_packed_output_of_a_recurrent_layer_is_unpacked():
    model = nn.Sequential(nn.LSTM(3, 4), nn.Linear(4, 1))
    fixes = fixes_of(model, pack_sequence([torch.randn(3, 3), torch.randn(2, 3)]))[1]
    assert "pad_packed_sequence" in fixes[0].code
    assert ".data" in fixes[1].code


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("PackedSequence", "pad_packed_sequence"),
        ("tuple", "x[0]"),
        ("pandas.core.frame.DataFrame", "to_numpy(dtype="),
    ],
)
def test_message_alone_tells_what_may_be_converted(kind, part):
    text = f"linear(): argument 'input' (position 1) must be Tensor, not {kind}"
    assert part in explain_error(text).fixes[0].code


# Weights that are not as expected.


@pytest.mark.parametrize(
    ("shape", "expected"), [((2,), (1, 2)), ((1, 1, 2), (1, 2)), ((2, 1), (1, 2))], ids=str
)
def test_weight_of_another_shape_is_named_and_repaired(shape, expected):
    model = nn.Sequential(nn.Linear(4, 2), nn.Linear(2, 1))
    model[1].weight = nn.Parameter(torch.ones(shape))
    x = torch.randn(8, 4)
    note, fixes = fixes_of(model, x)
    assert note.startswith("Layer: 1, which is Linear(in_features=2, out_features=1, bias=True)")
    assert str(expected) in note
    assert output_of(fixes[0], model, x).shape == (8, 1)
    assert "weight" in fixes[0].code


def test_transposed_weight_is_transposed_rather_than_the_layer_rebuilt():
    model, x = nn.Sequential(nn.Linear(4, 2)), torch.randn(8, 4)
    model[0].weight = nn.Parameter(torch.randn(4, 2))
    _, fixes = fixes_of(model, x)
    assert [fix.code for fix in fixes] == ["model[0].weight = nn.Parameter(model[0].weight.T)"]
    assert output_of(fixes[0], model, x).shape == (8, 2)


def test_odd_weight_of_one_layer_does_not_hide_another():
    model = nn.Sequential(nn.Linear(4, 2), nn.Linear(2, 1))
    model[1].weight = nn.Parameter(torch.tensor([2.0, 3.0]))
    assert explain_error("mat1 and mat2 shapes cannot be multiplied (8x5 and 4x2)", model).layers == ("0",)


@pytest.mark.parametrize("weight", [(4,), (3,), (), (2, 4, 1), (1, 2, 4)], ids=str)
@pytest.mark.parametrize("shape", [(8, 4), (4,), (2, 8, 4)], ids=str)
@pytest.mark.parametrize("bias", [True, False])
def test_call_with_a_weight_that_is_no_matrix_is_predicted(weight, shape, bias):
    layer = nn.Linear(4, 2, bias=bias)
    layer.weight = nn.Parameter(torch.ones(weight))
    outcome = predict_call(layer, shape)
    if outcome.ok:
        assert outcome.output_shape == layer(torch.ones(shape)).shape
        return
    with pytest.raises(outcome.error_type) as caught:
        layer(torch.ones(shape))
    assert outcome.message == str(caught.value)
    assert outcome.explanation.is_known
    for fix in outcome.fixes:
        scope = after(fix.code, None, torch.ones(shape), layer=copy.deepcopy(layer))
        scope["layer"](scope["x"])


def test_forward_that_does_not_transpose_is_told_so():
    model, x = nn.Sequential(Stored(5, 2)), torch.randn(6, 5)
    note, fixes = fixes_of(model, x)
    assert "the forward of Stored multiplies by the weight itself" in note
    assert "Expected: Tensor (*, 5)" in note
    assert "in_features is 2" not in note
    assert output_of(fixes[0], model, x).shape == (6, 2)


def test_parameter_of_ones_own_is_taken_for_what_it_is():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.randn(2, 5))

        def forward(self, x):
            return x @ self.w

    note, _ = failure(nn.Sequential(Own()), lambda: nn.Sequential(Own())(torch.randn(3, 5)))
    model = nn.Sequential(Own())
    note, _ = failure(model, lambda: model(torch.randn(3, 5)))
    assert "the forward of Own multiplies by the weight itself" in note
    note, _ = failure(model, lambda: model(torch.randn(3, 4)))
    assert "is stored as" not in note


@pytest.mark.parametrize(
    "sizes", ["42x5120 and 1x39321600", "16x4096 and 8388608x1", "332x4096 and 1x8388608"]
)
def test_packed_weight_gets_no_layer_of_its_size(sizes):
    explanation = explain_error(f"mat1 and mat2 shapes cannot be multiplied ({sizes})")
    assert explanation.slug == "packed-weight"
    assert explanation.fixes == ()


def test_quantized_layer_is_explained():
    model = torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(3, 2)), {nn.Linear})
    note, error = failure(model, lambda: model(torch.ones(4, 5)))
    assert note.startswith("Layer: 0, which is Linear")
    assert explain_error(error, model).slug == "mat1-mat2"


# Devices, dtypes, containers.


def test_devices_are_shown_where_they_differ():
    model = nn.Sequential(nn.Linear(4, 8).to("meta"), nn.ReLU(), nn.Linear(8, 2))
    note, fixes = fixes_of(model, torch.randn(2, 4, device="meta"))
    assert "Got: Tensor (2, 8) torch.float32 on meta" in note
    assert "Expected: Tensor (*, 8) torch.float32 on cpu" in note
    assert fixes[0].code == 'model.to("meta")'
    model = nn.Linear(4, 8).to("meta")
    note, fixes = fixes_of(model, torch.randn(2, 4))
    assert "on cpu" in note
    assert fixes[0].code == 'x = x.to("meta")'
    # What has no numbers cannot be moved to where they are needed; the model can go where x is.
    _, fixes = fixes_of(nn.Linear(4, 8), torch.randn(2, 4, device="meta"))
    assert fixes[0].code == 'model.to("meta")'


@pytest.mark.parametrize(
    ("keep", "kind", "path"),
    [
        (lambda layer: [layer], "nn.ModuleList", "rest[0]"),
        (lambda layer: (layer,), "nn.ModuleList", "rest[0]"),
        (lambda layer: {"out": layer}, "nn.ModuleDict", "rest['out']"),
    ],
    ids=["list", "tuple", "dict"],
)
def test_layer_in_a_plain_container_is_named_and_registered(keep, kind, path):
    model = Kept(keep).to("meta")
    note, fixes = fixes_of(model, torch.randn(2, 4, device="meta"))
    assert note.startswith(f"Layer: {path}, which is Linear(in_features=8, out_features=2, bias=True)")
    assert kind in fixes[0].code
    note, fixes = fixes_of(Kept(keep, (6, 2)), torch.randn(2, 4))
    assert note.startswith(f"Layer: {path}, which is Linear(in_features=6")
    assert kind in note


def test_half_precision_without_kernel_is_not_kept():
    text = "\"addmm_impl_cpu_\" not implemented for 'Half'"
    assert [fix.code for fix in explain_error(text).fixes] == [
        "layer.to(torch.float32)\nx = x.to(torch.float32)"
    ]
    assert explain_error(text.replace("Half", "Long")).fixes[0].code == "x = x.to(torch.float32)"


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_autocast_that_ended_too_early_is_named(dtype):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Linear(8, 4), nn.Linear(4, 2)

        def forward(self, x):
            with torch.autocast("cpu", dtype=dtype):
                h = self.body(x)
            return self.head(h)

    note, fixes = fixes_of(Net(), torch.randn(2, 8))
    assert "autocast block inside the model ended before this layer" in note
    assert fixes[0].code.splitlines()[0] == "# Net.forward: self.head(... .to(torch.float32))"


def test_mixed_dtypes_in_a_model_become_one():
    model = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 2, dtype=torch.float64))
    note, fixes = fixes_of(model, torch.randn(2, 4))
    assert fixes[0].code == "model.to(torch.float32)"
    assert "autocast" not in note


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool, torch.complex64], ids=str)
def test_numbers_of_other_kinds_are_converted(dtype):
    fixes = fixes_of(nn.Sequential(nn.Linear(4, 2)), torch.ones(3, 4).to(dtype))[1]
    assert fixes[0].code.startswith("x = x.")


# One message, several meanings.


@pytest.mark.parametrize(
    "wrap", [lambda m: m, lambda m: nn.Sequential(nn.Linear(3, 8), m)], ids=["alone", "inside"]
)
def test_residual_is_no_loss(wrap):
    model = wrap(Residual())
    x = torch.randn(4, 3 if isinstance(model, nn.Sequential) else 8)
    note, fixes = fixes_of(model, x)
    assert "target" not in note
    assert "residual" in note
    assert "nn.Linear(8, 8)" in fixes[0].code


def test_loss_outside_of_the_model_is_one():
    model, target = nn.Linear(3, 2), torch.ones(2, 4)
    prediction = model(torch.ones(4, 3))
    note, _ = failure(model, lambda: ((prediction - target) ** 2).mean())
    assert "Prediction and target" in note
    assert "target = target.T" in note


def test_text_alone_leaves_both_meanings_open():
    text = "The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1"
    explanation = explain_error(text)
    assert "In a loss" in explanation.text
    assert "branches" in explanation.text
    assert explanation.fixes == ()


# Checkpoints.


def two_layers(out_features=3):
    return nn.Sequential(nn.Linear(8, 16), nn.Linear(16, out_features))


def loading(model, state_dict):
    note, error = failure(model, lambda: model.load_state_dict(state_dict))
    fixes = explain_error(error, model).fixes
    for fix in fixes:
        scope = after(fix.code, model, None, state_dict=dict(state_dict))
        if "load_state_dict" not in fix.code:
            scope["model"].load_state_dict(scope["state_dict"])
    assert "Got: \n" not in note + "\n"
    return note, fixes


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model.", "net.encoder."])
def test_prefix_of_a_checkpoint_is_removed(prefix):
    state_dict = {f"{prefix}{key}": value for key, value in two_layers().state_dict().items()}
    note, fixes = loading(two_layers(), state_dict)
    assert f"Got: {prefix}0.weight" in note
    assert "Expected: 0.weight" in note
    assert f'removeprefix("{prefix}")' in fixes[0].code


def test_prefix_that_the_model_has_is_added():
    _, fixes = loading(nn.DataParallel(two_layers()), two_layers().state_dict())
    assert '"module." + key' in fixes[0].code


def test_parameters_are_taken_out_of_a_training_checkpoint():
    _, fixes = loading(two_layers(), {"state_dict": two_layers().state_dict(), "epoch": 3})
    assert fixes[0].code == 'state_dict = state_dict["state_dict"]'


@pytest.mark.parametrize("classes", [1000, 1, 5])
def test_head_of_another_size_can_be_left_out(classes):
    _, fixes = loading(two_layers(), two_layers(classes).state_dict())
    assert fixes[0].code == f"model[1] = nn.Linear(16, {classes})"
    assert "strict=False" in fixes[1].code
    assert '"1.weight", "1.bias"' in fixes[1].code


def test_missing_biases_can_be_left_out():
    state_dict = {key: value for key, value in two_layers().state_dict().items() if "bias" not in key}
    note, fixes = loading(two_layers(), state_dict)
    assert "Expected: 0.bias, 1.bias" in note
    assert "strict=False" in fixes[0].code


def test_superfluous_parameter_names_the_whole_model():
    note, _ = loading(two_layers(), {**two_layers().state_dict(), "extra": torch.ones(3)})
    assert note.startswith("Layer: the model itself, which is Sequential")
    assert "Got: extra" in note


def test_loading_is_tried_without_touching_the_parameters():
    model = two_layers()
    before = copy.deepcopy(model.state_dict())
    loading(model, two_layers(7).state_dict())
    # PyTorch itself has loaded what fits before it raised.
    assert all(torch.equal(value, model.state_dict()[key]) for key, value in before.items() if key[0] == "1")


def test_graph_of_an_earlier_step_is_left_with_detach():
    text = (
        "Trying to backward through the graph a second time (or directly access saved tensors after they "
        "have already been freed)."
    )
    assert any("detach()" in fix.code for fix in explain_error(text).fixes)


# Roots of failures that something else wraps.


def broken():
    return nn.Sequential(nn.Linear(3, 4), nn.Linear(3, 2), nn.Linear(2, 2))


def test_layer_of_a_data_parallel_model_is_named():
    model = nn.DataParallel(broken())
    note, _ = fixes_of(model, torch.ones(4, 3))
    assert note.startswith("Layer: module.1, which is Linear")
    text = "Caught RuntimeError in replica 0 on device 0.\nOriginal Traceback (most recent call last):\n"
    text += "RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x4 and 3x2)"
    assert explain_error(text, broken()).layers == ("1",)


def test_layer_of_a_compiled_model_is_found_without_compiling():
    model, x = broken(), torch.ones(4, 3)
    compiled = torch.compile(model, backend="eager")
    note, error = failure(model, lambda: compiled(x))
    assert note.startswith("Layer: 1, which is Linear")
    assert [fix.code for fix in explain_error(error, model).fixes] == ["model[1] = nn.Linear(4, 2)"]
    note, _ = failure(compiled, lambda: compiled(x))
    assert note.startswith("Layer: _orig_mod.1, which is Linear")
    torch._dynamo.reset()


def test_compiled_model_that_takes_nothing_is_explained():
    class Constant(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(3, 2)

        def forward(self):
            return self.fc(torch.ones(4, 5))

    model = Constant()
    compiled = torch.compile(model, backend="eager")
    note, _ = failure(model, lambda: compiled())
    assert note.startswith("Layer: fc, which is Linear")
    torch._dynamo.reset()


def test_compiled_model_whose_arguments_are_too_large_to_be_copied_keeps_the_message(monkeypatch):
    class Masked(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(3, 2)

        def forward(self, x, mask):
            return self.fc(x * mask)

    monkeypatch.setattr("linear_core.calls.trial.MAX_NUMBERS", 10)
    model = Masked()
    compiled = torch.compile(model, backend="eager")
    note, _ = failure(model, lambda: compiled(torch.ones(4, 5), torch.ones(4, 5)))
    assert "Meaning: mat1 is x" in note
    torch._dynamo.reset()


def test_compiled_model_that_runs_uncompiled_keeps_the_message():
    model = nn.Sequential(nn.Linear(3, 2))

    def call():
        try:
            model(torch.ones(4, 5))
        except RuntimeError as error:
            raise torch._dynamo.exc.TorchRuntimeError(str(error)) from None

    class Wrapped(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, x):
            return call() if torch.is_grad_enabled() else x

    wrapped = Wrapped()
    note, _ = failure(wrapped, lambda: wrapped(torch.ones(4, 5)))
    assert note.startswith("Layer: model.0, which is Linear")
    assert "Got: Tensor (4, 5)" in note


def test_error_that_another_one_wraps_is_explained():
    model = broken()

    def call():
        try:
            model(torch.ones(4, 3))
        except RuntimeError as error:
            raise ValueError("the step failed") from error

    note, error = failure(model, call)
    assert note.startswith("Layer: 1, which is Linear")
    group = ExceptionGroup("workers", [ValueError("nothing"), error.__cause__])
    assert explain_error(group).slug == "mat1-mat2"


# What cannot be described costs one line at most.


class Stubborn:
    @property
    def shape(self):
        raise ValueError("not this one")

    def __repr__(self):
        raise ValueError("nor this")


class Unprintable(nn.Linear):
    def extra_repr(self):
        raise ValueError("no")


class Unreadable(nn.Linear):
    def __getattribute__(self, name):
        if name == "out_features":
            raise ValueError(name)
        return super().__getattribute__(name)


@pytest.mark.parametrize(
    ("layer", "x"),
    [
        (nn.Linear(3, 2), Stubborn()),
        (Unprintable(3, 2), torch.ones(4, 5)),
        (Unreadable(3, 2), torch.ones(4, 5)),
    ],
    ids=["input", "repr", "attribute"],
)
def test_field_that_fails_does_not_cost_the_note(layer, x):
    model = nn.Sequential(nn.Identity(), layer)
    note, _ = failure(model, lambda: model(x))
    assert note.startswith(f"Layer: 1, which is {type(layer).__name__}")
    assert "Got: " in note
    assert "Meaning: " in note


# Names of sizes; languages.


def test_sizes_are_shown_by_their_names():
    model, x = nn.Sequential(nn.Linear(5, 2)), torch.randn(2, 5, 7)
    with pytest.raises(RuntimeError) as caught, explained_errors(model, dims={"x": "batch feature time"}):
        model(x)
    note = caught.value.__notes__[0]
    assert "Got: Tensor (batch=2, feature=5, time=7) torch.float32" in note
    assert "Expected: Tensor (*, feature=5)" in note
    assert "the last dimension of x is time=7 and in_features is feature=5" in note


def test_size_of_two_names_keeps_both_in_its_place_and_none_elsewhere():
    model, x = nn.Sequential(nn.Flatten(), nn.Linear(5, 2)), torch.randn(3, 4, 4)
    note, _ = failure(model, lambda: model(x), dims={"x": "batch, height, width"})
    assert "Got: Tensor (batch=3, 16) torch.float32" in note
    model, x = nn.Linear(5, 2), torch.randn(3, 4, 4)
    note, _ = failure(model, lambda: model(x), dims={"x": "batch, height, width"})
    assert "Got: Tensor (batch=3, height=4, width=4) torch.float32" in note


def test_names_that_do_not_fit_the_shape_are_passed_over():
    model = nn.Linear(5, 2)
    note, _ = failure(model, lambda: model(torch.randn(3, 4)), dims={"x": "batch"})
    assert "Got: Tensor (3, 4) torch.float32" in note


def test_note_is_in_chinese_where_asked():
    model, x = nn.Linear(784, 10), torch.randn(2, 28, 28)
    note, _ = failure(model, lambda: model(x), lang="zh")
    assert note.startswith("层：模型本身，即 Linear")  # noqa: RUF001
    assert "修正 1：展平" in note  # noqa: RUF001
    assert "Meaning" not in note


def test_nothing_of_a_pasted_text_is_executed(monkeypatch):
    def refuse(*_arguments):
        raise AssertionError("executed")

    monkeypatch.setattr("linear_core.calls.trial.run", refuse)
    monkeypatch.setattr("linear_core.calls.conversions.run", refuse)
    text = "size mismatch for fc.weight: copying a param with shape torch.Size([3, 2]) from checkpoint, "
    text += "the shape in current model is torch.Size([2, 3]).\n"
    text += "linear(): argument 'input' (position 1) must be Tensor, not list"
    with warnings.catch_warnings():
        assert explain_error(text, nn.Sequential(nn.Linear(3, 2)), torch.ones(2, 2)).is_known


# Corners of the above.


class Multiplies(nn.Module):
    """Keeps its weight as nn.Linear does, and calls the function."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(2, 784))

    def forward(self, x):
        return nn.functional.linear(x, self.w)


def test_input_of_a_module_of_ones_own_is_changed_but_no_layer_made():
    _, fixes = fixes_of(Multiplies(), torch.randn(5, 28, 28))
    assert [fix.code for fix in fixes] == ["x = x.flatten(1)"]
    _, fixes = fixes_of(nn.Sequential(nn.Identity(), nn.ReLU(), Multiplies()), torch.randn(5, 28, 28))
    assert fixes[0].code == "model[2] = nn.Sequential(nn.Flatten(), model[2])"


@pytest.mark.parametrize("x", [range(2), {1.0, 2.0}], ids=["range", "set"])
def test_numbers_of_other_containers_are_collected(x):
    assert "torch.tensor(list(x)" in fixes_of(nn.Linear(2, 1), x)[1][0].code


def test_tensor_is_taken_out_of_an_object():
    class Output:
        def __init__(self, hidden):
            self.last_hidden_state, self._private, self.text = hidden, hidden, "text"

    class Body(nn.Module):
        def forward(self, x):
            return Output(x)

    model = nn.Sequential(Body(), nn.Linear(3, 2))
    fixes = fixes_of(model, torch.ones(4, 3))[1]
    assert [".last_hidden_state" in fix.code for fix in fixes] == [True]


def test_integers_in_a_tuple_are_converted_when_taken_out():
    class Body(nn.Module):
        def forward(self, x):
            return (x.long(), x)

    model = nn.Sequential(Body(), nn.Linear(3, 2))
    assert "args[0][0].to(torch.float32)" in fixes_of(model, torch.ones(4, 3))[1][0].code


def test_weight_without_dimensions_and_input_of_another_dtype_are_both_repaired():
    model = nn.Linear(3, 1)
    model.weight = nn.Parameter(torch.ones(3))
    fixes = fixes_of(model, torch.ones(4, 3).double())[1]
    assert fixes[0].code == "model.weight = nn.Parameter(model.weight.reshape(1, 3))\nx = x.to(torch.float32)"


def test_input_by_keyword_is_changed_too():
    model, x = nn.Linear(784, 2), torch.randn(5, 28, 28)
    _, error = failure(model, lambda: model(input=x))
    assert explain_error(error, model).fixes[0].code == "x = x.flatten(1)"


def test_part_that_is_named_by_a_number_is_reached():
    model = nn.Module()
    model.add_module("0", nn.Linear(3, 2))
    explanation = explain_error("mat1 and mat2 shapes cannot be multiplied (4x5 and 3x2)", model)
    scope = after(explanation.fixes[0].code, model, None)
    assert scope["model"]._modules["0"].in_features == 5


def test_layer_too_large_to_be_tried_is_not_offered():
    model = nn.Sequential(nn.Linear(3, 40_000, device="meta"))
    assert [fix.code for fix in fixes_of(model, torch.ones(2, 4000, device="meta"))[1]] == []


def test_class_in_place_of_a_tensor_is_told_so():
    model = nn.Sequential(nn.Linear(3, 2))
    note, error = failure(model, lambda: model(nn.ReLU))
    assert explain_error(error, model).slug == "class-not-module"
    assert "call the class" in note or "calling the class" in note


def test_cuda_types_of_an_old_message_are_a_matter_of_devices():
    text = "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same"
    assert explain_error(text).slug == "device"
    assert explain_error(text.replace("cuda.Float", "Double")).slug == "two-dtypes"


def test_half_precision_of_a_model_without_kernel_becomes_float32():
    class Old(nn.Linear):
        def forward(self, x):
            if x.dtype == torch.float16:
                raise RuntimeError("\"addmm_impl_cpu_\" not implemented for 'Half'")
            return super().forward(x)

    fixes = fixes_of(nn.Sequential(Old(3, 2).half()), torch.ones(4, 3).half())[1]
    assert fixes[0].code == "model[0].to(torch.float32)\nx = x.to(torch.float32)"


def test_booleans_without_kernel_are_converted():
    model = nn.Linear(3, 2)
    model.weight = nn.Parameter(torch.ones(2, 3).bool(), requires_grad=False)
    model.bias = nn.Parameter(torch.ones(2).bool(), requires_grad=False)
    note, _ = fixes_of(model, torch.ones(4, 3).bool())
    assert "no such operation" in note


def test_error_that_refers_to_itself_is_read_once():
    error = RuntimeError("nothing known")
    error.__cause__ = ValueError("nor here")
    error.__cause__.__cause__ = error
    assert not explain_error(error).is_known


def test_what_does_not_help_is_named_and_was_tried():
    outcome = predict_call(nn.Linear(28, 10), (64, 27, 28 * 2))
    pitfalls = {pitfall.code: pitfall for pitfall in outcome.explanation.pitfalls}
    mixing = pitfalls["x = x.reshape(-1, 28)"]
    assert mixing.runs
    assert "changes from 64 to 3456" in mixing.describe()
    assert nn.Linear(28, 10)(torch.ones(64, 27, 56).reshape(-1, 28)).shape == (3456, 10)
    assert "reverses all dimensions" in pitfalls["x = x.T"].describe()
    assert "样本" in mixing.describe("zh")


@pytest.mark.parametrize(
    ("shape", "code", "runs"),
    [
        ((4, 5), "x = x.reshape(4, 3)", False),
        ((3, 5), "x = x.reshape(-1, 3)", True),
        ((64, 28, 28), "layer.weight.data = layer.weight.data.T", False),
    ],
    ids=str,
)
def test_pitfall_is_what_pytorch_does(shape, code, runs):
    layer, x = nn.Linear(784 if len(shape) == 3 else 3, 2), torch.ones(shape)
    pitfall = next(p for p in predict_call(layer, shape).explanation.pitfalls if p.code == code)
    assert pitfall.runs == runs

    def call():
        scope = after(code, None, x, layer=copy.deepcopy(layer))
        return scope["layer"](scope["x"])

    if runs:
        call()
    else:
        with pytest.raises(RuntimeError):
            call()


def test_default_dtype_changes_no_tensor_that_exists():
    pitfalls = predict_call(nn.Linear(3, 2), (4, 3), torch.float64).explanation.pitfalls
    assert [pitfall.code for pitfall in pitfalls] == ["torch.set_default_dtype(torch.float64)"]
    assert predict_call(nn.Linear(0, 2), (4, 3)).explanation.pitfalls[-1].runs is False


def test_model_that_cannot_be_copied_gets_its_fixes_all_the_same():
    class Keeps(nn.Module):
        def __init__(self):
            super().__init__()
            self.lock, self.fc = threading.Lock(), nn.Linear(784, 2)
            self.state = self.fc.weight.sum()

        def forward(self, x):
            with self.lock:
                return self.fc(x)

    model, x = Keeps(), torch.ones(3, 28, 28)
    note, error = failure(model, lambda: model(x))
    assert explain_error(error, model).fixes[0].code == "x = x.flatten(1)"
    assert "x = x.flatten(1)" in note
    assert model(x.flatten(1)).shape == (3, 2)


class Fixed(nn.Linear):
    """Its sizes are no arguments."""

    def __init__(self):
        super().__init__(3, 2)


@pytest.mark.parametrize(
    "layer", [Fixed(), nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))], ids=["class", "parametrized"]
)
def test_layer_whose_class_cannot_be_made_anew_is_changed_or_becomes_a_plain_one(layer):
    model = nn.Sequential(layer)
    code = fixes_of(model, torch.ones(4, 5))[1][0].code
    if isinstance(layer, Fixed):
        assert code.endswith("\nmodel[0].reset_parameters()")
    else:
        assert code == "model[0] = nn.Linear(5, 2)"


def test_trials_end_in_time(monkeypatch):
    monkeypatch.setattr("linear_core.calls.situation.SECONDS", -1)
    model = nn.Linear(784, 2)
    note, error = failure(model, lambda: model(torch.ones(3, 28, 28)))
    assert note.startswith("Layer: the model itself")
    assert explain_error(error, model).fixes == ()


def test_input_too_large_to_be_copied_is_not_tried(monkeypatch):
    monkeypatch.setattr("linear_core.calls.trial.MAX_NUMBERS", 100)
    model = nn.Linear(784, 2)
    _, error = failure(model, lambda: model(torch.ones(3, 28, 28)))
    assert explain_error(error, model).fixes == ()


def test_old_message_without_dtypes_is_filled_from_the_call():
    class Old(nn.Linear):
        def forward(self, x):
            if x.dtype != self.weight.dtype:
                raise RuntimeError("mat1 and mat2 must have the same dtype")
            return super().forward(x)

    note, fixes = fixes_of(nn.Sequential(Old(3, 2)), torch.ones(4, 3).double())
    assert "x is float64 and the weight is float32" in note
    assert fixes[0].code == "x = x.to(torch.float32)"


def test_shape_that_is_none_is_left_out():
    class Odd:
        shape = 7

    model = nn.Sequential(nn.Linear(3, 2))
    note, _ = failure(model, lambda: model(Odd()))
    assert "Got: " in note


def test_report_shows_what_does_not_help():
    lines = list(report_lines(predict_call(nn.Linear(3, 2), (4, 5)).explanation))
    assert "Does not help: x = x.reshape(4, 3)" in lines
    short = report_lines(predict_call(nn.Linear(3, 2), (4, 5)).explanation, everything=False)
    assert not any("Does not help" in line for line in short)


def test_output_of_a_recurrent_layer_is_taken_out_before_any_module():
    model = nn.Sequential(nn.LSTM(3, 8), nn.ReLU(), nn.Linear(8, 1))
    fixes = fixes_of(model, torch.randn(2, 5, 3))[1]
    assert fixes[0].code.startswith("model[1].register_forward_pre_hook(")


def test_model_without_an_input_has_nothing_that_came_in():
    class Closed(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.ones(2, 3))

        def forward(self):
            return nn.functional.linear(torch.ones(4, 5), self.w)

    model = Closed()
    note, _ = failure(model, lambda: model())
    assert note.startswith("Layer: the model itself, which is Closed()")
    assert "Got: " not in note


def test_place_in_a_list_is_found_among_others():
    model = nn.Module()
    layer = nn.Linear(3, 2)
    model.rest = [nn.ReLU(), "text", nn.Sequential(nn.ReLU(), layer)]
    assert plain_place(layer, model).path == "rest[2][1]"
    assert plain_place(nn.Linear(3, 2), model) is None


def test_tokens_in_a_model_of_mixed_dtypes_stay_tokens():
    model = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 2).double())
    fixes = fixes_of(model, torch.ones(3, dtype=torch.int64))[1]
    assert fixes[0].code == "model.to(torch.float32)"


def test_integers_that_reach_an_inner_layer_are_converted_there():
    class Rounds(nn.Module):
        def forward(self, x):
            return x.long()

    model = nn.Sequential(nn.Linear(3, 3).double(), Rounds(), nn.Linear(3, 2))
    fixes = fixes_of(model, torch.ones(4, 3).double())[1]
    assert any("model[2].register_forward_pre_hook" in fix.code for fix in fixes)


def test_layer_of_another_device_in_a_list_has_its_device_shown():
    model = Kept(lambda layer: [layer])
    model.rest[0].to("meta")
    note, _ = fixes_of(model, torch.randn(2, 4))
    assert "on meta" in note
    assert "nn.ModuleList" in note


def test_lazy_layer_in_a_model_is_no_hindrance():
    model, x = nn.Sequential(nn.Linear(784, 4), nn.LazyLinear(2)), torch.ones(3, 28, 28)
    _, error = failure(model, lambda: model(x))
    assert explain_error(error, model).fixes[0].code == "x = x.flatten(1)"
    assert model[1].in_features == 0


def test_text_finds_the_layer_that_does_not_transpose():
    model = nn.Sequential(nn.Linear(3, 5), Stored(5, 2))
    explanation = explain_error("mat1 and mat2 shapes cannot be multiplied (6x5 and 2x5)", model)
    assert (explanation.layers, explanation.slug) == (("1",), "weight-not-transposed")
