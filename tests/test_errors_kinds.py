"""Models and batches as people have them: what is said is true, and the first fix does the right thing."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from linear_core import explain_error
from tests.test_errors_scope import fixes

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("every_fix_was_run")]


def first(model, x, call="model(x)", **scope):
    return fixes({"model": model, "x": x, **scope}, call)[1][0]


class Flat(nn.Module):
    def __init__(self, lose):
        super().__init__()
        self.conv, self.fc, self.lose = nn.Conv1d(4, 8, 3, padding=1), nn.Linear(40, 2), lose

    def forward(self, x):
        return self.fc(self.lose(self.conv(x)))


@pytest.mark.parametrize(
    ("lose", "batch"),
    [(torch.flatten, 3), (lambda h: h.squeeze().flatten(1), 1)],
    ids=["flatten without a dimension", "squeeze of a batch of one"],
)
def test_batch_dimension_that_was_lost_comes_back(lose, batch):
    hook = "register_forward_pre_hook(lambda module, args: (args[0].reshape(-1, 40), *args[1:]))"
    assert first(Flat(lose), torch.ones(batch, 4, 5)).endswith(hook)


@pytest.mark.parametrize("shape", ["(-1, 40)", "(len(h), 40)"])
def test_view_that_is_told_the_wrong_size_names_the_layer(shape):
    view = eval(f"lambda h: h.view{shape}")  # noqa: S307
    note, codes = fixes({"model": Flat(view), "x": torch.ones(3, 4, 7)}, "model(x)")
    assert codes == []
    assert "each sample has 56 numbers here (number of samples: 3), but 40 are expected" in note
    assert "fc needs in_features=56" in note
    note, _ = fixes({"model": Flat(lambda h: h.view(3, 9)), "x": torch.ones(3, 4, 7)}, "model(x)")
    assert "guess" not in note
    note, _ = fixes({"model": Flat(lambda h: h[0].view(3, 40)), "x": torch.ones(3, 4, 7)}, "model(x)")
    assert "guess" not in note


def test_features_go_to_where_a_norm_expects_them_and_back():
    model = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Linear(8, 2))
    code = first(model, torch.ones(3, 5, 6))
    assert "movedim(-1, 1)" in code
    assert "movedim(1, -1)" in code


def test_layer_before_one_that_cannot_be_made_anew_is_changed():
    encoder = nn.TransformerEncoderLayer(32, 4, 8, batch_first=True)
    model = nn.Sequential(nn.Linear(5, 24), encoder)
    assert first(model, torch.ones(2, 7, 5)) == "model[0] = nn.Linear(5, 32)"


# A layer of a class of its own.


class Scaled(nn.Linear):
    def __init__(self, in_features, out_features, scale):
        super().__init__(in_features, out_features)
        self.scale = scale

    def forward(self, x):
        return super().forward(x) * self.scale


class Same(nn.Linear):
    pass


@pytest.mark.parametrize(
    ("layer", "code"),
    [(Same(5, 2), "model[0] = type(model[0])(4, 2)"), (Scaled(5, 2, 0.5), "model[0] = nn.Linear(4, 2)")],
    ids=["made as nn.Linear is", "made otherwise"],
)
def test_class_of_a_layer_is_kept_where_only_a_text_is_known(layer, code):
    text = "mat1 and mat2 shapes cannot be multiplied (6x4 and 5x2)"
    assert explain_error(text, nn.Sequential(layer)).fixes[0].code == code


def test_class_of_a_layer_is_kept():
    model = nn.Sequential(nn.Linear(4, 6), Scaled(5, 3, 0.5))
    code = first(model, torch.ones(2, 4))
    exec(code, {"model": model, "nn": nn})  # noqa: S102
    assert isinstance(model[1], Scaled)
    assert (model[1].in_features, model[1].weight.shape) == (6, (3, 6))


class Adapted(nn.Linear):
    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.down, self.up = nn.Parameter(torch.ones(sizes[0], 3)), nn.Parameter(torch.ones(3, sizes[1]))

    def forward(self, x):
        return super().forward(x) + x @ self.down.T @ self.up


class Masked(nn.Linear):
    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.mask = nn.Parameter(torch.ones(sizes))

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


def hooked():
    model = nn.Sequential(nn.Linear(4, 6), nn.Linear(6, 2))
    model[0].register_forward_hook(lambda module, args, output: output + torch.ones(5))
    return model


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (nn.Sequential(Adapted(4, 6)), "which is self.down of Adapted, transposed"),
        (nn.Sequential(Masked(4, 6)), "combines two tensors element by element"),
        (hooked(), "combines two tensors element by element"),
    ],
    ids=["adapter", "mask", "hook"],
)
def test_what_only_an_edit_of_the_class_repairs_gets_no_new_layer(model, said):
    note, codes = fixes({"model": model, "x": torch.ones(7, 4)}, "model(x)")
    assert said in note
    assert codes == []


# Dtypes.


@pytest.mark.parametrize(
    ("layer", "x", "codes"),
    [
        (
            nn.Linear(4, 2).bfloat16(),
            torch.ones(3, 4),
            ["x = x.to(torch.bfloat16)", "model[0].to(torch.float32)", "model.to(torch.float32)"],
        ),
        (nn.Linear(4, 2, dtype=torch.cfloat), torch.ones(3, 4), ["x = x.to(torch.complex64)"]),
        (
            nn.Linear(4, 2),
            torch.ones(3, 4) * 1j,
            ["x = x.real.to(torch.float32)", "model[0].to(torch.complex64)"],
        ),
    ],
    ids=["bfloat16", "complex layer", "complex x"],
)
def test_nothing_is_converted_for_nothing_and_no_imaginary_part_is_lost(layer, x, codes):
    assert fixes({"model": nn.Sequential(layer), "x": x}, "model(x)")[1] == codes


@pytest.mark.parametrize("dtype", [torch.int8, torch.float8_e4m3fn], ids=str)
def test_weights_of_eight_bits_are_not_computed_with(dtype):
    model = nn.Sequential(nn.Linear(4, 2))
    model[0].weight = nn.Parameter(torch.ones(2, 4).to(dtype), requires_grad=False)
    note, codes = fixes({"model": model, "x": torch.ones(3, 4)}, "model(x)")
    assert all("8" not in code for code in codes)
    assert ("quantized or packed" in note) == (dtype == torch.int8)


# What a batch may be.


class Encoding(dict):
    def __getattr__(self, key):
        return self[key]

    def __deepcopy__(self, memo):
        return Encoding(self)


ROW = torch.ones(8)
MODEL = nn.Sequential(nn.Linear(8, 2))


@pytest.mark.parametrize(
    ("x", "code"),
    [
        ([(ROW, 0), (ROW, 1)], "x = torch.stack([sample[0] for sample in x]).to(torch.float32)"),
        ([{"a": ROW}, {"a": ROW}], "x = torch.stack([sample['a'] for sample in x]).to(torch.float32)"),
        ((np.ones(8), {}), "x = torch.as_tensor(x[0], dtype=torch.float32)"),
        (Encoding(pixels=torch.ones(3, 8)), "x = x['pixels']"),
    ],
    ids=["tuples", "dicts", "observation", "encoding"],
)
def test_tensor_is_taken_out_of_a_batch(x, code):
    assert first(MODEL, x) == code


# Calls with parameters that are not the model's own.


def test_parameters_of_functional_call_are_those_of_the_trial():
    call = "torch.func.functional_call(model, params, (x,))"
    params = {key: value.detach() for key, value in MODEL.state_dict().items()}
    assert fixes({"model": MODEL, "x": torch.ones(3, 5), "params": params}, call)[1] == []
    assert first(MODEL, torch.ones(3, 2, 4), call, params=params) == "x = x.flatten(1)"
    params["0.weight"] = params["0.weight"].T
    assert first(MODEL, torch.ones(3, 8), call, params=params) == 'params["0.weight"] = params["0.weight"].T'


def test_layer_inside_of_a_vmap_over_models_is_told_as_one_product():
    layer = nn.Linear(4, 2)
    stacked = {key: torch.stack([value, value]) for key, value in layer.state_dict().items()}

    def call(parameters, x):
        return torch.func.functional_call(layer, parameters, (x,))

    with pytest.raises(RuntimeError, match="batch2") as caught:
        torch.vmap(call, (0, None))(stacked, torch.ones(5, 3))
    text = explain_error(caught.value, layer).text
    assert "the last dimension of x is 3 and in_features is 4" in text


# Checkpoints and losses.


@pytest.mark.parametrize(
    ("state", "part"),
    [
        (
            lambda s: {f"model.{key}": value for key, value in s.items()} | {"w": ROW},
            "if key.startswith",
        ),
        (lambda s: {key.replace("fc", "linear"): value for key, value in s.items()}, "dict(zip("),
        (lambda s: {**s, "more": ROW}, "if key in model.state_dict()"),
    ],
    ids=["prefix and more", "other names", "more"],
)
def test_checkpoint_with_other_names_loads(state, part):
    model = nn.Sequential(OrderedDict(fc1=nn.Linear(3, 4), fc2=nn.Linear(4, 2)))
    scope = {"model": model, "state": state(model.state_dict())}
    assert part in fixes(scope, "model.load_state_dict(state)")[1][0]


@pytest.mark.parametrize(
    ("target", "codes"),
    [
        (torch.ones(3, 1).long(), ["t = t.to(torch.float32)"]),
        (torch.ones(3).long(), ["t = t.reshape(p.shape)\nt = t.to(torch.float32)"]),
    ],
    ids=["dtype", "dtype and shape"],
)
def test_target_of_integers_is_converted(target, codes):
    scope = {"model": MODEL, "p": torch.full((3, 1), 0.5), "t": target}
    assert fixes(scope, "F.binary_cross_entropy(p, t)")[1][:1] == codes


def test_model_without_numbers_is_given_some():
    model = nn.Linear(4, 2, device="meta")
    assert 'model.to_empty(device="cpu")' in fixes({"model": model, "x": torch.ones(3, 4)}, "model(x)")[1]
